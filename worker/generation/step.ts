// What a generation has to do next, decided from its rows alone: a first run, a retry and a restart
// after a crash all pass through the same few lines.

import { isEnded } from '../../shared/video/video.ts'
import type { State } from './state.ts'
import type { GenerationLimits } from '../settings/config.ts'
import type { ArchiveRow, JobRow, LateRow, LookupRow } from './intentions.ts'

/** Longer than a start can be under way: later ones are refused; a deleted object is kept till then. */
export const LATEST_START_MS = 5 * 60_000

export type Step =
  /** Send attempt `n`. */
  | { readonly do: 'dispatch'; readonly n: number }
  /** An attempt was sent and nobody reads its answer: a crash. Never sent again. */
  | { readonly do: 'recover' }
  | { readonly do: 'lookup'; readonly lookup: LookupRow }
  /** Ask a relay how its job stands. */
  | { readonly do: 'look'; readonly job: JobRow }
  /** The same after the end, or a cancel that is passed on. */
  | { readonly do: 'late'; readonly late: LateRow }
  | { readonly do: 'archive'; readonly archive: ArchiveRow }
  | { readonly do: 'settle' }
  | { readonly do: 'forget' }
  /** It was not sent within the total limit. */
  | { readonly do: 'expire' }
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'nothing' }

export function toNextStep(state: State, now: number, limits: GenerationLimits): Step {
  const { row, video, due, log } = state
  if (log === null) return { do: 'nothing' }
  if (isEnded(video)) {
    const { settled, deleted } = row.flags
    if (!settled) return { do: 'settle' }
    if (deleted) return waitOr(due.get('forget'), now, { do: 'forget' })
    const { late } = row
    return late === null ? { do: 'nothing' } : waitOr(late.at, now, { do: 'late', late })
  }
  const { archive, lookup, job, lastAttempt: attempt } = row
  if (archive !== null) return waitOr(archive.retryAt, now, { do: 'archive', archive })
  if (lookup !== null) return waitOr(lookup.retryAt, now, { do: 'lookup', lookup })
  if (job !== null) return waitOr(job.retryAt, now, { do: 'look', job })
  if (attempt !== null && attempt.endedAt === null) return { do: 'recover' }
  const createdAt = row.owner?.identity.createdAt ?? 0
  if (createdAt + limits.totalMs <= now) return { do: 'expire' }
  if (attempt === null) return { do: 'dispatch', n: 1 }
  return waitOr(attempt.retryAt, now, { do: 'dispatch', n: attempt.n + 1 })
}

function waitOr(at: number | null, now: number, step: Step): Step {
  return at !== null && at > now ? { do: 'wait', until: at } : step
}
