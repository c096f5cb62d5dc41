// The life of a key: shown once, rotated with an overlap, revoked at once where money is at stake.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { locationHints } from '../../worker/objects.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { startVideo, submitVideo } from '../worker/submitVideo.ts'

/** Four seconds of the default model, which is what a request without `seconds` asks for. */
const PRICE = 0.4

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

async function admin(method: string, path: string, body?: unknown) {
  const options = { key: site.gateway.adminToken, method }
  const response = await (body === undefined
    ? site.get(path, options)
    : site.post(path, body, options))
  const json = (await response.json()) as Record<string, unknown>
  return { status: response.status, headers: response.headers, json }
}

/** Does the key open a route that can cost money, where nothing is remembered? */
async function mayGenerate(key: string): Promise<boolean> {
  const response = await site.post('/v1/videos/characters', {}, { key })
  expect([401, 501]).toContain(response.status)
  return response.status === 501
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('a key is shown when it is made and never again', async () => {
  const { status, json, headers } = await admin('POST', '/admin/keys', { name: 'n8n' })
  expect(status).toBe(201)
  expect(headers.get('cache-control')).toBe('no-store')
  const key = String(json['key'])
  expect(await mayGenerate(key)).toBe(true)
  const { json: list } = await admin('GET', `/admin/keys?account=${String(json['account'])}`)
  const { json: changed } = await admin('PATCH', `/admin/keys/${String(json['id'])}`, { rpm: 5 })
  for (const shown of [list, changed]) {
    expect(JSON.stringify(shown)).toContain(key.slice(-4))
    expect(JSON.stringify(shown)).not.toContain(key.slice(-6))
  }
})

test('limits given with PATCH hold from the next request on', async () => {
  const { id, key } = await site.gateway.createKey()
  await admin('PATCH', `/admin/keys/${id}`, { budget_usd: 0, scopes: ['generate'] })
  expect((await startVideo(site, 'too dear', { key })).error?.code).toBe('insufficient_quota')
  await admin('PATCH', `/admin/keys/${id}`, { scopes: ['read'] })
  expect((await startVideo(site, 'not allowed', { key })).status).toBe(403)
  await admin('PATCH', `/admin/keys/${id}`, { expires_at: 1_700_000_000 })
  expect((await startVideo(site, 'too late', { key })).status).toBe(401)
  expect(site.relay.requests).toHaveLength(0)
})

describe('revoking', () => {
  test('stops a key at once on routes that cost money, whatever was remembered of it', async () => {
    const { id, key } = await site.gateway.createKey()
    const warm = await site.get('/v1/models', { key })
    expect(warm.status).toBe(200)
    expect((await submitVideo(site, 'before', { key })).status).toBe(200)
    const posts = site.relay.requests.length
    await admin('DELETE', `/admin/keys/${id}`)
    const tries = await Promise.all(
      Array.from({ length: 20 }, (_, n) => startVideo(site, `after ${n}`, { key })),
    )
    expect(tries.map(({ status }) => status)).toEqual(tries.map(() => 401))
    // Also what would have been a cache hit.
    expect((await startVideo(site, 'before', { key })).status).toBe(401)
    expect(site.relay.requests).toHaveLength(posts)
  })

  test('means every secret of the key, also an old one in its overlap', async () => {
    const { id, key } = await site.gateway.createKey()
    const next = String((await admin('POST', `/admin/keys/${id}/rotate`, {})).json['key'])
    // Just used, so that it would still be trusted if it were remembered here.
    expect([await mayGenerate(key), await mayGenerate(next)]).toEqual([true, true])
    await admin('DELETE', `/admin/keys/${id}`)
    expect([await mayGenerate(key), await mayGenerate(next)]).toEqual([false, false])
    expect((await admin('POST', `/admin/keys/${id}/rotate`, {})).status).toBe(404)
  })
})

describe('rotating', () => {
  test('gives the same key a new secret: budget, spending and videos stay', async () => {
    const { id, key, account } = await site.gateway.createKey({ budget_usd: 0.5 })
    const video = await submitVideo(site, 'the first secret', { key })
    const { status, json } = await admin('POST', `/admin/keys/${id}/rotate`, {})
    expect(status).toBe(200)
    expect(json).toMatchObject({ id, account, budget_usd: 0.5 })
    expect(Number(json['spent_usd']) + Number(json['held_usd'])).toBe(PRICE)
    const next = String(json['key'])
    expect(next).not.toBe(key)
    expect((await site.get(`/v1/videos/${video.id}`, { key: next })).status).toBe(200)
    const refused = await startVideo(site, 'beyond the budget', { key: next })
    expect(refused.error?.code).toBe('insufficient_quota')
  })

  test('lets both secrets work for the overlap, which is a day unless it is said', async () => {
    const { id, key } = await site.gateway.createKey()
    const before = Math.floor(Date.now() / 1000)
    const { json } = await admin('POST', `/admin/keys/${id}/rotate`, {})
    expect(Number(json['old_key_expires_at']) - before).toBeGreaterThanOrEqual(86_400)
    expect(Number(json['old_key_expires_at']) - before).toBeLessThan(86_400 + 60)
    expect([await mayGenerate(key), await mayGenerate(String(json['key']))]).toEqual([true, true])
  })

  test('ends the old secret with its overlap', async () => {
    const { id, key } = await site.gateway.createKey()
    const { json } = await admin('POST', `/admin/keys/${id}/rotate`, { overlap_seconds: 1 })
    expect(await mayGenerate(String(json['key']))).toBe(true)
    await sleep(1_100)
    expect([await mayGenerate(key), await mayGenerate(String(json['key']))]).toEqual([false, true])
  })

  test('without an overlap ends every older secret, also one whose overlap still runs', async () => {
    const { id, key: first } = await site.gateway.createKey()
    const second = String((await admin('POST', `/admin/keys/${id}/rotate`, {})).json['key'])
    const { json } = await admin('POST', `/admin/keys/${id}/rotate`, { overlap_seconds: 0 })
    const third = String(json['key'])
    const may = [await mayGenerate(first), await mayGenerate(second), await mayGenerate(third)]
    expect(may).toEqual([false, false, true])
  })

  test.each([
    [{ overlap_seconds: -1 }, 'overlap_seconds'],
    [{ overlap_seconds: 1.5 }, 'overlap_seconds'],
    [{ overlap_seconds: 31 * 86_400 }, 'overlap_seconds'],
    [{ overlap: 1 }, 'overlap'],
  ])('refuses %j', async (body, param) => {
    const { id } = await site.gateway.createKey()
    const { status, json } = await admin('POST', `/admin/keys/${id}/rotate`, body)
    expect([status, json]).toEqual([400, { error: expect.objectContaining({ param }) }])
  })
})

describe('limits of a key', () => {
  test('are told in RateLimit headers, and kept', async () => {
    const { key } = await site.gateway.createKey({ rpm: 2 })
    const seen = []
    for (const n of [1, 2, 3]) {
      const { status, headers } = await startVideo(site, `per minute ${n}`, { key })
      const limit = headers.get('ratelimit')?.replace(/t=\d+$/, 't=N')
      seen.push([status, headers.get('ratelimit-policy'), limit, headers.has('retry-after')])
    }
    expect(seen).toEqual([
      [200, '"rpm";q=2;w=60', '"rpm";r=1;t=N', true],
      [200, '"rpm";q=2;w=60', '"rpm";r=0;t=N', true],
      [429, '"rpm";q=2;w=60', '"rpm";r=0;t=N', true],
    ])
    expect(site.relay.requests).toHaveLength(2)
  })

  test('hold against 100 requests at once: a budget for three admits three', async () => {
    const { key } = await site.gateway.createKey({ budget_usd: 3.5 * PRICE })
    const tries = await Promise.all(
      Array.from({ length: 100 }, (_, n) => startVideo(site, `race ${n}`, { key })),
    )
    const admitted = tries.filter(({ status }) => status === 200)
    const codes = new Set(tries.map(({ error }) => error?.code))
    expect(codes).toEqual(new Set([undefined, 'insufficient_quota']))
    expect(admitted).toHaveLength(3)
  })
})

describe('what all keys of an account may spend together', () => {
  const read = async (key: string) =>
    (await (await site.get('/v1/usage', { key })).json()) as {
      key: { period_held_usd: number; limits: { budget_period: string } }
      account: { budget_usd: number; period_held_usd: number; period_ends_at: number | null }
    }

  test.each(['total', 'month', 'day'])(
    'holds against 60 requests at once by three keys: a budget of a %s for four admits four',
    async (budget_period) => {
      const first = await site.gateway.createKey()
      const { account } = first
      const others = [
        await site.gateway.createKey({ account }),
        await site.gateway.createKey({ account }),
      ]
      const change = { budget_usd: 4.5 * PRICE, budget_period }
      const path = `/admin/accounts/${account}`
      expect((await admin('PATCH', path, change)).json).toMatchObject({ ...change, spent_usd: 0 })
      const keys = [first, ...others]
      const tries = await Promise.all(
        Array.from({ length: 60 }, (_, n) => {
          const options = { key: keys[n % 3]?.key ?? '', headers: { 'cache-control': 'no-store' } }
          return startVideo(site, 'the same [fault:stall]', options)
        }),
      )
      const refused = tries.filter(({ status }) => status !== 200)
      expect(refused).toHaveLength(56)
      for (const { error, headers } of refused) {
        expect(error).toMatchObject({ code: 'insufficient_quota' })
        expect(headers.has('retry-after')).toBe(budget_period !== 'total')
        expect(error?.message.includes('It begins anew at 2')).toBe(budget_period !== 'total')
      }
      await expect.poll(() => site.relay.requests.length).toBe(4)
      const { account: money } = await read(first.key)
      expect(money.budget_usd).toBeCloseTo(1.8, 6)
      expect(money.period_held_usd).toBeCloseTo(1.6, 6)
      expect(money.period_ends_at === null).toBe(budget_period === 'total')
      expect((await admin('GET', path)).json).toMatchObject({ id: account, ...money })
    },
  )

  test('is a question only of accounts that exist', async () => {
    for (const id of ['never-made', 'not%20one', '__proto__']) {
      expect((await admin('GET', `/admin/accounts/${id}`)).status).toBe(404)
      expect((await admin('PATCH', `/admin/accounts/${id}`, { budget_usd: 1 })).status).toBe(404)
    }
  })

  test('stands beside the budget of each key, which has a period as well', async () => {
    const { id, key, account } = await site.gateway.createKey()
    const change = { budget_usd: 1, budget_period: 'day' }
    expect((await admin('PATCH', `/admin/keys/${id}`, change)).json).toMatchObject(change)
    await startVideo(site, 'by the day [fault:stall]', { key })
    const usage = await read(key)
    expect(usage.key).toMatchObject({ period_held_usd: PRICE, limits: { budget_period: 'day' } })
    expect(usage.account).toMatchObject({ budget_usd: null, period_held_usd: PRICE })
    const { json } = await admin('GET', `/admin/keys?account=${account}`)
    expect(json['data']).toMatchObject([{ ...change, period_held_usd: PRICE }])
    const mended = await admin('PATCH', `/admin/keys/${id}`, { spent_usd: 0.9 })
    expect(mended.json).toMatchObject({ spent_usd: 0.9, period_spent_usd: 0.9 })
    expect((await startVideo(site, 'one more', { key })).error?.code).toBe('insufficient_quota')
  })
})

describe('where an account lives', () => {
  const create = async (more: object) =>
    await admin('POST', '/admin/keys', { name: 'far', ...more })

  test('may be wished for when it is made, by every name there is', async () => {
    for (const location_hint of locationHints) {
      const { status, json } = await create({ location_hint })
      expect(status).toBe(201)
      expect(await mayGenerate(String(json['key']))).toBe(true)
    }
  })

  test('is no longer a question once it exists', async () => {
    const account = 'settled'
    expect((await create({ account, location_hint: 'weur' })).status).toBe(201)
    const again = await create({ account, location_hint: 'weur' })
    expect(again.status).toBe(400)
    expect(again.json).toMatchObject({ error: { param: 'location_hint' } })
    expect((await create({ account })).status).toBe(201)
    // One that sorts before it is new all the same.
    expect((await create({ account: 'settle', location_hint: 'oc' })).status).toBe(201)
  })

  test.each(['', 'europe', 'WEUR'])('is none of ours: %s', async (location_hint) => {
    const { status, json } = await create({ location_hint })
    expect(status).toBe(400)
    expect(json).toMatchObject({ error: { param: 'location_hint' } })
  })
})
