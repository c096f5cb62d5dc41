// Two tenants, and a walk over every route that names something: what belongs to another looks, byte
// for byte, like what never was. A route that takes an id and is not walked fails.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { routes } from '../../worker/http/routes.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { startVideo, submitVideo } from '../worker/submitVideo.ts'
import { toCall } from './toCall.ts'

const prompt = 'what the first tenant asked for'
const schedule = {
  name: 'weekly',
  cron: '0 9 * * 1',
  request: { model: 'sora-2', prompt },
}

let site: Site
let second: string
/** What the first tenant owns, by the kind of id. */
let owned: Record<'video' | 'running' | 'failed' | 'endpoint' | 'delivery' | 'schedule', string>
const receiver = createServer((_, response) => response.writeHead(204).end())

beforeAll(async () => {
  site = await startSite()
  second = (await site.gateway.createKey()).key
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const post = async (path: string, body: unknown) => {
    const response = await site.post(path, body)
    expect(response.ok).toBe(true)
    return ((await response.json()) as { id: string }).id
  }
  const endpoint = await post('/v1/webhook_endpoints', {
    name: 'mine',
    url,
    event_types: ['video.completed'],
  })
  const video = (await submitVideo(site, prompt)).id
  const running = (await startVideo(site, `${prompt} [slow:60000]`)).id
  const failed = (await submitVideo(site, `${prompt} [fail:moderation]`)).id
  const delivery = await vi.waitFor(async () => {
    const list = await site.get(`/v1/webhook_endpoints/${endpoint}/deliveries`)
    const [first] = ((await list.json()) as { data: { id: string }[] }).data
    if (first === undefined) throw new Error('nothing was delivered yet')
    return first.id
  })
  owned = {
    video,
    running,
    failed,
    endpoint,
    delivery,
    schedule: await post('/v1/schedules', schedule),
  }
})
afterAll(async () => {
  await site.close()
  receiver.close()
})

/** Of another's, and of nobody's: the same shape, so that only the truth could tell them apart. */
function toNobodys(id: string): string {
  const at = id.lastIndexOf('_') + 1
  return id.slice(0, at) + 'A'.repeat(id.length - at)
}

interface Step {
  /** The ids in the route, in the first tenant's hands. */
  readonly ids: () => Record<string, string>
  readonly body?: object
}

const ofVideo: readonly Step[] = [
  { ids: () => ({ id: owned.video }) },
  { ids: () => ({ id: owned.running }) },
  { ids: () => ({ id: owned.failed }) },
]
const ofEndpoint: readonly Step[] = [{ ids: () => ({ id: owned.endpoint }) }]
const ofSchedule: readonly Step[] = [{ ids: () => ({ id: owned.schedule }) }]
const withBody = (steps: readonly Step[], body: object) => steps.map((step) => ({ ...step, body }))

const walk: Readonly<Record<string, readonly Step[]>> = {
  'GET /v1/videos/:id': ofVideo,
  'DELETE /v1/videos/:id': ofVideo,
  'POST /v1/videos/:id/remix': withBody(ofVideo, { prompt: 'again' }),
  'POST /v1/videos/:id/cancel': ofVideo,
  'POST /v1/videos/:id/archive': ofVideo,
  'GET /v1/videos/:id/events': ofVideo,
  'GET /v1/videos/:id/content': ofVideo,
  'GET /v1/videos/:id/content/:name': ofVideo.map(({ ids }) => ({
    ids: () => ({ ...ids(), name: 'boat.mp4' }),
  })),
  'GET /v1/webhook_endpoints/:id': ofEndpoint,
  'POST /v1/webhook_endpoints/:id': withBody(ofEndpoint, { name: 'taken' }),
  'DELETE /v1/webhook_endpoints/:id': ofEndpoint,
  'POST /v1/webhook_endpoints/:id/rotate_secret': withBody(ofEndpoint, {}),
  'POST /v1/webhook_endpoints/:id/test': withBody(ofEndpoint, { event_type: 'video.completed' }),
  'GET /v1/webhook_endpoints/:id/deliveries': ofEndpoint,
  'POST /v1/webhook_endpoints/:id/deliveries/:delivery/replay': [
    { ids: () => ({ id: owned.endpoint, delivery: owned.delivery }) },
  ],
  'GET /v1/schedules/:id': ofSchedule,
  'POST /v1/schedules/:id': withBody(ofSchedule, { name: 'taken' }),
  'PATCH /v1/schedules/:id': withBody(ofSchedule, { paused: true }),
  'DELETE /v1/schedules/:id': ofSchedule,
  'POST /v1/schedules/:id/run': ofSchedule,
}

/** Ids that belong to nobody: configuration, and what no relay offers. */
const shared = ['GET /v1/models/:id', 'GET /v1/videos/characters/:id']

test('every route that takes an id of a tenant is walked', () => {
  const withIds = Object.entries(routes)
    .filter(([route, [access]]) => route.includes(':') && access !== 'admin')
    .map(([route]) => route)
  expect([...Object.keys(walk), ...shared].sort()).toEqual(withIds.sort())
})

/** All that a caller gets to see, without what differs between any two answers. */
async function answer(method: string, path: string, body?: object, headers = {}) {
  const options = { key: second, method, headers }
  const response = await (body === undefined
    ? site.get(path, options)
    : site.post(path, body, options))
  const shown = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date')
  return { status: response.status, headers: shown, body: await response.text() }
}

describe.each(Object.entries(walk))('%s', (route, steps) => {
  test('shows a stranger the same bytes for another’s as for nobody’s', async () => {
    for (const { ids, body } of steps) {
      const mine = toCall(route, ids())
      const nobodys = Object.entries(ids()).map(([name, id]) => [name, toNobodys(id)])
      const none = toCall(route, Object.fromEntries(nobodys) as Record<string, string>)
      expect(none.path).not.toBe(mine.path)
      const seen = await answer(mine.method, mine.path, body)
      expect(seen.status).toBe(404)
      expect(seen).toEqual(await answer(none.method, none.path, body))
    }
  })
})

test('nothing the stranger tried has changed anything', async () => {
  const state = async (path: string) => (await (await site.get(path)).json()) as object
  expect(await state(`/v1/videos/${owned.video}`)).toMatchObject({ status: 'completed', prompt })
  expect(await state(`/v1/videos/${owned.running}`)).toMatchObject({ status: 'in_progress' })
  expect(await state(`/v1/webhook_endpoints/${owned.endpoint}`)).toMatchObject({ name: 'mine' })
  expect(await state(`/v1/schedules/${owned.schedule}`)).toMatchObject({
    name: 'weekly',
    paused: false,
    last_runs: [],
  })
})

describe('ids in bodies, cursors and headers', () => {
  test('a callback cannot wait for another’s video', async () => {
    const order = (id: string) => ({ video_ids: [id], url: 'http://127.0.0.1:9/' })
    const seen = await answer('POST', '/v1/callbacks', order(owned.running))
    expect(seen.status).toBe(404)
    expect(seen).toEqual(await answer('POST', '/v1/callbacks', order(toNobodys(owned.running))))
  })

  test.each([
    ['/v1/videos', 'video'],
    ['/v1/webhook_endpoints', 'endpoint'],
    ['/v1/schedules', 'schedule'],
  ] as const)('another’s id is no cursor of %s, and the list is empty', async (path, kind) => {
    const seen = await answer('GET', `${path}?after=${owned[kind]}`)
    expect(seen.status).toBe(400)
    expect(seen).toEqual(await answer('GET', `${path}?after=${toNobodys(owned[kind])}`))
    expect(JSON.parse((await answer('GET', path)).body)).toMatchObject({ data: [] })
  })

  test('a chat cannot be resumed from another’s event, even with the same words', async () => {
    const body = { model: 'sora-2', stream: true, messages: [{ role: 'user', content: prompt }] }
    const resume = (id: string) =>
      answer('POST', '/v1/chat/completions', body, { 'last-event-id': `${id}:1` })
    const seen = await resume(owned.video)
    expect(seen.status).toBe(404)
    expect(seen).toEqual(await resume(toNobodys(owned.video)))
  })
})

test('the same words of another tenant are another generation, paid for by that tenant', async () => {
  const posts = site.relay.postsOf(prompt)
  const options = { key: second, headers: { 'idempotency-key': 'one' } }
  const theirs = await submitVideo(site, prompt, options)
  expect(theirs).toMatchObject({ status: 200, cacheStatus: 'reelay; fwd=uri-miss; stored' })
  expect(theirs.id).not.toBe(owned.video)
  expect(site.relay.postsOf(prompt)).toBe(posts + 1)
  const mine = await submitVideo(site, 'other words', { headers: { 'idempotency-key': 'one' } })
  expect(mine).toMatchObject({ status: 200, isReplay: false })
})
