// What costs nothing is limited, too: a key whose budget is spent and whose minute is full can still read,
// join, hit and be told, and each of these has an end with the headers that say when to come back.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Receiver } from './startReceiver.ts'
import { startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

const REQUESTS = 600
const WRITES = 60
let site: Site
let receiver: Receiver
beforeAll(async () => {
  const vars = { REQUESTS_PER_MINUTE: String(REQUESTS), WRITES_PER_MINUTE: String(WRITES) }
  site = await startSite({ everyHost: false, vars })
  receiver = await startReceiver()
})
afterAll(async () => {
  await site.close()
  await receiver.close()
})

test('500 free calls with webhooks of a key that may spend nothing more are limited', async () => {
  const { key } = await site.gateway.createKey({ rpm: 1, budget_usd: 0.4 })
  const paid = await submitVideo(site, 'the only one', { key })
  expect(paid.video?.status).toBe('completed')
  const all = await Promise.all(
    Array.from({ length: 500 }, (_, n) =>
      startVideo(
        site,
        { prompt: 'the only one', webhook: { url: `${receiver.origin}/f${n}` } },
        { key, headers: { 'idempotency-key': `free-${n}` } },
      ),
    ),
  )
  const refused = all.filter(({ status }) => status !== 200)
  expect(refused).toHaveLength(500 - WRITES)
  for (const { status, error, headers } of refused) {
    expect({ status, code: error?.code }).toEqual({ status: 429, code: 'rate_limit_exceeded' })
    expect(headers.get('ratelimit-policy')).toBe(`"writes";q=${WRITES};w=60`)
    expect(headers.get('ratelimit')).toMatch(/^"writes";r=0;t=[1-9]\d?$/)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(headers.get('x-should-retry')).toBe('true')
  }
  // Nobody is told what was refused.
  await receiver.waitFor(WRITES)
  expect(site.relay.postsOf('the only one')).toBe(1)
  // The video itself, and what writes nothing, can still be had.
  expect((await site.get(`/v1/videos/${paid.id}`, { key })).status).toBe(200)
  expect((await startVideo(site, 'the only one', { key })).status).toBe(200)
})

test('changes that start nothing are counted with them, wherever they are made', async () => {
  const { key } = await site.gateway.createKey()
  const body = { name: 'none', url: 'https://hooks.example/', event_types: [] }
  const answers = await Promise.all(
    Array.from({ length: WRITES + 1 }, () => site.post('/v1/webhook_endpoints', body, { key })),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 400)).toHaveLength(WRITES)
  expect(statuses.filter((status) => status === 429)).toHaveLength(1)
  // What may start a generation has limits of its own.
  expect((await startVideo(site, 'started all the same', { key })).status).toBe(200)
})

test('reading has an end', async () => {
  const { key } = await site.gateway.createKey()
  const answers = await Promise.all(
    Array.from({ length: REQUESTS + 1 }, () => site.get('/v1/models', { key })),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.map(({ headers }) => headers.get('ratelimit-policy'))).toEqual([
    `"requests";q=${REQUESTS};w=60`,
  ])
  // Agents are counted like everybody else.
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  const asked = await site.post('/mcp', ping, { key })
  expect(asked.status).toBe(429)
  expect(asked.headers.get('ratelimit-policy')).toBe(`"requests";q=${REQUESTS};w=60`)
  // Another key has its own.
  expect((await site.get('/v1/models')).status).toBe(200)
  expect((await site.post('/mcp', ping)).status).toBe(200)
})

test('being refused has an end, too: for want of a scope, or from an address where the key is not allowed', async () => {
  const reader = await site.gateway.createKey({ scopes: ['read'] })
  const bound = await site.gateway.createKey({ ip_allow: ['203.0.113.0/24'] })
  const elsewhere = { 'cf-connecting-ip': '198.51.100.1' }
  for (const options of [{ key: reader.key }, { key: bound.key, headers: elsewhere }]) {
    const answers = await Promise.all(
      Array.from({ length: REQUESTS + 1 }, () => site.get('/v1/schedules', options)),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(REQUESTS)
    expect(refused.map(({ headers }) => headers.get('ratelimit-policy'))).toEqual([
      `"requests";q=${REQUESTS};w=60`,
    ])
  }
  // What a stranger tries with it elsewhere takes nothing from whoever it is for.
  const at = { 'cf-connecting-ip': '203.0.113.5' }
  expect((await site.get('/v1/schedules', { key: bound.key, headers: at })).status).toBe(200)
})
