// Waits between tries, when nobody else says how long.

import type { Random } from '../../shared/ports.ts'

const FIRST_MS = 2_000
const LONGEST_MS = 60_000

const FIRST_AFTER_ERROR_MS = 5_000
const LONGEST_AFTER_ERROR_MS = 4 * 60_000

/** At a relay or the store: doubles from 2 s to 60 s. */
export function toBackoffMs(n: number, random: Random): number {
  return stretch(Math.min(FIRST_MS * 2 ** (n - 1), LONGEST_MS), random)
}

/**
 * After a step that threw for the `n`th time in a row: doubles from 5 s up to 5 min. What has waited
 * for `ageMs` waits as long again, also in an object that was evicted and counts anew.
 */
export function toErrorBackoffMs(n: number, ageMs: number, random: Random): number {
  const wait = Math.max(FIRST_AFTER_ERROR_MS * 2 ** (n - 1), ageMs)
  return stretch(Math.min(wait, LONGEST_AFTER_ERROR_MS), random)
}

/** By up to a quarter, so that many generations do not return together. */
function stretch(ms: number, random: Random): number {
  return ms * (1 + (random(1)[0] ?? 0) / 255 / 4)
}
