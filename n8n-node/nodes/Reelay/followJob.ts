// Follows a job at a plain relay to its end, by the rules of the gateway: looked at ever more rarely,
// and only what the relay says in so many words ends it. Sends nothing that could be paid.

import { readText } from '../../../shared/client/error.ts'
import { Limits, runWithin, type Clock } from '../../../shared/limits.ts'
import type { Transport } from '../../../shared/ports.ts'
import type {
  Look,
  ReadOptions,
  RelayCall,
  RelayKind,
  RelayTask,
} from '../../../shared/relay/relay.ts'
import {
  countUnknown,
  isForgotten,
  LOOK_MS,
  noNews,
  toPaceMs,
  unknownJob,
  type Unknown,
} from '../../../shared/relay/tasks/pace.ts'

export interface JobPorts {
  readonly clock: Clock
  /** Sends the relay's key along. */
  readonly transport: Transport
}

export interface JobAtRelay {
  readonly kind: RelayKind
  readonly task: RelayTask
  /** When it was ordered, ms since epoch. */
  readonly since: number
  readonly options: ReadOptions
}

export interface FollowOptions {
  /** The shortest distance between two looks, ms. */
  readonly pollMs: number
  /** Until the first look, ms. */
  readonly firstMs: number
  readonly totalMs: number
  readonly stop: AbortSignal | undefined
  readonly onRunning: (look: Look & { is: 'running' }) => void
}

const longestAnswer = 1024 * 1024

/** @throws LimitReached after `totalMs`, and the reason of `stop`; the job goes on in both. */
export async function followJob(
  ports: JobPorts,
  job: JobAtRelay,
  { pollMs, firstMs, totalMs, stop, onRunning }: FollowOptions,
): Promise<Look & { is: 'video' | 'failed' }> {
  const { clock } = ports
  const limits = new Limits(clock, { total: totalMs }, stop)
  let unknown: Unknown | null = null
  let waitMs = firstMs
  try {
    limits.start('total')
    for (;;) {
      await clock.sleep(waitMs, limits.signal)
      const look = await limits.race(lookAt(ports, job, limits.signal))
      if (look.is === 'video' || look.is === 'failed') return look
      if (look.is === 'running') onRunning(look)
      const now = clock.now()
      unknown = countUnknown(unknown, look, now)
      if (isForgotten(unknown, now)) return { is: 'failed', failure: unknownJob }
      waitMs = toPaceMs(now - job.since, pollMs, look.retryAfterMs)
    }
  } finally {
    limits.end()
  }
}

/** Asks the relay to stop. False when it offers no such thing, or did not hear it. */
export async function cancelJob(ports: JobPorts, job: JobAtRelay): Promise<boolean> {
  const call = job.kind.cancel?.(job.task)
  if (call === undefined) return false
  try {
    const { head } = await exchange(ports, job, call)
    return head.status >= 200 && head.status < 300
  } catch {
    // Why it was not heard matters less than what that means: nobody has stopped the job.
    return false
  }
}

/** Whatever keeps a look from being answered says nothing about the job. */
async function lookAt(ports: JobPorts, job: JobAtRelay, signal: AbortSignal): Promise<Look> {
  const call = job.kind.look(job.task)
  if (call === null) return noNews
  try {
    const { head, text } = await exchange(ports, job, call, signal)
    return job.kind.readLook(head, text, job.task, job.options)
  } catch {
    return noNews
  }
}

async function exchange(
  { clock, transport }: JobPorts,
  { options }: JobAtRelay,
  { method, path, accept }: RelayCall,
  caller?: AbortSignal,
) {
  return await runWithin(
    clock,
    LOOK_MS,
    async (signal) => {
      const url = `${options.baseUrl}${path}`
      const response = await transport.send({ method, url, headers: { accept }, signal })
      const text = await readText(response, longestAnswer)
      const header = (name: string) => response.header(name)
      return { head: { status: response.status, header, now: clock.now() }, text }
    },
    caller,
  )
}
