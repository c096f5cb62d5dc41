// Which requests are the same one, and who gets to share a generation: the golden table of the
// cache, over HTTP, with every directive a caller may send.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readEvents } from './readEvents.ts'
import { toChatAnswer } from './chatAnswer.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

const HIT = 'reelay; hit; ttl=N'
const STORED = 'reelay; fwd=uri-miss; stored'
const COLLAPSED = 'reelay; fwd=uri-miss; collapsed'
const FRESH = 'reelay; fwd=request; stored'
const UNSTORED = 'reelay; fwd=request'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

const chat = (content: string, more: object = {}) => ({
  model: 'sora-2',
  messages: [{ role: 'user', content }],
  ...more,
})
const cacheControl = (value: string) => ({ headers: { 'cache-control': value } })

describe('the same request again', () => {
  test('is a hit with the time it has left, and costs nothing', async () => {
    const first = await submitVideo(site, 'again')
    const second = await submitVideo(site, 'again')
    expect(first).toMatchObject({ cacheStatus: STORED, video: { status: 'completed' } })
    expect(second).toMatchObject({ cacheStatus: HIT, id: first.id })
    expect(second.video).toEqual(first.video)
    const ttl = Number(/ttl=(\d+)/.exec(second.headers.get('cache-status') ?? '')?.[1])
    const month = 30 * 86_400
    expect(ttl).toBeGreaterThan(month - 60)
    expect(ttl).toBeLessThanOrEqual(month)
    expect(site.relay.postsOf('again')).toBe(1)
  })

  test('joins the one that runs', async () => {
    const first = await startVideo(site, 'join me [slow:150]')
    const second = await startVideo(site, 'join me [slow:150]')
    expect(first).toMatchObject({ cacheStatus: STORED, status: 200 })
    expect(second).toMatchObject({ cacheStatus: COLLAPSED, id: first.id })
    expect(site.relay.postsFor(() => true)).toBe(1)
  })

  test.each([
    ['[fail:moderation]', 'none'],
    ['[fail:text]', 'possible'],
  ])('after a failure whose outcome is known (%s) is a new generation', async (prompt, charge) => {
    const first = await submitVideo(site, prompt)
    const second = await submitVideo(site, prompt)
    expect(first.video).toMatchObject({ status: 'failed', outcome: 'known', charge })
    expect(second.id).not.toBe(first.id)
    expect(second.cacheStatus).toBe(STORED)
    expect(site.relay.postsOf(prompt)).toBe(2)
  })

  test('after a delete is a new generation', async () => {
    const first = await submitVideo(site, 'deleted before')
    await site.get(`/v1/videos/${first.id}`, { method: 'DELETE' })
    const second = await submitVideo(site, 'deleted before')
    expect(second).toMatchObject({ cacheStatus: STORED, video: { status: 'completed' } })
    expect(second.id).not.toBe(first.id)
  })
})

// Each pair: is the second one the same request as the first?
const base = { prompt: 'a paper boat' }
const pairs: [string, boolean, object, object][] = [
  [
    'fields in another order',
    true,
    { ...base, seconds: '8', size: '1280x720' },
    { size: '1280x720', seconds: '8', ...base },
  ],
  [
    'defaults spelled out',
    true,
    base,
    { ...base, model: 'sora-2', seconds: '4', size: '720x1280' },
  ],
  ['seconds as a number', true, { ...base, seconds: '8' }, { ...base, seconds: 8 }],
  ['other metadata', true, base, { ...base, metadata: { scene: '4' } }],
  ['another end user', true, base, { ...base, user: 'somebody' }],
  ['another prompt', false, base, { prompt: 'a paper ship' }],
  ['another model', false, base, { ...base, model: 'sora-2-pro' }],
  ['another length', false, base, { ...base, seconds: '8' }],
  ['another shape', false, base, { ...base, size: '1280x720' }],
  ['a field of the relay’s own', false, base, { ...base, style: 'noir' }],
  [
    'with a first picture',
    false,
    base,
    { ...base, input_reference: 'https://pictures.example/1.png' },
  ],
]
test.each(pairs)('%s: the same request is %s', async (name, isSame, one, other) => {
  const { key } = await site.gateway.createKey({ name })
  const first = await submitVideo(site, one, { key })
  const second = await submitVideo(site, other, { key })
  expect(second.cacheStatus).toBe(isSame ? HIT : STORED)
  expect(second.id === first.id).toBe(isSame)
  expect(site.relay.billed).toHaveLength(isSame ? 1 : 2)
})

describe('a chat', () => {
  test('with and without a stream, with another max_tokens or user, is the same generation', async () => {
    const streamed = await site.post('/v1/chat/completions', chat('chat twice', { stream: true }))
    expect(streamed.headers.get('cache-status')).toBe(STORED)
    const { videoId } = toChatAnswer(await readEvents(streamed))
    for (const more of [{}, { max_tokens: 1000 }, { user: 'x' }, { metadata: { a: 'b' } }]) {
      const whole = await site.post('/v1/chat/completions', chat('chat twice', more))
      expect(whole.headers.get('cache-status')).toMatch(/^reelay; hit; ttl=\d+$/)
      expect(await whole.json()).toMatchObject({ video: { id: videoId } })
    }
    expect(site.relay.billed).toHaveLength(1)
  })

  test('and a video of the same words share one, because the relay is asked the same', async () => {
    const video = await submitVideo(site, 'asked in both ways')
    const whole = await site.post('/v1/chat/completions', chat('asked in both ways'))
    expect(await whole.json()).toMatchObject({ video: { id: video.id } })
    expect(site.relay.billed).toHaveLength(1)
  })

  test('with another temperature is another one', async () => {
    await site.post('/v1/chat/completions', chat('how warm'))
    await site.post('/v1/chat/completions', chat('how warm', { temperature: 0.2 }))
    expect(site.relay.billed).toHaveLength(2)
  })

  test('that hits streams the whole story again', async () => {
    const stream = async () =>
      toChatAnswer(
        await readEvents(await site.post('/v1/chat/completions', chat('retold', { stream: true }))),
      )
    const first = await stream()
    const second = await stream()
    expect(second.reasoning).toBe(first.reasoning)
    expect(second.content).toBe(first.content)
    expect(second.eventIds).toEqual(first.eventIds)
  })
})

test('no tenant hits what another has stored', async () => {
  const [one, other] = [await site.gateway.createKey(), await site.gateway.createKey()]
  const first = await submitVideo(site, 'mine alone', { key: one.key })
  const second = await submitVideo(site, 'mine alone', { key: other.key })
  expect(second.cacheStatus).toBe(STORED)
  expect(second.id).not.toBe(first.id)
  expect(site.relay.billed).toHaveLength(2)
})

test('two keys of one account share what it has', async () => {
  const one = await site.gateway.createKey()
  const other = await site.gateway.createKey({ account: one.account })
  const first = await submitVideo(site, 'ours', { key: one.key })
  expect((await submitVideo(site, 'ours', { key: other.key })).id).toBe(first.id)
})

describe('no-cache', () => {
  test('starts a new generation, which later identical requests find', async () => {
    const first = await submitVideo(site, 'fresh')
    const second = await submitVideo(site, 'fresh', cacheControl('no-cache'))
    const third = await submitVideo(site, 'fresh')
    expect(second).toMatchObject({ cacheStatus: FRESH })
    expect(second.id).not.toBe(first.id)
    expect(third).toMatchObject({ cacheStatus: HIT, id: second.id })
    expect(site.relay.postsOf('fresh')).toBe(2)
  })

  test('does not join one that runs, and is joined while it runs', async () => {
    const prompt = 'fresh while running [slow:150]'
    const first = await startVideo(site, prompt)
    const second = await startVideo(site, prompt, cacheControl('no-cache'))
    const third = await startVideo(site, prompt)
    expect(second.id).not.toBe(first.id)
    expect(third).toMatchObject({ cacheStatus: COLLAPSED, id: second.id })
  })
})

describe('no-store', () => {
  test('neither joins nor is joined, and leaves no entry', async () => {
    const prompt = 'unstored [slow:100]'
    const first = await startVideo(site, prompt)
    const second = await startVideo(site, prompt, cacheControl('no-store'))
    const third = await startVideo(site, prompt)
    expect(second).toMatchObject({ cacheStatus: UNSTORED })
    expect(second.id).not.toBe(first.id)
    expect(third).toMatchObject({ cacheStatus: COLLAPSED, id: first.id })
  })

  test('alone leaves nothing for the next one', async () => {
    const first = await submitVideo(site, 'never kept', cacheControl('no-store'))
    const second = await submitVideo(site, 'never kept')
    expect(second).toMatchObject({ cacheStatus: STORED })
    expect(second.id).not.toBe(first.id)
    // Not kept for others; its owner still has it.
    expect((await site.get(`/v1/videos/${first.id}/content`)).status).toBe(200)
  })
})

describe.each(['no-cache', 'no-store'])('%s with the package’s own retry', (directive) => {
  test('finds what the first try admitted', async () => {
    const prompt = `tried twice with ${directive}`
    const first = await submitVideo(site, prompt, cacheControl(directive))
    const headers = { 'cache-control': directive, 'x-stainless-retry-count': '1' }
    const second = await submitVideo(site, prompt, { headers })
    expect(second.id).toBe(first.id)
    expect(site.relay.postsOf(prompt)).toBe(1)
  })

  test('is a new generation when it is the first try', async () => {
    const prompt = `tried once with ${directive}`
    const first = await submitVideo(site, prompt, cacheControl(directive))
    const headers = { 'cache-control': directive, 'x-stainless-retry-count': '0' }
    expect((await submitVideo(site, prompt, { headers })).id).not.toBe(first.id)
  })
})

describe('max-age', () => {
  test('takes what is young enough', async () => {
    const first = await submitVideo(site, 'young')
    expect(await submitVideo(site, 'young', cacheControl('max-age=3600'))).toMatchObject({
      cacheStatus: HIT,
      id: first.id,
    })
  })

  test('goes past what is too old', async () => {
    const first = await submitVideo(site, 'old')
    // Any age is more than none, as soon as the clock has moved on.
    await new Promise((resolve) => setTimeout(resolve, 5))
    const second = await submitVideo(site, 'old', cacheControl('max-age=0'))
    expect(second.id).not.toBe(first.id)
  })
})

describe('only-if-cached', () => {
  test('is answered from the cache', async () => {
    const first = await submitVideo(site, 'known')
    expect(await submitVideo(site, 'known', cacheControl('only-if-cached'))).toMatchObject({
      cacheStatus: HIT,
      id: first.id,
    })
  })

  test('is a 504 that sends nothing when there is nothing', async () => {
    const refused = await submitVideo(site, 'unknown', cacheControl('only-if-cached'))
    expect(refused).toMatchObject({ status: 504, error: { code: 'not_cached' } })
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect(site.relay.requests).toHaveLength(0)
  })

  test('does not wait for one that runs', async () => {
    await startVideo(site, 'not yet [slow:100]')
    const refused = await startVideo(site, 'not yet [slow:100]', cacheControl('only-if-cached'))
    expect(refused.status).toBe(504)
  })
})

describe('CACHE_TTL_SECONDS=0', () => {
  let uncached: Site
  beforeAll(async () => {
    uncached = await startSite({ vars: { CACHE_TTL_SECONDS: '0' } })
  })
  afterAll(() => uncached.close())

  test('turns the cache off, and coalescing stays', async () => {
    const prompt = 'never twice [slow:50]'
    const first = await startVideo(uncached, prompt)
    const joined = await submitVideo(uncached, prompt)
    const later = await submitVideo(uncached, prompt)
    expect(joined).toMatchObject({ cacheStatus: COLLAPSED, id: first.id })
    expect(later).toMatchObject({ cacheStatus: STORED })
    expect(later.id).not.toBe(first.id)
    expect(uncached.relay.postsOf(prompt)).toBe(2)
  })
})
