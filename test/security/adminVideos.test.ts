// An operator's word on what the relay billed: the books, the account's row and the generation's own
// resource say the same afterwards, and whoever was kept waiting by the doubt may go on.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { startVideo, submitVideo } from '../worker/submitVideo.ts'

const PRICE = 0.8
const doubtful = '[fault:cut-at-progress]'

let site: Site
let key: string
let account: string
beforeAll(async () => {
  site = await startSite({ vars: { RELAY_BREAKER: 'off', MODELS: models(PRICE) } })
})
afterAll(() => site.close())
beforeEach(async () => {
  site.relay.reset()
  ;({ key, account } = await site.gateway.createKey({ budget_usd: 10 }))
})

function models(price: number): string {
  return JSON.stringify([{ id: 'sora-2', relay_model: 'sora-2', price_usd: price }])
}

interface AdminRow {
  readonly id: string
  readonly account: string
  readonly charge: string | null
}

async function admin(path: string, body?: unknown): Promise<Response> {
  const options = { key: site.gateway.adminToken }
  return body === undefined ? site.get(path, options) : site.post(path, body, options)
}

async function list(query: string) {
  const response = await admin(`/admin/videos?${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as {
    data: AdminRow[]
    has_more: boolean
    next_after: string | null
  }
}

async function money(): Promise<{ spent: number; held: number; days: number }> {
  const usage = (await (await site.get('/v1/usage', { key })).json()) as {
    key: { spent_usd: number; held_usd: number }
    days: { spent_usd: number }[]
  }
  const days = usage.days.reduce((sum, day) => sum + day.spent_usd, 0)
  return { spent: usage.key.spent_usd, held: usage.key.held_usd, days }
}

/** Settlements travel to the books in the background, so a first answer may ask for patience. */
async function settle(id: string, charged: boolean): Promise<Response> {
  for (;;) {
    const response = await admin(`/admin/videos/${id}/settle`, { charged })
    if (response.status !== 503) return response
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('settling a doubtful video', () => {
  test.each([
    [false, 'none', 0],
    [true, 'certain', PRICE],
  ] as const)(
    'charged: %s makes its charge %s everywhere, as often as it is said',
    async (charged, charge, spent) => {
      const { id, video } = await submitVideo(site, `${doubtful} ${charged}`, { key })
      expect(video).toMatchObject({ charge: 'possible', outcome: 'unknown' })
      expect(await money()).toEqual({ spent: 0, held: PRICE, days: 0 })

      for (const _ of [1, 2]) {
        const response = await settle(id, charged)
        expect(response.status).toBe(200)
        expect(await response.json()).toMatchObject({
          id,
          account,
          status: 'failed',
          charge,
          outcome: 'known',
          code: 'truncated_stream',
          price_usd: PRICE,
          held_usd: 0,
          spent_usd: spent,
        })
        expect(await money()).toEqual({ spent, held: 0, days: spent })
      }
      const resource = { status: 'failed', charge, outcome: 'known', error: video?.error }
      expect(await (await site.get(`/v1/videos/${id}`, { key })).json()).toMatchObject(resource)
      const { data } = (await (await site.get('/v1/videos', { key })).json()) as { data: unknown[] }
      expect(data).toEqual([expect.objectContaining(resource)])
      expect((await list(`account=${account}`)).data).toEqual([
        expect.objectContaining({ id, charge }),
      ])
    },
  )

  test('ends the doubt: the next identical request is a generation of its own', async () => {
    const prompt = `${doubtful} again`
    const first = await submitVideo(site, prompt, { key })
    expect((await submitVideo(site, prompt, { key })).id).toBe(first.id)
    await settle(first.id, false)
    expect((await submitVideo(site, prompt, { key })).id).not.toBe(first.id)
    expect(site.relay.postsOf(prompt)).toBe(2)
  })

  test('frees the Idempotency-Key that was bound to it when nothing was charged', async () => {
    const options = { key, headers: { 'idempotency-key': 'order-7' } }
    const prompt = `${doubtful} bound`
    const first = await submitVideo(site, prompt, options)
    await settle(first.id, false)
    expect((await submitVideo(site, prompt, options)).id).not.toBe(first.id)
  })

  test('an operator may think again: the books follow, and nothing becomes negative', async () => {
    const { id } = await submitVideo(site, `${doubtful} twice`, { key })
    for (const charged of [true, false, true, false, false]) {
      expect((await settle(id, charged)).status).toBe(200)
      const spent = charged ? PRICE : 0
      expect(await money()).toEqual({ spent, held: 0, days: spent })
    }
  })

  test('a charge that nobody expected is found, too', async () => {
    const { id, video } = await submitVideo(site, '[fail:quota]', { key })
    expect(video).toMatchObject({ charge: 'none', outcome: 'known' })
    await settle(id, true)
    expect(await money()).toEqual({ spent: PRICE, held: 0, days: PRICE })
  })
})

test('what still runs or was delivered is not settled by hand', async () => {
  const running = await startVideo(site, 'still going [slow:2000]', { key })
  const done = await submitVideo(site, 'a kite', { key })
  const refusals = [
    [running.id, 'not_terminal'],
    [done.id, 'not_settleable'],
  ] as const
  for (const [id, code] of refusals) {
    const response = await settle(id, false)
    expect([response.status, await response.json()]).toEqual([
      409,
      { error: expect.objectContaining({ code }) },
    ])
  }
  expect((await money()).spent).toBe(PRICE)
})

test.each(['video_x', 'video_' + 'a'.repeat(30), '%2e%2e'])(
  'an id that nobody was given (%s) is 404',
  async (id) => {
    expect((await settle(id, true)).status).toBe(404)
  },
)

describe('the list', () => {
  test('shows what failed, over all accounts and page by page, without a prompt', async () => {
    const secret = 'a prompt that is nobody else’s business'
    const other = await site.gateway.createKey()
    const failed: string[] = []
    for (const owner of [key, key, key, other.key]) {
      const prompt = `[fail:quota] ${secret} ${failed.length}`
      failed.push((await submitVideo(site, prompt, { key: owner })).id)
    }
    await submitVideo(site, `a success ${secret}`, { key })

    const seen: AdminRow[] = []
    let query = 'limit=1'
    for (;;) {
      const page = await list(query)
      expect(page.data.length).toBeLessThanOrEqual(1)
      expect(JSON.stringify(page)).not.toContain('prompt')
      expect(JSON.stringify(page)).not.toContain('business')
      seen.push(...page.data)
      expect(seen.length).toBeLessThan(100)
      expect(page.has_more).toBe(page.next_after !== null)
      if (page.next_after === null) break
      query = `limit=1&after=${page.next_after}`
    }
    const mine = seen.filter((row) => row.account === account).map(({ id }) => id)
    expect(mine).toEqual([failed[2], failed[1], failed[0]])
    expect(seen.filter((row) => row.account === other.account).map(({ id }) => id)).toEqual([
      failed[3],
    ])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
  })

  test('is narrowed by status and charge', async () => {
    const unpaid = (await submitVideo(site, '[fail:quota] unpaid', { key })).id
    const maybe = (await submitVideo(site, `${doubtful} maybe`, { key })).id
    const done = (await submitVideo(site, 'a boat', { key })).id
    const running = (await startVideo(site, 'a slow boat [slow:2000]', { key })).id
    const ids = async (query: string) =>
      (await list(`account=${account}&${query}`)).data.map(({ id }) => id)
    // Endings reach the books a moment after they reach the caller.
    await expect.poll(() => ids('status=running')).toEqual([running])
    expect(await ids('')).toEqual([maybe, unpaid])
    expect(await ids('charge=possible')).toEqual([maybe])
    expect(await ids('charge=none')).toEqual([unpaid])
    expect(await ids('status=completed')).toEqual([done])
    expect(await ids('status=all')).toEqual([running, done, maybe, unpaid])
  })

  test.each(['status=odd', 'charge=free', 'limit=0', 'limit=101', 'after=x', 'account=a_b'])(
    'refuses ?%s',
    async (query) => {
      const response = await admin(`/admin/videos?${query}`)
      expect(response.status).toBe(400)
      const body = (await response.json()) as { error: { param: string } }
      expect(body.error.param).toBe(query.split('=')[0])
    },
  )
})
