// Secrets with a face: a run through the whole API, failures included, in which every key, secret,
// prompt and link is one of a kind. Then everything that was said, logged or stored is searched.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway } from '../gateway.ts'
import { answer } from '../relay/script.ts'
import { followDirectives } from '../relay/directives.ts'
import { disappointments } from '../relay/disappointments.ts'
import { scenarioFaults } from '../relay/faults/faults.ts'
import { refusals } from '../relay/refusals.ts'
import type { CallOptions, Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { findPlaces, readStoredValues, type StoredValue } from './storedValues.ts'

const relayKey = 'canary-relay-key-5b0c'
const adminToken = 'canary-admin-token-91f2'
const prompt = 'canary-prompt-77aa'
const deletedPrompt = 'canary-deleted-prompt-30e9'
const idempotencyKey = 'canary-idempotency-key-c2d4'
const requestSecret = 'canary-request-secret-e815'
const callbackSecret = 'canary-callback-secret-4f60'
const image = Buffer.from('canary-image-bytes-d9b3').toString('base64')

interface Said {
  readonly what: string
  readonly status: number
  readonly headers: string
  readonly text: string
}

let folder: string
let site: Site
let endpointSecret = ''
let signature = ''
const relayLinks: string[] = []
const said: Said[] = []
const logged: string[] = []
let stored: StoredValue[] = []

/** One call, kept for the search. */
async function call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}) {
  const asked = { ...options, method }
  const response = await (body === undefined ? site.get(path, asked) : site.post(path, body, asked))
  const text = await response.text()
  const headers = JSON.stringify([...response.headers])
  said.push({ what: `${method} ${path}`, status: response.status, headers, text })
  return (text.startsWith('{') ? JSON.parse(text) : {}) as T
}

const atEnd = { headers: { prefer: 'wait=30' } }
const asAdmin = { key: adminToken }
interface Named {
  readonly id: string
  readonly url?: string
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  site = await startSite({
    relay: { apiKey: relayKey },
    persistTo: folder,
    onLog: (line) => logged.push(line),
    vars: {
      ADMIN_TOKEN: adminToken,
      RELAY_BREAKER: 'off',
      RELAY_HEADERS_MS: '1500',
      RELAY_SILENCE_MS: '1500',
      RELAY_PROGRESS_MS: '2000',
      RELAY_RETRY_MS: '500',
      LOOKUP_MS: '100',
      ARCHIVE_MS: '1000',
    },
  })
  await driveEverything()
  await site.gateway.close()
  await site.relay.close()
  stored = readStoredValues(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function driveEverything(): Promise<void> {
  let status = 204
  const receiver = createServer((_, response) => response.writeHead(status).end())
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`

  const endpoint = await call<Named & { signing_secret: string }>('POST', '/v1/webhook_endpoints', {
    name: 'mine',
    url: hook,
    event_types: ['video.completed', 'video.failed'],
  })
  endpointSecret = endpoint.signing_secret
  await driveSuccess(hook)
  await driveFailures()
  await driveRefusals()
  status = 500
  await call('POST', `/v1/webhook_endpoints/${endpoint.id}/test`, { event_type: 'video.failed' })
  await call('GET', `/v1/webhook_endpoints/${endpoint.id}`)
  await call('GET', `/v1/webhook_endpoints/${endpoint.id}/deliveries`)
  await driveOperator()
  receiver.close()
}

async function driveSuccess(hook: string): Promise<void> {
  const webhook = { url: hook, secret: requestSecret }
  const order = { prompt, webhook, metadata: { order: '7' } }
  const headers = { ...atEnd.headers, 'idempotency-key': idempotencyKey }
  const video = await call<Named>('POST', '/v1/videos', order, { headers })
  signature = new URL(video.url ?? '').searchParams.get('signature') ?? ''
  await call('POST', '/v1/videos', order, { headers })
  await call('POST', '/v1/videos', { prompt: `${prompt} other` }, { headers })
  const picture = { image_url: `data:image/png;base64,${image}` }
  await call('POST', '/v1/videos', { prompt, input_reference: picture }, atEnd)
  await call('POST', '/v1/callbacks', { video_ids: [video.id], url: hook, secret: callbackSecret })
  for (const stream of [true, false]) {
    const messages = [{ role: 'user', content: `${prompt} chat ${stream}` }]
    await call('POST', '/v1/chat/completions', { model: 'sora-2', messages, stream })
  }
  const remix = await call<Named>('POST', `/v1/videos/${video.id}/remix`, { prompt }, atEnd)
  await call('GET', `/v1/videos/${remix.id}/events`)
  await call('GET', `/v1/videos/${video.id}/content`, undefined, {
    headers: { range: 'bytes=0-9' },
  })
  await call('GET', '/v1/videos')
  await call('GET', '/v1/usage')
  const schedule = await call<Named>('POST', '/v1/schedules', {
    name: 'daily',
    cron: '0 0 * * *',
    request: { prompt: `${prompt} scheduled` },
    webhook,
  })
  await call('POST', `/v1/schedules/${schedule.id}/run`, {})

  const doomed = await call<Named>('POST', '/v1/videos', { prompt: deletedPrompt }, atEnd)
  await call('DELETE', `/v1/videos/${doomed.id}`)
  await call('GET', `/v1/videos/${doomed.id}`)
  await call('GET', new URL(doomed.url ?? '').pathname + new URL(doomed.url ?? '').search)
  const running = await call<Named>('POST', '/v1/videos', { prompt: `${prompt} [slow:9000]` })
  await call('DELETE', `/v1/videos/${running.id}`)
  await call('POST', `/v1/videos/${running.id}/cancel`, {})
}

async function driveFailures(): Promise<void> {
  const directives = [
    ...Object.keys(refusals).map((name) => `[fail:${name}]`),
    ...Object.keys(disappointments).map((name) => `[fail:${name}]`),
    ...Object.keys(scenarioFaults)
      .filter((name) => name !== 'infinite' && name !== 'slowloris')
      .map((name) => `[fault:${name}]`),
  ]
  await Promise.all(
    directives.map((directive) =>
      call('POST', '/v1/videos', { prompt: `${prompt} ${directive}` }, atEnd),
    ),
  )
  // A relay that repeats what it was sent: key, words and all.
  for (const status of [200, 400, 401, 403, 429, 500, 503]) {
    site.relay.setScenario(({ request }) => {
      const message = `Rejected ${request.headers['authorization']} for "${request.prompt}"`
      const error = { message, type: 'server_error', code: request.headers['authorization'] }
      return answer(status, 'application/json', JSON.stringify({ error }))
    })
    await call('POST', '/v1/videos', { prompt: `${prompt} repeated ${status}` }, atEnd)
    const messages = [{ role: 'user', content: `${prompt} repeated in a chat ${status}` }]
    await call('POST', '/v1/chat/completions', { model: 'sora-2', messages, stream: true })
  }
  site.relay.setScenario(followDirectives)
  for (const connections of ['reset', 'reset-requests'] as const) {
    site.relay.setConnections(connections)
    await call('POST', '/v1/videos', { prompt: `${prompt} ${connections}` }, atEnd)
    await call('GET', '/health?deep=1')
  }
  site.relay.setConnections('accept')
  site.relay.setDownload(() => answer(500, 'text/plain', 'no file'))
  const lost = await call<Named & { source_url: string }>(
    'POST',
    '/v1/videos',
    { prompt: `${prompt} lost` },
    atEnd,
  )
  relayLinks.push(lost.source_url)
}

async function driveRefusals(): Promise<void> {
  const mistyped = site.key.slice(0, -1) + (site.key.endsWith('a') ? 'b' : 'a')
  await call('GET', '/v1/models', undefined, { key: mistyped })
  await call('GET', `/v1/models/${prompt}`)
  await call('GET', '/admin/keys', undefined, { key: site.key })
  const bodies: unknown[] = [
    `{"prompt":"${prompt}`,
    `{"prompt":"${prompt}","prompt":"${prompt}"}`,
    { prompt: [prompt] },
    { prompt: { text: prompt } },
    { prompt, seconds: [prompt] },
    { prompt, metadata: prompt },
    { prompt, metadata: { a: [prompt] } },
    { prompt, webhook: { url: `http://user:${prompt}@127.0.0.1/` } },
    { prompt, webhook: { url: 'http://127.0.0.1/', secret: `whsec_${requestSecret}` } },
    { prompt, input_reference: { image_url: `data:image/png;base64,${prompt}!` } },
    { prompt, n: prompt, seed: prompt },
    { messages: [{ role: prompt, content: prompt }] },
    { model: 'sora-2', messages: [{ role: 'user', content: { text: prompt } }] },
    { name: prompt, cron: prompt, request: { prompt } },
    { name: prompt, url: prompt, event_types: [prompt] },
    { video_ids: [prompt], url: 'http://127.0.0.1/' },
  ]
  for (const path of [
    '/v1/videos',
    '/v1/chat/completions',
    '/v1/schedules',
    '/v1/webhook_endpoints',
    '/v1/callbacks',
  ]) {
    await Promise.all(bodies.map((body) => call('POST', path, body)))
  }
  const link = `/v1/videos/video_x/content?expires=1&signature=${signature}`
  await call('GET', link, undefined, { key: null })
}

async function driveOperator(): Promise<void> {
  await call('GET', '/admin/videos?status=all&limit=100', undefined, asAdmin)
  const doubtful = await call<{ data: Named[] }>(
    'GET',
    '/admin/videos?charge=possible',
    undefined,
    asAdmin,
  )
  await call(
    'POST',
    `/admin/videos/${doubtful.data[0]?.id ?? ''}/settle`,
    { charged: false },
    asAdmin,
  )
  await call('GET', '/admin/keys', undefined, asAdmin)
  await call('GET', '/health?deep=1', undefined, { key: null })
}

/** The secret part of the caller's key, without the account that everybody may see. */
const callerKey = () => site.key.slice(-38, -6)

test('the run was what it should be: successes, refusals and failures', () => {
  const statuses = new Set(said.map(({ status }) => status))
  for (const status of [200, 201, 206, 400, 401, 403, 404, 409, 422]) {
    expect([...statuses]).toContain(status)
  }
  expect([...statuses].filter((status) => status >= 500 && status !== 503)).toEqual([])
  expect(said.filter(({ text }) => text.includes('"status":"failed"')).length).toBeGreaterThan(50)
  for (const one of [endpointSecret, signature, relayLinks[0]]) expect(one).toMatch(/.{20}/)
})

describe('no answer shows', () => {
  test.each([
    ['the relay’s key', () => relayKey],
    ['the admin token', () => adminToken],
    ['the caller’s own key', callerKey],
    ['an Idempotency-Key', () => idempotencyKey],
    ['the secret of a request’s webhook', () => requestSecret],
    ['the secret of a callback', () => callbackSecret],
    ['an image', () => image],
  ])('%s', (_name, canary) => {
    const shown = said.filter(({ text, headers }) => `${text}${headers}`.includes(canary()))
    expect(shown.map(({ what }) => what)).toEqual([])
  })

  test('the secret of an endpoint, but for the one that made it', () => {
    const shown = said.filter(({ text }) => text.includes(endpointSecret))
    expect(shown.map(({ what }) => what)).toEqual(['POST /v1/webhook_endpoints'])
  })

  test('a prompt or a link when it refuses, or when it says what failed', () => {
    for (const { what, status, text } of said) {
      // Somebody who asks for a model by a name is told that there is none, without the name.
      if (status >= 400) {
        expect([what, text]).toEqual([what, expect.not.stringContaining(prompt)])
        if (!text.includes('"video":')) {
          expect([what, text]).toEqual([what, expect.not.stringContaining('signature=')])
        }
      }
      for (const [error] of text.matchAll(/"error":\{[^{}]*\}/g)) {
        expect([what, error]).toEqual([what, expect.not.stringContaining(prompt)])
        expect([what, error]).toEqual([what, expect.not.stringMatching(/https?:\/\//)])
      }
    }
  })

  test('a prompt or a link in a header', () => {
    for (const { headers } of said) {
      for (const canary of [prompt, signature, ...relayLinks]) expect(headers).not.toContain(canary)
    }
  })

  test('a prompt to an operator', () => {
    const operators = said.filter(({ what }) => what.includes('/admin/'))
    expect(operators.length).toBeGreaterThan(3)
    for (const { text } of operators) expect(text).not.toContain(prompt)
  })
})

describe('nothing that is kept holds', () => {
  test.each([
    ['the relay’s key', () => relayKey],
    ['the admin token', () => adminToken],
    ['the caller’s own key', callerKey],
    ['an Idempotency-Key', () => idempotencyKey],
    ['the signature of a link', () => signature],
    ['what was deleted', () => deletedPrompt],
    ['an image whose generation has ended', () => 'canary-image-bytes'],
  ])('%s', (_name, canary) => {
    expect(findPlaces(stored, canary())).toEqual([])
  })
})

describe('what must be kept is kept in its own place alone', () => {
  test('a prompt', () => {
    expect(findPlaces(stored, prompt)).toEqual([
      'AccountObject/generation.video',
      'GenerationObject/generation.identity',
      'GenerationObject/generation.request',
      'SchedulerObject/schedule.request',
    ])
  })

  test('the secret of an endpoint', () => {
    expect(findPlaces(stored, endpointSecret)).toEqual(['AccountObject/webhook_endpoint.secret'])
  })

  test('the secrets of requests and callbacks', () => {
    const known = [
      'AccountObject/callback.secret',
      'AccountObject/delivery.secret',
      'AccountObject/request_webhook.secret',
      'SchedulerObject/schedule.request',
    ]
    for (const secret of [requestSecret, callbackSecret]) {
      const places = findPlaces(stored, secret)
      expect(places).not.toEqual([])
      for (const place of places) expect(known).toContain(place)
    }
  })

  test('a link of the relay', () => {
    expect(findPlaces(stored, relayLinks[0] ?? '?')).toEqual([
      'GenerationObject/generation.link',
      'GenerationObject/generation.tail',
      'GenerationObject/generation.text',
    ])
  })
})

const canaries = () => [
  relayKey,
  adminToken,
  callerKey(),
  prompt,
  deletedPrompt,
  idempotencyKey,
  requestSecret,
  callbackSecret,
  endpointSecret,
  signature,
  image,
  ...relayLinks,
]

test('no log line holds any of it, nor any address', () => {
  for (const canary of canaries()) expect(logged.join('\n')).not.toContain(canary)
  expect(logged.join('\n')).not.toMatch(/https?:\/\//)
})

test('an accident inside is told without its circumstances', async () => {
  const objects = join(folder, 'do/reelay-AccountObject')
  for (const file of readdirSync(objects).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(objects, file))
    database.exec('DROP TABLE IF EXISTS webhook_endpoint')
    database.close()
  }
  const lines: string[] = []
  const vars = {
    ADMIN_TOKEN: adminToken,
    RELAY_BASE_URL: 'http://127.0.0.1:9/v1',
    RELAY_API_KEY: relayKey,
    ALLOW_PRIVATE_NETWORK: 'true',
  }
  const broken = await startGateway({ vars, persistTo: folder, onLog: (line) => lines.push(line) })
  try {
    const response = await broken.fetch(`/v1/webhook_endpoints?after=${prompt}`, site.key)
    const text = await response.text()
    const id = response.headers.get('x-request-id') ?? '?'
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([500, 'false'])
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal_error', param: null } })
    expect(text).toContain(id)
    expect(text).not.toMatch(/sql|table|\.ts|\.js|at /i)
    await expect.poll(() => lines.join('')).toContain(id)
    expect(lines.join('')).toContain('request failed')
    for (const canary of canaries()) expect(text + lines.join('')).not.toContain(canary)
  } finally {
    await broken.close()
  }
})
