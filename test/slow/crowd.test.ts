// Crowds: five hundred at the same door, three hundred at the same window.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { submitIdenticalRequests } from '../worker/identicalRequests.ts'
import { runFaultyLoad } from '../worker/faultyJobs.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { startVideo } from '../worker/submitVideo.ts'
import { followByMany } from '../worker/subscribers.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ vars: { RELAY_BREAKER: 'off', RELAY_SILENCE_MS: '20000' } })
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

test('500 identical requests at once are one POST and one id', async () => {
  const startedAt = performance.now()
  const ids = await submitIdenticalRequests(site, '500 at once [slow:500]', 500)
  console.log(`500 identical requests: ${Math.round(performance.now() - startedAt)} ms`)
  expect(ids).toHaveLength(500)
  expect(new Set(ids).size).toBe(1)
  expect(site.relay.postsFor(() => true)).toBe(1)
})

test('300 readers all see every event, in order', async () => {
  const startedAt = performance.now()
  const { id } = await startVideo(site, 'watched by 300 [slow:400]')
  const logs = await followByMany(site, id, 300)
  console.log(`300 readers: ${Math.round(performance.now() - startedAt)} ms`)
  expect(logs).toHaveLength(300)
  expect(logs[0]?.at(-1)?.type).toBe('completed')
  for (const log of logs) expect(log).toEqual(logs[0])
})

test('200 generations with 10 % faults all end, and are billed at most once', async () => {
  const startedAt = performance.now()
  const { ends, wrongly, usage } = await runFaultyLoad(site, 200)
  console.log(`200 generations: ${Math.round(performance.now() - startedAt)} ms`)
  expect(ends.filter(({ status }) => status === 'failed')).toHaveLength(20)
  expect(ends.filter(({ status }) => status === 'completed')).toHaveLength(180)
  expect(wrongly).toEqual([])
  const paid = usage.held_usd + usage.spent_usd
  expect(paid).toBeGreaterThanOrEqual(0.4 * site.relay.billed.length - 1e-6)
})
