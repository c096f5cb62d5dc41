// The client against recorded answers: what it asks, what it repeats, and where it gives up.

import { describe, expect, test } from 'vitest'

import { ApiError, WaitLimitError } from '../../shared/client/error.ts'
import { createClient } from '../../shared/client/client.ts'
import { createScriptedTransport, type BodyStep, type ScriptedAnswer } from './scriptedTransport.ts'
import { createVirtualClock } from './virtualClock.ts'

const at = Date.UTC(2026, 10, 22)

const resource = {
  id: 'video_1',
  object: 'video',
  model: 'sora-2',
  status: 'queued',
  progress: 0,
  created_at: 1_795_305_600,
  completed_at: null,
  expires_at: null,
  prompt: 'a dog',
  size: '720x1280',
  seconds: '4',
  remixed_from_video_id: null,
  error: null,
  phase: 'queued',
  charge: 'none',
  outcome: null,
  metadata: {},
}
const finished = { ...resource, status: 'completed', progress: 100, charge: 'certain' }

function json(value: unknown, answer: ScriptedAnswer = {}): ScriptedAnswer {
  return { ...answer, body: [JSON.stringify(value)] }
}

function refusal(status: number, code: string, headers: Record<string, string> = {}) {
  const error = { message: `Cannot: ${code}.`, type: 'invalid_request_error', param: 'model', code }
  return json({ error }, { status, headers })
}

function event(offset: number, fields: Record<string, unknown>): string {
  const data = JSON.stringify({ offset, at: at + offset, ...fields })
  return `id: ${offset}\nevent: ${String(fields['type'])}\ndata: ${data}\n\n`
}

const queued = event(1, { type: 'queued' })
const started = event(2, { type: 'started', attempt: 1 })
const half = event(3, { type: 'progress', progress: 50.5 })
const completed = event(4, {
  type: 'completed',
  video: { ...finished, url: 'https://v.example/1' },
})
const failed = event(4, {
  type: 'failed',
  error: { code: 'content_policy', message: 'refused' },
  charge: 'none',
  outcome: 'known',
})

function setUp(script: readonly (ScriptedAnswer | 'REFUSE')[]) {
  const clock = createVirtualClock(at)
  const transport = createScriptedTransport(clock.sleep, script)
  const client = createClient({ ...clock, transport, baseUrl: 'https://gateway.example/v1' })
  return { client, clock, requests: transport.requests }
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

function stream(...body: BodyStep[]): ScriptedAnswer {
  return { body }
}

describe('createVideo', () => {
  test('sends the body, the idempotency key and the cache wish', async () => {
    const { client, requests } = setUp([json(resource)])
    const body = { prompt: 'a dog', model: 'sora-2' }
    await client.createVideo(body, { idempotencyKey: 'k1', cacheControl: 'no-cache' })
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://gateway.example/v1/videos',
      body: JSON.stringify(body),
      headers: { 'idempotency-key': 'k1', 'cache-control': 'no-cache' },
    })
  })

  test.each([
    ['reelay; fwd=uri-miss; stored', {}, true, false],
    ['reelay; hit; ttl=60', {}, false, false],
    ['reelay; fwd=uri-miss; collapsed', {}, false, false],
    ['reelay; fwd=uri-miss; stored', { 'idempotent-replayed': 'true' }, false, true],
  ])('reads from "%s" %o whether the generation is its own', async (status, more, isNew, again) => {
    const { client } = setUp([json(resource, { headers: { 'cache-status': status, ...more } })])
    expect(await client.createVideo({ prompt: 'a dog' })).toMatchObject({
      isNew,
      isReplayed: again,
    })
  })

  test('asks again after a lost answer when it has an idempotency key', async () => {
    const { client, clock, requests } = setUp(['REFUSE', { status: 502 }, json(resource)])
    const { video } = await clock.run(client.createVideo({}, { idempotencyKey: 'k1' }))
    expect(video.id).toBe('video_1')
    expect(requests.map((request) => request.headers['idempotency-key'])).toEqual([
      'k1',
      'k1',
      'k1',
    ])
  })

  test('never asks again without an idempotency key', async () => {
    const { client, requests } = setUp(['REFUSE', json(resource)])
    await expect(client.createVideo({})).rejects.toMatchObject({
      status: 0,
      code: 'connection_failed',
    })
    expect(requests).toHaveLength(1)
  })

  test('obeys x-should-retry: false even on a status that is usually transient', async () => {
    const { client, requests } = setUp([
      refusal(429, 'insufficient_quota', { 'x-should-retry': 'false', 'x-request-id': 'req_1' }),
    ])
    const error = await client.createVideo({}, { idempotencyKey: 'k1' }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      status: 429,
      code: 'insufficient_quota',
      param: 'model',
      type: 'invalid_request_error',
      message: 'Cannot: insufficient_quota.',
      shouldRetry: false,
      requestId: 'req_1',
    })
    expect(requests).toHaveLength(1)
  })

  test('waits as long as Retry-After says', async () => {
    const { client, clock } = setUp([
      refusal(429, 'rate_limit_exceeded', { 'retry-after': '7' }),
      json(resource),
    ])
    await clock.run(client.createVideo({}, { idempotencyKey: 'k1' }))
    expect(clock.now() - at).toBe(7000)
  })

  test('leaves a Retry-After of more than a minute to its caller', async () => {
    const { client } = setUp([refusal(429, 'rate_limit_exceeded', { 'retry-after': '61' })])
    await expect(client.createVideo({}, { idempotencyKey: 'k1' })).rejects.toMatchObject({
      retryAfterMs: 61_000,
    })
  })

  test.each([
    ['a page of HTML', ['<html></html>']],
    ['JSON that is no video', ['{"id":"chatcmpl-1","object":"chat.completion"}']],
  ])('says so when the answer is %s', async (_what, body) => {
    const { client } = setUp([{ body }])
    await expect(client.createVideo({})).rejects.toMatchObject({ code: 'unexpected_answer' })
  })
})

describe('follow', () => {
  test('yields every event in order and ends after the terminal one', async () => {
    const { client, requests } = setUp([stream(': hi\n\n', queued, started, half, completed)])
    const events = await collect(client.follow('video_1'))
    expect(events.map((one) => one.type)).toEqual(['queued', 'started', 'progress', 'completed'])
    expect(events[3]).toMatchObject({ video: { status: 'completed', url: 'https://v.example/1' } })
    expect(requests).toHaveLength(1)
  })

  test('ends without a word where the log is closed and nothing is left', async () => {
    const { client, requests } = setUp([{ status: 204 }])
    expect(await collect(client.follow('video_1', { after: 4 }))).toEqual([])
    expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual(['4'])
  })

  test('yields the same wherever the bytes are split', async () => {
    const bytes = new TextEncoder().encode(queued + half.replaceAll('\n', '\r\n') + failed)
    for (let split = 0; split <= bytes.length; split++) {
      const { client } = setUp([stream(bytes.slice(0, split), bytes.slice(split))])
      const events = await collect(client.follow('video_1'))
      expect(events.map((one) => one.offset)).toEqual([1, 3, 4])
    }
  })

  test.each([
    ['breaks', stream(queued, started, 'BREAK')],
    ['ends without a terminal event', stream(queued, started)],
    ['breaks in the middle of an event', stream(queued, started, half.slice(0, 30), 'BREAK')],
  ])('resumes after the last event when the connection %s', async (_how, first) => {
    const stillRunning = json({ ...resource, status: 'in_progress' })
    const asks = _how.startsWith('ends') ? [stillRunning] : []
    const { client, clock, requests } = setUp([first, ...asks, stream(started, half, completed)])
    const events = await clock.run(collect(client.follow('video_1')))
    expect(events.map((one) => one.offset)).toEqual([1, 2, 3, 4])
    expect(requests.at(-1)?.headers['last-event-id']).toBe('2')
  })

  test('starts after the offset it is given', async () => {
    const { client, requests } = setUp([stream(half, completed)])
    expect(await collect(client.follow('video_1', { after: 2 }))).toHaveLength(2)
    expect(requests[0]?.headers['last-event-id']).toBe('2')
  })

  test('ends quietly when it is asked for what comes after the end', async () => {
    const { client, clock } = setUp([stream(), json(finished), stream()])
    expect(await clock.run(collect(client.follow('video_1', { after: 4 })))).toEqual([])
  })

  test('skips types it does not know and data that is no event', async () => {
    const odd = event(2, { type: 'confetti' }) + 'data: nonsense\n\n'
    const { client } = setUp([stream(queued, odd, failed)])
    const events = await collect(client.follow('video_1'))
    expect(events.map((one) => one.type)).toEqual(['queued', 'failed'])
  })

  const dead = { silentMs: 3_600_000 }
  const running = json({ ...resource, status: 'in_progress' })

  test('leaves a connection that nobody ended and nobody uses', async () => {
    const script = [stream(queued, dead), running, stream(started, half, completed)]
    const { client, clock, requests } = setUp(script)
    const events = await clock.run(collect(client.follow('video_1')))
    expect(events.map((one) => one.offset)).toEqual([1, 2, 3, 4])
    expect(requests[0]?.signal?.aborted).toBe(true)
    expect(requests.at(-1)?.headers['last-event-id']).toBe('1')
    expect(clock.now() - at).toBeLessThan(120_000)
  })

  test('stays with one on which only comments come', async () => {
    const beats = times(20, [{ silentMs: 60_000 }, ': keepalive\n\n']).flat()
    const { client, clock, requests } = setUp([stream(queued, ...beats, completed)])
    expect(await clock.run(collect(client.follow('video_1')))).toHaveLength(2)
    expect(requests).toHaveLength(1)
  })

  test('waits as long as the video runs where everything is held back until the end', async () => {
    const all = stream(queued, started, half, completed)
    const held = times(20, [stream(dead), running]).flat()
    const { client, clock } = setUp([...held, stream(dead), json(finished), all])
    expect(await clock.run(collect(client.follow('video_1')))).toHaveLength(4)
  })

  test('gives up where nothing comes and nobody says that it runs', async () => {
    const held = times(9, [stream(dead), ...times(3, 'REFUSE' as const)]).flat()
    const { client, clock } = setUp(held)
    await expect(clock.run(collect(client.follow('video_1')))).rejects.toMatchObject({ status: 0 })
  })

  test('gives up when the server stays away, with a bounded number of tries', async () => {
    const { client, clock, requests } = setUp([
      stream(queued, 'BREAK'),
      ...times(20, 'REFUSE' as const),
    ])
    await expect(clock.run(collect(client.follow('video_1')))).rejects.toMatchObject({ status: 0 })
    expect(requests).toHaveLength(9)
  })

  test.each([401, 403, 404, 410])('does not try again after %i', async (status) => {
    const { client, requests } = setUp([refusal(status, 'gone')])
    await expect(collect(client.follow('video_1'))).rejects.toMatchObject({ status, code: 'gone' })
    expect(requests).toHaveLength(1)
  })

  test('names the silence limit when no news came for so long, whatever the heartbeat', async () => {
    const beats = times(10, [{ silentMs: 15_000 }, ': keepalive\n\n']).flat()
    const { client, clock } = setUp([stream(queued, ...beats)])
    const follow = collect(client.follow('video_1', { silenceMs: 60_000, totalMs: 600_000 }))
    const error = await clock.run(follow).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(WaitLimitError)
    expect(error).toMatchObject({ limit: 'silence', limitMs: 60_000 })
    expect(clock.now() - at).toBe(60_000)
  })

  test('takes a slow reader for no silence', async () => {
    const { client, clock } = setUp([stream(queued, { silentMs: 50_000 }, started, completed)])
    const reading = (async () => {
      const types: string[] = []
      for await (const { type } of client.follow('video_1', { silenceMs: 60_000 })) {
        types.push(type)
        await clock.sleep(90_000)
      }
      return types
    })()
    expect(await clock.run(reading)).toEqual(['queued', 'started', 'completed'])
  })

  test('names the total limit when news kept coming', async () => {
    const news = times(9, null).flatMap((_nothing, index) => [
      { silentMs: 30_000 },
      event(index + 2, { type: 'progress', progress: index }),
    ])
    const { client, clock } = setUp([stream(queued, ...news)])
    const follow = collect(client.follow('video_1', { silenceMs: 60_000, totalMs: 100_000 }))
    await expect(clock.run(follow)).rejects.toMatchObject({ limit: 'total', limitMs: 100_000 })
    expect(clock.now() - at).toBe(100_000)
  })

  test('stops at once when its signal is aborted, and closes the connection', async () => {
    const stop = new AbortController()
    const { client, clock, requests } = setUp([stream(queued, { silentMs: 3_600_000 }, completed)])
    const reading = (async () => {
      for await (const _event of client.follow('video_1', { signal: stop.signal })) {
        stop.abort(new Error('stopped by the user'))
      }
    })()
    await expect(clock.run(reading)).rejects.toThrow('stopped by the user')
    expect(requests[0]?.signal?.aborted).toBe(true)
    expect(clock.now()).toBe(at)
  })

  test('closes the connection when the reader leaves early', async () => {
    const { client, requests } = setUp([stream(queued, started, { silentMs: 1 }, completed)])
    for await (const one of client.follow('video_1')) if (one.type === 'started') break
    expect(requests[0]?.signal?.aborted).toBe(true)
  })
})

describe('download', () => {
  const headers = { 'content-length': '6', 'content-type': 'video/mp4', etag: '"a"' }

  test('continues where the connection broke, with a validator', async () => {
    const { client, clock, requests } = setUp([
      { headers, body: ['abc', 'BREAK'] },
      { status: 206, body: ['def'] },
    ])
    const download = await client.download('video_1')
    const parts = await clock.run(collect(download.body))
    const text = parts.map((part) => new TextDecoder().decode(part)).join('')
    expect({ text, bytes: download.bytes, type: download.contentType }).toEqual({
      text: 'abcdef',
      bytes: 6,
      type: 'video/mp4',
    })
    expect(requests[1]?.headers).toMatchObject({ range: 'bytes=3-', 'if-range': '"a"' })
  })

  test('takes a body that ends early for a broken one', async () => {
    const { client, clock } = setUp([
      { headers, body: ['abc'] },
      { status: 206, body: ['def'] },
    ])
    const parts = await clock.run(collect((await client.download('video_1')).body))
    expect(parts).toHaveLength(2)
  })

  test('continues where nothing comes any more and nobody says so', async () => {
    const { client, clock } = setUp([
      { headers, body: ['abc', { silentMs: 3_600_000 }] },
      { status: 206, body: ['def'] },
    ])
    const download = await client.download('video_1')
    expect(await clock.run(collect(download.body))).toHaveLength(2)
    expect(clock.now() - at).toBeLessThan(120_000)
  })

  test('never splices two different files together', async () => {
    const { client, clock } = setUp([
      { headers, body: ['abc', 'BREAK'] },
      { status: 200, headers, body: ['ABCDEF'] },
    ])
    const download = await client.download('video_1')
    await expect(clock.run(collect(download.body))).rejects.toBeInstanceOf(ApiError)
  })
})

describe('the other routes', () => {
  test.each([
    ['retrieve', 'GET /videos/video_1'],
    ['cancel', 'POST /videos/video_1/cancel'],
  ] as const)('%s sends %s', async (method, asked) => {
    const { client, requests } = setUp([json(finished)])
    expect(await client[method]('video_1')).toMatchObject({ status: 'completed' })
    expect(`${requests[0]?.method} ${requests[0]?.url.split('/v1')[1]}`).toBe(asked)
  })

  test('an id cannot reach another route', async () => {
    const { client, requests } = setUp([json(finished)])
    await client.retrieve('../models?x=')
    expect(requests[0]?.url).toBe('https://gateway.example/v1/videos/..%2Fmodels%3Fx%3D')
  })

  test('list passes its paging on and reads has_more', async () => {
    const { client, requests } = setUp([json({ object: 'list', data: [finished], has_more: true })])
    const page = await client.list({ limit: 1, after: 'video_0', order: 'asc' })
    expect(page).toMatchObject({ hasMore: true, videos: [{ id: 'video_1' }] })
    expect(requests[0]?.url).toContain('/videos?limit=1&after=video_0&order=asc')
  })

  test('models are ids, and what is no model is skipped', async () => {
    const { client } = setUp([json({ data: [{ id: 'sora-2' }, { name: 'odd' }, null] })])
    expect(await client.models()).toEqual(['sora-2'])
  })
})

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value)
}
