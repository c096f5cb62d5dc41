// A storage that an earlier release wrote, opened two years after its gateway was killed: what was
// promised without an end is kept, what was open ends, and nothing at all is sent to the relay.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Job } from '../relay/job.ts'
import { silence } from '../relay/script.ts'
import { findAcceptors } from '../worker/startReceiver.ts'
import {
  expectEnd,
  expectEnded,
  expectPages,
  isEnded,
  isOpen,
  PATIENTLY,
  readVideo,
  toObject,
  withoutLinks,
} from './compare.ts'
import type { JsonObject } from './expected.ts'
import type { OpenedStorage } from './openStorage.ts'
import { openStorage, releases } from './openStorage.ts'
import { serveSmall } from './outside.ts'

const TWO_YEARS_MS = 2 * 365 * 86_400_000

/** What was open, and how it ends: too late to be begun, too late to be fetched by itself. */
const ends = {
  'running with a task page': 'completed',
  'running without a trace': 'outcome_unknown',
  'running with an image': 'outcome_unknown',
  'link seen, stream open': 'completed',
  'looked up': 'completed',
  'queued until later': 'timeout',
  'queued with an image': 'timeout',
  'download put off': 'download_failed',
  'download hangs': 'download_failed',
  'large download hangs': 'download_failed',
} as const

describe.each(releases)('the storage of %s, two years later', (release) => {
  let storage: OpenedStorage
  beforeAll(async () => {
    storage = await openStorage(release, TWO_YEARS_MS, ({ relay }, { jobs }) => {
      const isLate = ({ prompt, videoUrl }: Job, url: URL) =>
        videoUrl === url.href && prompt.includes('download')
      relay.setDownload((visit) =>
        jobs.some((job) => isLate(job, visit.url)) ? [silence] : serveSmall(visit),
      )
    })
  })
  afterAll(() => storage.close())

  const posts = () => storage.outside.relay.requests.map(({ prompt }) => prompt)
  const get = (key: string, path: string) => storage.client.call(storage.key(key).key, path)

  test('its keys open what they opened; the secret before the rotation is over', async () => {
    for (const name of ['main', 'limited', 'holding', 'reading', 'rotated', 'studio']) {
      expect((await get(name, '/v1/models')).status, name).toBe(200)
    }
    const { oldKey = '' } = storage.key('rotated')
    expect((await storage.client.call(oldKey, '/v1/models')).status).toBe(401)
    for (const name of ['revoked', 'expired']) {
      expect((await get(name, '/v1/models')).status, name).toBe(401)
    }
  })

  test('what had ended reads as it did, and stands in the list', async () => {
    for (const video of Object.values(storage.expected.videos).filter(isEnded)) {
      await expectEnded(storage, video)
    }
    for (const name of ['expired', 'deleted', 'doubtful and deleted [fault:504]']) {
      const { id, key } = storage.video(name)
      expect([404, 410], name).toContain((await get(key, `/v1/videos/${id}`)).status)
    }
    await expectPages(storage)
  })

  test('what was open comes to one end, and nothing is sent to the relay', async () => {
    const open = Object.values(storage.expected.videos).filter(isOpen)
    expect(open).toHaveLength(Object.keys(ends).length)
    for (const [name, end] of Object.entries(ends)) {
      const video = storage.video(name)
      await expectEnd(storage, video, end)
      const charge = { completed: 'certain', outcome_unknown: 'possible', timeout: 'none' }
      expect(await readVideo(storage, video)).toMatchObject({
        charge: end === 'download_failed' ? 'certain' : charge[end],
        outcome: end === 'outcome_unknown' ? 'unknown' : 'known',
        ...(end === 'download_failed' && { source_url: expect.stringContaining('.mp4') }),
      })
    }
    expect(posts()).toEqual([])
  })

  test('holds have become money spent, and the rest of the books is as it was', async () => {
    const path = '/admin/keys?account=atelier'
    const before = storage.expected.reads.find((read) => read.path === path)?.body['data']
    const read = async () => (await storage.client.admin(path)).body['data'] as JsonObject[]
    const holding = (before as JsonObject[]).find(({ name }) => name === 'holding')
    const spent = Number(holding?.['spent_usd']) + Number(holding?.['held_usd'])
    await expect
      .poll(async () => (await read()).find(({ name }) => name === 'holding'), PATIENTLY)
      .toMatchObject({ spent_usd: expect.closeTo(spent), held_usd: 0 })
    const money = ['spent_usd', 'held_usd']
    // Later releases tell more of a key.
    expect(withoutLinks(await read(), money)).toMatchObject(
      withoutLinks(before ?? null, money) as object,
    )
  })

  test('schedules, endpoints and deliveries read as they did', async () => {
    const isKept = (path: string) => !path.startsWith('/v1/usage') && !path.includes('=atelier')
    // Runs are kept for ninety days.
    const passing = ['next_runs', 'last_runs']
    for (const { key, path, status, body } of storage.expected.reads) {
      if (!isKept(path)) continue
      const answer = await (key === 'admin' ? storage.client.admin(path) : get(key, path))
      expect(answer.status, path).toBe(status)
      expect(withoutLinks(answer.body, passing), path).toMatchObject(toObject(body, passing))
    }
  })

  test('an order that is sent again with its key gets the same video, and pays nothing', async () => {
    for (const { video, key, path, body, idempotencyKey } of storage.expected.orders) {
      // What ended without any charge has released its key.
      if (video === 'queued until later') continue
      const headers = { 'idempotency-key': idempotencyKey }
      const answer = await storage.client.call(storage.key(key).key, path, { body, headers })
      expect(answer, video).toMatchObject(
        video === 'deleted'
          ? { status: 410, body: { error: { code: 'video_expired' } } }
          : { status: 200, body: { id: storage.video(video).id } },
      )
    }
    expect(posts()).toEqual([])
  })

  test('webhooks that waited leave, signed with the secret of now alone', async () => {
    const { arrivals } = storage.outside
    const { pending, endpoints } = storage.expected
    const arrived = () => new Set(arrivals.map(({ event }) => event.id))
    await expect.poll(() => pending.filter(({ id }) => !arrived().has(id)), PATIENTLY).toEqual([])
    for (const path of ['/callback', '/requested']) {
      const found = () => arrivals.filter((arrival) => arrival.path === path)
      await expect.poll(found, PATIENTLY).toHaveLength(1)
    }
    const arrival = arrivals.find(({ path }) => path === '/failing')
    if (arrival === undefined) throw new Error('nothing at /failing')
    const { secret = '', oldSecret = '' } = endpoints['failing'] ?? {}
    expect(await findAcceptors(arrival, secret)).toHaveLength(2)
    expect(await findAcceptors(arrival, oldSecret)).toEqual([])
  })

  test('a download that came too late is made up for, unpaid, when its caller asks', async () => {
    storage.outside.relay.setDownload(serveSmall)
    for (const name of ['download put off', 'large download hangs', 'download refused']) {
      const video = storage.video(name)
      const path = `/v1/videos/${video.id}/archive`
      await storage.client.call(storage.secretOf(video), path, { method: 'POST' })
      await expect
        .poll(() => readVideo(storage, video), PATIENTLY)
        .toMatchObject({ status: 'completed' })
    }
    expect(posts()).toEqual([])
  })

  test('the next trigger starts the latest slot of a schedule, and one video only', async () => {
    const id = storage.expected.schedules['every minute']
    const slot = Math.floor(Date.now() / 60_000) * 60_000
    await storage.client.trigger(slot)
    const { last_runs } = (await get('main', `/v1/schedules/${id}`)).body
    expect((last_runs as JsonObject[])[0]).toMatchObject({ slot: slot / 1000, state: 'started' })
    const isSlot = (prompt: string) => prompt.startsWith('every minute, ')
    await expect.poll(() => posts().filter(isSlot), PATIENTLY).toHaveLength(1)
  })

  test('the gateway had nothing to report but the slots that nobody started', () => {
    const isMissed = (line: string) => line.includes('"what":"slot missed"')
    expect(storage.reports.filter(isMissed)).not.toEqual([])
    expect(storage.reports.filter((line) => !isMissed(line))).toEqual([])
  })
})
