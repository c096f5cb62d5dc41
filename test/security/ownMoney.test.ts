// Two keys of one account: each spends its own money and no other's, whatever it does to what the
// other one made. Every route that changes something is called by a key that may only manage, by one
// that may only generate, and by one that may only read; what each may do stands here.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Route, routes } from '../../worker/http/routes.ts'
import { createSchedule, getSchedule, toForm } from '../worker/scheduleCalls.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { startVideo, submitVideo } from '../worker/submitVideo.ts'
import { toCall } from './toCall.ts'

interface Key {
  readonly id: string
  readonly key: string
}
type Caller = 'manages' | 'generates' | 'reads'
const callers: readonly Caller[] = ['manages', 'generates', 'reads']

let site: Site
/** Made everything, and has money. */
let owner: Key
/** Of the same account; none but `generates` has a budget. */
const others = {} as Record<Caller, Key>

beforeAll(async () => {
  site = await startSite()
  const { account } = site
  owner = await site.gateway.createKey({ account, budget_usd: 50 })
  others.manages = await site.gateway.createKey({ account, scopes: ['manage'], budget_usd: 0 })
  others.generates = await site.gateway.createKey({ account, scopes: ['generate'], budget_usd: 50 })
  others.reads = await site.gateway.createKey({ account, scopes: ['read'], budget_usd: 0 })
})
afterAll(() => site.close())

/** Spent and held by a key. */
async function moneyOf({ id }: Key): Promise<number> {
  const { adminToken } = site.gateway
  const answer = await site.get(`/admin/keys?account=${site.account}`, { key: adminToken })
  const { data } = (await answer.json()) as {
    data: { id: string; spent_usd: number; held_usd: number }[]
  }
  const found = data.find((one) => one.id === id)
  return (found?.spent_usd ?? Number.NaN) + (found?.held_usd ?? 0)
}

interface Deed {
  readonly body?: object
  /** Made by the owner before; ids that the route names. */
  readonly make?: () => Promise<Readonly<Record<string, string>>>
  readonly may: readonly Caller[]
  /** USD that the caller's own key pays when it may. */
  readonly pays?: number
}

let count = 0
const fresh = (words = '') => `number ${++count} ${words}`
const video = async () => ({ id: (await submitVideo(site, fresh(), { key: owner.key })).id })
const running = async () => ({
  id: (await startVideo(site, fresh('[fault:stall]'), { key: owner.key })).id,
})
const schedule = async () => ({ id: (await createSchedule(site, owner.key)).id })
const paused = async () => ({ id: (await createSchedule(site, owner.key, { paused: true })).id })
const endpointForm = () => ({
  name: fresh(),
  url: 'https://hook.example/',
  event_types: ['video.completed'],
})
const endpoint = async () => {
  const answer = await site.post('/v1/webhook_endpoints', endpointForm(), { key: owner.key })
  return { id: ((await answer.json()) as { id: string }).id }
}
const delivery = async () => {
  const { id } = await endpoint()
  await video()
  const told: { id: string }[] = []
  const look = async () => {
    const path = `/v1/webhook_endpoints/${id}/deliveries`
    const list = await site.get(path, { key: owner.key })
    told.push(...((await list.json()) as { data: { id: string }[] }).data)
    return told.length
  }
  await expect.poll(look).toBeGreaterThan(0)
  return { id, delivery: told[0]?.id ?? '' }
}

const manages = ['manages'] as const
const generates = ['generates'] as const
/** A change of a schedule, by both of the routes that make one. */
const changes = (body: object, may: readonly Caller[], make = schedule): Deed => ({
  body,
  make,
  may,
})
const scheduleChanges: readonly Deed[] = [
  changes({ name: 'renamed' }, manages),
  changes({ paused: true }, manages),
  changes({ paused: false }, [], paused),
  changes({ paused: false }, manages),
  changes({ cron: '* * * * *' }, []),
  changes({ timezone: 'Asia/Tokyo' }, []),
  changes({ request: { prompt: 'what another wants {{slot}}', seconds: '15' } }, []),
  changes({ webhook: { url: 'https://another.example/' } }, []),
  changes({ webhook: null }, []),
]

/** Every route of keys that may change something. */
const deeds: Partial<Record<Route, readonly Deed[]>> = {
  'POST /v1/chat/completions': [
    {
      body: { model: 'sora-2', messages: [{ role: 'user', content: 'by another' }] },
      may: generates,
      pays: 1.5,
    },
  ],
  'POST /v1/responses': [{ may: [] }],
  'POST /v1/videos': [{ body: { prompt: 'by another, too' }, may: generates, pays: 0.4 }],
  // The relay here speaks chat, which has neither.
  'POST /v1/videos/edits': [
    { make: video, body: { prompt: 'edited', video: { id: '{id}' } }, may: [] },
  ],
  'POST /v1/videos/extensions': [
    { make: video, body: { prompt: 'longer', seconds: '4', video: { id: '{id}' } }, may: [] },
  ],
  'POST /v1/videos/characters': [{ may: [] }],
  'DELETE /v1/videos/:id': [{ make: video, may: manages }],
  'POST /v1/videos/:id/remix': [
    { make: video, body: { prompt: 'changed' }, may: generates, pays: 0.4 },
  ],
  'POST /v1/videos/:id/cancel': [{ make: running, may: manages }],
  'POST /v1/videos/:id/archive': [{ make: video, may: generates }],
  'POST /v1/webhook_endpoints': [{ body: endpointForm(), may: manages }],
  'POST /v1/webhook_endpoints/:id': [{ make: endpoint, body: { name: 'b' }, may: manages }],
  'DELETE /v1/webhook_endpoints/:id': [{ make: endpoint, may: manages }],
  'POST /v1/webhook_endpoints/:id/rotate_secret': [{ make: endpoint, may: manages }],
  'POST /v1/webhook_endpoints/:id/test': [
    { make: endpoint, body: { event_type: 'video.completed' }, may: manages },
  ],
  'POST /v1/webhook_endpoints/:id/deliveries/:delivery/replay': [
    { make: delivery, may: manages },
    // A delivery of another endpoint of the account is none of this one.
    { make: async () => ({ ...(await delivery()), ...(await endpoint()) }), may: [] },
  ],
  'POST /v1/callbacks': [
    {
      make: video,
      body: { video_ids: ['{id}'], url: 'https://hook.example/' },
      may: generates,
    },
  ],
  'POST /v1/schedules': [{ body: toForm({ name: 'of another' }), may: [] }],
  'POST /v1/schedules/:id': scheduleChanges,
  'PATCH /v1/schedules/:id': scheduleChanges.slice(0, 5),
  'DELETE /v1/schedules/:id': [{ make: schedule, may: manages }],
  'POST /v1/schedules/:id/run': [{ make: schedule, may: [] }],
}

const changing = (Object.keys(routes) as Route[]).filter((route) =>
  /^(?:POST|PATCH|DELETE) \/v1\//.test(route),
)

test('no route that changes something is missing here', () => {
  expect(Object.keys(deeds).sort()).toEqual(changing.toSorted())
})

describe.each(changing)('%s', (route) => {
  const rows = (deeds[route] ?? []).flatMap((deed) => callers.map((caller) => ({ deed, caller })))

  test.each(rows)('$deed.body by a key that only $caller', async ({ deed, caller }) => {
    const ids = (await deed.make?.()) ?? {}
    const { method, path } = toCall(route, ids)
    const before = { own: await moneyOf(others[caller]), owners: await moneyOf(owner) }
    const body = JSON.stringify(deed.body ?? {}).replace('{id}', ids['id'] ?? '')
    const options = { key: others[caller].key, method, headers: { prefer: 'wait=30' } }
    const { status } = await site.post(path, body, options)
    const may = deed.may.includes(caller)
    expect([may, status]).toEqual([may, may ? (status < 300 ? status : 'done') : refusalOf(status)])
    await expect
      .poll(async () => (await moneyOf(others[caller])) - before.own)
      .toBeCloseTo(may ? (deed.pays ?? 0) : 0, 6)
    expect(await moneyOf(owner)).toBeCloseTo(before.owners, 6)
  })
})

/** 403, or that there is no such thing: nobody offers it, or another endpoint's delivery. */
function refusalOf(status: number): number | string {
  return [403, 404, 501].includes(status) ? status : 'refused'
}

describe('whoever changes what a schedule does', () => {
  test('and may generate, makes it theirs: it spends their money from then on', async () => {
    const { account } = site
    const next = await site.gateway.createKey({ account, budget_usd: 50 })
    for (const body of [
      { cron: '5 5 * * *' },
      { timezone: 'Asia/Tokyo' },
      { request: { prompt: 'theirs {{slot}}' } },
      { webhook: { url: 'https://theirs.example/' } },
      { paused: true, name: 'theirs', cron: '6 6 * * *' },
    ]) {
      const { id } = await schedule()
      const changed = await site.post(`/v1/schedules/${id}`, body, { key: next.key })
      expect(await changed.json()).toMatchObject({ key_id: next.id })
      expect(await getSchedule(site, owner.key, id)).toMatchObject({ key_id: next.id })
    }
    const { id } = await paused()
    const resumed = await site.post(`/v1/schedules/${id}`, { paused: false }, { key: next.key })
    expect(await resumed.json()).toMatchObject({ key_id: next.id })
  })

  test('or only renames or pauses it, leaves it whose it was', async () => {
    const { id } = await schedule()
    const options = { key: others.manages.key }
    const changed = await site.post(`/v1/schedules/${id}`, { name: 'b', paused: true }, options)
    expect(await changed.json()).toMatchObject({ name: 'b', paused: true, key_id: owner.id })
  })

  test('without `generate` and money sends nothing at the next tick, whoever made it', async () => {
    const { id } = await createSchedule(site, owner.key, { cron: '0 0 1 1 *' })
    const wish = { cron: '* * * * *', request: { prompt: 'B wants this', seconds: '15' } }
    const answer = await site.post(`/v1/schedules/${id}`, wish, { key: others.manages.key })
    expect(await answer.json()).toMatchObject({ error: { code: 'insufficient_scope' } })
    const before = await moneyOf(owner)
    const worker = await site.gateway.miniflare.getWorker()
    const scheduledTime = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 60_000)
    const { outcome } = await worker.scheduled({ scheduledTime, cron: '* * * * *' })
    expect(outcome).toBe('ok')
    expect(site.relay.postsOf('B wants this')).toBe(0)
    expect(await moneyOf(owner)).toBe(before)
  })
})
