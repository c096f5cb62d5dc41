// What an operator may see of one generation: its attempts and the relay's last words, without the
// prompt, keys and links.

import { toSafeMessage } from '../../shared/relay/message.ts'
import type { LogEntry } from '../../shared/video/events.ts'
import type { FailureCode } from '../../shared/video/failures.ts'

/** Times in ms since the epoch. */
export interface Attempt {
  readonly n: number
  readonly startedAt: number
  /** null while it runs. */
  readonly endedAt: number | null
  /** null while it runs, and when it brought a link. */
  readonly code: FailureCode | null
}

export interface Inspection {
  readonly attempts: readonly Attempt[]
  /** Configured id of the relay that was asked last; null while none was. */
  readonly relay: string | null
  /** '' when the relay said nothing, or nothing of it was kept. */
  readonly relayText: string
  /** When the relay is asked again how a doubtful one ended, Unix ms; null: never. Absent from 0.1. */
  readonly nextLookAt?: number | null
}

export function inspect(
  entries: readonly LogEntry[],
  relay: string | null,
  tail: string | null,
  redact: readonly string[],
): Inspection {
  return { attempts: toAttempts(entries), relay, relayText: toSafeMessage(tail ?? '', redact) }
}

/** An attempt ends with what the log says next: a wait for the next one, a link, or the end. */
function toAttempts(entries: readonly LogEntry[]): Attempt[] {
  const attempts: Attempt[] = []
  const end = (endedAt: number, code: FailureCode | null) => {
    const last = attempts.at(-1)
    if (last?.endedAt === null) attempts.splice(-1, 1, { ...last, endedAt, code })
  }
  for (const { at, event } of entries) {
    if (event.type === 'started') {
      attempts.push({ n: event.attempt, startedAt: at, endedAt: null, code: null })
    } else if (event.type === 'phase' && event.reason !== undefined) end(at, event.reason)
    else if (event.type === 'failed') end(at, event.error.code)
    else if (event.type === 'archiving') end(at, null)
  }
  return attempts
}
