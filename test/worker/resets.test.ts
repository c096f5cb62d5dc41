// Objects that are reset under the hands of callers, as by each deploy: reading goes on, and what the
// gateway cannot hide is told so that the official client asks again by itself.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleWorker } from '../gateway/bundleWorker.ts'
import { createOpenAI } from './openaiClient.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
let id: string
beforeAll(async () => {
  site = await startSite({
    worker: await bundleWorker({ entry: 'test/gateway/resettingWorker.ts' }),
  })
  const headers = { prefer: 'wait=60' }
  const video = await site.post('/v1/videos', { prompt: 'a phoenix' }, { headers })
  id = ((await video.json()) as { id: string }).id
})
afterAll(() => site.close())

async function resetShare(percent: number): Promise<number> {
  const response = await fetch(`${site.url}/resets/${percent}`, { method: 'POST' })
  return ((await response.json()) as { calls: number }).calls
}

test('with a reset in every fifth read, the official client fails 0 of 100, four ways', async () => {
  const { client, calls } = createOpenAI(site.url, site.key)
  const before = await resetShare(20)
  for (let n = 0; n < 100; n += 1) {
    expect((await client.videos.retrieve(id)).status).toBe('completed')
    expect((await client.videos.list()).data).toHaveLength(1)
    const content = await client.videos.downloadContent(id)
    expect((await content.arrayBuffer()).byteLength).toBeGreaterThan(1_000)
    const events = await client.get<Response>(`/videos/${id}/events`, { __binaryResponse: true })
    expect(await events.text()).toContain('event: completed')
  }
  // A fifth of the reads was lost, and made again where nobody sees it.
  expect((await resetShare(0)) - before).toBeGreaterThan(440)
  const lost = calls.filter((call) => !call.endsWith(' 200'))
  expect(lost.filter((call) => !call.endsWith(' 503'))).toEqual([])
  // Three in a row are one in 125; that the client hides.
  expect(lost.length).toBeLessThan(20)
})

test('an object that is reset each time is a 503 that asks to be tried again', async () => {
  await resetShare(100)
  const answers = await Promise.all(
    [`/v1/videos/${id}`, '/v1/videos', `/v1/videos/${id}/events`].map((path) => site.get(path)),
  )
  await resetShare(0)
  for (const answer of answers) {
    expect(answer.status).toBe(503)
    expect(answer.headers.get('x-should-retry')).toBe('true')
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await answer.json()).toMatchObject({ error: { code: 'try_again' } })
  }
})
