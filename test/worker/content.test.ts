// The stored bytes as browsers, players and download managers ask for them, and what happens when
// there are none.

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { applyFault } from '../relay/faults/faults.ts'
import { readWhole } from '../relay/media/mp4.ts'
import { mediaFor, serveMedia } from '../relay/media/serve.ts'
import type { Scenario } from '../relay/scenario.ts'
import { speakDialect } from '../relay/scenario.ts'
import { answer, wait } from '../relay/script.ts'
import { toChatAnswer } from './chatAnswer.ts'
import { readEvents, readLog } from './readEvents.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

let site: Site
let id: string
let link: string
let path: string
/** What the relay's host sent. */
let bytes: Buffer
let etag: string
beforeAll(async () => {
  site = await startSite({ vars: { ARCHIVE_MS: '1900' } })
  const { video } = await submitVideo(site, 'served in every way')
  id = video?.id ?? ''
  link = video?.url ?? ''
  path = `/v1/videos/${id}/content`
  bytes = Buffer.from(readWhole(mediaFor(new URL(site.relay.billed[0]?.videoUrl ?? ''))))
  etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

const read = async (response: Response) => Buffer.from(await response.arrayBuffer())

test('the whole video comes with everything a player wants to know', async () => {
  const response = await site.get(path)
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    etag,
    'content-disposition': `inline; filename="${id}.mp4"`,
  })
  expect((await read(response)).equals(bytes)).toBe(true)
})

test('HEAD says the same and sends nothing', async () => {
  const [got, head] = [await site.get(path), await site.get(path, { method: 'HEAD' })]
  expect(head.status).toBe(200)
  for (const name of ['content-type', 'content-length', 'etag', 'last-modified', 'accept-ranges']) {
    expect(head.headers.get(name)).toBe(got.headers.get(name))
  }
  expect(await read(head)).toHaveLength(0)
  await got.body?.cancel()
})

describe('Range', () => {
  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=5-9', 5, 10],
    ['bytes=1000-', 1000, null],
    ['bytes=-10', -10, null],
    ['bytes=0-99999999999', 0, null],
    ['bytes=-99999999999', 0, null],
  ] as const)('%s is exactly that part', async (range, start, end) => {
    const part = bytes.subarray(start, end ?? bytes.length)
    const from = start < 0 ? bytes.length + start : start
    const response = await site.get(path, { headers: { range } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(
      `bytes ${from}-${from + part.length - 1}/${bytes.length}`,
    )
    expect(response.headers.get('content-length')).toBe(String(part.length))
    expect((await read(response)).equals(part)).toBe(true)
  })

  test('behind the end is a 416 that tells the length', async () => {
    const response = await site.get(path, { headers: { range: `bytes=${bytes.length}-` } })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`)
  })

  test.each(['bytes=9-5', 'bytes=a-b', 'items=0-5', 'bytes=0-1,5-6', 'bytes=-'])(
    '%s is ignored',
    async (range) => {
      const response = await site.get(path, { headers: { range } })
      expect(response.status).toBe(200)
      expect((await read(response)).equals(bytes)).toBe(true)
    },
  )

  test('20 random pieces, in any order, make the whole', async () => {
    const cuts = Array.from({ length: 19 }, () => Math.floor(Math.random() * bytes.length))
    const edges = [0, ...new Set(cuts), bytes.length].sort((a, b) => a - b)
    const pieces = await Promise.all(
      edges.slice(1).map(async (end, index) => {
        const start = edges[index] ?? 0
        if (start === end) return Buffer.alloc(0)
        const headers = { range: `bytes=${start}-${end - 1}`, 'if-range': etag }
        return await read(await site.get(path, { headers }))
      }),
    )
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
  })
})

// Read when the test runs: the video does not exist yet when the tables are made.
const itsTag = (): string => etag
const itsWeakTag = (): string => `W/${etag}`
const anotherTag = (): string => '"another"'
const longAgo = (): string => 'Sun, 06 Nov 1994 08:49:37 GMT'
const soon = (): string => new Date(Date.now() + 1_000).toUTCString()

const conditions: [string, () => string, number][] = [
  ['if-none-match', itsTag, 304],
  ['if-none-match', itsWeakTag, 304],
  ['if-none-match', anotherTag, 200],
  ['if-match', anotherTag, 412],
  ['if-match', itsTag, 200],
  ['if-modified-since', soon, 304],
  ['if-unmodified-since', longAgo, 412],
]
test.each(conditions)('%s with %o is answered with %i', async (name, toValue, status) => {
  const response = await site.get(path, { headers: { [name]: toValue() } })
  expect(response.status).toBe(status)
  expect(response.headers.get('etag')).toBe(etag)
  expect(await read(response)).toHaveLength(status === 200 ? bytes.length : 0)
})

test('a part is added to an older one only when it is the same video', async () => {
  const range = 'bytes=0-9'
  const same = await site.get(path, { headers: { range, 'if-range': etag } })
  const another = await site.get(path, { headers: { range, 'if-range': '"another"' } })
  expect([same.status, another.status]).toEqual([206, 200])
})

describe('a signed link', () => {
  test('opens the video for whoever has it, in parts, too', async () => {
    const whole = await fetch(link)
    expect(whole.status).toBe(200)
    expect((await read(whole)).equals(bytes)).toBe(true)
    expect((await fetch(link, { method: 'HEAD' })).headers.get('etag')).toBe(etag)
    const part = await fetch(link, { headers: { range: 'bytes=3-4' } })
    expect(part.status).toBe(206)
    expect((await read(part)).equals(bytes.subarray(3, 5))).toBe(true)
  })

  test('is the same for all who ask within the hour', async () => {
    const again = (await (await site.get(`/v1/videos/${id}`)).json()) as VideoResource
    expect(again.url).toBe(link)
  })

  test('with any one character changed opens nothing', async () => {
    const { origin, pathname, search } = new URL(link)
    const at = (text: string, index: number) =>
      text.slice(0, index) + (text[index] === '1' ? '2' : '1') + text.slice(index + 1)
    const changed = [
      ...Array.from(search, (_, index) => pathname + at(search, index)),
      ...Array.from(id, (_, index) => pathname.replace(id, at(id, index)) + search),
    ]
    expect(changed.length).toBeGreaterThan(100)
    const statuses = await Promise.all(
      changed.map(async (target) => {
        const response: Response = await fetch(origin + target)
        await response.body?.cancel()
        return response.status
      }),
    )
    expect(statuses.filter((status) => status < 400)).toEqual([])
  })

  test.each(['&x=1', '&variant=video', '&expires=99999999999', '&signature=a'])(
    'with %s added opens nothing',
    async (more) => {
      expect((await fetch(link + more)).status).toBe(403)
    },
  )

  test('opens this video only', async () => {
    const other = await submitVideo(site, 'another one')
    expect((await fetch(link.replace(id, other.id))).status).toBe(403)
  })

  test('ends with the video', async () => {
    const { video } = await submitVideo(site, 'deleted with its link')
    await site.get(`/v1/videos/${video?.id}`, { method: 'DELETE' })
    expect((await fetch(video?.url ?? '')).status).toBe(404)
    expect((await site.get(`/v1/videos/${video?.id}/content`)).status).toBe(404)
  })
})

test('without a link or a key it is a 401', async () => {
  expect((await site.get(path, { key: null })).status).toBe(401)
})

test('before the end there is nothing yet, after a failure nothing at all', async () => {
  const running = await startVideo(site, 'not yet [fault:stall]')
  const early = await site.get(`/v1/videos/${running.id}/content`)
  expect(early.status).toBe(409)
  expect(await early.json()).toMatchObject({ error: { code: 'not_terminal' } })
  const failed = await submitVideo(site, '[fail:moderation]')
  expect((await site.get(`/v1/videos/${failed.id}/content`)).status).toBe(404)
})

describe('a thumbnail', () => {
  test('is the preview the relay gave, kept from the first look on', async () => {
    const { id: withPreview } = await submitVideo(site, 'with a preview')
    const preview = site.relay.billed[0]?.previewUrl ?? ''
    const expected = readWhole(mediaFor(new URL(preview)))
    for (const _ of [1, 2]) {
      const response = await site.get(`/v1/videos/${withPreview}/content?variant=thumbnail`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('image/webp')
      expect((await read(response)).equals(expected)).toBe(true)
    }
    expect(site.relay.downloads.filter(({ url }) => url === preview)).toHaveLength(1)
  })

  test('is a 404 where the relay gave none', async () => {
    const { id: without } = await submitVideo(site, 'without [dialect:D2]')
    const response = await site.get(`/v1/videos/${without}/content?variant=thumbnail`)
    expect(response.status).toBe(404)
  })

  test.each([
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a drawing that can run scripts', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['a program with the name of an image', 'MZ\u0000\u0000webp'],
    ['nothing', ''],
  ])(
    'that is %s is not served, not kept, and not fetched again by every reader',
    async (what, body) => {
      site.relay.setDownload((visit) =>
        visit.url.pathname.endsWith('.webp') ? answer(200, 'image/webp', body) : serveMedia(visit),
      )
      const { id: bad } = await submitVideo(site, `whose preview is ${what}`)
      const preview = site.relay.billed[0]?.previewUrl
      for (let n = 0; n < 20; n += 1) {
        const response = await site.get(`/v1/videos/${bad}/content?variant=thumbnail`)
        expect(response.status).toBe(404)
      }
      expect(site.relay.downloads.filter(({ url }) => url === preview)).toHaveLength(1)
      const bucket = await site.gateway.miniflare.getR2Bucket('VIDEOS')
      expect(await bucket.head(`videos/${bad}.thumbnail`)).toBeNull()
    },
  )

  test('that arrives after its video was deleted is not kept', async () => {
    let isReleased = false
    site.relay.setDownload(function* (visit) {
      const isPreview = visit.url.pathname.endsWith('.webp')
      for (const step of serveMedia(visit)) {
        while (isPreview && step.type === 'bytes' && !isReleased) yield wait(10)
        yield step
      }
    })
    const { id: doomed } = await submitVideo(site, 'deleted while its preview is on its way')
    const preview = site.relay.billed[0]?.previewUrl
    const late = site.get(`/v1/videos/${doomed}/content?variant=thumbnail`)
    await expect.poll(() => site.relay.downloads.some(({ url }) => url === preview)).toBe(true)
    const deleted = await site.get(`/v1/videos/${doomed}`, { method: 'DELETE' })
    expect(deleted.status).toBe(200)
    isReleased = true
    expect((await late).status).toBe(404)
    const bucket = await site.gateway.miniflare.getR2Bucket('VIDEOS')
    const { objects } = await bucket.list({ prefix: `videos/${doomed}` })
    expect(objects).toEqual([])
  })
})

describe('a download that failed', () => {
  const chat = (content: string) => ({
    model: 'sora-2',
    stream: true,
    messages: [{ role: 'user', content }],
  })

  test('leaves the relay’s own link, and POST …/archive mends it, unpaid', async () => {
    const prompt = 'lost and found'
    await applyFault(site.relay, 'dl-404-then-200', { times: 3 })
    const failed = await submitVideo(site, prompt)
    expect(failed.video).toMatchObject({
      status: 'failed',
      error: { code: 'download_failed' },
      charge: 'certain',
      outcome: 'known',
      source_url: site.relay.billed[0]?.videoUrl,
    })
    // The same in a list, also when the account knows that it has failed.
    const books = async () =>
      (await site.get('/admin/videos?status=failed', { key: site.gateway.adminToken })).text()
    await expect.poll(books).toContain(failed.id)
    const list: unknown = await (await site.get('/v1/videos?limit=1')).json()
    expect(list).toMatchObject({ data: [failed.video] })
    site.relay.setDownload(serveMedia)
    const again = await site.post(`/v1/videos/${failed.id}/archive`, {})
    expect(again.status).toBe(200)
    const log = await readLog(await site.get(`/v1/videos/${failed.id}/events`))
    expect(log.slice(-3).map(({ type }) => type)).toEqual(['failed', 'archiving', 'completed'])
    const mended = (await (await site.get(`/v1/videos/${failed.id}`)).json()) as VideoResource
    expect(mended).toMatchObject({ status: 'completed', error: null, progress: 100 })
    expect(mended.source_url).toBeUndefined()
    expect((await fetch(mended.url ?? '')).status).toBe(200)
    expect(site.relay.postsOf(prompt)).toBe(1)

    // From now on it is what everybody gets, and its story ends once, and well.
    const told = toChatAnswer(
      await readEvents(await site.post('/v1/chat/completions', chat(prompt))),
    )
    expect(told).toMatchObject({ videoId: failed.id, error: null, isDone: true })
    expect(site.relay.postsOf(prompt)).toBe(1)
  })

  test('can be tried again and fail again, and stays paid once', async () => {
    await applyFault(site.relay, 'dl-403-expired')
    const { id: lost } = await submitVideo(site, 'lost for good')
    await site.post(`/v1/videos/${lost}/archive`, {})
    const log = await readLog(await site.get(`/v1/videos/${lost}/events`))
    expect(log.at(-1)).toMatchObject({ type: 'failed', error: { code: 'download_failed' } })
    expect(site.relay.postsOf('lost for good')).toBe(1)
  })

  test('is the only thing that can be archived again', async () => {
    const { id: refused } = await submitVideo(site, '[fail:moderation]')
    const response = await site.post(`/v1/videos/${refused}/archive`, {})
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ error: { code: 'not_archivable' } })
    const whole = await site.post(`/v1/videos/${id}/archive`, {})
    expect(whole.status).toBe(200)
    expect(await whole.json()).toMatchObject({ id, status: 'completed' })
  })
})

test('12 MB come through in parts, without a length, and are the same bytes', async () => {
  const large = await startSite()
  try {
    large.relay.setScenario(makeVideosOf(12_000_000))
    const { video } = await submitVideo(large, 'large')
    expect(video?.status).toBe('completed')
    const url = new URL(large.relay.downloads[0]?.url ?? '')
    const whole = createHash('sha256')
      .update(readWhole(mediaFor(url)))
      .digest('hex')
    const content = await fetch(video?.url ?? '')
    expect(content.headers.get('content-length')).toBe('12000000')
    expect(content.headers.get('etag')).toBe(`"${whole}"`)
    expect(
      createHash('sha256')
        .update(await read(content))
        .digest('hex'),
    ).toBe(whole)
    // Over the seam between two parts of the upload.
    const seam = { range: 'bytes=5242870-5242890' }
    const part = await read(await fetch(video?.url ?? '', { headers: seam }))
    expect(part.equals(readWhole(mediaFor(url)).subarray(5_242_870, 5_242_891))).toBe(true)
  } finally {
    await large.close()
  }
})

function makeVideosOf(size: number): Scenario {
  return (visit) => {
    const videoUrl = `${visit.job.videoUrl}&bytes=${size}`
    return speakDialect('D1')({ ...visit, job: { ...visit.job, videoUrl } })
  }
}
