// Many generations at once while one in ten goes wrong in its own way: all of them end, none is
// billed twice, and the books say what was paid.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { runFaultyLoad } from './faultyJobs.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ vars: { RELAY_SILENCE_MS: '4000', RELAY_BREAKER: 'off' } })
})
afterAll(() => site.close())

test('40 generations with 10 % faults all end, and are billed at most once', async () => {
  const { ends, wrongly, usage } = await runFaultyLoad(site, 40)
  expect(ends).toHaveLength(40)
  expect(ends.filter(({ status }) => status === 'failed')).toHaveLength(4)
  expect(ends.filter(({ status }) => status === 'completed')).toHaveLength(36)
  expect(wrongly).toEqual([])
  expect(usage.held_usd + usage.spent_usd).toBeGreaterThanOrEqual(
    0.4 * site.relay.billed.length - 1e-6,
  )
})
