// What was surely not sent is not in doubt: an attempt is written down when all that can fail before its
// call has been done. Crashes around that write are the simulation's.

import { expect, test } from 'vitest'
import { SoloGeneration } from './soloGeneration.ts'

const MINUTE = 60_000

test('an order that cannot be put into words is sent when it can', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  solo.isWithoutChance = true
  await solo.start()
  expect(solo.orders).toBe(0)
  solo.isWithoutChance = false
  await solo.host.runFor(5 * MINUTE)
  expect(solo.orders).toBe(1)
  expect(solo.generation.describe()?.state.status).toBe('completed')
})
