// The relay's key goes to the relay's origin: no redirect, model, id, field or header moves it. And
// a gateway that is made to call itself stops after one call.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGateway } from '../gateway/startGateway.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { submitVideo } from '../worker/submitVideo.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function listen(answer: (message: IncomingMessage) => [number, Record<string, string>]) {
  const seen: { line: string; headers: IncomingMessage['headers'] }[] = []
  const server = createServer((message, response) => {
    seen.push({ line: `${message.method} ${message.url}`, headers: message.headers })
    message.resume().on('end', () => {
      const [status, headers] = answer(message)
      response.writeHead(status, headers).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

describe.each([301, 302, 303, 307, 308])('a relay that answers %i', (status) => {
  test('gets the one POST, and the other host gets nothing', async () => {
    const other = await listen(() => [200, {}])
    const relay = await listen(() => [status, { location: `${other.origin}/v1/chat/completions` }])
    const gateway = await startGateway({
      vars: {
        RELAY_BASE_URL: `${relay.origin}/v1`,
        RELAY_API_KEY: 'the-key-of-the-relay',
        RELAY_HEADERS: '{"x-api-key":"a-second-key"}',
        ALLOW_PRIVATE_NETWORK: 'true',
      },
    })
    closers.push(() => gateway.close())
    const { key } = await gateway.createKey()
    const response = await gateway.fetch('/v1/videos', key, {
      method: 'POST',
      headers: { prefer: 'wait=30' },
      body: JSON.stringify({ prompt: 'moved' }),
    })
    expect(await response.json()).toMatchObject({ status: 'failed' })
    const health = await gateway.fetch('/health?deep=1', key)
    expect(health.status).toBe(503)

    expect(relay.seen.map(({ line }) => line)).toEqual([
      'POST /v1/chat/completions',
      'GET /v1/models',
    ])
    expect(relay.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer the-key-of-the-relay',
      'x-api-key': 'a-second-key',
    })
    expect(other.seen).toEqual([])
  })
})

describe('a caller', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite({ vars: { RELAY_BASE_URL: 'https://relay.example/v1' } })
  })
  afterAll(() => site.close())
  beforeEach(() => site.relay.reset())
  const elsewhere = 'https://elsewhere.example/v1'

  /** Where requests with the relay's key went. */
  const addresses = () => new Set(site.relay.requests.map(({ url }) => url.href))

  test('cannot name another relay, by no header and no field that others honour', async () => {
    const headers = {
      'x-portkey-custom-host': elsewhere,
      'x-portkey-config': `{"custom_host":"${elsewhere}"}`,
      'x-base-url': elsewhere,
      'openai-base-url': elsewhere,
      'x-forwarded-host': 'elsewhere.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=elsewhere.example',
      'x-original-url': `${elsewhere}/chat/completions`,
      'x-http-method-override': 'DELETE',
    }
    const body = {
      prompt: 'somewhere else',
      api_base: elsewhere,
      base_url: elsewhere,
      relay_base_url: elsewhere,
      custom_host: elsewhere,
      api_key: 'not-the-relays',
    }
    const { video } = await submitVideo(site, body, { headers })
    expect(video?.status).toBe('completed')
    expect(new URL(video?.url ?? '').origin).toBe(site.url)
    expect(addresses()).toEqual(new Set(['https://relay.example/v1/chat/completions']))
    const [request] = site.relay.requests
    expect(request?.headers['authorization']).toBe(`Bearer ${site.relay.apiKey}`)
    expect(JSON.stringify(request?.headers)).not.toContain('elsewhere')
    expect(JSON.stringify(request)).not.toContain(site.key)
  })

  test.each(['sora-2#', 'sora-2/../../x', 'sora-2?x=1', 'x@elsewhere.example', '..', '\u2024', ''])(
    'cannot bend the relay’s address with the model %j',
    async (model) => {
      const chat = { model, messages: [{ role: 'user', content: 'x' }] }
      for (const [path, body] of [
        ['/v1/videos', { model, prompt: 'x' }],
        ['/v1/chat/completions', chat],
      ] as const) {
        expect([400, 404]).toContain((await site.post(path, body)).status)
      }
      expect(site.relay.requests).toEqual([])
    },
  )

  test.each(['..%2f..%2fadmin', 'video_x%23', 'video_%00', '%2e%2e', 'a%5cb', '%ff', '%c0%ae'])(
    'cannot bend a stored object’s name with the id %s',
    async (id) => {
      for (const path of [
        `/v1/videos/${id}`,
        `/v1/videos/${id}/content`,
        `/v1/videos/${id}/events`,
      ]) {
        expect((await site.get(path)).status).toBe(404)
      }
      expect([site.relay.requests, site.relay.downloads]).toEqual([[], []])
    },
  )
})

describe('a webhook that points back at the gateway by another name', () => {
  test('is refused when it arrives, and switched off', async () => {
    const site = await startSite({ everyHost: false })
    closers.push(() => site.close())
    const { port } = new URL(site.url)
    const response = await site.post('/v1/webhook_endpoints', {
      name: 'loop',
      url: `http://localhost:${port}/v1/videos`,
      event_types: ['video.completed'],
    })
    const { id } = (await response.json()) as { id: string }
    await submitVideo(site, 'once around')
    const endpoint = async () =>
      (await (await site.get(`/v1/webhook_endpoints/${id}`)).json()) as { disabled_at: number }
    await expect.poll(async () => (await endpoint()).disabled_at).toBeGreaterThan(0)
    const deliveries = await site.get(`/v1/webhook_endpoints/${id}/deliveries`)
    expect(await deliveries.json()).toMatchObject({
      data: [{ state: 'failed', attempts: 1, status_code: 410 }],
    })
  })

  test('is told from anybody else’s request by what only our deliveries carry', async () => {
    const site = await startSite()
    closers.push(() => site.close())
    const from = async (headers: Record<string, string>) =>
      (await site.get('/v1/models', { headers })).status
    expect(await from({ 'user-agent': 'Reelay/1', 'webhook-id': 'evt_1' })).toBe(410)
    expect(await from({ 'user-agent': 'Reelay/1' })).toBe(200)
    expect(await from({ 'user-agent': 'curl/8', 'webhook-id': 'evt_1' })).toBe(200)
  })
})
