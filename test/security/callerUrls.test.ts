// Every place where a caller may name an address, against every address nobody may name: refused
// when it is given, before anything is stored, generated or asked.

import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { answer, bytes, end, head } from '../relay/script.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { submitVideo } from '../worker/submitVideo.ts'
import { judgedUrls, ownHost } from './hostileUrls.ts'

let site: Site
let endpoint: string
let schedule: string
let video: string

/** As in production: https only, public hosts only; every host is answered by the simulator. */
const vars = {
  ALLOW_PRIVATE_NETWORK: 'false',
  RELAY_BASE_URL: 'https://relay.example/v1',
  PUBLIC_URL: `https://${ownHost}`,
  AUTH_FAILURES_PER_MINUTE: '1000',
  REQUESTS_PER_MINUTE: '100000',
  WRITES_PER_MINUTE: '100000',
}

const hook = 'https://hooks.example/'
const newEndpoint = (url: string) => ({ name: 'mine', url, event_types: ['video.completed'] })
const newSchedule = { name: 'yearly', cron: '0 0 1 1 *', request: { prompt: 'fireworks' } }

async function create(path: string, body: unknown): Promise<string> {
  const response = await site.post(path, body)
  expect(response.ok).toBe(true)
  return ((await response.json()) as { id: string }).id
}

beforeAll(async () => {
  site = await startSite({ relay: { linkOrigin: 'https://cdn.example' }, vars })
  video = (await submitVideo(site, 'there already')).id
  expect(video).not.toBe('')
  // Once the books are closed nobody is told of it any more, so that no delivery disturbs a test.
  await vi.waitFor(async () => {
    const usage = (await (await site.get('/v1/usage')).json()) as { key: { spent_usd: number } }
    if (usage.key.spent_usd === 0) throw new Error('not settled yet')
  })
  endpoint = await create('/v1/webhook_endpoints', newEndpoint(hook))
  schedule = await create('/v1/schedules', newSchedule)
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

/** Where an address is given, and which field a refusal must name. */
const doors: readonly [string, string, (url: string) => [path: string, body: unknown]][] = [
  ['a new endpoint', 'url', (url) => ['/v1/webhook_endpoints', newEndpoint(url)]],
  ['a changed endpoint', 'url', (url) => [`/v1/webhook_endpoints/${endpoint}`, { url }]],
  ['a callback', 'url', (url) => ['/v1/callbacks', { video_ids: [video], url }]],
  ['a video', 'webhook.url', (url) => ['/v1/videos', { prompt: 'x', webhook: { url } }]],
  [
    'a chat',
    'webhook.url',
    (url) => [
      '/v1/chat/completions',
      { model: 'sora-2', messages: [{ role: 'user', content: 'x' }], webhook: { url } },
    ],
  ],
  [
    'a remix',
    'webhook.url',
    (url) => [`/v1/videos/${video}/remix`, { prompt: 'x', webhook: { url } }],
  ],
  [
    'a new schedule',
    'webhook.url',
    (url) => ['/v1/schedules', { ...newSchedule, webhook: { url } }],
  ],
  [
    'a changed schedule',
    'webhook.url',
    (url) => [`/v1/schedules/${schedule}`, { webhook: { url } }],
  ],
]

test.each(doors)('%s names no address inside', async (_name, param, toCall) => {
  for (const { url } of judgedUrls.filter(({ isAllowed }) => !isAllowed)) {
    const response = await site.post(...toCall(url))
    const text = await response.text()
    expect([response.status, url]).toEqual([400, url])
    const { error } = JSON.parse(text) as { error: { code: string; param: string } }
    expect(error.code).toBe('invalid_request')
    expect(error.param.endsWith(param)).toBe(true)
    // An address may be signed; an error is read by more people than its sender.
    if (url.length > 12) expect(text).not.toContain(url)
  }
  expect([site.relay.requests, site.relay.downloads]).toEqual([[], []])
})

test('an address outside is taken', async () => {
  for (const { url } of judgedUrls.filter(({ isAllowed }) => isAllowed)) {
    const response = await site.post(`/v1/webhook_endpoints/${endpoint}`, { url })
    expect([response.status, url]).toEqual([200, url])
  }
})

test('the name a caller used for the gateway is its own, too, without PUBLIC_URL', async () => {
  const open = await startSite()
  try {
    const { host } = new URL(open.url)
    const response = await open.post(
      '/v1/webhook_endpoints',
      newEndpoint(`http://${host}/v1/videos`),
    )
    expect(response.status).toBe(400)
  } finally {
    await open.close()
  }
})

/** One delivery to a fresh endpoint whose receiver answers like this, as its owner sees it. */
async function deliver(script: Parameters<Site['relay']['setDownload']>[0]) {
  const id = await create(
    '/v1/webhook_endpoints',
    newEndpoint(`https://hooks.example/${Math.random()}`),
  )
  site.relay.setDownload(script)
  const response = await site.post(`/v1/webhook_endpoints/${id}/test`, {
    event_type: 'video.completed',
  })
  const text = await response.text()
  await site.get(`/v1/webhook_endpoints/${id}`, { method: 'DELETE' })
  return { status: response.status, text, headers: JSON.stringify([...response.headers]) }
}

test.each([301, 302, 303, 307, 308])(
  'a receiver that answers %i to the inside is followed nowhere',
  async (status) => {
    await deliver(function* () {
      yield head(status, { location: 'https://169.254.169.254/latest/' })
      yield end
    })
    expect(site.relay.downloads.map(({ url }) => new URL(url).host)).toEqual(['hooks.example'])
  },
)

test('a caller learns how a receiver answered, and nothing of what it said', async () => {
  const secret = 'inside-knowledge'
  for (const status of [200, 404, 500]) {
    const seen = await deliver(function* () {
      yield head(status, { 'content-type': 'text/plain', 'x-secret': secret, 'set-cookie': secret })
      yield bytes(secret)
      yield end
    })
    expect(seen.status).toBe(200)
    expect(JSON.parse(seen.text)).toMatchObject({ status_code: status })
    expect(seen.text + seen.headers).not.toContain(secret)
  }
})

test('a receiver gets no credential of anybody', async () => {
  await deliver(() => answer(200, 'text/plain', ''))
  const sent = JSON.stringify(site.relay.downloads)
  expect(sent).toContain('webhook-signature')
  for (const secret of [site.key, site.relay.apiKey, site.gateway.adminToken]) {
    expect(sent).not.toContain(secret)
  }
  for (const name of ['authorization', 'cookie', 'referer', 'x-api-key']) {
    expect(site.relay.downloads[0]?.headers).not.toHaveProperty(name)
  }
})

test('a link that redirects to itself is asked for once', async () => {
  site.relay.setDownload(function* ({ url }) {
    yield head(302, { location: url.href })
    yield end
  })
  const { video: looped } = await submitVideo(site, 'round and round')
  expect(looped?.error?.code).toBe('download_failed')
  expect(site.relay.downloads).toHaveLength(1)
})

test('a link never carries the relay’s key to the file host', async () => {
  await submitVideo(site, 'two hosts')
  expect(site.relay.downloads.map(({ url }) => new URL(url).host)).toContain('cdn.example')
  expect(JSON.stringify(site.relay.downloads)).not.toContain(site.relay.apiKey)
})
