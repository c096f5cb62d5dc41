// What a key may do, and what the relay can bear: budgets hold in a race, refusals say when to come
// back, and whatever was dispatched is never repeated by a client on its own.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WireEvent } from '../../shared/video/events.ts'
import { applyFault } from '../relay/faults/faults.ts'
import { readLog } from './readEvents.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import type { Submitted } from './submitVideo.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ vars: { RELAY_RETRIES: '1' } })
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

async function getUsage(key: string): Promise<{ spent_usd: number; held_usd: number }> {
  const usage = (await (await site.get('/v1/usage', { key })).json()) as {
    key: { spent_usd: number; held_usd: number }
  }
  return usage.key
}

describe('a budget', () => {
  test('of three videos admits exactly 3 of 100 at once', async () => {
    const { key } = await site.gateway.createKey({ budget_usd: 1.2 })
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, n) => startVideo(site, `race ${n} [slow:30]`, { key })),
    )
    const refused = all.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(97)
    for (const { status, error, headers } of refused) {
      expect({ status, code: error?.code }).toEqual({ status: 429, code: 'insufficient_quota' })
      expect(headers.get('x-should-retry')).toBe('false')
    }
    await expect.poll(() => site.relay.billed.length).toBe(3)
    expect(site.relay.requests).toHaveLength(3)
  })

  test('is spent by what succeeds, and given back by what costs nothing', async () => {
    const { key } = await site.gateway.createKey({ budget_usd: 1.2 })
    await submitVideo(site, '[fail:moderation] on a budget', { key })
    await expect.poll(() => getUsage(key)).toMatchObject({ spent_usd: 0, held_usd: 0 })
    await submitVideo(site, 'on a budget', { key })
    await expect.poll(() => getUsage(key)).toMatchObject({ spent_usd: 0.4, held_usd: 0 })
    // A hit costs nothing.
    await submitVideo(site, 'on a budget', { key })
    expect(await getUsage(key)).toMatchObject({ spent_usd: 0.4, held_usd: 0 })
  })

  test('holds the price of every video asked for, by length', async () => {
    const { key } = await site.gateway.createKey({ budget_usd: 2.4 })
    await startVideo(site, { prompt: 'two long ones [fault:stall]', seconds: '12', n: 2 }, { key })
    expect(await getUsage(key)).toMatchObject({ spent_usd: 0, held_usd: 2.4 })
    expect((await startVideo(site, 'one more', { key })).status).toBe(429)
  })

  test('a chat whose words may ask for any length holds the price of the longest', async () => {
    const { key } = await site.gateway.createKey({ budget_usd: 1.4 })
    const body = { model: 'sora-2', messages: [{ role: 'user', content: 'fifteen seconds' }] }
    const response = await site.post('/v1/chat/completions', body, { key })
    expect(response.status).toBe(429)
  })
})

test('requests per minute are counted, told, and refused with the time to come back', async () => {
  const { key } = await site.gateway.createKey({ rpm: 2 })
  const first = await submitVideo(site, 'rpm 1', { key })
  expect(toRateLimit(first)).toMatchObject({ limit: '2', remaining: '1', policy: '"rpm";q=2;w=60' })
  const second = await submitVideo(site, 'rpm 2', { key })
  expect(toRateLimit(second)).toMatchObject({ remaining: '0' })
  const third = await submitVideo(site, 'rpm 3', { key })
  expect(third).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } })
  expect(readRetryAfter(third)).toBeGreaterThan(0)
  expect(readRetryAfter(third)).toBeLessThanOrEqual(60)
  expect(third.headers.get('ratelimit')).toMatch(/^"rpm";r=0;t=\d+$/)
  // What starts nothing is not counted.
  expect(await submitVideo(site, 'rpm 1', { key })).toMatchObject({ status: 200, id: first.id })
  expect(site.relay.requests).toHaveLength(2)
})

test('a key runs as many at once as it may; joining one is free, and an end makes room', async () => {
  const { key } = await site.gateway.createKey({ concurrency: 2 })
  const first = await startVideo(site, 'one of two [fault:stall]', { key })
  await startVideo(site, 'two of two [fault:stall]', { key })
  const third = await startVideo(site, 'three of two', { key })
  expect(third).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } })
  expect(readRetryAfter(third)).toBeGreaterThan(0)
  expect((await startVideo(site, 'one of two [fault:stall]', { key })).id).toBe(first.id)
  await site.post(`/v1/videos/${first.id}/cancel`, {}, { key })
  await expect.poll(() => startVideo(site, 'three of two', { key })).toMatchObject({ status: 200 })
})

async function isAvailable(key: string): Promise<unknown> {
  const { data } = (await (await site.get('/v1/models', { key })).json()) as {
    data: { available: unknown }[]
  }
  return data[0]?.available
}

describe('after the relay refused our own key or money', () => {
  test.each([
    ['auth', "does not accept the gateway's key"],
    ['quota', 'out of money'],
  ])('(%s) nothing new is sent for half a minute', async (name, why) => {
    const { key } = await site.gateway.createKey()
    const before = await submitVideo(site, `before the ${name} breaker`, { key })
    const first = await submitVideo(site, `[fail:${name}]`, { key })
    expect(first.video).toMatchObject({ status: 'failed', error: { code: name }, charge: 'none' })
    const posts = site.relay.requests.length
    await expect
      .poll(() => startVideo(site, 'while open', { key }))
      .toMatchObject({
        status: 503,
        error: { code: 'relay_suspended', message: expect.stringContaining(why) },
      })
    const refused = await startVideo(site, 'while open', { key })
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect(readRetryAfter(refused)).toBeGreaterThan(0)
    expect(readRetryAfter(refused)).toBeLessThanOrEqual(30)
    expect(site.relay.requests.length - posts).toBeLessThanOrEqual(1)
    // What is stored can be had.
    expect((await submitVideo(site, `before the ${name} breaker`, { key })).id).toBe(before.id)
    expect(await isAvailable(key)).toBe(false)
    // Another account has its own luck.
    expect(await isAvailable((await site.gateway.createKey()).key)).toBe(true)
    expect((await submitVideo(site, `elsewhere ${name}`)).video?.status).toBe('completed')
  })

  test('RELAY_BREAKER=off sends on', async () => {
    const open = await startSite({ vars: { RELAY_BREAKER: 'off' } })
    try {
      for (const n of [1, 2, 3]) await submitVideo(open, `[fail:auth] ${n}`)
      expect(open.relay.requests).toHaveLength(3)
    } finally {
      await open.close()
    }
  })
})

describe('a refusal that costs nothing', () => {
  test('is repeated as often as RELAY_RETRIES says, and the log tells each attempt', async () => {
    const prompt = '[fail:rate-limited] for ever'
    const { id, video } = await submitVideo(site, prompt)
    expect(video).toMatchObject({
      status: 'failed',
      error: { code: 'rate_limited' },
      charge: 'none',
    })
    expect(site.relay.postsOf(prompt)).toBe(2)
    const log = await readLog(await site.get(`/v1/videos/${id}/events`))
    expect(log.map(toStep)).toEqual([
      'queued',
      'started 1',
      'queued: rate_limited',
      'started 2',
      'failed',
    ])
    const ids = site.relay.requests.map(({ headers }) => headers['idempotency-key'])
    expect(ids).toEqual([id, id])
  })

  test('with a wait longer than ours is told to the caller instead', async () => {
    await applyFault(site.relay, '429-huge')
    const response = await site.post('/v1/chat/completions', {
      model: 'sora-2',
      messages: [{ role: 'user', content: 'come back tomorrow' }],
    })
    expect(response.status).toBe(429)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(readRetryAfter(response)).toBeGreaterThan(86_300)
    expect(readRetryAfter(response)).toBeLessThanOrEqual(86_400)
    expect(site.relay.requests).toHaveLength(1)
  })
})

test.each([
  ['[fail:moderation]', 400],
  ['[fail:rate-limited]', 429],
  ['[fail:quota] alone', 503],
  ['[fault:500]', 502],
  ['[fault:504]', 504],
])(
  'a chat that fails after dispatch (%s) is a %i that no client repeats',
  async (prompt, status) => {
    const { key } = await site.gateway.createKey()
    const body = { model: 'sora-2', messages: [{ role: 'user', content: prompt }] }
    const response = await site.post('/v1/chat/completions', body, { key })
    expect(response.status).toBe(status)
    expect(response.headers.get('x-should-retry')).toBe('false')
  },
)

/** Seconds; a header that is missing is none, and not 0. */
function readRetryAfter({ headers }: { readonly headers: Headers }): number {
  const text = headers.get('retry-after')
  expect(text).toMatch(/^\d+$/)
  return Number(text)
}

function toRateLimit({ headers }: Submitted) {
  return {
    limit: headers.get('x-ratelimit-limit-requests'),
    remaining: headers.get('x-ratelimit-remaining-requests'),
    policy: headers.get('ratelimit-policy'),
  }
}

function toStep(event: WireEvent): string {
  if (event.type === 'started') return `started ${event.attempt}`
  return event.type === 'phase' ? `${event.phase}: ${event.reason}` : event.type
}
