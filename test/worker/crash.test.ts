// The runtime is killed, not asked to stop, and comes back on the same storage: nothing is paid
// twice, nothing that was announced is lost, and everything ends, without anybody touching it.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { readWhole } from '../relay/media/mp4.ts'
import { mediaFor } from '../relay/media/serve.ts'
import { speakDialect } from '../relay/scenario.ts'
import { cutAtProgress, silence } from '../relay/script.ts'
import { runCrashCycles } from './crashCycles.ts'
import type { CrashingSite } from './crashingSite.ts'
import { startCrashingSite } from './crashingSite.ts'
import { readLog } from './readEvents.ts'

let site: CrashingSite
beforeAll(async () => {
  site = await startCrashingSite({
    stepMs: 60,
    taskOrigin: 'https://asyncdata.net',
    vars: { RELAY_SILENCE_MS: '3000' },
  })
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

/** Longest time after a restart until everything is on its way again; alarms are 500 ms apart. */
const RECOVERY = { timeout: 20_000, interval: 20 }

async function order(prompt: string): Promise<string> {
  const response = await site.gateway.fetch('/v1/videos', site.key, {
    method: 'POST',
    body: JSON.stringify({ prompt }),
  })
  return ((await response.json()) as VideoResource).id
}

async function expectVideo(id: string): Promise<void> {
  const log = await readLog(await site.gateway.fetch(`/v1/videos/${id}/events`, site.key))
  expect(log.at(-1)).toMatchObject({ type: 'completed', video: { id, charge: 'certain' } })
  const content = await site.gateway.fetch(`/v1/videos/${id}/content`, site.key)
  const stored = Buffer.from(await content.arrayBuffer())
  const url = new URL(site.relay.billed[0]?.videoUrl ?? '')
  expect(stored.equals(readWhole(mediaFor(url)))).toBe(true)
}

test('a link that was seen is archived after the crash, though nobody asks for it', async () => {
  // The link comes, the stream stays open: only the log knows of it when the runtime dies.
  site.relay.setScenario(function* ({ request, job }) {
    for (const step of speakDialect('D1')({ request, job: { ...job, stepMs: 1 } })) {
      yield step
      const isLink = step.type === 'bytes' && Buffer.from(step.bytes).includes(job.previewUrl)
      if (isLink) yield silence
    }
  })
  const id = await order('seen, then killed')
  const followed = await site.gateway.fetch(`/v1/videos/${id}/events?after=2`, site.key)
  await waitForText(followed, 'event: preview')
  await site.crash()
  await expect
    .poll(() => site.relay.downloads.map(({ url }) => url), RECOVERY)
    .toEqual([site.relay.billed[0]?.videoUrl])
  await expectVideo(id)
  expect(site.relay.postsFor(() => true)).toBe(1)
})

test('a public task page is asked, unpaid, how a broken-off answer went on', async () => {
  site.relay.setTaskProgress(() => 'completed')
  site.relay.setScenario((visit) => cutAtProgress(speakDialect('D1')(visit), 36, [silence]))
  const id = await order('looked up')
  const followed = await site.gateway.fetch(`/v1/videos/${id}/events`, site.key)
  await waitForText(followed, '"progress":36')
  await site.crash()
  await expect
    .poll(() => site.relay.downloads.map(({ url }) => url), RECOVERY)
    .toEqual([site.relay.billed[0]?.statusUrl, site.relay.billed[0]?.videoUrl])
  const [lookUp] = site.relay.downloads
  expect(lookUp?.headers).not.toHaveProperty('authorization')
  await expectVideo(id)
  expect(site.relay.postsFor(() => true)).toBe(1)
})

test('without a link or a task page it ends as unknown, and is not sent again', async () => {
  site.relay.setTaskProgress(() => 'failed')
  site.relay.setScenario(() => [silence])
  const id = await order('no trace')
  await expect.poll(() => site.relay.postsOf('no trace'), RECOVERY).toBe(1)
  await site.crash()
  const log = await readLog(await site.gateway.fetch(`/v1/videos/${id}/events`, site.key))
  expect(log.map(({ type }) => type)).toEqual(['queued', 'started', 'failed'])
  expect(log.at(-1)).toMatchObject({
    error: { code: 'outcome_unknown' },
    charge: 'possible',
    outcome: 'unknown',
  })
  expect(await order('no trace')).toBe(id)
  expect(site.relay.postsOf('no trace')).toBe(1)
})

test('20 crashes at random moments break no promise', { timeout: 180_000 }, async () => {
  site.relay.setTaskProgress(() => 'completed')
  const report = await runCrashCycles(site, 20)
  expect(report.broken).toEqual([])
  expect(report.generations).toBe(80)
  expect(report.completed + report.doubtful).toBe(80)
  // A crash that hits nothing proves nothing.
  expect(report.completed).toBeGreaterThan(10)

  const usage = await site.gateway.fetch('/v1/usage', site.key)
  const { key } = (await usage.json()) as { key: { spent_usd: number; held_usd: number } }
  expect(key.spent_usd + key.held_usd).toBeGreaterThanOrEqual(0.4 * site.relay.billed.length - 1e-6)
})

async function waitForText(response: Response, text: string): Promise<void> {
  let seen = ''
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    seen += decoder.decode(bytes, { stream: true })
    if (seen.includes(text)) return
  }
  throw new Error(`The stream ended without ${text}.`)
}
