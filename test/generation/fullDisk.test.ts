// A disk that is full at the worst moment: what is due stays due until it was done.

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
