// How often a job is asked for, and when a relay is believed that knows it no longer.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Look } from '../../../shared/relay/relay.ts'
import {
  countUnknown,
  isForgotten,
  noNews,
  toPaceMs,
  type Unknown,
} from '../../../shared/relay/tasks/pace.ts'

const MINUTE = 60_000
const unknownTask: Look = { is: 'no news', isUnknown: true, retryAfterMs: null }

test('a young job is asked for as often as its relay allows, an old one every half a minute', () => {
  const ages = [0, 30_000, MINUTE, 5 * MINUTE, 60 * MINUTE]
  expect(ages.map((age) => toPaceMs(age, 3_000, null))).toEqual([
    3_000, 3_000, 6_000, 30_000, 30_000,
  ])
})

test('no relay is asked more often than it allows or wishes, and no wish is longer than 5 min', () => {
  const ms = fc.integer({ min: 0, max: 60 * MINUTE })
  fc.assert(
    fc.property(ms, ms, fc.option(ms), (age, poll, wish) => {
      const pace = toPaceMs(age, poll, wish)
      const atLeast = Math.max(poll, Math.min(wish ?? 0, 5 * MINUTE))
      return pace >= atLeast && pace <= Math.max(atLeast, MINUTE / 2)
    }),
  )
  expect(toPaceMs(0, 3_000, 24 * 60 * MINUTE)).toBe(5 * MINUTE)
  expect(toPaceMs(0, 2 * MINUTE, null)).toBe(2 * MINUTE)
})

/** Whether the job is forgotten after these looks, so far apart. */
function afterLooks(looks: readonly Look[], everyMs: number): boolean {
  let unknown: Unknown | null = null
  let now = 0
  for (const look of looks) {
    now += everyMs
    unknown = countUnknown(unknown, look, now)
    if (isForgotten(unknown, now)) return true
  }
  return false
}

test('five times in a row over two minutes, and not sooner', () => {
  const times = (n: number) => Array.from({ length: n }, () => unknownTask)
  expect(afterLooks(times(5), MINUTE / 2)).toBe(true)
  expect(afterLooks(times(4), MINUTE)).toBe(false)
  expect(afterLooks(times(12), 10_000)).toBe(false)
  expect(afterLooks(times(13), 10_000)).toBe(true)
})

test('anything else in between begins the count anew', () => {
  const others: readonly Look[] = [
    noNews,
    { is: 'running', progress: null, phase: 'running', retryAfterMs: null },
  ]
  for (const other of others) {
    const looks = [1, 2, 3, 4].flatMap(() => [unknownTask, unknownTask, unknownTask, other])
    expect(afterLooks(looks, MINUTE)).toBe(false)
  }
})
