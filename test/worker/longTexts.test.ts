// As much as may be said, a hundred times: lists answer, page by page, and what is more is refused by
// name. Those that run are read from their own logs, so that only the list itself can count them.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { followDirectives } from '../relay/directives.ts'
import { silence } from '../relay/script.ts'
import { createOpenAI } from './openaiClient.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

const MOST = 256 * 1024
const REFUSED = 60
const RUNNING = 40
const MiB = 1024 * 1024

let site: Site
let key: string
beforeAll(async () => {
  site = await startSite({ vars: { RELAY_BREAKER: 'off' } })
  site.relay.setScenario((visit) =>
    visit.request.prompt.startsWith('running') ? [silence] : followDirectives(visit),
  )
})
afterAll(() => site.close())
beforeEach(async () => {
  ;({ key } = await site.gateway.createKey())
})

/** A prompt of so many bytes. */
const toPrompt = (begin: string, bytes: number) => begin + 'x'.repeat(bytes - begin.length)

const chat = (content: string) => ({ model: 'sora-2', messages: [{ role: 'user', content }] })

async function order(begin: string): Promise<string> {
  const headers = { prefer: 'respond-async' }
  const body = chat(toPrompt(begin, MOST))
  const response = await site.post('/v1/chat/completions', body, { key, headers })
  expect(response.status).toBe(202)
  return ((await response.json()) as { id: string }).id
}

/** Every id of a list, and the longest answer. */
async function walk(path: string, asked: string, next: (list: List) => string | null | undefined) {
  const ids: string[] = []
  let longest = 0
  for (let after = ''; ;) {
    const response = await site.get(`${path}limit=100${after}`, { key: asked })
    expect(response.status).toBe(200)
    const text = await response.text()
    longest = Math.max(longest, text.length)
    const list = JSON.parse(text) as List
    ids.push(...list.data.map(({ id }) => id))
    if (!list.has_more) return { ids, longest }
    after = `&after=${next(list) ?? ''}`
  }
}

interface List {
  readonly data: readonly { readonly id: string }[]
  readonly has_more: boolean
  readonly last_id?: string | null
  readonly next_after?: string | null
}

// A hundred prompts of 256 KiB keep a busy machine for a while.
test(
  'lists of the longest requests, ended and running, show each once',
  { timeout: 180_000 },
  async () => {
    const ids: string[] = []
    for (let n = 0; n < REFUSED; n++) ids.push(await order(`${n} [fail:moderation] `))
    for (let n = 0; n < RUNNING; n++) ids.push(await order(`running ${n} `))

    const { ids: listed, longest } = await walk('/v1/videos?', key, (list) => list.last_id)
    expect(listed).toEqual(ids.toReversed())
    expect(longest).toBeLessThan(8 * MiB + 1000)
    const watched = createOpenAI(site.url, key)
    const walked: string[] = []
    for await (const { id } of watched.client.videos.list({ limit: 100 })) walked.push(id)
    expect(walked).toEqual(ids.toReversed())
    await watched.settled()
    expect(watched.complaints).toEqual([])
    // More than a page of either kind.
    expect(watched.calls.length).toBeGreaterThan(2)

    const admin = await walk(
      '/admin/videos?status=all&',
      site.gateway.adminToken,
      (list) => list.next_after,
    )
    expect(admin.ids).toEqual(ids.toReversed())
    expect(admin.longest).toBeLessThan(MiB)
  },
)

test('a byte more is refused, and the field is named', async () => {
  const response = await site.post('/v1/chat/completions', chat(toPrompt('', MOST + 1)), { key })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { code: 'invalid_request', param: 'messages' },
  })
  const long = { ...chat('a kite'), style: 'x'.repeat(MiB) }
  const tooLong = await site.post('/v1/chat/completions', long, { key })
  expect(tooLong.status).toBe(413)
  expect(await tooLong.json()).toMatchObject({
    error: { code: 'request_too_large', param: 'style' },
  })
})

test('a list of schedules as long as they may be shows each once; a longer one is refused', async () => {
  const ids: string[] = []
  const toRequest = (length: number) => ({ prompt: 'a kite', style: 'x'.repeat(length) })
  for (let n = 0; n < 40; n++) {
    const request = toRequest(65_000)
    const body = { name: `${n}`, cron: '0 9 * * *', paused: true, request }
    const response = await site.post('/v1/schedules', body, { key })
    expect(response.status).toBe(201)
    ids.push(((await response.json()) as { id: string }).id)
  }
  const { ids: listed, longest } = await walk('/v1/schedules?', key, (list) => list.last_id)
  expect(listed).toEqual(ids.toReversed())
  expect(longest).toBeLessThan(8 * MiB + 1000)
  const tooLong = { name: 'x', cron: '0 9 * * *', request: toRequest(66_000) }
  const response = await site.post('/v1/schedules', tooLong, { key })
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({
    error: { code: 'request_too_large', param: 'request' },
  })
})

test('a change makes no schedule longer than it may be, nor all of an account together', async () => {
  const { key: own } = await site.gateway.createKey()
  const toRequest = (length: number) => ({ prompt: 'a kite', style: 'x'.repeat(length) })
  const make = (request: object) =>
    site.post(
      '/v1/schedules',
      { name: 'x', cron: '0 9 * * *', paused: true, request },
      { key: own },
    )
  const { id } = (await (await make(toRequest(1))).json()) as { id: string }
  const change = async (body: object) => {
    const response = await site.post(`/v1/schedules/${id}`, body, { key: own })
    return [response.status, (await response.json()) as object] as const
  }
  const refused = [413, { error: { code: 'request_too_large', param: 'request' } }]
  expect(await change({ request: toRequest(66_000) })).toMatchObject(refused)
  // 64 of them are 4 MiB, but for some bytes.
  for (let n = 0; n < 64; n++) expect((await make(toRequest(65_450))).status).toBe(201)
  expect(await change({ request: toRequest(65_450) })).toMatchObject(refused)
  expect(await change({ name: 'renamed' })).toMatchObject([200, { request: toRequest(1) }])
})

test('a schedule that would be stored longer than it was sent is refused', async () => {
  const request = `{"prompt": "a kite", "stream_options": [${Array(100_000).fill('1e20').join()}]}`
  const body = `{"name": "x", "cron": "0 9 * * *", "request": ${request}}`
  const response = await site.post('/v1/schedules', body, { key })
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({
    error: { code: 'request_too_large', param: 'request' },
  })
})
