// Waits between tries at a relay or the store, when nobody else says how long.

import type { Random } from '../../shared/ports.ts'

const FIRST_MS = 2_000
const LONGEST_MS = 60_000

/** Doubles from 2 s to 60 s, plus up to a quarter, so that many generations do not return together. */
export function toBackoffMs(n: number, random: Random): number {
  const jitter = (random(1)[0] ?? 0) / 255 / 4
  return Math.min(FIRST_MS * 2 ** (n - 1), LONGEST_MS) * (1 + jitter)
}
