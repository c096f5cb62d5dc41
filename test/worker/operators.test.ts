// What operators expect of a gateway: a list of what they did, a token that only reads, keys that are
// bound to models and addresses, and where to report a problem. One gateway for all of it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN_READ_TOKEN } from '../gateway/startGateway.ts'
import type { CallOptions, Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ vars: { ADMIN_READ_TOKEN } })
})
afterAll(() => site.close())

const asAdmin = (options: CallOptions = {}) => ({ key: site.gateway.adminToken, ...options })

interface Entry {
  readonly deed: string
  readonly subject: string | null
  readonly detail: string | null
  readonly network: string | null
  readonly status: number | null
  readonly request_id: string
  readonly token: string
}

interface AuditPage {
  readonly data: readonly Entry[]
  readonly has_more: boolean
  readonly next_after: string | null
}

async function readAudit(query: string): Promise<AuditPage> {
  const response = await site.get(`/admin/audit?${query}`, asAdmin())
  expect(response.status).toBe(200)
  return (await response.json()) as AuditPage
}

test('an account is one resource: how much there is of it, and what it may spend', async () => {
  const { key, account } = await site.gateway.createKey()
  await submitVideo(site, 'a boat of an account', { key })
  const path = `/admin/accounts/${account}`
  const change = { budget_usd: 2, budget_period: 'month' }
  const changed = await site.post(path, change, asAdmin({ method: 'PATCH' }))
  expect(changed.status).toBe(200)
  const resource: unknown = await changed.json()
  expect(resource).toMatchObject({
    object: 'account',
    status: 'active',
    keys: 1,
    videos: 1,
    running: 0,
    ...change,
    spent_usd: 0.4,
    period_spent_usd: 0.4,
    erasure: null,
  })
  expect(await (await site.get(path, { key: ADMIN_READ_TOKEN })).json()).toEqual(resource)
})

describe('GET /admin/audit', () => {
  test('has every deed of an account, newest first, with who, what and how it ended', async () => {
    const { id, key, account } = await site.gateway.createKey({ budget_usd: 5 })
    const video = await submitVideo(site, 'a noted boat', { key })
    const headers = { 'cf-connecting-ip': '203.0.113.77' }
    const call = (path: string, body: object, method = 'POST') =>
      site.post(path, body, asAdmin({ method, headers }))
    const answers = [
      await call(`/admin/keys/${id}`, { budget_usd: 7, name: 'a name nobody needs' }, 'PATCH'),
      await call(`/admin/keys/${id}/rotate`, { overlap_seconds: 60 }),
      await call(`/admin/videos/${video.id}/settle`, { charged: false }),
      await call(`/admin/videos/${video.id}/cancel`, {}),
      await call(`/admin/videos/${video.id}/wake`, {}),
      await call(`/admin/videos/${video.id}/archive`, {}),
      await call(`/admin/videos/${video.id}/replay`, {}),
      await call(`/admin/accounts/${account}`, { budget_usd: 9, budget_period: 'day' }, 'PATCH'),
      await call(`/admin/accounts/${account}/restore`, { at: 1 }),
      await call(`/admin/keys/${id}`, {}, 'DELETE'),
    ]
    const { data } = await readAudit(`account=${account}&limit=100`)
    const seen = data.toReversed().map(({ deed, subject, detail }) => [deed, subject, detail])
    expect(seen).toEqual([
      ['key.create', id, null],
      ['key.change', id, 'name budget_usd'],
      ['key.rotate', id, null],
      ['video.settle', video.id, 'not charged'],
      ['video.cancel', video.id, null],
      ['video.wake', video.id, null],
      ['video.archive', video.id, null],
      ['video.replay', video.id, null],
      ['account.change', null, 'budget_usd budget_period'],
      ['account.restore', null, 'to 1'],
      ['key.revoke', id, null],
    ])
    const noted = data.slice(0, -1).toReversed()
    expect(noted.map(({ status }) => status)).toEqual(answers.map(({ status }) => status))
    expect(noted.map(({ request_id }) => request_id)).toEqual(
      answers.map(({ headers: answered }) => answered.get('x-request-id')),
    )
    expect(new Set(noted.map(({ network }) => network))).toEqual(new Set(['203.0.113.0/24']))
    expect(new Set(noted.map(({ token }) => token))).toEqual(new Set(['full']))
    const text = JSON.stringify(data)
    for (const secret of [key, 'a noted boat', 'nobody needs', '203.0.113.77']) {
      expect(text).not.toContain(secret)
    }
  })

  test('goes page by page, of one deed where that is asked', async () => {
    const { account } = await site.gateway.createKey()
    for (let n = 0; n < 3; n++) await site.gateway.createKey({ account })
    const query = `account=${account}&deed=key.create&limit=3`
    const first = await readAudit(query)
    expect([first.data.length, first.has_more]).toEqual([3, true])
    const second = await readAudit(`${query}&after=${first.next_after}`)
    expect([second.data.length, second.has_more, second.next_after]).toEqual([1, false, null])
    expect(new Set([...first.data, ...second.data].map(({ subject }) => subject)).size).toBe(4)
    expect((await readAudit(`account=${account}&deed=key.revoke`)).data).toEqual([])
  })

  test.each(['account=a_b', 'deed=nothing', 'after=x', 'limit=0'])('refuses %s', async (query) => {
    const response = await site.get(`/admin/audit?${query}`, asAdmin())
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { param: string } }
    expect(error.param).toBe(query.split('=')[0])
  })

  test('keeps what was refused, and nothing that was pasted where an id belongs', async () => {
    const { key } = await site.gateway.createKey()
    expect((await site.get(`/admin/keys/${key}`, asAdmin({ method: 'DELETE' }))).status).toBe(404)
    const { data } = await readAudit('limit=1')
    expect(data).toMatchObject([{ deed: 'key.revoke', subject: null, status: 404 }])
  })

  test('notes an export once an hour', async () => {
    const read = { key: ADMIN_READ_TOKEN }
    for (let n = 0; n < 3; n++) await (await site.get('/admin/export?what=keys', read)).text()
    const { data } = await readAudit('deed=export&limit=100')
    expect(data.filter(({ token }) => token === 'read')).toMatchObject([
      { detail: 'keys', status: 200 },
    ])
  })
})

describe('ADMIN_READ_TOKEN', () => {
  test('reads and changes nothing', async () => {
    const { id, key } = await site.gateway.createKey()
    const { id: video } = await startVideo(site, 'a watched boat', { key })
    const read = { key: ADMIN_READ_TOKEN }
    for (const path of ['/admin/keys', `/admin/videos/${video}`, '/admin/audit', '/admin/health']) {
      expect((await site.get(path, read)).status, path).toBe(200)
    }
    const before = (await readAudit('limit=1')).data
    for (const [method, path] of [
      ['DELETE', `/admin/keys/${id}`],
      ['POST', `/admin/videos/${video}/cancel`],
      ['POST', '/admin/keys'],
    ] as const) {
      const response = await site.post(path, {}, { ...read, method })
      expect(response.status, path).toBe(403)
      expect(await response.json()).toMatchObject({ error: { code: 'insufficient_scope' } })
    }
    // Who may only read cannot fill the list, either.
    expect((await readAudit('limit=1')).data).toEqual(before)
    expect((await site.get('/v1/models', { key })).status).toBe(200)
  })
})

describe('a key bound to models', () => {
  const both = ['sora-2', 'sora-2-pro']
  const [allowed = '', other = ''] = both

  test('generates with no other, by whatever route, and sees no other', async () => {
    const { id, key } = await site.gateway.createKey({ models: [allowed] })
    const { id: video } = await submitVideo(
      site,
      { prompt: 'a ruled boat', model: allowed },
      { key },
    )
    const chat = { model: other, messages: [{ role: 'user', content: 'a boat' }] }
    const made = await site.post(
      '/v1/schedules',
      { name: 'other', cron: '0 9 * * *', request: { prompt: 'a boat', model: other } },
      { key },
    )
    const schedule = ((await made.json()) as { id: string }).id
    for (const [path, body] of [
      ['/v1/videos', { prompt: 'a boat', model: other }],
      ['/v1/chat/completions', chat],
      [`/v1/schedules/${schedule}/run`, {}],
    ] as const) {
      const response = await site.post(path, body, { key })
      expect(response.status, path).toBe(403)
      const { error } = (await response.json()) as { error: { message: string } }
      expect(error).toMatchObject({ code: 'insufficient_scope', param: 'model' })
      expect(error.message).toContain(other)
    }
    // A remix is made with the model of its source.
    await site.post(`/admin/keys/${id}`, { models: [other] }, asAdmin({ method: 'PATCH' }))
    const remix = { prompt: 'with sails' }
    expect((await site.post(`/v1/videos/${video}/remix`, remix, { key })).status).toBe(403)
    // Also what would cost nothing.
    expect((await submitVideo(site, { prompt: 'a ruled boat' }, { key })).status).toBe(403)
    expect(site.relay.postsOf('a boat')).toBe(0)
  })

  test('lists only those, and all again when it is set free', async () => {
    const { id, key } = await site.gateway.createKey({ models: [allowed] })
    const list = async () =>
      ((await (await site.get('/v1/models', { key })).json()) as { data: { id: string }[] }).data
    expect((await list()).map((one) => one.id)).toEqual([allowed])
    expect((await site.get(`/v1/models/${other}`, { key })).status).toBe(404)
    const free = await site.post(
      `/admin/keys/${id}`,
      { models: null },
      asAdmin({ method: 'PATCH' }),
    )
    expect(await free.json()).toMatchObject({ models: null })
    const order = { prompt: 'a free boat', model: other }
    expect((await submitVideo(site, order, { key })).status).toBe(200)
  })

  test('is made with models that are configured', async () => {
    const body = { name: 'typo', models: [allowed, 'sora-3'] }
    const response = await site.post('/admin/keys', body, asAdmin())
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'models[1]' } })
  })
})

describe('a key bound to addresses', () => {
  const from = (address: string) => ({ 'cf-connecting-ip': address })

  test('is refused from everywhere else, on every kind of route', async () => {
    const { key } = await site.gateway.createKey({ ip_allow: ['203.0.113.0/24', '2001:db8::1'] })
    const calls = [
      ['GET', '/v1/models'],
      ['POST', '/v1/videos'],
      ['GET', '/v1/videos/video_missing/content'],
      ['GET', '/v1/webhook_endpoints'],
      ['POST', '/v1/callbacks'],
    ] as const
    for (const [method, path] of calls) {
      for (const headers of [from('203.0.114.1'), from('2001:db8::2'), {}]) {
        const body = method === 'GET' ? undefined : { prompt: 'a boat' }
        const options = { key, method, headers }
        const response = await (body === undefined
          ? site.get(path, options)
          : site.post(path, body, options))
        expect(response.status, path).toBe(403)
        expect(await response.json()).toMatchObject({ error: { code: 'insufficient_scope' } })
      }
    }
    for (const address of ['203.0.113.200', '::ffff:203.0.113.9', '2001:db8::1']) {
      expect((await site.get('/v1/models', { key, headers: from(address) })).status).toBe(200)
    }
  })

  test('is as good by /mcp as by itself, and as bad', async () => {
    const { key } = await site.gateway.createKey({ ip_allow: ['203.0.113.0/24'] })
    const params = { name: 'list_models', arguments: {} }
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
    const ask = (address: string) => site.post('/mcp', call, { key, headers: from(address) })
    expect(await (await ask('203.0.113.9')).json()).toMatchObject({ result: { isError: false } })
    expect((await ask('198.51.100.9')).status).toBe(403)
  })

  test('is refused at once where money is spent, whatever an isolate remembers', async () => {
    const { id, key } = await site.gateway.createKey()
    const headers = from('203.0.113.5')
    expect((await site.get('/v1/models', { key, headers })).status).toBe(200)
    const bind = { ip_allow: ['198.51.100.0/24'] }
    const bound = await site.post(`/admin/keys/${id}`, bind, asAdmin({ method: 'PATCH' }))
    expect(await bound.json()).toMatchObject(bind)
    const order = await site.post('/v1/videos', { prompt: 'a bound boat' }, { key, headers })
    expect(order.status).toBe(403)
    expect(site.relay.postsOf('a bound boat')).toBe(0)
  })

  test.each(['203.0.113.7/24', 'example.com', '203.0.113.0/33'])('refuses %s', async (network) => {
    const body = { name: 'typo', ip_allow: [network] }
    const response = await site.post('/admin/keys', body, asAdmin())
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'ip_allow[0]' } })
  })
})

test('a key says on which day it was last used, and from which network', async () => {
  const { id, key, account } = await site.gateway.createKey()
  const read = async () => {
    const response = await site.get(`/admin/keys?account=${account}`, asAdmin())
    const { data } = (await response.json()) as { data: { id: string }[] }
    return data.find((one) => one.id === id)
  }
  expect(await read()).toMatchObject({ last_used_at: null, last_network: null })
  await site.get('/v1/models', { key, headers: { 'cf-connecting-ip': '2001:db8:7:8::9' } })
  const day = Math.floor(Date.now() / 86_400_000) * 86_400
  await expect.poll(read).toMatchObject({ last_network: '2001:db8:7::/48' })
  expect(await read()).toMatchObject({ last_used_at: day })
  await site.get('/v1/models', { key, headers: { 'cf-connecting-ip': '203.0.113.9' } })
  await expect.poll(read).toMatchObject({ last_network: '203.0.113.0/24' })
})

test('the overview says how each relay does, what runs and what it costs', async () => {
  interface Overview {
    readonly running: number
    readonly held_usd: number
    readonly spent_today_usd: number
    readonly relays: readonly {
      readonly completed: number
      readonly failed: number
      readonly success_rate: number | null
      readonly failures: Readonly<Record<string, number>>
    }[]
  }
  const read = async () =>
    (await (await site.get('/admin/overview', { key: ADMIN_READ_TOKEN })).json()) as Overview
  const before = await read()
  const { key } = await site.gateway.createKey({ budget_usd: 20 })
  await submitVideo(site, 'an overseen boat', { key })
  await submitVideo(site, '[fail:guardrail] an overseen boat', { key })
  await startVideo(site, 'an overseen crossing [slow:20000]', { key })
  const settled = async () => {
    const { relays } = await read()
    return [relays[0]?.completed, relays[0]?.failed]
  }
  const [relay] = before.relays
  const ended = [(relay?.completed ?? 0) + 1, (relay?.failed ?? 0) + 1]
  await expect.poll(settled).toEqual(ended)
  const after = await read()
  expect(after).toMatchObject({
    source: 'accounts',
    accounts: { not_reached: 0, are_all: true },
    relays: [{ id: 'default', kind: 'chat', state: 'ok', suspended_accounts: 0 }],
  })
  expect(after.running).toBe(before.running + 1)
  expect(after.held_usd).toBeGreaterThan(before.held_usd)
  expect(after.spent_today_usd).toBeGreaterThan(before.spent_today_usd)
  const [{ completed, failed, success_rate: rate, failures }] = after.relays as [
    Overview['relays'][number],
  ]
  expect(rate).toBeCloseTo(completed / (completed + failed))
  expect(failures['content_policy']).toBe((relay?.failures['content_policy'] ?? 0) + 1)
})
