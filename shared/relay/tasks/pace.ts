// How often a job is asked for, and when a relay is believed that knows it no longer: the same for
// every host, so that a relay meets one manner. A look is free; one too many annoys, one too few waits.

import type { Failure } from '../../video/failures.ts'
import type { Look } from '../relay.ts'

/** The shortest distance between two looks, where nobody has said another. */
export const USUAL_POLL_MS = 3_000
/** One look, answer included. */
export const LOOK_MS = 30_000
/** However young a job is; it is asked for more rarely the longer it takes. */
export const MOST_RARELY_MS = 30_000
const LONGEST_WISH_MS = 5 * 60_000
/** A relay that knows no such job is believed when it says so this often, for this long. */
const UNKNOWN_TIMES = 5
const UNKNOWN_MS = 2 * 60_000

/** How often in a row, and since when, a relay has said that it knows no such job. */
export interface Unknown {
  readonly since: number
  readonly times: number
}

export const noNews: Look = { is: 'no news', isUnknown: false, retryAfterMs: null }

/** A tenth of its age, so that a long job is asked for rarely and a short one is not kept waiting. */
export function toPaceMs(ageMs: number, pollMs: number, wishMs: number | null): number {
  return Math.max(
    pollMs,
    Math.min(ageMs / 10, MOST_RARELY_MS),
    Math.min(wishMs ?? 0, LONGEST_WISH_MS),
  )
}

/** The count after one more look; null when it said anything else. */
export function countUnknown(before: Unknown | null, look: Look, now: number): Unknown | null {
  if (look.is !== 'no news' || !look.isUnknown) return null
  return { since: before?.since ?? now, times: (before?.times ?? 0) + 1 }
}

export function isForgotten(unknown: Unknown | null, now: number): boolean {
  return unknown !== null && unknown.times >= UNKNOWN_TIMES && now - unknown.since >= UNKNOWN_MS
}

export const unknownJob: Failure = {
  code: 'upstream_error',
  message: 'The relay says again and again that it knows no such job.',
  charge: 'possible',
  outcome: 'unknown',
}
