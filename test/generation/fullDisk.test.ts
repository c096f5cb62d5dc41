// A disk that is full at the worst moment: what is due stays due until it was done, and what was paid
// for is not lost by it.

import { expect, test } from 'vitest'
import { DAY_MS, SoloGeneration } from './soloGeneration.ts'

const MINUTE = 60_000

test('an alarm that could write a part only has written nothing', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  await solo.host.runFor(5 * MINUTE)
  expect(solo.objects.size).toBe(1)
  const { sql } = solo.host
  const { exec } = sql
  sql.exec = (query, ...bindings) => {
    if (query.startsWith('INSERT OR REPLACE INTO due')) throw new Error('disk is full')
    return exec(query, ...bindings)
  }
  await expect(solo.host.runFor(3 * DAY_MS)).rejects.toThrow('full')
  sql.exec = exec
  // The shell of the object rings again soon, and a crash in between must not end it.
  solo.host.crash()
  solo.generation.alarm()
  solo.host.crash()
  await solo.host.runFor(MINUTE)
  expect(solo.objects.size).toBe(0)
})

/** Writes fail that `isRefused` names, until the returned function is called. */
function fillDisk(
  { host: { sql } }: SoloGeneration,
  isRefused: (query: string, bindings: readonly unknown[]) => boolean,
): () => void {
  const { exec } = sql
  sql.exec = (query, ...bindings) => {
    if (isRefused(query, bindings)) throw new Error('disk is full')
    return exec(query, ...bindings)
  }
  return () => void (sql.exec = exec)
}

test('a step of progress that cannot be written does not break off the answer', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  let refused = 0
  fillDisk(solo, (query, bindings) => {
    const isStep = query.startsWith('INSERT INTO log') && String(bindings[2]).includes('progress')
    if (isStep) refused += 1
    return isStep && refused === 1
  })
  await solo.host.runFor(5 * MINUTE)
  expect(refused).toBeGreaterThan(1)
  expect(solo.reports).toContainEqual(expect.objectContaining({ what: 'step failed' }))
  expect(solo.generation.describe()?.state.status).toBe('completed')
})

test('an answer whose end cannot be written is written later', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  const clear = fillDisk(solo, (query) => /^(INSERT|UPDATE|DELETE)/.test(query))
  await solo.host.runFor(20 * MINUTE)
  expect(solo.reports).toContainEqual(
    expect.objectContaining({ what: 'attempt ended', code: null }),
  )
  expect(solo.objects.size).toBe(0)
  clear()
  await solo.host.runFor(MINUTE)
  expect(solo.generation.describe()?.state.status).toBe('completed')
})

test('an answer that can never be written is in doubt after an hour', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  fillDisk(solo, (query) => /^UPDATE .*\blink = /.test(query))
  await solo.host.runFor(90 * MINUTE)
  expect(solo.generation.describe()?.state).toMatchObject({ status: 'failed', outcome: 'unknown' })
})
