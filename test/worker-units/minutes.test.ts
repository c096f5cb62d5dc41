// The count of what costs nothing: per key, per account, and minute.

import { expect, test } from 'vitest'
import { Minutes } from '../../worker/platform/minutes.ts'

test('a key that is full says until when, and counts anew in the next minute', () => {
  let now = 1_000
  const minutes = new Minutes('writes', 2, () => now)
  expect([minutes.take('a', 'x'), minutes.take('a', 'x')]).toEqual([null, null])
  now += 20_000
  expect(minutes.take('a', 'x')).toEqual({
    limit: 2,
    remaining: 0,
    resetMs: 40_000,
    policy: 'writes',
  })
  expect(minutes.take('b', 'y')).toBeNull()
  now += 40_000
  expect(minutes.take('a', 'x')).toBeNull()
})

test('an account is full when five of its keys are', () => {
  const minutes = new Minutes('requests', 3, () => 0)
  const all = Array.from({ length: 16 }, (_, n) => minutes.take(`key${n}`, 'x'))
  expect(all.slice(0, 15)).toEqual(Array(15).fill(null))
  expect(all[15]).toMatchObject({ limit: 15, policy: 'requests' })
  expect(minutes.take('key0', 'y')).toBeNull()
})

test('what is refused is not counted: a key that knocks does not take the minute from others', () => {
  const minutes = new Minutes('requests', 1, () => 0)
  for (let n = 0; n < 100; n += 1) minutes.take('a', 'x')
  expect(['b', 'c', 'd', 'e'].map((key) => minutes.take(key, 'x'))).toEqual(Array(4).fill(null))
})

test('a minute that began before the clock was set back is over', () => {
  let now = 3_600_000
  const minutes = new Minutes('requests', 1, () => now)
  minutes.take('a', 'x')
  expect(minutes.take('a', 'x')).not.toBeNull()
  now = 0
  expect(minutes.take('a', 'x')).toBeNull()
  expect(minutes.take('a', 'x')).toMatchObject({ resetMs: 60_000 })
})
