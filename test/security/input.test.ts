// Hostile input over every route that takes a body: too long in every framing, too deep, doubled,
// poisoned, not Unicode. And nothing a caller says becomes a header.

import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Route, routes } from '../../worker/http/routes.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { submitVideo } from '../worker/submitVideo.ts'
import { toCall } from './toCall.ts'

const MiB = 1024 * 1024
/** Beyond every limit: an endless body ends here, if nobody ends it before. */
const MOST_SENT = 40 * MiB

let site: Site
let schedule: string
beforeAll(async () => {
  // More bodies than a minute may change anything with.
  site = await startSite({ vars: { WRITES_PER_MINUTE: '100000' } })
  const created = await site.post('/v1/schedules', {
    name: 'yearly',
    cron: '0 0 1 1 *',
    request: { prompt: 'fireworks' },
  })
  schedule = ((await created.json()) as { id: string }).id
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

/** Routes that answer before they look at a body, or that take none. */
const bodiless = new Set([
  'POST /v1/responses',
  'POST /v1/videos/characters',
  'POST /v1/videos/:id/cancel',
  'POST /v1/videos/:id/archive',
  'POST /admin/videos/:id/cancel',
  'POST /admin/videos/:id/wake',
  'POST /admin/videos/:id/archive',
  'POST /admin/videos/:id/replay',
  'POST /v1/schedules/:id/run',
  'POST /v1/webhook_endpoints/:id/deliveries/:delivery/replay',
])
const withBody = (Object.keys(routes) as Route[]).filter(
  // JSON-RPC has errors of its own: test/worker/mcp.test.ts.
  (route) => /^(POST|PATCH) /.test(route) && !bodiless.has(route) && route !== 'POST /mcp',
)
/** Images may make these larger. */
const withImages: readonly Route[] = [
  'POST /v1/chat/completions',
  'POST /v1/videos',
  'POST /v1/videos/edits',
  'POST /v1/videos/extensions',
]
const missing = { id: `video_${'a'.repeat(30)}`, delivery: 'evt_a' }

function toTarget(route: Route) {
  const ids = route.includes('/schedules/') ? { id: schedule } : missing
  const { method, path } = toCall(route, ids)
  const key = routes[route][0] === 'admin' ? site.gateway.adminToken : site.key
  return { method, path, key }
}

async function send(route: Route, body: string | Uint8Array<ArrayBuffer>, headers = {}) {
  const { method, path, key } = toTarget(route)
  const response = await fetch(`${site.url}${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
  })
  const text = await response.text()
  return { status: response.status, text, json: JSON.parse(text) as { error: { code: string } } }
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe.each(withBody)('%s', (route) => {
  test.each<[string, string, number]>([
    ['no JSON', 'prompt=x', 400],
    ['nothing', ' ', 400],
    ['half a document', '{"prompt":"x"', 400],
    ['two documents', '{}{}', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['a string', '"x"', 400],
    ['33 levels', `{"metadata":${nested(32)}}`, 400],
    ['a hundred thousand levels', nested(100_000), 400],
    ['a prototype', '{"__proto__":{"isAdmin":true}}', 400],
    ['a prototype further in', '{"metadata":{"__proto__":{"isAdmin":true}}}', 400],
    ['half a surrogate pair', '{"prompt":"\\ud800"}', 400],
    ['the other half', '{"prompt":"\\udc00x"}', 400],
    ['half a pair as a key', '{"\\ud800":1}', 400],
    ['an endless number', '{"seconds":1e400}', 400],
    ['a number that would change', '{"seed":9007199254740993}', 400],
    ['NaN', '{"seed":NaN}', 400],
    ['a raw control character', '{"prompt":"a\u0000b"}', 400],
  ])('refuses %s', async (_name, body, status) => {
    const answer = await send(route, body)
    expect(answer.status).toBe(status)
    expect(answer.json.error.code).toBe('invalid_request')
    expect(site.relay.requests).toHaveLength(0)
  })

  test('refuses bytes that are not UTF-8 instead of guessing what they meant', async () => {
    const invalid = [
      [0xff],
      [0xc3, 0x28],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x82, 0x82, 0xac],
      [0xe2, 0x82],
    ]
    for (const bytes of invalid) {
      const body = Uint8Array.from([...Buffer.from('{"prompt":"'), ...bytes, ...Buffer.from('"}')])
      expect((await send(route, body)).status).toBe(400)
    }
  })

  test('refuses another content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      expect((await send(route, '{}', { 'content-type': type })).status).toBe(415)
    }
  })

  const limit = withImages.includes(route) ? 12 * MiB : MiB

  test('refuses a body that says it is too long, before it has come', async () => {
    const head = [`content-length: ${limit + 1}`]
    expect((await sendRaw(route, head, [])).status).toBe(413)
  })

  test('refuses a body that says nothing and never ends, soon after the limit', async () => {
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
    const { status, sent } = await sendRaw(route, ['transfer-encoding: chunked'], endless(chunk))
    // A reset may overtake the answer while bytes are still on the way: that is an end, too.
    expect([413, 0]).toContain(status)
    // Nothing but its length is wrong with it, so it is read up to the limit. Sockets and the proxy in
    // front hold some; what counts is that it does not go on.
    expect(sent).toBeGreaterThanOrEqual(limit)
    expect(sent).toBeLessThan(limit + 16 * MiB)
  })

  test('counts a body that comes without a length', async () => {
    const chunked = (length: number) => [...toChunks('{}'.padEnd(length)), '0\r\n\r\n']
    const head = ['transfer-encoding: chunked']
    expect([200, 201, 400, 404]).toContain((await sendRaw(route, head, chunked(limit))).status)
    expect((await sendRaw(route, head, chunked(limit + 1))).status).toBe(413)
  })

  test('takes a body of exactly the limit for its content', async () => {
    expect([200, 201, 400, 404]).toContain((await send(route, '{}'.padEnd(limit))).status)
  })
})

function* toChunks(text: string): Iterable<string> {
  for (let at = 0; at < text.length; at += 65_536) {
    const chunk = text.slice(at, at + 65_536)
    yield `${chunk.length.toString(16)}\r\n${chunk}\r\n`
  }
}

function* endless(chunk: string): Iterable<string> {
  for (;;) yield chunk
}

/** A request by hand, on a socket: framings that `fetch` would not send. */
async function sendRaw(
  route: Route,
  head: readonly string[],
  chunks: Iterable<string>,
): Promise<{ status: number; sent: number; text: string }> {
  const { method, path, key } = toTarget(route)
  const { host, port, hostname } = new URL(site.url)
  const socket = connect(Number(port), hostname)
  let text = ''
  let isOver = false
  socket.setEncoding('utf8')
  socket.on('data', (data: string) => (text += data))
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true
      resolve()
    }
    // An answer, or the end of the connection: both end the sending.
    socket.once('data', end)
    socket.once('close', end)
    socket.on('error', end)
    // Silence where an answer is due.
    socket.setTimeout(5_000, end)
  })
  socket.write(
    [
      `${method} ${path} HTTP/1.1`,
      `host: ${host}`,
      `authorization: Bearer ${key}`,
      'content-type: application/json',
      ...head,
      '\r\n',
    ].join('\r\n'),
  )
  let sent = 0
  for (const chunk of chunks) {
    if (isOver || sent > MOST_SENT) break
    sent += chunk.length
    await new Promise((resolve) => {
      if (socket.write(chunk)) setImmediate(resolve)
      else
        void Promise.race([new Promise((drain) => socket.once('drain', drain)), over]).then(resolve)
    })
  }
  // Nobody stopped it: that is an answer, too, and no reason to wait.
  if (sent > MOST_SENT) socket.destroy()
  await over
  socket.destroy()
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), sent, text }
}

describe('a length that lies', () => {
  const route = 'POST /v1/videos'
  const body = '{"prompt":"smuggled"}'

  test('below the body: only what was announced is read', async () => {
    const { status } = await sendRaw(route, [`content-length: ${body.length - 5}`], [body])
    expect(status).toBe(400)
    expect(site.relay.requests).toHaveLength(0)
  })

  test('beside chunks: never two readings of one message', async () => {
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const head = ['content-length: 4', 'transfer-encoding: chunked', 'prefer: wait=30']
    const { status } = await sendRaw(route, head, [chunked])
    expect([400, 200]).toContain(status)
    expect(site.relay.postsOf('smuggled')).toBe(status === 200 ? 1 : 0)
  })

  test.each(['-1', '1e3', '0x10', '5, 6'])(
    'that is no number (%s) is no request',
    async (length) => {
      const { status } = await sendRaw(route, [`content-length: ${length}`], [body])
      expect([0, 400]).toContain(status)
      expect(site.relay.requests).toHaveLength(0)
    },
  )
})

describe('names that JavaScript gives a meaning', () => {
  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'])(
    '%s is a field like any other and reaches the relay as it is',
    async (name) => {
      const submitted = await submitVideo(site, { prompt: `named ${name}`, [name]: 'x' })
      expect(submitted.video?.status).toBe('completed')
      expect(site.relay.requests[0]?.body[name]).toBe('x')
    },
  )

  test('as metadata come back as they were', async () => {
    const metadata = { toString: 'a', valueOf: 'b', hasOwnProperty: 'c' }
    const { video } = await submitVideo(site, { prompt: 'meta', metadata })
    expect(video?.metadata).toEqual(metadata)
  })

  test('as metadata are refused where the validator takes them for a class', async () => {
    const { error } = await submitVideo(site, { prompt: 'class', metadata: { constructor: 'a' } })
    expect(error).toMatchObject({ code: 'invalid_request', param: 'metadata' })
  })
})

describe('text', () => {
  test.each([
    ['right-to-left and joiners', '\u202eevil\u202c \u200d\ufeff\u2066x\u2069'],
    ['composed and decomposed', 'é e\u0301'],
    ['beyond the basic plane', '𝕏 👩‍👩‍👧‍👦 \u{10ffff}'],
    ['escaped controls', 'a\u0000b\u001b[31m\r\nSet-Cookie: x=1'],
  ])('with %s reaches the relay and comes back unchanged', async (_name, prompt) => {
    const { video } = await submitVideo(site, prompt)
    expect(video?.prompt).toBe(prompt)
    expect(site.relay.requests[0]?.prompt).toBe(prompt)
  })

  test('of a million characters is too long, and said to be so without being repeated', async () => {
    const prompt = 'wörd '.repeat(200_000)
    for (const [route, body] of [
      ['POST /v1/videos', { prompt }],
      [
        'POST /v1/chat/completions',
        { model: 'sora-2', messages: [{ role: 'user', content: prompt }] },
      ],
    ] as const) {
      const answer = await send(route, JSON.stringify(body))
      expect([400, 413]).toContain(answer.status)
      expect(answer.text.length).toBeLessThan(1_000)
      expect(answer.text).not.toContain('wörd')
    }
    expect(site.relay.requests).toHaveLength(0)
  })
})

describe('headers', () => {
  const poison = 'x\u0085y; é; "\\'

  test('of an answer hold nothing that a caller said', async () => {
    const marker = 'marker-7c1f'
    const headers = {
      'idempotency-key': marker,
      prefer: `respond-async, wait=5, ${marker}`,
      'cache-control': `max-age=1, ${marker}`,
      'x-request-id': marker,
      'last-event-id': marker,
      origin: `https://${marker}.example`,
      referer: `https://${marker}.example/`,
      'user-agent': marker,
      'x-forwarded-host': `${marker}.example`,
    }
    for (const response of [
      await site.post('/v1/videos', { prompt: marker, metadata: { a: marker } }, { headers }),
      await site.get(`/v1/videos?after=${marker}`, { headers }),
      await site.get(`/v1/models/${marker}`, { headers }),
      await site.get(`/${marker}`, { headers }),
    ]) {
      expect(JSON.stringify([...response.headers])).not.toContain(marker)
    }
  })

  test.each(['a b', 'ä', 'x'.repeat(256), ''])(
    'an Idempotency-Key that is none (%j) is refused',
    async (key) => {
      const answer = await send('POST /v1/videos', '{"prompt":"x"}', {
        'idempotency-key': encodeLatin1(key),
      })
      expect(answer.status).toBe(400)
    },
  )

  test.each(['prefer', 'cache-control', 'last-event-id', 'accept', 'x-stainless-retry-count'])(
    'odd bytes in %s break nothing',
    async (name) => {
      const answer = await send('POST /v1/videos', '{"prompt":"odd"}', {
        [name]: encodeLatin1(poison),
      })
      expect(answer.status).toBe(200)
    },
  )
})

/** `fetch` takes header values as bytes. */
function encodeLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
