// One look at a job at its relay: free, with the key that the relay has now. An answer that says
// nothing is no news; whatever a relay does not say in so many words leaves the job running.

import { Limits } from '../../shared/limits.ts'
import { kinds } from '../../shared/relay/kinds.ts'
import type { Look, ReadOptions, RelayCall } from '../../shared/relay/relay.ts'
import {
  countUnknown,
  isForgotten,
  LOOK_MS,
  MOST_RARELY_MS,
  noNews,
  toPaceMs,
  unknownJob,
} from '../../shared/relay/tasks/pace.ts'
import type { Failure } from '../../shared/video/failures.ts'
import { isEnded } from '../../shared/video/video.ts'
import type { Relay } from '../settings/relays.ts'
import type { JobRow } from './intentions.ts'
import type { GenerationPorts } from './ports.ts'
import { toPost } from './post.ts'
import { toRedact } from './redact.ts'
import type { Reports } from './reports.ts'
import type { State } from './state.ts'

const LONGEST_ANSWER = 1024 * 1024

/**
 * The next step of a generation whose work is a job. `rest`: it runs as before, of which nothing is written;
 * the alarm that began this look, or its answer, says when the next one is due.
 */
export async function lookAtJob(
  ports: GenerationPorts,
  state: State,
  reports: Reports,
  job: JobRow,
  cancel: AbortSignal,
): Promise<void | 'rest'> {
  const { now, limits } = ports
  const relay = findRelay(ports, job)
  const beganAt = now()
  const look = await askForJob(ports, state, job, cancel)
  reports.look(job.relay, look.is)
  // Cancelled meanwhile.
  if (state.video.endedAt !== null) return
  let isAsBefore = false
  await state.commit(() => {
    if (look.is === 'video') {
      if (look.costUsd !== null) state.row.setCost(look.costUsd)
      return state.beginArchive(look)
    }
    if (look.is === 'failed') return state.fail(look.failure)
    if (look.is === 'running') {
      const { progress, phase } = look
      if (phase === 'running' && state.video.phase === 'queued')
        state.append({ type: 'phase', phase })
      if (progress !== null && progress >= state.video.progress + 1) {
        state.append({ type: 'progress', progress })
      }
    }
    const unknown = countUnknown(job.unknown, look, now())
    if (isForgotten(unknown, now())) return state.fail(unknownJob)
    if (now() - job.since >= (relay?.totalMs ?? limits.totalMs)) return state.fail(tooLong)
    const nextAt = toNextLookAt(ports, job, beganAt, look.retryAfterMs)
    const wishMs = look.retryAfterMs
    // An answer that took longer than that is followed by a pause, too.
    const retryAt = nextAt > now() ? nextAt : toNextLookAt(ports, job, now(), wishMs)
    isAsBefore = unknown === null && job.unknown === null
    if (isAsBefore) state.due.again(now(), retryAt)
    else state.row.setJob({ ...job, unknown, retryAt })
  })
  return isAsBefore ? 'rest' : undefined
}

/** When the look after the one that begins now is due; null where no job is waited for. */
export function findNextLook(ports: GenerationPorts, { row, video }: State): number | null {
  if (row.job === null || row.archive !== null || isEnded(video)) return null
  return toNextLookAt(ports, row.job, ports.now())
}

/** When to look again, after a look that began at `at`. `wishMs`: what the relay asks for. */
function toNextLookAt(
  ports: Pick<GenerationPorts, 'relays'>,
  job: JobRow,
  at: number,
  wishMs: number | null = null,
): number {
  return at + toPaceMs(at - job.since, findRelay(ports, job)?.pollMs ?? MOST_RARELY_MS, wishMs)
}

/** Never throws for what the relay does. */
export async function askForJob(
  ports: GenerationPorts,
  state: State,
  job: JobRow,
  cancel: AbortSignal,
): Promise<Look> {
  const relay = findRelay(ports, job)
  const kind = kinds[job.kind]
  const call = kind.look(job.task)
  if (relay === null || call === null) return noNews
  try {
    const { head, text } = await exchange(ports, state, relay, call, cancel)
    return kind.readLook(head, text, job.task, toReadOptions(ports, state, relay))
  } catch {
    return noNews
  }
}

/**
 * Asks the relay to stop, and reads the answer as any look at the job; null when it is to be asked
 * again, because nobody answered.
 */
export async function cancelJob(
  ports: GenerationPorts,
  state: State,
  job: JobRow,
): Promise<Look | null> {
  const relay = findRelay(ports, job)
  const kind = kinds[job.kind]
  const call = kind.cancel?.(job.task)
  if (relay === null || call === undefined) return noNews
  try {
    const { head, text } = await exchange(ports, state, relay, call, undefined)
    if (head.status >= 500 || head.status === 429) return null
    return kind.readLook(head, text, job.task, toReadOptions(ports, state, relay))
  } catch {
    return null
  }
}

function toReadOptions(ports: GenerationPorts, state: State, relay: Relay): ReadOptions {
  const { baseUrl, failed } = relay
  return { baseUrl, failed, redact: toRedact(state.row, ports.relays) }
}

/** null when the relay is configured no longer: nobody else may be shown its job. */
function findRelay({ relays }: Pick<GenerationPorts, 'relays'>, job: JobRow): Relay | null {
  return relays.find(({ id, kind }) => id === job.relay && kind === job.kind) ?? null
}

async function exchange(
  ports: GenerationPorts,
  state: State,
  relay: Relay,
  call: RelayCall,
  cancel: AbortSignal | undefined,
) {
  const limits = new Limits(ports, { look: LOOK_MS }, cancel)
  const { signal } = limits
  const ask = async () => {
    const request = toPost(state.row, relay, call, ports.random)
    const response = await ports.relay.send({ ...request, signal })
    const decoder = new TextDecoder()
    let text = ''
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length > LONGEST_ANSWER) break
    }
    const header = (name: string) => response.header(name)
    return { head: { status: response.status, header, now: ports.now() }, text }
  }
  limits.start('look')
  try {
    return await limits.race(ask())
  } finally {
    limits.end()
  }
}

const tooLong: Failure = {
  code: 'timeout',
  message: 'The relay had not finished the job in time. It is asked for until its hold ends.',
  charge: 'possible',
  outcome: 'unknown',
}
