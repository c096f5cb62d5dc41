// Idempotency-Key: one key is one generation, whatever else the request or its headers say.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CallOptions, Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

let made = 0
/** A key nobody has used, and headers that send it. */
function withKey(more: Record<string, string> = {}): CallOptions {
  return { headers: { 'idempotency-key': `order-${++made}`, ...more } }
}

test('the same key and body are the same generation, and say so', async () => {
  const options = withKey()
  const first = await submitVideo(site, 'ordered once', options)
  const second = await submitVideo(site, 'ordered once', options)
  expect(first.isReplay).toBe(false)
  expect(second).toMatchObject({ id: first.id, isReplay: true, status: 200 })
  expect(site.relay.postsOf('ordered once')).toBe(1)
})

test('the same key finds the generation while it runs', async () => {
  const options = withKey()
  const first = await startVideo(site, 'ordered and running [slow:100]', options)
  const second = await startVideo(site, 'ordered and running [slow:100]', options)
  expect(second).toMatchObject({ id: first.id, isReplay: true })
  expect(second.video?.status).toMatch(/^(?:queued|in_progress)$/)
})

test('20 requests with one key at once are one generation', async () => {
  const options = withKey({ 'cache-control': 'no-store' })
  const all = await Promise.all(
    Array.from({ length: 20 }, () => startVideo(site, 'ordered by 20 [slow:50]', options)),
  )
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  expect(all.filter(({ isReplay }) => !isReplay)).toHaveLength(1)
})

test('a key goes before every cache directive', async () => {
  const options = withKey()
  const first = await submitVideo(site, 'ordered, then no-cache', options)
  for (const directive of ['no-cache', 'no-store', 'max-age=0', 'only-if-cached']) {
    const headers = { ...options.headers, 'cache-control': directive }
    expect(await submitVideo(site, 'ordered, then no-cache', { headers })).toMatchObject({
      id: first.id,
      isReplay: true,
    })
  }
})

test('another key is not the same order, but may hit the same video', async () => {
  const first = await submitVideo(site, 'two orders', withKey())
  expect(await submitVideo(site, 'two orders', withKey())).toMatchObject({
    id: first.id,
    isReplay: false,
  })
})

test('the same key with another body is a 422, and nothing is sent', async () => {
  const options = withKey()
  await submitVideo(site, 'one thing', options)
  const refused = await submitVideo(site, 'another thing', options)
  expect(refused).toMatchObject({ status: 422, error: { code: 'idempotency_mismatch' } })
  expect(refused.headers.get('x-should-retry')).toBe('false')
  expect(site.relay.postsOf('another thing')).toBe(0)
})

test('what only we read does not make it another body', async () => {
  const options = withKey()
  const first = await submitVideo(site, { prompt: 'labelled', metadata: { n: '1' } }, options)
  const second = await submitVideo(site, { prompt: 'labelled', metadata: { n: '2' } }, options)
  expect(second).toMatchObject({ id: first.id, isReplay: true })
})

test('a key of one tenant says nothing to another', async () => {
  const options = withKey()
  const other = await site.gateway.createKey()
  const first = await submitVideo(site, 'tenant one', options)
  const second = await submitVideo(site, 'tenant two', { ...options, key: other.key })
  expect(second).toMatchObject({ status: 200, isReplay: false })
  expect(second.id).not.toBe(first.id)
})

test('two API keys of one account share its idempotency keys', async () => {
  const options = withKey()
  const colleague = await site.gateway.createKey({ account: site.account })
  const first = await submitVideo(site, 'shared order', options)
  expect(await submitVideo(site, 'shared order', { ...options, key: colleague.key })).toMatchObject(
    {
      id: first.id,
      isReplay: true,
    },
  )
})

describe('after a failure', () => {
  test('that is known to cost nothing, the key is free again', async () => {
    const options = withKey()
    const first = await submitVideo(site, '[fail:moderation]', options)
    expect(first.video).toMatchObject({ status: 'failed', charge: 'none' })
    const second = await submitVideo(site, '[fail:moderation]', options)
    expect(second.id).not.toBe(first.id)
    expect(second.isReplay).toBe(false)
  })

  test('that is known to cost nothing, the key is free for a mended body', async () => {
    const options = withKey()
    await submitVideo(site, '[fail:moderation] unmended', options)
    // The account learns of the end a moment after the caller.
    await expect
      .poll(() => submitVideo(site, 'mended', options))
      .toMatchObject({
        status: 200,
        isReplay: false,
        video: { status: 'completed' },
      })
  })

  test.each(['[fail:text]', '[fault:rst-after-request] with a key'])(
    'that may cost something (%s), the key still names it',
    async (prompt) => {
      const options = withKey()
      const first = await submitVideo(site, prompt, options)
      expect(first.video).toMatchObject({ status: 'failed', charge: 'possible' })
      expect(await submitVideo(site, prompt, options)).toMatchObject({
        id: first.id,
        isReplay: true,
        video: { status: 'failed' },
      })
      expect(site.relay.postsOf(prompt)).toBe(1)
    },
  )

  test('with an unknown outcome, consent starts another and binds the key to it', async () => {
    const options = withKey()
    const prompt = '[fault:rst-after-request] and consent'
    const first = await submitVideo(site, prompt, options)
    const body = { prompt, accept_possible_charge: true }
    const second = await submitVideo(site, body, options)
    expect(second).toMatchObject({ isReplay: false, status: 200 })
    expect(second.id).not.toBe(first.id)
    expect((await submitVideo(site, prompt, options)).id).toBe(second.id)
  })
})

test('a key whose video was deleted is a 410', async () => {
  const options = withKey()
  const { id } = await submitVideo(site, 'soon gone', options)
  await site.get(`/v1/videos/${id}`, { method: 'DELETE' })
  const refused = await submitVideo(site, 'soon gone', options)
  expect(refused).toMatchObject({ status: 410, error: { code: 'video_expired' } })
  expect(site.relay.postsOf('soon gone')).toBe(1)
})

test('a request that was refused binds nothing', async () => {
  const options = withKey()
  expect((await submitVideo(site, { prompt: 'x', seconds: '5' }, options)).status).toBe(400)
  expect((await submitVideo(site, { prompt: 'y' }, options)).status).toBe(200)
})

test.each([
  ['two words', 'two words'],
  ['no characters', ''],
  ['256 characters', 'k'.repeat(256)],
  ['a letter beyond ASCII', 'schl\u00fcssel'],
])('a key of %s is a 400 that names the header', async (_name, key) => {
  const refused = await submitVideo(site, 'never', { headers: { 'idempotency-key': key } })
  expect(refused).toMatchObject({
    status: 400,
    error: { code: 'invalid_request', param: 'Idempotency-Key' },
  })
  expect(site.relay.requests).toHaveLength(0)
})

test.each(['k', 'k'.repeat(255), '!~"quoted",;='])('%s is a key', async (key) => {
  const options = { headers: { 'idempotency-key': key } }
  expect(await submitVideo(site, `key ${key}`, options)).toMatchObject({ status: 200 })
  expect(await submitVideo(site, `key ${key}`, options)).toMatchObject({ isReplay: true })
})

test('chat knows the same keys, and a chat and a video of the same words share one', async () => {
  const options = withKey()
  const first = await submitVideo(site, 'ordered twice over', options)
  const body = { model: 'sora-2', messages: [{ role: 'user', content: 'ordered twice over' }] }
  const chat = await site.post('/v1/chat/completions', body, options)
  expect(chat.headers.get('idempotent-replayed')).toBe('true')
  expect(await chat.json()).toMatchObject({ video: { id: first.id } })
})
