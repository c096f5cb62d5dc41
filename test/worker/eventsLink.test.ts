// What a page without a key can do with the links in a video: follow it from any origin, to its end and
// no further; and the names that a file may be given.

import { EventSource } from 'eventsource'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { applyFault } from '../relay/faults/faults.ts'
import { serveMedia } from '../relay/media/serve.ts'
import { readLog } from './readEvents.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

const request = { prompt: 'nobody else’s business', metadata: { order: '17' } }

let site: Site
let video: VideoResource
let eventsUrl: string
beforeAll(async () => {
  site = await startSite({ vars: { ARCHIVE_MS: '1900' } })
  const submitted = await submitVideo(site, request)
  if (submitted.video?.events_url === undefined) throw new Error('no link to the events')
  video = submitted.video
  eventsUrl = submitted.video.events_url
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string; message: string } }).error

/** Seconds since the epoch. */
const endOf = (link: string | undefined) => Number(new URL(link ?? '').searchParams.get('expires'))

describe('events_url', () => {
  test('is followed without a key, while it runs, from any origin', async () => {
    const { video: running } = await startVideo(site, 'followed by a page [slow:20]')
    expect(running?.status).not.toBe('completed')
    const response = await fetch(running?.events_url ?? '', {
      headers: { origin: 'https://a.example' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    const log = await readLog(response)
    expect(log.at(0)?.type).toBe('queued')
    expect(log.at(-1)?.type).toBe('completed')
  })

  test('shows the video without what was asked for, and no longer than it lasts itself', async () => {
    const last = (await readLog(await fetch(eventsUrl))).at(-1)
    if (last?.type !== 'completed') throw new Error('not completed')
    expect(last.video).toMatchObject({ id: video.id, prompt: null, metadata: {} })
    expect(last.video).not.toHaveProperty('events_url')
    expect(JSON.stringify(last)).not.toContain('business')
    expect(endOf(last.video.url)).toBeLessThanOrEqual(endOf(eventsUrl))
    expect((await fetch(last.video.url ?? '')).status).toBe(200)
    const keyed = (await readLog(await site.get(`/v1/videos/${video.id}/events`))).at(-1)
    expect(keyed).toMatchObject({ video: { ...request, events_url: eventsUrl } })
  })

  test('makes the browser’s own EventSource stop at the end', async () => {
    const types: string[] = []
    const source = new EventSource(eventsUrl)
    await new Promise<void>((resolve) => {
      for (const type of ['queued', 'completed']) {
        source.addEventListener(type, () => void types.push(type))
      }
      // It reconnects, is told 204 and closes for good.
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) resolve()
      })
    })
    expect(types).toEqual(['queued', 'completed'])
  })

  test('goes on behind the old end of a log that was opened again', async () => {
    await applyFault(site.relay, 'dl-404-then-200', { times: 3 })
    const { id, video: failed } = await submitVideo(site, 'opened again')
    const link = failed?.events_url ?? ''
    const log = await readLog(await fetch(link))
    const headers = { 'last-event-id': String(log.at(-1)?.offset) }
    expect((await fetch(link, { headers })).status).toBe(204)
    site.relay.setDownload(serveMedia)
    await site.post(`/v1/videos/${id}/archive`, {})
    const rest = await readLog(await fetch(link, { headers }))
    expect(rest.map(({ type }) => type)).toEqual(['archiving', 'completed'])
  })

  test('opens nothing else, and nothing else opens the events', async () => {
    const { search } = new URL(eventsUrl)
    const content = `${site.url}/v1/videos/${video.id}/content`
    const signed = new URL(video.url ?? '').search
    expect((await fetch(content + search)).status).toBe(403)
    expect((await fetch(eventsUrl.replace(search, signed))).status).toBe(403)
    expect((await fetch(`${eventsUrl}&after=3`)).status).toBe(403)
    expect((await fetch(`${site.url}/v1/videos/${video.id}${search}`)).status).toBe(401)
    const other = await submitVideo(site, 'of somebody else')
    expect((await fetch(eventsUrl.replace(video.id, other.id))).status).toBe(403)
  })

  test('ends with the video', async () => {
    const { id, video: gone } = await submitVideo(site, 'deleted, and its events too')
    await site.get(`/v1/videos/${id}`, { method: 'DELETE' })
    expect((await fetch(gone?.events_url ?? '')).status).toBe(404)
  })
})

describe('a file', () => {
  const path = () => `/v1/videos/${video.id}/content`
  const dispositionOf = async (response: Response) => {
    await response.body?.cancel()
    return response.headers.get('content-disposition')
  }

  test('is saved under the name that is asked for, with a key or added to the link', async () => {
    const named = 'attachment; filename="boat.mp4"'
    expect(await dispositionOf(await site.get(`${path()}?download=boat.mp4`))).toBe(named)
    expect(await dispositionOf(await fetch(`${video.url}&download=boat.mp4`))).toBe(named)
    expect(await dispositionOf(await fetch(`${video.url}&download=%E8%88%B9%20(1).mp4`))).toBe(
      `attachment; filename="_ (1).mp4"; filename*=UTF-8''%E8%88%B9%20%281%29.mp4`,
    )
  })

  test('is shown under a path that ends in a name', async () => {
    const link = video.url?.replace('/content?', '/content/boat.mp4?') ?? ''
    const response = await fetch(link)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect(await dispositionOf(response)).toBe('inline; filename="boat.mp4"')
    const tampered = link.replace('expires=1', 'expires=2')
    expect((await fetch(tampered)).status).toBe(403)
  })

  test.each(['a%22b.mp4', '..%2Fboat.mp4', 'a%0Ab', '', '%2Fboat', `${'a'.repeat(101)}`])(
    'cannot be called %s',
    async (name) => {
      const response = await site.get(`${path()}?download=${name}`)
      expect(response.status).toBe(400)
      expect(await errorOf(response)).toMatchObject({ code: 'invalid_request', param: 'download' })
    },
  )
})

test('a missing variant is said to be missing, not the video', async () => {
  const response = await site.get(`/v1/videos/${video.id}/content?variant=spritesheet`)
  expect(response.status).toBe(404)
  expect((await errorOf(response)).message).toMatch(/spritesheet/)
  const foreign = await site.gateway.createKey()
  const hidden = await site.get(`/v1/videos/${video.id}/content?variant=spritesheet`, {
    key: foreign.key,
  })
  expect((await errorOf(hidden)).message).toMatch(/no such video/)
})

test('/v1/responses says which line to change', async () => {
  const response = await site.post('/v1/responses', { model: 'sora-2', input: 'a cat' })
  expect(response.status).toBe(501)
  expect(await errorOf(response)).toMatchObject({
    code: 'not_supported',
    message: expect.stringContaining('openai.chat('),
  })
  expect(site.relay.requests).toEqual([])
})
