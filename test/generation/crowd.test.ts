// Readers of one log have an end: a stranger with a signed link must not fill the memory in which the
// relay's answer is being read, nor keep those out who hold a key.

import { expect, test } from 'vitest'
import { openEventStream } from '../../worker/generation/eventStream.ts'
import { SoloGeneration } from './soloGeneration.ts'

function open(solo: SoloGeneration, guestUntil: number | null) {
  return openEventStream(
    solo.generation,
    { as: 'events', after: 0, includeUsage: false, origin: 'https://video.example', guestUntil },
    {
      now: () => solo.host.now,
      sleep: async () => {},
      commentMs: 15_000,
      sign: async (one) => one,
    },
  )
}

test('guests leave room for keys, and both have an end', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  const guests = Array.from({ length: 400 }, () => open(solo, solo.host.now + 60_000))
  expect(guests.every((stream) => stream instanceof ReadableStream)).toBe(true)
  expect(open(solo, solo.host.now + 60_000)).toBe('crowded')
  const readers = Array.from({ length: 100 }, () => open(solo, null))
  expect(readers.every((stream) => stream instanceof ReadableStream)).toBe(true)
  expect(open(solo, null)).toBe('crowded')
  // Who leaves makes room.
  const [first] = readers
  if (first instanceof ReadableStream) await first.cancel()
  expect(open(solo, null)).toBeInstanceOf(ReadableStream)
  expect(open(solo, null)).toBe('crowded')
})
