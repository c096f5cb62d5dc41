// A storage that an earlier release wrote, opened ten minutes after its gateway was killed: what was
// open goes on where it was, what was promised is kept, and nothing is paid twice.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createImage } from '../relay/media/image.ts'
import { readWhole } from '../relay/media/mp4.ts'
import { findAcceptors } from '../worker/startReceiver.ts'
import { expectEnd, isOpen, PATIENTLY, readVideo, withoutLinks } from './compare.ts'
import type { JsonObject } from './expected.ts'
import { requestSecret } from './expected.ts'
import type { OpenedStorage } from './openStorage.ts'
import { openStorage, releases, TEN_MINUTES_MS } from './openStorage.ts'

/** What was open, and how it ends. */
const ends = {
  'running with a task page': 'completed',
  'running without a trace': 'outcome_unknown',
  'running with an image': 'outcome_unknown',
  'link seen, stream open': 'completed',
  'looked up': 'completed',
  'queued until later': 'completed',
  'queued with an image': 'completed',
  'download put off': 'completed',
  'download hangs': 'completed',
  'large download hangs': 'completed',
} as const

describe.each(releases)('the storage of %s, ten minutes later', (release) => {
  let storage: OpenedStorage
  beforeAll(async () => {
    storage = await openStorage(release, TEN_MINUTES_MS)
  })
  afterAll(() => storage.close())

  const posts = () => storage.outside.relay.requests.map(({ prompt }) => prompt)
  const get = (key: string, path: string) => storage.client.call(storage.key(key).key, path)

  test('what was open comes to one end, and only what never began is sent to the relay', async () => {
    const open = Object.entries(storage.expected.videos).filter(([, video]) => isOpen(video))
    expect(open.map(([name]) => name).sort()).toEqual(Object.keys(ends).sort())
    for (const [name, end] of Object.entries(ends)) {
      await expectEnd(storage, storage.video(name), end)
    }
    const { schedules } = storage.expected
    const lastRun = async () => {
      const { body } = await get('main', `/v1/schedules/${schedules['put off']}`)
      return (body['last_runs'] as JsonObject[])[0]
    }
    await expect.poll(lastRun, PATIENTLY).toMatchObject({ state: 'started', reason: null })
    const isSent = (prompt: string) =>
      storage.outside.relay.requests.filter((request) => request.prompt.startsWith(prompt))
    await expect.poll(() => isSent('put off, '), PATIENTLY).toHaveLength(1)
    expect(posts()).toHaveLength(3)
    for (const name of ['queued until later', 'queued with an image']) {
      const [request] = isSent(name)
      expect(request?.headers['idempotency-key']).toBe(storage.video(name).id)
    }
    const image = Buffer.from(readWhole(createImage('png', 'frozen'))).toString('base64')
    expect(isSent('queued with an image')[0]?.bodyText).toContain(image)
  })

  test('money: what was held is spent or still held, what was settled is as it was', async () => {
    const read = storage.expected.reads.find(({ path }) => path === '/admin/keys?account=atelier')
    const before = read?.body['data'] as JsonObject[]
    const { body } = await storage.client.admin('/admin/keys?account=atelier')
    const after = body['data'] as JsonObject[]
    const money = ['spent_usd', 'held_usd']
    // Later releases tell more of a key.
    expect(withoutLinks(after, money)).toMatchObject(withoutLinks(before, money) as object)
    const sum = (key: JsonObject | undefined) =>
      Number(key?.['spent_usd']) + Number(key?.['held_usd'])
    for (const [index, key] of before.entries()) {
      // The slot that was put off is started, and paid.
      const more = key['name'] === 'limited' ? 0.4 : 0
      expect(sum(after[index]), String(key['name'])).toBeCloseTo(sum(key) + more)
    }
    expect(after.find(({ name }) => name === 'holding')).toMatchObject({ held_usd: 0.4 })
  })

  test('an order that is sent again gets the same video, and pays nothing', async () => {
    const before = posts()
    for (const { video, key, path, body, idempotencyKey } of storage.expected.orders) {
      const headers = { 'idempotency-key': idempotencyKey }
      const { key: secret } = storage.key(key)
      const answer = await storage.client.call(secret, path, { body, headers })
      if (video === 'deleted') {
        expect(answer).toMatchObject({ status: 410, body: { error: { code: 'video_expired' } } })
        continue
      }
      expect(answer, video).toMatchObject({ status: 200, body: { id: storage.video(video).id } })
      expect(answer.headers.get('idempotent-replayed')).toBe('true')
      const other = { ...body, prompt: 'another body' }
      const mismatch = await storage.client.call(secret, path, { body: other, headers })
      expect(mismatch.body).toMatchObject({ error: { code: 'idempotency_mismatch' } })
    }
    const { id, prompt } = storage.video('doubtful [fault:504]')
    const main = storage.key('main').key
    const joined = await storage.client.call(main, '/v1/videos', { body: { prompt } })
    expect(joined).toMatchObject({ status: 200, body: { id, outcome: 'unknown' } })
    const body = { prompt: 'doubtful and deleted [fault:504]' }
    const refused = await storage.client.call(main, '/v1/videos', { body })
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'outcome_unknown' } } })
    const chat = await storage.client.call(main, '/v1/chat/completions', {
      body: { model: 'sora-2', messages: [{ role: 'user', content: 'completed as chat' }] },
    })
    expect(chat.headers.get('cache-status')).toContain('hit')
    expect(posts()).toEqual(before)
  })

  test('webhooks that waited leave, signed with the secrets of then', async () => {
    const { arrivals } = storage.outside
    const { pending, endpoints, callback } = storage.expected
    const arrived = () => new Set(arrivals.map(({ event }) => event.id))
    await expect.poll(() => pending.filter(({ id }) => !arrived().has(id)), PATIENTLY).toEqual([])
    const waiting = arrivals.filter(({ path }) => path === '/failing')
    for (const secret of [endpoints['failing']?.secret, endpoints['failing']?.oldSecret]) {
      for (const arrival of waiting.slice(0, 3)) {
        expect(await findAcceptors(arrival, secret ?? '')).toHaveLength(2)
      }
    }
    for (const [path, id] of [
      ['/callback', callback['id']],
      ['/requested', storage.video('running without a trace').id],
    ]) {
      const found = () => arrivals.filter((arrival) => arrival.path === path)
      await expect.poll(found, PATIENTLY).toHaveLength(1)
      const [arrival] = found()
      if (arrival === undefined) throw new Error(`nothing at ${path}`)
      expect(arrival.event.data.id).toBe(id)
      expect(await findAcceptors(arrival, requestSecret)).toHaveLength(2)
    }
    expect(arrivals.filter(({ path }) => path === '/gone')).toEqual([])
    const path = `/v1/webhook_endpoints/${endpoints['failing']?.id}/deliveries?limit=100`
    const states = async () =>
      ((await get('main', path)).body['data'] as JsonObject[]).map(({ state }) => state)
    await expect
      .poll(async () => new Set(await states()), PATIENTLY)
      .toEqual(new Set(['delivered']))
  })

  test('work goes on: a remix, a download once more, the next slot, a new order', async () => {
    const main = storage.key('main').key
    const before = posts().length
    const refused = storage.video('download refused')
    await storage.client.call(main, `/v1/videos/${refused.id}/archive`, { method: 'POST' })
    await expect
      .poll(() => readVideo(storage, refused), PATIENTLY)
      .toMatchObject({ status: 'completed' })
    expect(posts()).toHaveLength(before)

    const headers = { prefer: 'wait=30' }
    const source = storage.video('completed')
    const remix = await storage.client.call(main, `/v1/videos/${source.id}/remix`, {
      body: { prompt: 'the same at night' },
      headers,
    })
    expect(remix.body).toMatchObject({ status: 'completed', remixed_from_video_id: source.id })
    expect(storage.outside.relay.requests.at(-1)?.bodyText).toContain(
      'https://files.example/files/',
    )

    const path = `/v1/schedules/${storage.expected.schedules['every minute']}`
    const { next_run_at } = (await get('main', path)).body
    await storage.client.trigger(Number(next_run_at) * 1000)
    const { last_runs } = (await get('main', path)).body
    expect((last_runs as JsonObject[])[0]).toMatchObject({ slot: next_run_at, state: 'started' })

    // Its account had been told that the relay has no money, for some seconds.
    const body = { prompt: 'new in the studio' }
    const order = await storage.client.call(storage.key('studio').key, '/v1/videos', {
      body,
      headers,
    })
    expect(order.body).toMatchObject({ status: 'completed' })
  })

  test('the gateway had nothing to report', () => {
    expect(storage.reports).toEqual([])
  })
})
