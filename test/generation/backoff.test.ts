// How long a step waits after an error: longer each time, within bounds, never all at the same moment.

import { expect, test } from 'vitest'
import { toErrorBackoffMs } from '../../worker/generation/backoff.ts'

const least = () => new Uint8Array([0])
const most = () => new Uint8Array([255])

test('it doubles from five seconds up to five minutes', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 20].map((n) => toErrorBackoffMs(n, 0, least) / 1000)
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 240, 240])
  expect(toErrorBackoffMs(20, 0, most)).toBe(300_000)
})

test('an object that was evicted, and counts anew, waits as long as its end is past', () => {
  expect(toErrorBackoffMs(1, 100_000, least)).toBe(100_000)
  expect(toErrorBackoffMs(1, 24 * 3_600_000, least)).toBe(240_000)
})
