// Any number of readers, from any point, as slow as they like: each sees the whole story once, in
// order, and none of them matters to the generation or to another reader.

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WireEvent } from '../../shared/video/events.ts'
import { toChatAnswer } from './chatAnswer.ts'
import { followResponse, readEvents, readLog } from './readEvents.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'
import { followByMany } from './subscribers.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ vars: { COMMENT_MS: '100' } })
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

async function readFrom(id: string, after: number, by: 'query' | 'header'): Promise<WireEvent[]> {
  const path = `/v1/videos/${id}/events`
  return await readLog(
    by === 'query'
      ? await site.get(`${path}?after=${after}`)
      : await site.get(path, { headers: { 'last-event-id': String(after) } }),
  )
}

test('offsets begin at 1, have no gaps, and what was read live is what stands in the log', async () => {
  const { id } = await startVideo(site, 'live [slow:20]')
  const live = await readFrom(id, 0, 'query')
  expect(live.map(({ offset }) => offset)).toEqual(live.map((_, index) => index + 1))
  expect(live.map(({ type }) => type)).toEqual([
    'queued',
    'started',
    'phase',
    'phase',
    'progress',
    'progress',
    'progress',
    'progress',
    'preview',
    'archiving',
    'completed',
  ])
  expect(await readFrom(id, 0, 'query')).toEqual(live)
})

test('from every offset, the rest is exactly the rest', async () => {
  const { id } = await submitVideo(site, 'every offset')
  const whole = await readFrom(id, 0, 'query')
  for (const { offset } of whole) {
    const rest = whole.slice(offset)
    expect(await readFrom(id, offset, 'query')).toEqual(rest)
    expect(await readFrom(id, offset, 'header')).toEqual(rest)
  }
})

test('whoever reconnects again and again while it runs misses nothing and sees nothing twice', async () => {
  const { id } = await startVideo(site, 'flaky [slow:40]')
  const seen: WireEvent[] = []
  const isOver = () => ['completed', 'failed'].includes(seen.at(-1)?.type ?? '')
  while (!isOver()) {
    const headers = { 'last-event-id': String(seen.at(-1)?.offset ?? 0) }
    const response = await site.get(`/v1/videos/${id}/events`, { headers })
    for await (const { data } of followResponse(response)) {
      seen.push(JSON.parse(data) as WireEvent)
      break
    }
  }
  expect(seen).toEqual(await readFrom(id, 0, 'query'))
})

describe('an offset', () => {
  test('behind the terminal event is 204, which makes a browser stop', async () => {
    const { id } = await submitVideo(site, 'all said')
    const end = (await readFrom(id, 0, 'query')).length
    const response = await site.get(`/v1/videos/${id}/events?after=${end}`)
    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
    const headers = { 'last-event-id': String(end) }
    expect((await site.get(`/v1/videos/${id}/events`, { headers })).status).toBe(204)
    expect((await site.get(`/v1/videos/${id}/events?after=${end - 1}`)).status).toBe(200)
  })

  test.each([
    ['?after=999', {}, 'after'],
    ['?after=-1', {}, 'after'],
    ['?after=two', {}, 'after'],
    ['?after=1.5', {}, 'after'],
    ['', { 'last-event-id': 'video_x:3' }, 'Last-Event-ID'],
  ])('that cannot be (%s %o) is a 400 that names it', async (query, headers, param) => {
    const { id } = await submitVideo(site, 'no such offset')
    const response = await site.get(`/v1/videos/${id}/events${query}`, { headers })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param } })
  })

  test('in the header is newer than one in the address', async () => {
    const { id } = await submitVideo(site, 'two offsets')
    const headers = { 'last-event-id': '4' }
    const log = await readLog(await site.get(`/v1/videos/${id}/events?after=1`, { headers }))
    expect(log[0]?.offset).toBe(5)
  })
})

describe('a chat that is posted again with Last-Event-ID', () => {
  const chat = { model: 'sora-2', stream: true, messages: [{ role: 'user', content: 'resumed' }] }
  const post = async (body: object, id: string) =>
    await site.post('/v1/chat/completions', body, { headers: { 'last-event-id': id } })

  test('goes on behind that event, from each of them, and admits nothing', async () => {
    const first = toChatAnswer(await readEvents(await site.post('/v1/chat/completions', chat)))
    expect(first.eventIds.length).toBeGreaterThan(8)
    for (const [index, id] of first.eventIds.entries()) {
      const rest = toChatAnswer(await readEvents(await post(chat, id)))
      expect(rest.eventIds).toEqual(first.eventIds.slice(index + 1))
      const isAtEnd = index === first.eventIds.length - 1
      expect(rest.content).toBe(isAtEnd ? '' : first.content)
      expect(first.reasoning.endsWith(rest.reasoning)).toBe(true)
    }
    expect(site.relay.postsFor(() => true)).toBe(1)
  })

  test('goes on while it runs', async () => {
    const body = { ...chat, messages: [{ role: 'user', content: 'resumed live [slow:60]' }] }
    const ids: string[] = []
    let reasoning = ''
    const first = await site.post('/v1/chat/completions', body)
    for await (const event of followResponse(first)) {
      const part = toChatAnswer([event])
      reasoning += part.reasoning
      ids.push(...part.eventIds)
      if (ids.length === 3) break
    }
    const rest = toChatAnswer(await readEvents(await post(body, ids.at(-1) ?? '')))
    expect(rest.isDone).toBe(true)
    const offsets = [...ids, ...rest.eventIds].map((id) => Number(id.split(':')[1]))
    expect(offsets).toEqual(offsets.map((_, index) => index + 1))
    expect((reasoning + rest.reasoning).match(/\d+ %/g)).toEqual(['12 %', '36 %', '61 %', '88 %'])
    expect(site.relay.postsFor(() => true)).toBe(1)
  })

  test('without a stream waits for the end of that video', async () => {
    const first = toChatAnswer(await readEvents(await site.post('/v1/chat/completions', chat)))
    const whole = await post({ ...chat, stream: false }, first.eventIds[2] ?? '')
    expect(await whole.json()).toMatchObject({
      object: 'chat.completion',
      video: { id: first.videoId, status: 'completed' },
    })
  })

  test('refuses another request, another tenant, and what is no such id', async () => {
    const first = toChatAnswer(await readEvents(await site.post('/v1/chat/completions', chat)))
    const [id = ''] = first.eventIds
    const other = { ...chat, messages: [{ role: 'user', content: 'something else' }] }
    expect((await post(other, id)).status).toBe(422)
    expect((await post(chat, 'video_unknown:3')).status).toBe(404)
    expect((await post(chat, `${id}9999`)).status).toBe(400)
    expect((await post(chat, 'three')).status).toBe(400)
    const { key } = await site.gateway.createKey()
    const headers = { 'last-event-id': id }
    expect((await site.post('/v1/chat/completions', chat, { key, headers })).status).toBe(404)
    await site.get(`/v1/videos/${first.videoId}`, { method: 'DELETE' })
    expect((await post(chat, id)).status).toBe(404)
    expect(site.relay.postsFor(() => true)).toBeLessThanOrEqual(1)
  })
})

test.each(['events', 'chat'])('comments keep a quiet %s stream open', async (kind) => {
  const prompt = `quiet ${kind} [slow:250]`
  const { id } = await startVideo(site, prompt)
  const body = { model: 'sora-2', stream: true, messages: [{ role: 'user', content: prompt }] }
  const response =
    kind === 'events'
      ? await site.get(`/v1/videos/${id}/events`)
      : await site.post('/v1/chat/completions', body)
  const text = await response.text()
  expect(text.match(/^: keep-alive\n\n/gm)?.length).toBeGreaterThan(3)
})

test('a reader that never reads delays nobody', async () => {
  const { id } = await startVideo(site, 'ignored [slow:20]')
  const ignored = await Promise.all(
    Array.from({ length: 5 }, () => site.get(`/v1/videos/${id}/events`)),
  )
  const log = await readLog(await site.get(`/v1/videos/${id}/events`))
  expect(log.at(-1)?.type).toBe('completed')
  // Whenever they begin, they find everything.
  for (const response of ignored) expect(await readLog(response)).toEqual(log)
})

test('50 readers that come at different moments all see all of it, in order', async () => {
  const { id } = await startVideo(site, 'popular [slow:60]')
  const logs = await followByMany(site, id, 50)
  expect(logs).toHaveLength(50)
  const [first] = logs
  expect(first?.at(-1)?.type).toBe('completed')
  for (const log of logs) expect(log).toEqual(first)
})

test('a caller who leaves at any of 20 points does not stop the generation', async () => {
  const leave = async (point: number): Promise<string> => {
    const prompt = `left at ${point} [slow:25]`
    const hangUp = new AbortController()
    const body = { model: 'sora-2', stream: true, messages: [{ role: 'user', content: prompt }] }
    const reading = (async () => {
      const response = await site.post('/v1/chat/completions', body, { signal: hangUp.signal })
      await response.text()
    })().catch(() => null)
    await sleep(point * 12)
    hangUp.abort()
    await reading
    return prompt
  }
  const prompts = await Promise.all(Array.from({ length: 20 }, (_, point) => leave(point)))
  for (const prompt of prompts) {
    const posts = site.relay.postsOf(prompt)
    const { video, cacheStatus } = await submitVideo(site, prompt)
    expect(video?.status).toBe('completed')
    // Whoever left before the request was in never had a generation.
    expect(site.relay.postsOf(prompt)).toBe(1)
    if (posts === 1) expect(cacheStatus).toMatch(/; hit;|; collapsed$/)
  }
})
