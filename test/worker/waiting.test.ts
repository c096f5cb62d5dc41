// Callers who would rather wait, and callers who would rather not: Prefer, and what a pending
// resource says about when to come back.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { createOpenAI } from './openaiClient.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

const prefer = (value: string) => ({ headers: { prefer: value } })
const chat = (content: string, stream = false) => ({
  model: 'sora-2',
  stream,
  messages: [{ role: 'user', content }],
})

test('without a preference a video is answered at once, with when to ask again', async () => {
  const response = await site.post('/v1/videos', { prompt: 'at once [slow:100]' })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ progress: 0, outcome: null })
  expect(response.headers.get('retry-after')).toBe('3')
  expect(response.headers.get('openai-poll-after-ms')).toBe('3000')
  expect(response.headers.get('preference-applied')).toBeNull()
})

test.each(['wait=30', 'wait="30"', 'handling=lenient, wait=30', 'Wait = 30'])(
  'Prefer: %s waits for the end',
  async (value) => {
    const submitted = await submitVideo(site, `waited for ${value}`, prefer(value))
    expect(submitted.video?.status).toBe('completed')
    expect(submitted.headers.get('preference-applied')).toBe('wait=30')
    expect(submitted.headers.get('retry-after')).toBeNull()
  },
)

test('a wait that is over before the end answers with what there is', async () => {
  const submitted = await submitVideo(site, 'too slow [fault:stall]', prefer('wait=1'))
  expect(submitted.video?.status).toBe('in_progress')
  expect(submitted.headers.get('retry-after')).toBe('3')
})

describe('a wait longer than a connection may be silent', () => {
  let brisk: Site
  beforeAll(async () => {
    brisk = await startSite({ vars: { COMMENT_MS: '100' } })
  })
  afterAll(() => brisk.close())
  beforeEach(() => brisk.relay.reset())

  /** The answer as bytes: `requireDescribed` reads it, and waits for its end. */
  const post = async (prompt: string, signal: AbortSignal | null = null) =>
    await fetch(`${brisk.url}/v1/videos`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${brisk.key}`,
        'content-type': 'application/json',
        prefer: 'wait=60',
      },
      body: JSON.stringify({ prompt }),
      signal,
    })

  test('sends status and headers of a video that runs, white space, and the video', async () => {
    const response = await post('worth waiting for [slow:200]')
    expect(response.status).toBe(200)
    const headers = Object.fromEntries(response.headers)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store, no-transform',
      'content-encoding': 'identity',
      'cache-status': 'reelay; fwd=uri-miss; stored',
      'preference-applied': 'wait=60',
      'retry-after': '3',
      'openai-poll-after-ms': '3000',
      location: expect.stringMatching(/^\/v1\/videos\/video_/),
    })
    const chunks: string[] = []
    const decoder = new TextDecoder()
    for await (const bytes of response.body ?? []) chunks.push(decoder.decode(bytes))
    expect(chunks.slice(0, 2)).toEqual(['\n', '\n'])
    const text = chunks.join('')
    expect(text).toMatch(/^\n+\{.*\}$/)
    const video = JSON.parse(text) as VideoResource
    expect(video).toMatchObject({ status: 'completed', progress: 100 })
    expect(headers['location']).toBe(`/v1/videos/${video.id}`)
    expect((await fetch(video.url ?? '')).status).toBe(200)
  })

  test('is described, also when the video fails', async () => {
    const { status, video, headers } = await submitVideo(brisk, 'fails [slow:100] [cut:60]')
    expect(status).toBe(200)
    expect(headers.get('content-encoding')).toBe('identity')
    expect(video).toMatchObject({ status: 'failed' })
  })

  test('is over when it is over, with what there is', async () => {
    const { video } = await submitVideo(brisk, 'too slow [fault:stall]', prefer('wait=1'))
    expect(video?.status).toBe('in_progress')
  })

  test('is read by the official client', async () => {
    const { client, calls } = createOpenAI(brisk.url, brisk.key)
    const video = await client.videos.create(
      { model: 'sora-2', prompt: 'for the client [slow:200]' },
      { headers: { prefer: 'wait=60' } },
    )
    expect(video.status).toBe('completed')
    expect(calls).toEqual(['POST /v1/videos 200'])
  })

  test('of a chat without a stream is silent: its status is that of the end', async () => {
    const body = chat('fails late [slow:100] [cut:60]')
    const response = await brisk.post('/v1/chat/completions', body)
    expect(response.status).toBe(502)
    expect(await response.text()).toMatch(/^\{"error":/)
  })

  test('that its caller leaves does not end the generation, which the same request joins', async () => {
    const hangUp = new AbortController()
    const response = await post('left alone [slow:200]', hangUp.signal)
    hangUp.abort()
    await expect(response.text()).rejects.toThrow()
    const again = await submitVideo(brisk, 'left alone [slow:200]')
    expect(again.video?.status).toBe('completed')
    expect(brisk.relay.requests).toHaveLength(1)
  })
})

test('a chat with respond-async is a 202 that tells where its video is', async () => {
  const response = await site.post(
    '/v1/chat/completions',
    chat('later [slow:20]'),
    prefer('respond-async'),
  )
  expect(response.status).toBe(202)
  expect(response.headers.get('preference-applied')).toBe('respond-async')
  const video = (await response.json()) as { id: string; object: string }
  expect(video.object).toBe('video')
  expect(response.headers.get('location')).toBe(`/v1/videos/${video.id}`)
  const whole = await site.post('/v1/chat/completions', chat('later [slow:20]'))
  expect(await whole.json()).toMatchObject({ video: { id: video.id, status: 'completed' } })
})

test.each(['wait=-1', 'wait=soon', 'wait', 'nothing'])('Prefer: %s is ignored', async (value) => {
  const submitted = await submitVideo(site, `ignored ${value} [slow:50]`, prefer(value))
  expect(submitted.status).toBe(200)
  expect(submitted.headers.get('preference-applied')).toBeNull()
})
