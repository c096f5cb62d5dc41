// What must never be told: the relay's key to a caller, a caller's key to the relay, and to the logs
// neither of them, nor what was asked, nor any link. Canaries are sent on every way in and looked
// for in everything that comes out.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { answer } from '../relay/script.ts'
import type { CallOptions, Site } from './startSite.ts'
import { startSite } from './startSite.ts'

const RELAY_KEY = 'canary-relay-key-7f3a'
const PROMPT = 'canary prompt about a purple giraffe'
const HEADER = 'canary-fixed-header'

let site: Site
const lines: string[] = []
/** Bodies and headers of every answer, with the request they answer. */
const told: { name: string; status: number; text: string }[] = []
beforeAll(async () => {
  site = await startSite({
    relay: { apiKey: RELAY_KEY },
    vars: {
      RELAY_BREAKER: 'off',
      RELAY_RETRIES: '0',
      RELAY_SILENCE_MS: '1000',
      ARCHIVE_MS: '1900',
      RELAY_HEADERS: JSON.stringify({ 'x-forwarded-host': HEADER }),
    },
    onLog: (line) => void lines.push(line),
  })
})
afterAll(() => site.close())
beforeEach(() => {
  site.relay.reset()
  told.length = 0
})

async function call(path: string, body: unknown, options: CallOptions = {}): Promise<string> {
  const response =
    body === null ? await site.get(path, options) : await site.post(path, body, options)
  const text = await response.text()
  told.push({
    name: `${path} ${JSON.stringify(body)?.slice(0, 80)}`,
    status: response.status,
    text: `${JSON.stringify([...response.headers])}${text}`,
  })
  return text
}

const chat = (content: string, stream: boolean) => ({
  model: 'sora-2',
  stream,
  messages: [{ role: 'user', content }],
})
const endings = [
  '',
  '[fail:moderation]',
  '[fail:auth]',
  '[fail:quota]',
  '[fail:rate-limited]',
  '[fail:guardrail]',
  '[fail:text]',
  '[fail:reasoning-only]',
  '[fault:rst-after-request]',
  '[fault:cut-at-progress]',
  '[fault:200-html]',
  '[fault:redirect-307]',
  '[fault:stall]',
]

let round = 0
async function askInEveryWay(): Promise<void> {
  round += 1
  for (const ending of endings) {
    const prompt = `${PROMPT} ${round} ${ending}`
    await call('/v1/chat/completions', chat(`${prompt} 1`, true))
    await call('/v1/chat/completions', chat(`${prompt} 2`, false))
    const video = JSON.parse(
      await call('/v1/videos', { prompt: `${prompt} 3` }, { headers: { prefer: 'wait=30' } }),
    ) as { id: string }
    await call(`/v1/videos/${video.id}`, null)
    await call(`/v1/videos/${video.id}/events`, null)
  }
  await call('/v1/videos', null)
  await call('/v1/usage', null)
  await call('/v1/models', null)
  await call('/health?deep=1', null, { key: null })
}

/** Requests that are refused before anything is sent, each with canaries where they can be. */
async function askWrongly(): Promise<void> {
  const wrongKey = `rk_${site.key.slice(3, -1)}x`
  await call('/v1/videos', { prompt: PROMPT }, { key: wrongKey })
  await call('/v1/videos', { prompt: PROMPT, seconds: 5 })
  await call('/v1/videos', { prompt: [PROMPT] })
  await call('/v1/videos', { prompt: PROMPT, model: 'sora-9' })
  await call('/v1/videos', `{"prompt":"${PROMPT}"`)
  await call('/v1/chat/completions', { model: 'sora-2', messages: PROMPT })
  await call('/v1/chat/completions', chat(PROMPT, true), { headers: { 'last-event-id': PROMPT } })
  await call('/v1/videos', { prompt: PROMPT }, { headers: { 'idempotency-key': `${PROMPT} x` } })
  await call(`/v1/videos/${encodeURIComponent(PROMPT)}`, null)
  await call(`/admin/keys`, { name: PROMPT, account: PROMPT }, { key: RELAY_KEY })
}

test('the relay’s key reaches no caller, whatever the relay makes of it', async () => {
  await askInEveryWay()
  await askWrongly()
  // Relays do this: they quote the key they do not like.
  for (const [status, error] of [
    [401, { message: `Incorrect API key provided: ${RELAY_KEY}. You can find yours online.` }],
    [500, { message: `upstream refused Authorization: Bearer ${RELAY_KEY}`, code: RELAY_KEY }],
    [400, { message: `key=${RELAY_KEY}&model=sora-2`, type: RELAY_KEY, param: RELAY_KEY }],
  ] as const) {
    site.relay.setScenario(() => answer(status, 'application/json', JSON.stringify({ error })))
    await call('/v1/chat/completions', chat(`quoted ${status}`, false))
    await call('/v1/chat/completions', chat(`quoted stream ${status}`, true))
    await call('/v1/videos', { prompt: `quoted ${status} v` }, { headers: { prefer: 'wait=9' } })
  }
  expect(told.length).toBeGreaterThan(70)
  expect(told.filter(({ text }) => text.includes(RELAY_KEY))).toEqual([])
  expect(told.filter(({ text }) => text.includes(HEADER))).toEqual([])
})

test('a caller’s key reaches neither the relay nor a file host, and the relay’s key no file host', async () => {
  await askInEveryWay()
  expect(site.relay.requests.length).toBeGreaterThan(30)
  for (const { headers, bodyText, url } of site.relay.requests) {
    expect(headers['authorization']).toBe(`Bearer ${RELAY_KEY}`)
    expect(headers['x-forwarded-host']).toBe(HEADER)
    expect(JSON.stringify(headers) + bodyText + url.href).not.toContain(site.key)
  }
  expect(site.relay.downloads.length).toBeGreaterThan(0)
  for (const { headers } of site.relay.downloads) {
    expect(Object.keys(headers)).not.toContain('authorization')
    expect(Object.keys(headers)).not.toContain('cookie')
    expect(JSON.stringify(headers)).not.toContain(RELAY_KEY)
  }
})

test('the relay is always asked to stream, whatever the caller wants', async () => {
  await call('/v1/chat/completions', chat('streamed', true))
  await call('/v1/chat/completions', chat('whole', false))
  await call('/v1/chat/completions', { ...chat('asked for a field', false), stream: null })
  await call('/v1/videos', { prompt: 'video', stream: false }, { headers: { prefer: 'wait=9' } })
  expect(site.relay.requests.map(({ body }) => body['stream'])).toEqual([true, true, true, true])
  for (const { body } of site.relay.requests) {
    for (const name of ['stream_options', 'user', 'metadata', 'webhook']) {
      expect(body).not.toHaveProperty(name)
    }
  }
})

test('an error repeats nothing of what was asked, even where the relay does', async () => {
  await askWrongly()
  site.relay.setScenario(({ request }) => {
    const message = `The prompt "${request.prompt}" is not allowed`
    const error = { message, code: 'moderation_blocked' }
    return answer(400, 'application/json', JSON.stringify({ error }))
  })
  await call('/v1/chat/completions', chat(PROMPT, false))
  await call('/v1/chat/completions', chat(`${PROMPT}, again`, true))
  const errors = told.map(({ name, text }) => ({
    name,
    // The resource beside an error may say what was asked; its error may not.
    text: text.replaceAll(/"prompt":"[^"]*"/g, ''),
  }))
  expect(errors.filter(({ text }) => text.includes('purple giraffe'))).toEqual([])
  expect(errors.filter(({ text }) => text.includes(site.key.slice(3, -1)))).toEqual([])
})

test('no line of the log holds a prompt, a key, a link or a signature', async () => {
  await askInEveryWay()
  await askWrongly()
  const secrets = [
    'purple giraffe',
    RELAY_KEY,
    HEADER,
    site.key.slice(0, 20),
    site.gateway.adminToken,
    'signature=',
    '/files/',
    '.mp4',
  ]
  expect(lines.join('')).toContain('"what":"attempt ended"')
  const leaks = lines.flatMap((line) =>
    secrets.filter((secret) => line.includes(secret)).map((secret) => `${secret} in ${line}`),
  )
  expect(leaks).toEqual([])
})
