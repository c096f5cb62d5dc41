// Back-up and recovery as far as the local runtime goes: it keeps no history of an object, so here a
// restore is refused without a trace; what a restored account does is proven in test/account.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RemoteAccount } from '../../worker/objects.ts'
import { operations } from '../../worker/openapi/operations.ts'
import type { CallOptions, Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ vars: { RELAY_BREAKER: 'off' } })
})
afterAll(() => site.close())

const admin = (path: string, options: CallOptions = {}) =>
  site.get(path, { key: site.gateway.adminToken, ...options })

interface Line {
  readonly type: string
  readonly account?: string
  readonly id?: string
  readonly lines?: number
}

async function exportLines(query: string): Promise<{ text: string; lines: Line[] }> {
  const response = await admin(`/admin/export?${query}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
  const text = await response.text()
  expect(text.endsWith('\n')).toBe(true)
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  return { text, lines }
}

describe('GET /admin/export', () => {
  const secret = {
    prompt: 'a prompt that stays here',
    metadata: 'metadata that stays here',
    webhook: 'the secret of a webhook',
    schedule: 'the secret of a schedule',
  }
  let key: string
  let account: string
  let video: string
  let endpointSecret: string
  beforeAll(async () => {
    ;({ key, account } = await site.gateway.createKey({ name: 'exported', budget_usd: 10 }))
    const endpoint = { name: 'all', url: 'https://app.example/hook', event_types: ['video.failed'] }
    const made = await site.post('/v1/webhook_endpoints', endpoint, { key })
    endpointSecret = ((await made.json()) as { signing_secret: string }).signing_secret
    const webhook = { url: 'https://app.example/one', secret: secret.webhook }
    const order = { prompt: secret.prompt, metadata: { note: secret.metadata }, webhook }
    video = (await submitVideo(site, order, { key })).id
    const schedule = {
      name: 'daily',
      cron: '0 9 * * *',
      request: { prompt: 'a daily boat' },
      webhook: { url: 'https://app.example/slot', secret: secret.schedule },
    }
    expect((await site.post('/v1/schedules', schedule, { key })).status).toBe(201)
    // The account hears of the end a moment after its caller.
    for (let text = ''; !text.includes('"state":"completed"');) {
      ;({ text } = await exportLines(`account=${account}`))
    }
  })

  test('has a line for everything that one account needs to be built again, and says where it ends', async () => {
    const { lines } = await exportLines(`account=${account}`)
    const types = ['key', 'endpoint', 'generation', 'usage', 'schedule', 'end']
    expect(lines.map(({ type }) => type)).toEqual(types)
    expect(lines.at(-1)).toEqual({ type: 'end', lines: 5 })
    expect(lines).toMatchObject([
      { name: 'exported', budget_usd: 10, account },
      { url: 'https://app.example/hook', event_types: ['video.failed'], disabled_at: null },
      { id: video, state: 'completed', charge: 'certain', held_usd: 0, model: 'sora-2' },
      { generations: 1, completed: 1, failed: 0 },
      { request: { prompt: 'a daily boat' }, webhook_url: 'https://app.example/slot' },
      {},
    ])
    const schema = operations['GET /admin/export'].answers[0]?.lines
    for (const line of lines) expect(schema?.safeParse(line).success, line.type).toBe(true)
  })

  test('holds no secret, no digest and no prompt but a schedule’s', async () => {
    const { text } = await exportLines('')
    expect(text).toContain('app.example/hook')
    const hidden = [...Object.values(secret), endpointSecret, key, key.slice(-38, -6)]
    for (const one of hidden) expect(text).not.toContain(one)
    expect(text).not.toMatch(/digest|whsec_|"secret"|[0-9a-f]{64}/)
  })

  test('goes through all accounts, or tells only what is asked', async () => {
    await site.gateway.createKey({ account: 'zebra' })
    const { lines } = await exportLines('what=keys')
    const keys = lines.slice(0, -1)
    expect(new Set(keys.map(({ type }) => type))).toEqual(new Set(['key']))
    const accounts = keys.map((line) => line.account)
    expect(accounts).toEqual(expect.arrayContaining([account, site.account, 'zebra']))
    expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length)
    expect((await exportLines('account=nobody-there')).lines).toEqual([{ type: 'end', lines: 0 }])
    for (const what of ['endpoints', 'generations', 'usage', 'schedules']) {
      expect((await exportLines(`account=${account}&what=${what}`)).lines).toHaveLength(2)
    }
  })

  test('turns pages: nothing is missing, nothing comes twice', async () => {
    const owner = await site.gateway.createKey({ account: 'paged' })
    for (let n = 0; n < 45; n++) {
      const schedule = { name: `n ${n}`, cron: '0 9 * * *', request: { prompt: `boat ${n}` } }
      expect((await site.post('/v1/schedules', schedule, { key: owner.key })).status).toBe(201)
    }
    const { lines } = await exportLines('account=paged&what=schedules')
    expect(lines.at(-1)).toEqual({ type: 'end', lines: 45 })
    expect(new Set(lines.map(({ id }) => id)).size).toBe(46)
  })

  test('is the operator’s alone, and refuses what it does not know', async () => {
    expect((await site.get('/admin/export', { key })).status).toBe(401)
    for (const query of ['what=secrets', 'account=a_b']) {
      const response = await admin(`/admin/export?${query}`)
      const { error } = (await response.json()) as { error: { param: string } }
      expect([response.status, error.param]).toEqual([400, query.split('=')[0]])
    }
  })
})

describe('POST /admin/accounts/{id}/restore', () => {
  const restore = (account: string, body: unknown, key = site.gateway.adminToken) =>
    site.post(`/admin/accounts/${account}/restore`, body, { key })
  const hourAgo = () => Math.floor(Date.now() / 1000) - 3_600

  test.each([{ at: hourAgo() }, { bookmark: '0000-0000' }])(
    'where the platform keeps no history it says so, and the account goes on: %j',
    async (body) => {
      const { key, account } = await site.gateway.createKey()
      const response = await restore(account, body)
      expect(response.status).toBe(409)
      const { error } = (await response.json()) as { error: { code: string; message: string } }
      expect(error.code).toBe('not_restorable')
      expect(error.message).toMatch(/^Nothing was changed: .*point-in-time recovery/)
      const { video } = await submitVideo(site, `a boat ${account}`, { key })
      expect(video).toMatchObject({ status: 'completed' })
    },
  )

  test.each([
    [{}, null],
    [{ at: 1, bookmark: 'x' }, null],
    [{ at: Math.floor(Date.now() / 1000) - 60 }, 'at'],
    [{ at: Math.floor(Date.now() / 1000) - 31 * 86_400 }, 'at'],
    [{ at: Math.floor(Date.now() / 1000) + 3_600 }, 'at'],
    [{ at: 'yesterday' }, 'at'],
    [{ when: 1 }, 'when'],
  ])('refuses %j', async (body, param) => {
    const response = await restore(site.account, body)
    const { error } = (await response.json()) as { error: { param: string | null } }
    expect([response.status, error.param]).toEqual([400, param])
  })

  test('finds no account that nobody was given a key of, and listens to nobody else', async () => {
    for (const account of ['nobody-there', 'a_b']) {
      expect((await restore(account, { at: hourAgo() })).status).toBe(404)
    }
    expect((await restore(site.account, { at: hourAgo() }, site.key)).status).toBe(401)
  })

  test('a restored account asks for consent over HTTP, and says so to the operator', async () => {
    const { key, account } = await site.gateway.createKey()
    const before = await submitVideo(site, 'a known boat', { key })
    const objects = await site.gateway.miniflare.getDurableObjectNamespace('ACCOUNT')
    const stub = objects.get(objects.idFromName(account)) as unknown as RemoteAccount
    await stub.beginRestored(Date.now() + 60_000)
    const refused = await submitVideo(site, 'a new boat', { key })
    expect([refused.status, refused.error]).toEqual([
      409,
      expect.objectContaining({ code: 'outcome_unknown', param: 'accept_possible_charge' }),
    ])
    expect(site.relay.postsOf('a new boat')).toBe(0)
    expect((await submitVideo(site, 'a known boat', { key })).id).toBe(before.id)
    const accepted = { prompt: 'a new boat', accept_possible_charge: true }
    expect((await submitVideo(site, accepted, { key })).video).toMatchObject({
      status: 'completed',
    })
    const health = (await (await admin('/admin/health')).json()) as { restored: string[] }
    expect(health.restored).toEqual([account])
  })

  test('a session that did not plan the restore takes itself for the restored one', async () => {
    const { account } = await site.gateway.createKey()
    const objects = await site.gateway.miniflare.getDurableObjectNamespace('ACCOUNT')
    const open = () => objects.get(objects.idFromName(account)) as unknown as RemoteAccount
    expect(await open().finishRestore('another session', Date.now() + 60_000)).toBe(true)
    expect(await open().health()).toMatchObject({ restoredAt: expect.any(Number) as number })
  })
})
