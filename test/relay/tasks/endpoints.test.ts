import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readWhole } from '../media/mp4.ts'
import { mediaFor } from '../media/serve.ts'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'
import { answer } from '../script.ts'
import { createTaskClient, type TaskClient } from './taskClient.ts'
import { taskKindIds } from './taskKind.ts'

let simulator: RelaySimulator
beforeAll(async () => {
  simulator = await startRelaySimulator({ progress: [25, 75] })
})
afterAll(() => simulator.close())
beforeEach(() => simulator.reset())

const clientOf = (kind: (typeof taskKindIds)[number]): TaskClient =>
  createTaskClient(simulator, kind)
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
const mediaOfLast = () => {
  const task = simulator.tasks.at(-1)
  return Buffer.from(readWhole(mediaFor(new URL(task?.links.direct ?? ''))))
}

describe('videos', () => {
  test('JSON: created, queued, running, completed, and the bytes behind the key', async () => {
    const relay = clientOf('videos')
    const created = await relay.create('a cat', { seconds: '8', size: '720x1280' })
    expect(created.status).toBe(200)
    expect(await created.json()).toMatchObject({
      id: simulator.tasks[0]?.id,
      object: 'video',
      status: 'queued',
      progress: 0,
      seconds: '8',
      size: '720x1280',
    })
    const documents = await relay.follow()
    expect(documents).toMatchObject([
      { status: 'queued', progress: 0 },
      { status: 'in_progress', progress: 25 },
      { status: 'in_progress', progress: 75 },
      { status: 'completed', progress: 100, error: null },
    ])
    expect(JSON.stringify(documents)).not.toContain('http')
    const content = await relay.call(`/videos/${simulator.tasks[0]?.id}/content`)
    expect(content.headers.get('content-type')).toBe('video/mp4')
    expect((await bytesOf(content)).equals(mediaOfLast())).toBe(true)
  })

  test('multipart: texts and files are recorded', async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries({
      model: 'sora-2',
      prompt: 'a dog',
      seconds: '4',
    })) {
      form.set(name, value)
    }
    form.set(
      'input_reference',
      new File([new Uint8Array([1, 2, 3])], 'a.png', { type: 'image/png' }),
    )
    const created = await clientOf('videos').call('/videos', { body: form })
    expect(await created.json()).toMatchObject({ status: 'queued', seconds: '4' })
    expect(simulator.postsOf('a dog')).toBe(1)
    expect(simulator.requests[0]).toMatchObject({
      kind: 'videos',
      body: { model: 'sora-2', seconds: '4' },
      files: [{ field: 'input_reference', name: 'a.png', type: 'image/png' }],
    })
    expect([...(simulator.requests[0]?.files[0]?.bytes ?? [])]).toEqual([1, 2, 3])
  })

  test('content: Range and HEAD; not before it is done; no other variant', async () => {
    const relay = clientOf('videos')
    await relay.create('a cat')
    const path = `/videos/${simulator.tasks[0]?.id}/content`
    expect((await relay.call(path)).status).toBe(400)
    await relay.follow()
    const part = await relay.call(path, { headers: { range: 'bytes=4-7' } })
    expect([part.status, await part.text()]).toEqual([206, 'ftyp'])
    const head = await relay.call(path, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(mediaOfLast().length))
    expect((await relay.call(`${path}?variant=thumbnail`)).status).toBe(400)
    expect((await relay.call(path, { key: 'wrong' })).status).toBe(401)
  })

  test('DELETE ends a running task: nobody finds it afterwards', async () => {
    const relay = clientOf('videos')
    await relay.create('a cat')
    const path = `/videos/${simulator.tasks[0]?.id}`
    const deleted = await relay.call(path, { method: 'DELETE' })
    expect(await deleted.json()).toMatchObject({ id: simulator.tasks[0]?.id, deleted: true })
    expect(simulator.tasks[0]?.isCancelled).toBe(true)
    expect((await relay.look()).status).toBe(404)
    expect((await relay.call(path, { method: 'DELETE' })).status).toBe(404)
  })

  test('remix makes a task from one that exists', async () => {
    const relay = clientOf('videos')
    await relay.create('a cat')
    const body = JSON.stringify({ prompt: 'a blue cat' })
    expect((await relay.call(`/videos/${simulator.tasks[0]?.id}/remix`, { body })).status).toBe(404)
    await relay.follow()
    const remixed = await relay.call(`/videos/${simulator.tasks[0]?.id}/remix`, { body })
    expect(await remixed.json()).toMatchObject({ id: simulator.tasks[1]?.id, status: 'queued' })
    expect((await relay.call('/videos/video_none/remix', { body })).status).toBe(404)
    expect(simulator.tasks).toHaveLength(2)
  })
})

describe.each(['edits', 'extensions'])('videos/%s', (route) => {
  test.each(['JSON', 'a form'])('makes a task from one that is named in %s', async (form) => {
    const relay = clientOf('videos')
    await relay.create('a cat')
    await relay.follow()
    const post = (id: string) => {
      const data = new FormData()
      data.set('prompt', 'a blue cat')
      data.set('video[id]', id)
      const json = JSON.stringify({ prompt: 'a blue cat', video: { id } })
      return relay.call(`/videos/${route}`, { body: form === 'JSON' ? json : data })
    }
    const made = await post(simulator.tasks[0]?.id ?? '')
    expect(await made.json()).toMatchObject({ id: simulator.tasks[1]?.id, status: 'queued' })
    expect((await post('video_none')).status).toBe(404)
    expect(simulator.tasks).toHaveLength(2)
  })
})

describe('xai', () => {
  test('created, pending, done with a link of another host, and the cost', async () => {
    const relay = clientOf('xai')
    const created = await relay.create('a cat', { duration: 6 })
    expect(await created.json()).toEqual({ request_id: simulator.tasks[0]?.id })
    const documents = await relay.follow()
    expect(documents).toMatchObject([
      { status: 'pending', progress: 0 },
      { status: 'pending', progress: 25 },
      { status: 'pending', progress: 75 },
      {
        status: 'done',
        progress: 100,
        video: { url: simulator.tasks[0]?.links.vendor, duration: 6, respect_moderation: true },
        usage: { cost_in_usd_ticks: 6_000_000_000 },
      },
    ])
    expect(documents[0]).not.toHaveProperty('video')
    expect(simulator.tasks[0]?.links.vendor).toContain(simulator.vendorOrigin)
    const video = await fetch(simulator.tasks[0]?.links.vendor ?? '')
    expect((await bytesOf(video)).toString('latin1', 4, 8)).toBe('ftyp')
  })

  test.each(['/videos/edits', '/videos/extensions'])('%s needs a video', async (path) => {
    const relay = clientOf('xai')
    const post = (more: object) =>
      relay.call(path, { body: JSON.stringify({ model: 'grok', prompt: 'longer', ...more }) })
    const taken = await post({ video: { url: 'https://videos.example/1.mp4' } })
    expect(await taken.json()).toEqual({ request_id: simulator.tasks[0]?.id })
    expect((await post({})).status).toBe(404)
    expect(simulator.requests.map(({ url }) => url.pathname)).toEqual(
      Array.from({ length: 2 }, () => `/kinds/xai/v1${path}`),
    )
    expect(simulator.tasks).toHaveLength(1)
  })
})

describe('newapi', () => {
  const link = () => simulator.tasks.at(-1)?.links.vendor

  test('the wrapper', async () => {
    const relay = clientOf('newapi')
    const created = await relay.create('a cat')
    const id = simulator.tasks[0]?.id
    expect(await created.json()).toMatchObject({
      id,
      task_id: id,
      object: 'video',
      status: 'queued',
      progress: 0,
    })
    expect(await relay.follow()).toMatchObject([
      { code: 'success', data: { task_id: id, status: 'SUBMITTED', progress: '0%' } },
      { code: 'success', data: { status: 'IN_PROGRESS', progress: '25%', fail_reason: '' } },
      { code: 'success', data: { status: 'IN_PROGRESS', progress: '75%' } },
      { code: 'success', data: { status: 'SUCCESS', progress: '100%', result_url: link() } },
    ])
    const content = await relay.call(`/videos/${id}/content`)
    expect((await bytesOf(content)).equals(mediaOfLast())).toBe(true)
  })

  test('the wrapper of its Gemini channels', async () => {
    const relay = clientOf('newapi')
    await relay.create('[shape:vendor] a cat')
    const documents = await relay.follow()
    expect(documents).toMatchObject([
      { code: 'success', data: { status: 'queued', url: '', error: null } },
      { code: 'success', data: { status: 'processing', url: '', format: 'mp4' } },
      { code: 'success', data: { status: 'processing' } },
      { code: 'success', data: { status: 'succeeded', url: link(), metadata: null } },
    ])
  })

  test('the flat one', async () => {
    const relay = clientOf('newapi')
    const created = await relay.create('[shape:flat] a cat', { duration: 5 })
    expect(await created.json()).toEqual({ task_id: simulator.tasks[0]?.id, status: 'queued' })
    expect(await relay.follow()).toMatchObject([
      { status: 'queued' },
      { status: 'in_progress' },
      { status: 'in_progress' },
      { status: 'completed', url: link(), format: 'mp4', metadata: { duration: 5, seed: 7 } },
    ])
  })
})

describe('openrouter', () => {
  test('202, a relative address to look at, a link that needs the key, and the cost', async () => {
    const relay = clientOf('openrouter')
    const created = await relay.create('a cat', { duration: 8 })
    expect(created.status).toBe(202)
    const id = simulator.tasks[0]?.id
    const polling_url = `/kinds/openrouter/api/v1/videos/${id}`
    expect(await created.json()).toMatchObject({ id, polling_url, status: 'pending' })
    const looked = await relay.call(new URL(polling_url, simulator.origin).href)
    expect(await looked.json()).toMatchObject({ id, status: 'pending' })
    const documents = await relay.follow()
    const content = `${relay.baseUrl}/videos/${id}/content?index=0`
    expect(documents.at(-1)).toMatchObject({
      status: 'completed',
      unsigned_urls: [content],
      usage: { cost: 0.8, is_byok: false },
    })
    expect((await fetch(content)).status).toBe(401)
    expect((await bytesOf(await relay.call(content))).equals(mediaOfLast())).toBe(true)
  })

  test('tells lengths, sizes and prices of its models', async () => {
    const models = await clientOf('openrouter').call('/videos/models')
    expect(await models.json()).toMatchObject({
      data: [
        {
          id: 'google/veo-3.1',
          supported_durations: [4, 6, 8],
          supported_sizes: expect.arrayContaining(['1280x720']),
          pricing_skus: { duration_seconds: '0.4' },
        },
        { id: 'bytedance/seedance-2.0' },
      ],
    })
  })
})

describe.each(taskKindIds)('every kind: %s', (kind) => {
  test('lists its models to whoever has the key, or answers as it is told', async () => {
    const relay = clientOf(kind)
    expect(await (await relay.call('/models')).json()).toMatchObject({ object: 'list' })
    expect((await relay.call('/models', { key: 'wrong' })).status).toBe(401)
    simulator.setModels(() => answer(405, 'text/plain', 'Method not allowed'))
    expect((await relay.call('/models')).status).toBe(405)
  })

  test('has no other addresses, and takes nothing without a prompt', async () => {
    const relay = clientOf(kind)
    expect((await relay.call('/chat/completions', { body: '{}' })).status).toBe(404)
    expect((await relay.create('')).status).toBe(400)
    expect((await relay.create('a cat', {}, { body: 'not JSON' })).status).toBe(400)
    expect((await relay.look()).status).toBe(404)
    expect(simulator.tasks).toHaveLength(0)
  })

  test('gives every task bytes of its own', async () => {
    const relay = clientOf(kind)
    await relay.create('a cat')
    const first = mediaOfLast()
    await relay.create('a cat')
    expect(simulator.tasks[1]?.id).not.toBe(simulator.tasks[0]?.id)
    expect(mediaOfLast().equals(first)).toBe(false)
  })
})
