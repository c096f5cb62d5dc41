// How one object calls another. What may be called is what its plain class offers; only plain data
// crosses, so that a call means the same wherever the object lives.

import type { Account } from './account/account.ts'
import type { Webhooks } from './account/webhooks.ts'
import type { Directory } from './directory.ts'
import type { Env } from './env.ts'
import type { Generation } from './generation/generation.ts'
import type { Scheduler } from './scheduler/scheduler.ts'

/** The methods of `T` as they are called from outside: every answer comes later. */
type Remote<T> = {
  [
    Name in keyof T as T[Name] extends (...args: never[]) => unknown ? Name : never
  ]: T[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never
}

export type RemoteAccount = Remote<Omit<Account, 'alarm'>> & Remote<Webhooks>
export type RemoteGeneration = Remote<Omit<Generation, 'alarm'>> & {
  /** The log as server-sent events; the query is a `ReaderRequest`. */
  fetch(url: string): Promise<Response>
}
export type RemoteDirectory = Remote<Directory>
export type RemoteScheduler = Remote<Omit<Scheduler, 'alarm'>>

// The platform's own stub types map every union of ours again at each call, until the compiler
// gives up (TS2589). The classes expose just these methods, so the casts cannot drift.

export function getAccount(env: Env, id: string): RemoteAccount {
  return env.ACCOUNT.getByName(id) as unknown as RemoteAccount
}

export function getGeneration(env: Env, id: string): RemoteGeneration {
  return env.GENERATION.getByName(id) as unknown as RemoteGeneration
}

export function getDirectory(env: Env): RemoteDirectory {
  return env.DIRECTORY.getByName('directory') as unknown as RemoteDirectory
}

export function getScheduler(env: Env): RemoteScheduler {
  return env.SCHEDULER.getByName('scheduler') as unknown as RemoteScheduler
}
