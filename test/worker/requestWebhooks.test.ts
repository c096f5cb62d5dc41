// A webhook that comes with a request, and POST /v1/callbacks: what one call is waited for with, and
// what an n8n execution sleeps on.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

const order = (path: string, secret?: string) => ({
  webhook: { url: `${receiver.origin}${path}`, ...(secret !== undefined && { secret }) },
})

async function generate(prompt: string, body: object = {}, wait = false): Promise<string> {
  const response = await site.post(
    '/v1/videos',
    { prompt, ...body },
    { key, ...(wait && { headers: { prefer: 'wait=30' } }) },
  )
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

describe('the webhook of a request', () => {
  test('is called when the video has ended, and signed when there is a secret', async () => {
    const signed = await generate('a crane', order('/signed', standardSecret))
    const plain = await generate('a stork', order('/plain'))
    const worded = await generate('a swan', order('/worded', 'a secret in plain words'))
    await receiver.waitFor(3)
    const at = (path: string) => receiver.arrivals.find((arrival) => arrival.path === path)
    expect(at('/signed')?.event).toMatchObject({ type: 'video.completed', data: { id: signed } })
    expect(at('/plain')?.event.data).toEqual({ id: plain })
    expect(at('/plain')?.headers).not.toHaveProperty('webhook-signature')
    expect(at('/plain')?.headers['webhook-id']).toBe(at('/plain')?.event.id)
    expect(at('/worded')?.event.data).toEqual({ id: worded })
    const signedArrival = at('/signed')
    const wordedArrival = at('/worded')
    if (signedArrival === undefined || wordedArrival === undefined) throw new Error('not arrived')
    expect(await findAcceptors(signedArrival, standardSecret)).toEqual([
      'openai',
      'standardwebhooks',
    ])
    expect(await findAcceptors(wordedArrival, 'a secret in plain words')).toContain('openai')
  })

  test('is told of a failure', async () => {
    const id = await generate('[fail:guardrail] a crane', order('/hook'))
    const [arrival] = await receiver.waitFor(1)
    expect(arrival?.event).toMatchObject({ type: 'video.failed', data: { id } })
  })

  test('may come with a chat', async () => {
    const messages = [{ role: 'user', content: 'a crane in a chat' }]
    await site.post(
      '/v1/chat/completions',
      { model: 'sora-2', messages, ...order('/chat') },
      { key },
    )
    const [arrival] = await receiver.waitFor(1)
    expect(arrival?.event.type).toBe('video.completed')
    expect(site.relay.requests.at(-1)?.bodyText).not.toContain('webhook')
  })

  test('is told by a join and by a cache hit, too, and one payment is all there is', async () => {
    const prompt = '[slow:150] a rare crane'
    const ids = [
      await generate(prompt, order('/first')),
      await generate(prompt, order('/joined', standardSecret)),
    ]
    await receiver.waitFor(2)
    ids.push(await generate(prompt, order('/hit')))
    const arrivals = await receiver.waitFor(3)
    expect(new Set(ids).size).toBe(1)
    expect(arrivals.map(({ path }) => path).sort()).toEqual(['/first', '/hit', '/joined'])
    expect(new Set(arrivals.map(({ event }) => event.data.id))).toEqual(new Set(ids))
    expect(site.relay.postsFor((request) => request.prompt.startsWith(prompt))).toBe(1)
    const joined = arrivals.find(({ path }) => path === '/joined')
    if (joined === undefined) throw new Error('the join was not told')
    expect(await findAcceptors(joined, standardSecret)).toHaveLength(2)
  })

  test('is given up where nobody will ever be', async () => {
    receiver.queue({ status: 404 })
    await generate('a lost crane', order('/gone'))
    await receiver.waitFor(1)
    // The next one comes through meanwhile; the lost one would be due after 5 s.
    await new Promise((resolve) => setTimeout(resolve, 6_500))
    expect(receiver.arrivals).toHaveLength(1)
  })

  test("is called again soon while n8n's execution has not gone to sleep yet", async () => {
    const body = '{"message":"The execution \\"7\\" is running already."}'
    receiver.queue({ status: 409, body }, { status: 409, body })
    await generate('a crane for n8n', order('/webhook-waiting/7?signature=abc'))
    const startedAt = Date.now()
    const arrivals = await receiver.waitFor(3)
    expect(new Set(arrivals.map(({ event }) => event.id)).size).toBe(1)
    expect(arrivals[0]?.path).toBe('/webhook-waiting/7?signature=abc')
    // 1 s and 1 to 2 s later; the ordinary schedule would take five minutes.
    expect(Date.now() - startedAt).toBeLessThan(30_000)
  })

  test.each([
    [{ url: 'nowhere' }, 'webhook.url'],
    [{ url: 'https://a.example/', secret: 'whsec_short' }, 'webhook.secret'],
    [{ url: 'https://a.example/', secret: '' }, 'webhook.secret'],
    [{ secret: 'words' }, 'webhook.url'],
    [{ url: 'https://a.example/', extra: 1 }, 'webhook'],
    ['https://a.example/', 'webhook'],
  ])('%j is refused naming %s, and nothing is paid', async (webhook, param) => {
    const before = site.relay.billed.length
    const response = await site.post('/v1/videos', { prompt: 'never', webhook }, { key })
    expect(response.status).toBe(400)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ error: { param } })
    expect(text).not.toContain('short')
    expect(site.relay.billed).toHaveLength(before)
  })
})

describe('a callback', () => {
  const callback = (videoIds: readonly string[], path = '/done', more: object = {}) =>
    site.post(
      '/v1/callbacks',
      { video_ids: videoIds, url: `${receiver.origin}${path}`, ...more },
      { key },
    )

  test('is one signed call when all of its videos have ended, the failed ones too', async () => {
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

  test('comes at once when all have ended, with an id named twice as well', async () => {
    const id = await generate('a finished crane', {}, true)
    expect((await callback([id, id])).status).toBe(201)
    const [arrival] = await receiver.waitFor(1)
    expect(arrival?.event.data.video_ids).toEqual([id, id])
  })

  test('waits while the last one runs', async () => {
    const finished = await generate('an early crane', {}, true)
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
  ])('with %s is a 404 that names it', async (_, unknown) => {
    const id = await generate('a known crane', {}, true)
    const response = await callback([id, unknown])
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      error: { code: 'not_found', param: 'video_ids[1]' },
    })
    expect(receiver.arrivals).toEqual([])
  })

  test("with another tenant's video is the same 404", async () => {
    const id = await generate('a private crane', {}, true)
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

  test('with a deleted video is a 404', async () => {
    const id = await generate('a deleted crane', {}, true)
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

  test('needs the scope `generate`', async () => {
    const { key: reader } = await site.gateway.createKey({ account, scopes: ['read', 'manage'] })
    const body = { video_ids: ['video_1'], url: receiver.origin }
    expect((await site.post('/v1/callbacks', body, { key: reader })).status).toBe(403)
  })
})

describe('without ALLOW_PRIVATE_NETWORK', () => {
  let guarded: Site
  beforeAll(async () => {
    guarded = await startSite({
      vars: { ALLOW_PRIVATE_NETWORK: 'false', RELAY_BASE_URL: 'https://relay.example/v1' },
    })
  })
  afterAll(() => guarded.close())

  test.each([
    'http://hooks.example/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://0x7f.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://router.local/',
    'https://hooks.example:9200/',
  ])('%s is refused wherever it is given', async (url) => {
    const places: [string, object, string][] = [
      ['/v1/videos', { prompt: 'never', webhook: { url } }, 'webhook.url'],
      ['/v1/callbacks', { video_ids: ['video_1'], url }, 'url'],
      ['/v1/webhook_endpoints', { name: 'x', url, event_types: ['video.failed'] }, 'url'],
      [
        '/v1/schedules',
        { name: 'x', cron: '0 9 * * *', request: { prompt: 'never' }, webhook: { url } },
        'webhook.url',
      ],
    ]
    for (const [path, body, param] of places) {
      const response = await guarded.post(path, body)
      expect(response.status, path).toBe(400)
      expect(await response.json(), path).toMatchObject({
        error: { code: 'invalid_request', param },
      })
    }
    expect(guarded.relay.requests).toEqual([])
  })

  test('an endpoint cannot be moved inside', async () => {
    const body = { name: 'x', url: 'https://hooks.example/', event_types: ['video.failed'] }
    const { id } = (await (await guarded.post('/v1/webhook_endpoints', body)).json()) as {
      id: string
    }
    const moved = await guarded.post(`/v1/webhook_endpoints/${id}`, { url: 'https://10.0.0.1/' })
    expect(moved.status).toBe(400)
    expect(await moved.json()).toMatchObject({ error: { param: 'url' } })
  })
})
