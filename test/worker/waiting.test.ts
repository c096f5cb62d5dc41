// Callers who would rather wait, and callers who would rather not: Prefer, and what a pending
// resource says about when to come back.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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
