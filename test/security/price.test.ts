// The price is of what is sent: whatever makes two requests the same bytes at the relay, or longer
// than it says, is held at what those bytes cost. Over HTTP, as a caller would try it.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { startVideo, submitVideo, toSubmitted } from '../worker/submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

/** What a new key holds for this request, and what the relay got. */
async function hold(request: object) {
  const { key } = await site.gateway.createKey()
  const posts = site.relay.requests.length
  const { error } = await startVideo(site, request, { key })
  if (error === null) await expect.poll(() => site.relay.requests.length).toBe(posts + 1)
  return { error, held: await heldBy(key), body: site.relay.requests[posts]?.body }
}

async function heldBy(key: string): Promise<number> {
  const usage = (await (await site.get('/v1/usage', { key })).json()) as {
    key: { held_usd: number }
  }
  return usage.key.held_usd
}

test('the same bytes cost the same, whether a field or the prompt names the length', async () => {
  const asked = await hold({ prompt: 'a cat surfing [fault:stall]', seconds: '15' })
  const smuggled = await hold({ prompt: 'a cat surfing [fault:stall] 15s', seconds: '4' })
  expect(smuggled.body).toEqual(asked.body)
  expect([asked.held, smuggled.held]).toEqual([1.5, 1.5])
})

test.each([
  ['15 sec', 1.5],
  ['15 seconds long', 1.5],
  ['fifteen seconds', 1.5],
  ['15秒', 1.5],
  ['十五秒', 1.5],
  ['１５ｓ', 1.5],
  ['15 секунд', 1.5],
  ['12s', 1.2],
  ['--duration 15', 1.5],
  ['as 15 friends do', 0.4],
  ['after 3 seconds it jumps', 0.4],
])('a prompt with “%s” is held at %d', async (words, price) => {
  expect((await hold({ prompt: `a cat [fault:stall], ${words}` })).held).toBe(price)
})

test('a remix that asks for more costs more', async () => {
  const first = await submitVideo(site, 'a cat that will be remixed')
  for (const [prompt, price] of [
    ['longer, 15s [fault:stall]', 1.5],
    ['wetter [fault:stall]', 0.4],
  ] as const) {
    const { key } = await site.gateway.createKey({ account: site.account })
    const remix = await site.post(`/v1/videos/${first.id}/remix`, { prompt }, { key })
    expect((await toSubmitted(remix)).error).toBeNull()
    expect(await heldBy(key)).toBe(price)
  }
})

test('what multiplies the price is refused, however it is spelled, and a length is not hidden', async () => {
  for (const [fields, param] of [
    [{ duration: 15, num_videos: 4, quality: 'pro' }, 'num_videos'],
    [{ numVideos: 4 }, 'numVideos'],
    [{ extra_body: { num_videos: 4 } }, 'extra_body.num_videos'],
    [{ parameters: [{ n: 4 }] }, 'parameters[0].n'],
    [{ input: { video_quality: 'high' } }, 'input.video_quality'],
    [{ mode: 'pro' }, 'mode'],
    [{ n: 17 }, 'n'],
    [{ seconds: '4', video_length: 15 }, 'video_length'],
    [{ duration: 4, video_length: 15 }, 'video_length'],
  ] as const) {
    const { error, held } = await hold({ prompt: 'a cat', ...fields })
    expect([error?.code, error?.param, held]).toEqual(['invalid_request', param, 0])
  }
  const nested = { prompt: 'a cat [fault:stall]', extra_body: { duration: 15 } }
  expect((await hold(nested)).held).toBe(1.5)
  expect(site.relay.requests).toHaveLength(1)
})

test('a count is bounded wherever it can be said', async () => {
  const message = { role: 'user', content: 'a cat' }
  for (const n of [17, 9_007_199_254_740_991]) {
    const chat = await site.post('/v1/chat/completions', {
      model: 'sora-2',
      messages: [message],
      n,
    })
    expect(await chat.json()).toMatchObject({ error: { param: 'n' } })
    const form = new FormData()
    form.set('prompt', 'a cat')
    form.set('n', String(n))
    const sent = await fetch(`${site.url}/v1/videos`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${site.key}` },
    })
    expect(await sent.json()).toMatchObject({ error: { param: 'n' } })
  }
  expect(site.relay.requests).toHaveLength(0)
})
