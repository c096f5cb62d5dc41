// What the operator is told, where callers' webhooks may go, and security.txt: a gateway with all of these
// settings, and real receivers.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RemoteAccount } from '../../worker/objects.ts'
import type { Arrival, Receiver } from './startReceiver.ts'
import { findAcceptors, startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`

let site: Site
let operator: Receiver
beforeAll(async () => {
  operator = await startReceiver()
  site = await startSite({
    everyHost: false,
    vars: {
      OPERATOR_WEBHOOK_URL: `${operator.origin}/alerts`,
      OPERATOR_WEBHOOK_SECRET: secret,
      WEBHOOK_HOSTS: 'localhost, *.hooks.example',
      SECURITY_CONTACT: 'security@gateway.example',
      PUBLIC_URL: 'https://gateway.example',
      AUTH_FAILURES_PER_MINUTE: '3',
    },
  })
})
afterAll(async () => {
  await site.close()
  await operator.close()
})
beforeEach(() => site.relay.reset())

const alertsOf = (type: string, about: object = {}): Arrival[] =>
  operator.arrivals.filter(({ event }) => {
    const data: Readonly<Record<string, unknown>> = { ...event.data }
    return event.type === type && Object.entries(about).every(([name, is]) => data[name] === is)
  })

describe('alerts', () => {
  test('a budget that is nearly used, and one that covers no more, are told once', async () => {
    const { id, key, account } = await site.gateway.createKey({ budget_usd: 1 })
    const mine = () => alertsOf('gateway.budget_used', { key_id: id })
    await submitVideo(site, 'a cheap boat', { key })
    await submitVideo(site, 'another cheap boat', { key })
    await expect.poll(() => mine().length).toBe(1)
    const [early] = mine() as [Arrival]
    expect(early.event).toMatchObject({
      id: early.headers['webhook-id'],
      object: 'event',
      data: { account, key_id: id, percent: 80, budget_usd: 1, used_usd: 0.8 },
    })
    expect(await findAcceptors(early, secret)).toContain('standardwebhooks')
    for (let n = 0; n < 3; n++) {
      expect((await submitVideo(site, `one boat too many ${n}`, { key })).status).toBe(429)
    }
    await expect.poll(() => mine().length).toBe(2)
    expect(mine()[1]?.event.data).toMatchObject({ percent: 100, used_usd: 0.8 })
    // A raised budget is news again.
    const body = { budget_usd: 1.5 }
    await site.post(`/admin/keys/${id}`, body, { key: site.gateway.adminToken, method: 'PATCH' })
    await submitVideo(site, 'one more cheap boat', { key })
    await expect.poll(() => mine().length).toBe(3)
    expect(mine()[2]?.event.data).toMatchObject({ percent: 80, budget_usd: 1.5 })
    expect(JSON.stringify(operator.arrivals)).not.toContain('boat')
  })

  test('budgets of a period and of a whole account are told apart', async () => {
    const { id, key, account } = await site.gateway.createKey({
      budget_usd: 0.5,
      budget_period: 'day',
    })
    const other = await site.gateway.createKey({ account })
    const admin = { key: site.gateway.adminToken, method: 'PATCH' }
    await site.post(`/admin/accounts/${account}`, { budget_usd: 2 }, admin)
    const mine = () =>
      alertsOf('gateway.budget_used', { account }).map(({ event }) => ({ ...event.data }))
    await submitVideo(site, 'a boat of today', { key })
    await expect.poll(() => mine().length).toBe(1)
    expect(mine()[0]).toMatchObject({ key_id: id, percent: 80, budget_period: 'day' })
    for (let n = 0; n < 3; n++) await submitVideo(site, `a boat of all ${n}`, { key: other.key })
    await expect.poll(() => mine().length).toBe(2)
    const ofAccount = { key_id: null, budget_period: 'total', budget_usd: 2 }
    expect(mine()[1]).toMatchObject({ ...ofAccount, percent: 80, used_usd: 1.6 })
    // The key's budget covers no more; the account's does.
    expect((await submitVideo(site, 'a boat too many', { key })).status).toBe(429)
    await expect.poll(() => mine().length).toBe(3)
    expect(mine()[2]).toMatchObject({ key_id: id, percent: 100 })
    await submitVideo(site, 'a last boat of all', { key: other.key })
    await expect.poll(() => mine().length).toBe(4)
    expect(mine()[3]).toMatchObject({ ...ofAccount, percent: 100, used_usd: 2 })
  })

  test('a relay that refuses the gateway’s key is told once, whoever found it', async () => {
    const keys = await Promise.all([site.gateway.createKey(), site.gateway.createKey()])
    for (const { key } of keys) await submitVideo(site, `[fail:auth] for ${key.slice(-6)}`, { key })
    await expect.poll(() => alertsOf('gateway.relay_suspended').length).toBe(1)
    const [told] = alertsOf('gateway.relay_suspended')
    expect(told?.event.data).toMatchObject({ relay: 'default', code: 'auth' })
    const overview = await site.get('/admin/overview', { key: site.gateway.adminToken })
    expect(await overview.json()).toMatchObject({ relays: [{ suspended_accounts: 2 }] })
  })

  test('a receiver that fails is tried again, and delays no video', async () => {
    operator.queue({ status: 500 })
    const { id, key } = await site.gateway.createKey({ budget_usd: 0.4 })
    expect((await submitVideo(site, 'a boat for all the money', { key })).status).toBe(200)
    const mine = () => alertsOf('gateway.budget_used', { key_id: id })
    await expect.poll(() => new Set(mine().map(({ event }) => event.id)).size).toBe(2)
    await expect.poll(() => mine().length, { timeout: 30_000 }).toBe(3)
  })

  test('guessed keys are told once an hour, with the network they come from', async () => {
    for (const network of ['203.0.113', '198.51.100']) {
      for (let n = 0; n < 4; n++) {
        const headers = { 'cf-connecting-ip': `${network}.7` }
        await site.get('/v1/models', { key: 'rk_wrong', headers })
      }
    }
    await expect.poll(() => alertsOf('gateway.login_failures').length).toBe(1)
    expect(alertsOf('gateway.login_failures')[0]?.event.data).toEqual({
      network: '203.0.113.0/24',
      failures_per_minute: 3,
    })
  })
})

describe('WEBHOOK_HOSTS', () => {
  test('names the hosts that a caller may name, at every door', async () => {
    const endpoint = { name: 'mine', event_types: ['video.completed'] }
    const other = 'https://other.example/hook'
    for (const [path, body, param] of [
      ['/v1/webhook_endpoints', { ...endpoint, url: other }, 'url'],
      ['/v1/videos', { prompt: 'a boat', webhook: { url: other } }, 'webhook.url'],
      ['/v1/callbacks', { video_ids: ['video_x'], url: other }, 'url'],
      // The operator's own receiver is no caller's.
      ['/v1/webhook_endpoints', { ...endpoint, url: `${operator.origin}/alerts` }, 'url'],
    ] as const) {
      const response = await site.post(path, body)
      expect(response.status, path).toBe(400)
      const { error } = (await response.json()) as { error: { param: string; message: string } }
      expect([error.param, error.message]).toEqual([param, expect.stringContaining('lists')])
    }
    const url = 'https://a.hooks.example/hook'
    expect((await site.post('/v1/webhook_endpoints', { ...endpoint, url })).status).toBe(200)
  })

  test('holds also for what was accepted before', async () => {
    const { key, account } = await site.gateway.createKey()
    const objects = await site.gateway.miniflare.getDurableObjectNamespace('ACCOUNT')
    const stub = objects.get(objects.idFromName(account)) as unknown as RemoteAccount
    const before = operator.arrivals.length
    await stub.createEndpoint({
      id: 'we_before',
      name: 'before',
      url: `${operator.origin}/before`,
      eventTypes: ['video.completed'],
      secret,
    })
    await submitVideo(site, 'a boat that nobody hears of', { key })
    const list = async () => {
      const response = await site.get('/v1/webhook_endpoints/we_before/deliveries', { key })
      return ((await response.json()) as { data: { state: string; problem: string }[] }).data
    }
    await expect.poll(list).toMatchObject([{ state: 'failed' }])
    expect((await list())[0]?.problem).toContain('its operator lists')
    expect(operator.arrivals.slice(before).filter(({ path }) => path === '/before')).toEqual([])
  })
})

test('security.txt says whom to tell, until when, and where it belongs', async () => {
  const response = await site.get('/.well-known/security.txt', { key: null })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  const lines = (await response.text()).trimEnd().split('\n')
  const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2)))
  expect(fields).toMatchObject({
    Contact: 'mailto:security@gateway.example',
    Canonical: 'https://gateway.example/.well-known/security.txt',
  })
  const days = (Date.parse(String(fields['Expires'])) - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(170)
  expect(days).toBeLessThan(366)
})
