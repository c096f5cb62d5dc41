// After a generation of which nobody knows how it ended, the same request is never paid for again
// without consent: not by another route, not by a directive, not by the client's own retries.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { speakDialect } from '../relay/scenario.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

const succeed = speakDialect('D1')
const doubts = [
  ['a reset after the request', '[fault:rst-after-request]', 'outcome_unknown'],
  ['a cut stream', '[fault:cut-at-progress]', 'truncated_stream'],
  ['a gateway that gave up', '[fault:504]', 'gateway_timeout'],
] as const

describe.each(doubts)('after %s', (_name, fault, code) => {
  test('the same video request is answered with that generation', async () => {
    const prompt = `${fault} video`
    const first = await submitVideo(site, prompt)
    expect(first.video).toMatchObject({
      status: 'failed',
      charge: 'possible',
      outcome: 'unknown',
      error: { code },
    })
    for (const headers of [{}, { 'cache-control': 'no-cache' }, { 'cache-control': 'no-store' }]) {
      const again = await submitVideo(site, prompt, { headers })
      expect(again).toMatchObject({ status: 200, id: first.id, video: first.video })
    }
    expect(site.relay.postsOf(prompt)).toBe(1)
  })

  test.each([true, false])(
    'the same chat (stream: %s) is a 409 that asks for consent',
    async (stream) => {
      const prompt = `${fault} chat ${stream}`
      await submitVideo(site, prompt)
      const body = { model: 'sora-2', stream, messages: [{ role: 'user', content: prompt }] }
      const refused = await site.post('/v1/chat/completions', body)
      expect(refused.status).toBe(409)
      expect(refused.headers.get('x-should-retry')).toBe('false')
      expect(await refused.json()).toMatchObject({
        error: { code: 'outcome_unknown', param: 'accept_possible_charge' },
      })
      expect(site.relay.postsOf(prompt)).toBe(1)
    },
  )

  test('deleting it does not delete the doubt', async () => {
    const prompt = `${fault} deleted`
    const first = await submitVideo(site, prompt)
    await site.get(`/v1/videos/${first.id}`, { method: 'DELETE' })
    const refused = await site.post('/v1/videos', { prompt })
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ error: { code: 'outcome_unknown' } })
    expect(site.relay.postsOf(prompt)).toBe(1)
    site.relay.queueScenarios(succeed)
    const paid = await site.post('/v1/videos', { prompt, accept_possible_charge: true })
    expect(paid.status).toBe(200)
    await expect.poll(() => site.relay.postsOf(prompt)).toBe(2)
  })

  test('consent starts another, once, and its video is what everybody gets then', async () => {
    const prompt = `${fault} consent`
    const first = await submitVideo(site, prompt)
    site.relay.queueScenarios(succeed)
    const second = await submitVideo(site, { prompt, accept_possible_charge: true })
    expect(second.video).toMatchObject({ status: 'completed' })
    expect(second.id).not.toBe(first.id)
    expect((await submitVideo(site, prompt)).id).toBe(second.id)
    const third = await submitVideo(site, { prompt, accept_possible_charge: true })
    expect(third.id).toBe(second.id)
    expect(site.relay.postsOf(prompt)).toBe(2)
  })
})

test('a chat can give its consent, too', async () => {
  const prompt = '[fault:500] chat consent'
  await submitVideo(site, prompt)
  site.relay.queueScenarios(succeed)
  const response = await site.post('/v1/chat/completions', {
    model: 'sora-2',
    messages: [{ role: 'user', content: prompt }],
    accept_possible_charge: true,
  })
  expect(response.status).toBe(200)
  expect(site.relay.requests.at(-1)?.body).not.toHaveProperty('accept_possible_charge')
})

test('consent alone does not go past a generation that runs', async () => {
  const body = { prompt: 'running [slow:100]', accept_possible_charge: true }
  const [one, other] = await Promise.all([submitVideo(site, body), submitVideo(site, body)])
  expect(other.id).toBe(one.id)
  expect(site.relay.billed).toHaveLength(1)
})

test('a doubtful failure holds its price, and does not count as spent', async () => {
  const { key } = await site.gateway.createKey({ budget_usd: 1 })
  await submitVideo(site, '[fault:502] on a budget', { key })
  const usage = await (await site.get('/v1/usage', { key })).json()
  expect(usage).toMatchObject({ key: { spent_usd: 0, held_usd: 0.4 } })
})
