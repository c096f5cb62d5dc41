// /v1/schedules over HTTP: what can be made, seen and changed, and by whom.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Schedule } from './scheduleCalls.ts'
import { createSchedule, getSchedule, toForm } from './scheduleCalls.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
let key: string
let keyId: string
let account: string
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(async () => {
  ;({ key, account, id: keyId } = await site.gateway.createKey())
})

const hook = 'https://hooks.example/done'
const create = (more?: object) => createSchedule(site, key, more)
const get = (id: string) => getSchedule(site, key, id)

test('a schedule is made, found, listed, changed, paused and deleted', async () => {
  const created = await create({ timezone: 'Europe/Berlin', webhook: { url: hook } })
  expect(created).toMatchObject({
    id: expect.stringMatching(/^sched_[0-9A-Za-z]{24}$/),
    object: 'schedule',
    name: 'daily',
    cron: '0 9 * * *',
    timezone: 'Europe/Berlin',
    paused: false,
    request: { prompt: 'a kite on {{date}}', model: 'sora-2' },
    webhook: { url: hook },
    key_id: keyId,
    last_runs: [],
  })
  expect(await get(created.id)).toEqual(created)
  expect(await (await site.get('/v1/schedules', { key })).json()).toEqual({
    object: 'list',
    data: [created],
    first_id: created.id,
    last_id: created.id,
    has_more: false,
  })
  const patch = (body: object) =>
    site.post(`/v1/schedules/${created.id}`, body, { key, method: 'PATCH' })
  expect(await (await patch({ name: 'weekly', cron: '0 9 * * 1' })).json()).toMatchObject({
    name: 'weekly',
    cron: '0 9 * * 1',
    timezone: 'Europe/Berlin',
    webhook: { url: hook },
  })
  expect(await (await patch({ request: { prompt: 'another' } })).json()).toMatchObject({
    request: { prompt: 'another' },
    webhook: { url: hook },
  })
  expect(await (await patch({ webhook: null })).json()).toMatchObject({ webhook: null })
  expect(await (await patch({ paused: true })).json()).toMatchObject({
    paused: true,
    next_run_at: null,
    next_runs: [],
  })
  const resumed = (await (await patch({ paused: false })).json()) as Schedule
  expect(resumed.next_run_at).toBeGreaterThan(Date.now() / 1000)
  const deleted = await site.get(`/v1/schedules/${created.id}`, { key, method: 'DELETE' })
  expect(await deleted.json()).toEqual({
    id: created.id,
    object: 'schedule.deleted',
    deleted: true,
  })
  expect((await site.get(`/v1/schedules/${created.id}`, { key })).status).toBe(404)
})

test('a schedule says when its next five runs are', async () => {
  const { next_run_at, next_runs } = await create({ timezone: 'America/New_York' })
  expect(next_runs).toHaveLength(5)
  expect(next_runs[0]).toBe(next_run_at)
  const hours = next_runs.map((at) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', timeStyle: 'short' }).format(
      at * 1000,
    ),
  )
  expect(hours).toEqual(Array(5).fill('09:00'))
  expect(new Set(next_runs).size).toBe(5)
})

test('lists page, the newest first', async () => {
  const ids: string[] = []
  for (let n = 0; n < 5; n += 1) ids.unshift((await create({ name: `${n}` })).id)
  const page = async (query: string) =>
    (await (await site.get(`/v1/schedules?${query}`, { key })).json()) as {
      data: Schedule[]
      has_more: boolean
    }
  const first = await page('limit=3')
  expect(first.has_more).toBe(true)
  const second = await page(`limit=3&after=${first.data.at(-1)?.id}`)
  expect(second.has_more).toBe(false)
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids)
  expect((await site.get('/v1/schedules?after=sched_none', { key })).status).toBe(400)
})

test('a schedule never shows the secret of its webhook', async () => {
  const secret = 'nobody must read these words'
  const { id } = await create({ webhook: { url: hook, secret } })
  for (const path of ['/v1/schedules', `/v1/schedules/${id}`]) {
    expect(await (await site.get(path, { key })).text()).not.toContain(secret)
  }
})

test.each([
  [{ cron: '0 9 * *' }, 'cron'],
  [{ cron: '61 9 * * *' }, 'cron'],
  [{ cron: '0 0 31 2 *' }, 'cron'],
  [{ cron: 7 }, 'cron'],
  [{ timezone: 'Berlin' }, 'timezone'],
  [{ name: '' }, 'name'],
  [{ request: null }, 'request'],
  [{ request: 'a kite' }, 'request'],
  [{ request: {} }, 'request.prompt'],
  [{ request: { prompt: 'a kite', seconds: '5000' } }, 'request.seconds'],
  [{ webhook: { url: 'nowhere' } }, 'webhook.url'],
  [{ webhook: { url: 'https://a.example', secret: 'whsec_x' } }, 'webhook.secret'],
  [{ paused: 'no' }, 'paused'],
  [
    {
      request: {
        prompt: 'a kite',
        input_reference: { image_url: 'data:image/png;base64,iVBORw0KGgo=' },
      },
    },
    'request.input_reference',
  ],
])(
  'a schedule with %j is refused naming %s, when it is made and when it is changed',
  async (change, param) => {
    const response = await site.post('/v1/schedules', toForm(change), { key })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param } })
    const { id } = await create()
    const changed = await site.post(`/v1/schedules/${id}`, change, { key, method: 'PATCH' })
    expect(changed.status).toBe(400)
    expect(await changed.json()).toMatchObject({ error: { param } })
  },
)

test('a schedule with a model that is not offered is a 404 naming it', async () => {
  const response = await site.post(
    '/v1/schedules',
    toForm({ request: { prompt: 'x', model: 'y' } }),
    { key },
  )
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({
    error: { code: 'model_not_found', param: 'request.model' },
  })
})

test('a schedule of another tenant is the same as none, to the byte', async () => {
  const { id } = await create()
  const stranger = (await site.gateway.createKey()).key
  const none = id.replace(/.{4}$/, 'zzzz')
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PATCH', '', '{"paused":true}'],
    ['DELETE', '', undefined],
    ['POST', '/run', '{}'],
  ] as const) {
    const answers = await Promise.all(
      [id, none].map(async (one) => {
        const response = await site.gateway.fetch(`/v1/schedules/${one}${path}`, stranger, {
          method,
          ...(body !== undefined && { body }),
        })
        return `${response.status} ${await response.text()}`
      }),
    )
    expect(answers[0], method).toBe(answers[1])
    expect(answers[0], method).toMatch(/^404 /)
  }
  expect(await get(id)).toMatchObject({ paused: false, last_runs: [] })
})

test.each([
  [['read', 'generate'], 'manage'],
  [['read', 'manage'], 'generate'],
])('a schedule is not made by a key that has only %j', async (scopes, missing) => {
  const { key: other } = await site.gateway.createKey({ account, scopes })
  const response = await site.post('/v1/schedules', toForm(), { key: other })
  expect(response.status).toBe(403)
  expect(await response.text()).toContain(missing)
})
