// Cancelling ends a generation for every reader. It cannot take back what the relay was paid for,
// so a video that is there already is kept.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { speakDialect } from '../relay/scenario.ts'
import { silence } from '../relay/script.ts'
import { followResponse, readLog } from './readEvents.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

async function cancel(id: string): Promise<VideoResource> {
  const response = await site.post(`/v1/videos/${id}/cancel`, {})
  expect(response.status).toBe(200)
  return (await response.json()) as VideoResource
}

async function waitFor(id: string, type: string): Promise<void> {
  for await (const { event } of followResponse(await site.get(`/v1/videos/${id}/events`))) {
    if (event === type) return
  }
  throw new Error(`no ${type}`)
}

test('a running generation ends as cancelled for all its readers, and stays so', async () => {
  const { id } = await startVideo(site, 'cancel me [fault:stall]')
  await waitFor(id, 'progress')
  const readers = [1, 2].map(async () => await readLog(await site.get(`/v1/videos/${id}/events`)))
  const cancelled = await cancel(id)
  expect(cancelled).toMatchObject({
    status: 'failed',
    error: { code: 'cancelled' },
    charge: 'possible',
    outcome: 'known',
  })
  for (const reader of readers) {
    expect((await reader).at(-1)).toMatchObject({ type: 'failed', error: { code: 'cancelled' } })
  }
  expect(await cancel(id)).toEqual(cancelled)
  expect(await (await site.get(`/v1/videos/${id}`)).json()).toEqual(cancelled)
})

test('a waiting chat is told by a 409', async () => {
  const prompt = 'cancelled chat [fault:stall]'
  const body = { model: 'sora-2', messages: [{ role: 'user', content: prompt }] }
  const waiting = site.post('/v1/chat/completions', body)
  const { id } = await startVideo(site, prompt)
  await cancel(id)
  const response = await waiting
  expect(response.status).toBe(409)
  expect(response.headers.get('x-should-retry')).toBe('false')
  expect(await response.json()).toMatchObject({ error: { code: 'cancelled' } })
})

test('one that waits to be sent again ends without a charge, and is never sent', async () => {
  const prompt = 'cancelled between [fail:rate-limited]'
  const { id } = await startVideo(site, prompt)
  // Queued again: refused once, and the wait before the second attempt has begun.
  await expect
    .poll(async () => {
      const log = (await (await site.get(`/v1/videos/${id}`)).json()) as VideoResource
      return [site.relay.postsOf(prompt), log.status]
    })
    .toEqual([1, 'queued'])
  expect(await cancel(id)).toMatchObject({ status: 'failed', charge: 'none' })
  expect(site.relay.postsOf(prompt)).toBe(1)
})

test('a link that was seen is archived instead', async () => {
  site.relay.setScenario(function* ({ request, job }) {
    for (const step of speakDialect('D1')({ request, job })) {
      yield step
      if (step.type === 'bytes' && Buffer.from(step.bytes).includes(job.previewUrl)) yield silence
    }
  })
  const { id } = await startVideo(site, 'cancelled too late')
  await waitFor(id, 'preview')
  await cancel(id)
  const log = await readLog(await site.get(`/v1/videos/${id}/events`))
  expect(log.at(-1)).toMatchObject({ type: 'completed', video: { charge: 'certain' } })
  expect(site.relay.downloads.map(({ url }) => url)).toEqual([site.relay.billed[0]?.videoUrl])
})

test('what has ended cannot be cancelled, and is shown as it is', async () => {
  const { id, video } = await submitVideo(site, 'over')
  expect(await cancel(id)).toEqual(video)
})

test('the same request after a cancel is a new generation', async () => {
  const prompt = 'cancelled, then wanted [slow:100]'
  const first = await startVideo(site, prompt)
  await cancel(first.id)
  const second = await submitVideo(site, prompt)
  expect(second.video?.status).toBe('completed')
  expect(second.id).not.toBe(first.id)
})
