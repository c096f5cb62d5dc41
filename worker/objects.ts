// How objects are called. What may be called is what the plain class offers; only plain data crosses,
// so that a call means the same wherever the object lives, and a lost one is told from a failed one.

import { LimitReached, settleWithin } from '../shared/limits.ts'
import type { Account } from './account/account.ts'
import type { Operator } from './account/operator.ts'
import type { Webhooks } from './account/webhooks.ts'
import type { Directory } from './directory/directory.ts'
import type { Env } from './env.ts'
import type { Generation } from './generation/generation.ts'
import { sleep } from './platform/platform.ts'
import type { Restore } from './platform/restore.ts'
import type { ScheduleIndex } from './scheduler/scheduleIndex.ts'
import type { Scheduler } from './scheduler/scheduler.ts'

/** The methods of `T` as they are called from outside: every answer comes later. */
type Remote<T> = {
  [
    Name in keyof T as T[Name] extends (...args: never[]) => unknown ? Name : never
  ]: T[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never
}

export type RemoteAccount = Remote<Omit<Account, 'alarm'>> &
  Remote<Webhooks> &
  Remote<Operator> &
  Remote<Restore>
export type RemoteGeneration = Remote<Omit<Generation, 'alarm'>> & {
  /** The log as server-sent events; the query is a `ReaderRequest`. */
  fetch(url: string): Promise<Response>
}
export type RemoteDirectory = Remote<Directory>
export type RemoteScheduler = Remote<Omit<Scheduler, 'alarm'>>
export type RemoteScheduleIndex = Remote<Omit<ScheduleIndex, 'alarm'>>

/**
 * What only reads is asked again: an object that was reset says the same a moment later. `waitForEnd`
 * is not among them: who waits counts the time, and asks again for what is left of it.
 */
const reads: ReadonlySet<string> = new Set<
  | keyof RemoteAccount
  | keyof RemoteGeneration
  | keyof RemoteDirectory
  | keyof RemoteScheduler
  | keyof RemoteScheduleIndex
>([
  'accountOf',
  'accounts',
  'audit',
  'authenticate',
  'describe',
  'differing',
  'erasure',
  'exportDays',
  'exportEndpoints',
  'exportGenerations',
  'fetch',
  'find',
  'findBookmark',
  'get',
  'getEndpoint',
  'health',
  'inspect',
  'lastActive',
  'lastRuns',
  'lastTick',
  'list',
  'listDeliveries',
  'listEndpoints',
  'listFor',
  'listKeys',
  'listUndelivered',
  'overview',
  'page',
  'read',
  'remixMaterial',
  'restoredUntil',
  'summary',
  'usage',
])

const MOST_TRIES = 3
const PAUSE_MS = 50
/** Until a call counts as lost; longer than whoever calls `waitForEnd` waits. */
const CALL_MS = 75_000
/** The minute's trigger wakes one account after the other, each with a deadline of its own. */
const endless: ReadonlySet<string> = new Set<keyof RemoteScheduleIndex>(['tick'])

/** A call that the platform lost or never answers; what the object did about it is not known. `cause` is its error. */
export class ObjectUnreached extends Error {
  override readonly name = 'ObjectUnreached'
  readonly isOverloaded: boolean

  constructor(cause: unknown, isOverloaded: boolean) {
    super('object not reached', { cause })
    this.isOverloaded = isOverloaded
  }
}

// The platform's own stub types map every union of ours again at each call, until the compiler
// gives up (TS2589). The classes expose just these methods, so the casts cannot drift.

/** Where an object may be asked to be made, as Cloudflare names its regions. */
export const locationHints = [
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'oc',
  'afr',
  'me',
] as const satisfies readonly DurableObjectLocationHint[]
export type LocationHint = (typeof locationHints)[number]

/** `locationHint` counts only for the call that makes the object; it never moves. */
export function getAccount(env: Env, id: string, locationHint?: LocationHint): RemoteAccount {
  const options = locationHint === undefined ? undefined : { locationHint }
  return toRemote<RemoteAccount>(() => env.ACCOUNT.getByName(id, options))
}

export function getGeneration(env: Env, id: string): RemoteGeneration {
  return toRemote<RemoteGeneration>(() => env.GENERATION.getByName(id))
}

export function getDirectory(env: Env): RemoteDirectory {
  return toRemote<RemoteDirectory>(() => env.DIRECTORY.getByName('directory'))
}

/** An account's schedules. The names of accounts have no `/`, so none of them is the index. */
export function getScheduler(env: Env, account: string): RemoteScheduler {
  return toRemote<RemoteScheduler>(() => env.SCHEDULER.getByName(`account/${account}`))
}

/** In 0.1 this one object had the schedules of all accounts. */
export const scheduleIndexName = 'scheduler'

export function getScheduleIndex(env: Env): RemoteScheduleIndex {
  return toRemote<RemoteScheduleIndex>(() => env.SCHEDULER.getByName(scheduleIndexName))
}

/** The object that was called runs the release before, which does not know the method. */
export function isUnknownMethod(error: unknown): boolean {
  const cause = error instanceof ObjectUnreached ? error.cause : error
  return cause instanceof Error && /does not implement the method/.test(cause.message)
}

function toRemote<T extends object>(open: () => DurableObjectStub): T {
  const get = (_: object, name: string | symbol) =>
    // What has a `then` would be waited for.
    typeof name === 'symbol' || name === 'then'
      ? undefined
      : (...args: unknown[]) => callObject(open, name, args)
  return new Proxy({}, { get }) as T
}

/**
 * Every call goes through here. A stub whose call failed is broken, so each try opens a new one. What the
 * object itself throws comes as it is, and is its own mistake.
 */
async function callObject(
  open: () => DurableObjectStub,
  method: string,
  args: readonly unknown[],
): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      const stub = open() as unknown as Record<string, (...args: readonly unknown[]) => unknown>
      const answer = Promise.resolve(stub[method]?.(...args))
      if (endless.has(method)) return await answer
      return await settleWithin({ now: Date.now, sleep }, 'object', CALL_MS, answer)
    } catch (error) {
      if (error instanceof LimitReached) throw new ObjectUnreached(error, false)
      const { remote, overloaded = false, retryable, durableObjectReset } = toFlags(error)
      const isLost = overloaded || retryable === true || durableObjectReset === true
      if (remote === true && !isLost) throw error
      if (overloaded || tries === MOST_TRIES || !reads.has(method)) {
        throw new ObjectUnreached(error, overloaded)
      }
      await sleep(PAUSE_MS * tries)
    }
  }
}

/** What the platform says of an error beside its message. */
interface CallFlags {
  /** Thrown by the object's own code, unless one of the others is set. */
  readonly remote?: boolean
  readonly retryable?: boolean
  /** Asking again makes it worse. */
  readonly overloaded?: boolean
  readonly durableObjectReset?: boolean
}

function toFlags(error: unknown): CallFlags {
  return error instanceof Error ? (error as CallFlags) : {}
}
