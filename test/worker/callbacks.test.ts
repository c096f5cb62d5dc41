// POST /v1/callbacks: one call when several videos have all ended. What an n8n execution sleeps on.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Receiver } from './startReceiver.ts'
import { findAcceptors, startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
let receiver: Receiver
let key: string
let account: string
beforeAll(async () => {
  site = await startSite({ everyHost: false, vars: { RELAY_BREAKER: 'off' } })
})
afterAll(() => site.close())
beforeEach(async () => {
  receiver = await startReceiver()
  ;({ key, account } = await site.gateway.createKey())
  return () => receiver.close()
})

const standardSecret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`

async function generate(prompt: string, wait = false): Promise<string> {
  const response = await site.post(
    '/v1/videos',
    { prompt },
    { key, ...(wait && { headers: { prefer: 'wait=30' } }) },
  )
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

const callback = (videoIds: readonly string[], path = '/done', more: object = {}) =>
  site.post(
    '/v1/callbacks',
    { video_ids: videoIds, url: `${receiver.origin}${path}`, ...more },
    { key },
  )

test('a callback is one signed call when all of its videos have ended, the failed ones too', async () => {
  const ids = [
    await generate('[slow:100] many cranes'),
    await generate('[fail:guardrail] many storks'),
    await generate('many swans'),
  ]
  const response = await callback(ids, '/done', { secret: standardSecret })
  expect(response.status).toBe(201)
  const created = (await response.json()) as { id: string }
  expect(created).toEqual({
    id: expect.stringMatching(/^cb_/),
    object: 'callback',
    video_ids: ids,
    url: `${receiver.origin}/done`,
    created_at: expect.any(Number),
  })
  const [arrival] = await receiver.waitFor(1)
  if (arrival === undefined) throw new Error('nothing arrived')
  expect(arrival.event).toMatchObject({
    type: 'videos.finished',
    data: { id: created.id, video_ids: ids },
  })
  expect(await findAcceptors(arrival, standardSecret)).toHaveLength(2)
  for (const id of ids) {
    const video = (await (await site.get(`/v1/videos/${id}`, { key })).json()) as {
      status: string
    }
    expect(video.status).toMatch(/^(completed|failed)$/)
  }
})

test('a callback comes at once when all have ended, with an id named twice as well', async () => {
  const id = await generate('a finished crane', true)
  expect((await callback([id, id])).status).toBe(201)
  const [arrival] = await receiver.waitFor(1)
  expect(arrival?.event.data.video_ids).toEqual([id, id])
})

test('a callback waits while the last one runs', async () => {
  const finished = await generate('an early crane', true)
  const running = await generate('[slow:400] a late crane')
  await callback([finished, running])
  const video = await site.get(`/v1/videos/${running}`, { key })
  expect(await video.json()).toMatchObject({ completed_at: null })
  expect(receiver.arrivals).toEqual([])
  await receiver.waitFor(1)
})

test.each([
  ['an unknown video', 'video_0000000000000000000000000000'],
  ['no id at all', 'x'],
])('a callback with %s is a 404 that names it', async (_, unknown) => {
  const id = await generate('a known crane', true)
  const response = await callback([id, unknown])
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({
    error: { code: 'not_found', param: 'video_ids[1]' },
  })
  expect(receiver.arrivals).toEqual([])
})

test("a callback with another tenant's video is the same 404", async () => {
  const id = await generate('a private crane', true)
  const stranger = (await site.gateway.createKey()).key
  const texts = await Promise.all(
    [id, id.replace(/.{4}$/, 'zzzz')].map(async (one) => {
      const body = { video_ids: [one], url: receiver.origin }
      const response = await site.post('/v1/callbacks', body, { key: stranger })
      return `${response.status} ${await response.text()}`
    }),
  )
  expect(texts[0]).toBe(texts[1])
  expect(texts[0]).toMatch(/^404 .*video_ids\[0\]/)
})

test('a callback with a deleted video is a 404', async () => {
  const id = await generate('a deleted crane', true)
  expect((await site.get(`/v1/videos/${id}`, { key, method: 'DELETE' })).status).toBe(200)
  expect((await callback([id])).status).toBe(404)
})

test.each([
  [{ video_ids: [] }, 'video_ids'],
  [{ video_ids: 'video_1' }, 'video_ids'],
  [{ video_ids: [5] }, 'video_ids[0]'],
  [{ url: 'gopher://a.example/' }, 'url'],
  [{ secret: 'whsec_short' }, 'secret'],
  [{ url: undefined }, 'url'],
])('%j is refused naming %s', async (change, param) => {
  const body = { video_ids: ['video_1'], url: receiver.origin, ...change }
  const response = await site.post('/v1/callbacks', body, { key })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param } })
})

test('a callback needs the scope `generate`', async () => {
  const { key: reader } = await site.gateway.createKey({ account, scopes: ['read', 'manage'] })
  const body = { video_ids: ['video_1'], url: receiver.origin }
  expect((await site.post('/v1/callbacks', body, { key: reader })).status).toBe(403)
})
