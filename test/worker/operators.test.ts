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
