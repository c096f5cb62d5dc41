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

test('an attempt that could not be made durable is sent when it is, once', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  const { sql } = solo.host
  const { flush } = sql
  let failures = 0
  sql.flush = async () => {
    failures += 1
    throw new Error('the disk does not answer')
  }
  await solo.start()
  await solo.host.runFor(MINUTE)
  expect(failures).toBeGreaterThan(2)
  expect(solo.orders).toBe(0)
  sql.flush = flush
  await solo.host.runFor(10 * MINUTE)
  expect(solo.orders).toBe(1)
  const { generation } = solo
  expect(generation.describe()?.state.status).toBe('completed')
  const starts = generation.log?.readTo(100).filter(({ event }) => event.type === 'started')
  expect(starts).toHaveLength(1)
})
