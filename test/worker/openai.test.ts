// The official `openai` package, unmodified: everything that somebody who only changes the base URL
// relies on.

import OpenAI, { APIError, AuthenticationError, NotFoundError, toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createImage } from '../relay/media/image.ts'
import { readWhole } from '../relay/media/mp4.ts'
import { mediaFor } from '../relay/media/serve.ts'
import { readLink } from './chatAnswer.ts'
import type { WatchedClient } from './openaiClient.ts'
import { createOpenAI } from './openaiClient.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
let watched: WatchedClient
let client: OpenAI
beforeAll(async () => {
  site = await startSite({ vars: { RELAY_BREAKER: 'off' } })
})
afterAll(() => site.close())
beforeEach(async () => {
  site.relay.reset()
  // A tenant of its own for every test: lists begin empty, and nothing is a cache hit.
  watched = createOpenAI(site.url, (await site.gateway.createKey()).key)
  ;({ client } = watched)
})

/** No body may be anything but what OpenAI says it is. */
async function expectOpenAIsShapes(): Promise<void> {
  await watched.settled()
  expect(watched.complaints).toEqual([])
}

const chat = (content: string) => ({
  model: 'sora-2',
  messages: [{ role: 'user' as const, content }],
})
const atOnce = { headers: { prefer: 'wait=30' } }

test('a chat stream shows progress as reasoning and the link as content', async () => {
  const stream = await client.chat.completions.create({ ...chat('a red kite'), stream: true })
  const reasoning: string[] = []
  let content = ''
  const finishReasons: (string | null)[] = []
  for await (const chunk of stream) {
    const [choice] = chunk.choices
    // Not in the package's types, but where its users and their interfaces look for thoughts.
    const delta: { content?: string | null; reasoning_content?: string } = choice?.delta ?? {}
    if (delta.reasoning_content !== undefined) reasoning.push(delta.reasoning_content)
    content += delta.content ?? ''
    finishReasons.push(choice?.finish_reason ?? null)
    expect(chunk.usage ?? null).toBeNull()
  }
  expect(reasoning.filter((line) => line.includes('%'))).toEqual([
    'Generating… 12 %\n',
    'Generating… 36 %\n',
    'Generating… 61 %\n',
    'Generating… 88 %\n',
  ])
  expect(finishReasons.filter((reason) => reason !== null)).toEqual(['stop'])
  expect((await fetch(readLink(content))).headers.get('content-type')).toBe('video/mp4')
  await expectOpenAIsShapes()
})

test('a chat stream ends with its usage when it is asked to', async () => {
  const stream = await client.chat.completions.create({
    ...chat('a blue kite'),
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
  await expectOpenAIsShapes()
})

test('a chat without a stream waits and answers with the same link', async () => {
  const completion = await client.chat.completions.create(chat('a green kite'))
  expect(completion.choices[0]?.finish_reason).toBe('stop')
  const link = readLink(completion.choices[0]?.message.content ?? '')
  expect((await fetch(link)).status).toBe(200)
  expect(site.relay.requests[0]?.body['stream']).toBe(true)
  await expectOpenAIsShapes()
})

test('a failure in a stream throws, and the package does not pay again', async () => {
  const stream = await client.chat.completions.create({
    ...chat('[fail:guardrail]'),
    stream: true,
  })
  const read = async () => {
    for await (const _ of stream);
  }
  const error: unknown = await read().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(APIError)
  expect(error).toMatchObject({ code: 'content_policy' })
  expect(watched.calls).toHaveLength(1)
  expect(site.relay.billed).toHaveLength(1)
  await expectOpenAIsShapes()
})

test.each([
  ['[fault:cut-at-progress]', 502, 'truncated_stream'],
  ['[fail:rate-limited]', 429, 'rate_limited'],
  ['[fail:gateway-html]', 504, 'gateway_timeout'],
] as const)(
  'a failure without a stream (%s) is a %i that is not repeated',
  async (prompt, status, code) => {
    // The relay's own refusals are repeated by the gateway, which knows what they cost; by it alone.
    const error: unknown = await client.chat.completions
      .create(chat(prompt))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(APIError)
    expect(error).toMatchObject({ status, code })
    expect(watched.calls).toEqual([`POST /v1/chat/completions ${status}`])
  },
)

test('videos.create starts, retrieve follows, and all thirteen fields are always there', async () => {
  const created = await client.videos.create({ prompt: 'a lighthouse [slow:40]', seconds: '8' })
  expect(created).toMatchObject({ object: 'video', model: 'sora-2', seconds: '8', error: null })
  expect(['queued', 'in_progress']).toContain(created.status)
  let video = created
  while (video.status === 'queued' || video.status === 'in_progress') {
    video = await client.videos.retrieve(created.id)
    expect(Object.keys(video)).toEqual(expect.arrayContaining([...openaiFields]))
  }
  expect(video).toMatchObject({ status: 'completed', progress: 100, id: created.id })
  expect(video.expires_at).toBeGreaterThan(video.completed_at ?? Infinity)
  await expectOpenAIsShapes()
})

const openaiFields = [
  'id',
  'object',
  'model',
  'status',
  'progress',
  'created_at',
  'completed_at',
  'expires_at',
  'prompt',
  'size',
  'seconds',
  'remixed_from_video_id',
  'error',
] as const

test('a failed video is a resource with its error, not an exception', async () => {
  const video = await client.videos.create({ prompt: '[fail:moderation]' }, atOnce)
  expect(video).toMatchObject({
    status: 'failed',
    error: { code: 'content_policy', message: expect.any(String) },
    completed_at: null,
  })
  await expectOpenAIsShapes()
})

test('a file as input_reference reaches the relay as a data URI, byte for byte', async () => {
  const bytes = readWhole(createImage('png', 'first frame'))
  await client.videos.create(
    {
      prompt: 'continue this picture',
      model: 'sora-2-pro',
      size: '1280x720',
      seconds: '12',
      input_reference: await toFile(bytes, 'frame.png', { type: 'image/png' }),
    },
    atOnce,
  )
  const [request] = site.relay.requests
  expect(request?.model).toBe('sora-2-pro')
  expect(request?.body['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: expect.stringContaining('continue this picture') },
        {
          type: 'image_url',
          image_url: { url: `data:image/png;base64,${Buffer.from(bytes).toString('base64')}` },
        },
      ],
    },
  ])
  await expectOpenAIsShapes()
})

test('a link as input_reference reaches the relay as it is', async () => {
  const link = 'https://pictures.example/first.png?x=1&y=2'
  await client.videos.create(
    { prompt: 'continue this link', input_reference: { image_url: link } },
    atOnce,
  )
  expect(JSON.stringify(site.relay.requests[0]?.body['messages'])).toContain(link)
})

test.each(['asc', 'desc'] as const)(
  'list pages through everything by itself, %s',
  async (order) => {
    const ids: string[] = []
    for (const n of [1, 2, 3, 4, 5]) {
      ids.push((await client.videos.create({ prompt: `page ${n}` }, atOnce)).id)
    }
    const listed: string[] = []
    for await (const video of client.videos.list({ limit: 2, order })) listed.push(video.id)
    expect(listed).toEqual(order === 'asc' ? ids : ids.toReversed())
    const pages = watched.calls.filter((call) => call === 'GET /v1/videos 200')
    expect(pages).toHaveLength(3)
    await expectOpenAIsShapes()
  },
)

test('paging goes on after the video it stood at was deleted', async () => {
  const ids: string[] = []
  for (const n of [1, 2, 3]) {
    ids.push((await client.videos.create({ prompt: `cursor ${n}` }, atOnce)).id)
  }
  const page = await client.videos.list({ limit: 2 })
  expect(page.data.map(({ id }) => id)).toEqual([ids[2], ids[1]])
  await client.videos.delete(ids[1] ?? '')
  const next = await page.getNextPage()
  expect(next.data.map(({ id }) => id)).toEqual([ids[0]])
})

test('remix tells the relay the old prompt, its own answer and the new prompt', async () => {
  const original = await client.videos.create({ prompt: 'a cat on a roof' }, atOnce)
  const remix = await client.videos.remix(original.id, { prompt: 'now at night' }, atOnce)
  expect(remix).toMatchObject({
    status: 'completed',
    remixed_from_video_id: original.id,
    prompt: 'now at night',
  })
  const messages = site.relay.requests[1]?.body['messages']
  expect(messages).toEqual([
    { role: 'user', content: 'a cat on a roof' },
    { role: 'assistant', content: expect.stringContaining(site.relay.billed[0]?.videoUrl ?? '?') },
    { role: 'user', content: 'now at night' },
  ])
  await expectOpenAIsShapes()
})

test('delete removes the video and its bytes, once', async () => {
  const { id } = await client.videos.create({ prompt: 'to be forgotten' }, atOnce)
  expect(await client.videos.delete(id)).toEqual({ id, object: 'video.deleted', deleted: true })
  await expect(client.videos.retrieve(id)).rejects.toBeInstanceOf(NotFoundError)
  await expect(client.videos.downloadContent(id)).rejects.toBeInstanceOf(NotFoundError)
  await expect(client.videos.delete(id)).rejects.toBeInstanceOf(NotFoundError)
  expect((await client.videos.list()).data).toEqual([])
  await expectOpenAIsShapes()
})

test('a running video cannot be deleted, and the package does not insist', async () => {
  const { id } = await client.videos.create({ prompt: 'still running [fault:stall]' })
  await expect(client.videos.delete(id)).rejects.toMatchObject({
    status: 409,
    code: 'not_terminal',
  })
  expect(watched.calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(1)
})

test('downloadContent gives the stored bytes', async () => {
  const { id } = await client.videos.create({ prompt: 'bytes' }, atOnce)
  const content = await client.videos.downloadContent(id)
  const stored = Buffer.from(await content.arrayBuffer())
  const url = site.relay.billed[0]?.videoUrl ?? ''
  expect(stored.equals(readWhole(mediaFor(new URL(url))))).toBe(true)
})

test('models lists what is configured', async () => {
  const ids: string[] = []
  for await (const model of client.models.list()) ids.push(model.id)
  expect(ids).toEqual(['sora-2', 'sora-2-pro'])
  expect(await client.models.retrieve('sora-2')).toMatchObject({ id: 'sora-2', object: 'model' })
  await expect(client.models.retrieve('sora-9')).rejects.toBeInstanceOf(NotFoundError)
  await expectOpenAIsShapes()
})

test('what no relay offers is a 501 that says so and is asked for once', async () => {
  const prompt = 'longer'
  const { id } = await client.videos.create({ prompt: 'source' }, atOnce)
  const file = await toFile(new Uint8Array(9), 'cat.mp4')
  watched.calls.length = 0
  // This site's relay is a chat: it knows no video by a name of its own.
  for (const attempt of [
    () => client.videos.extend({ prompt, video: { id }, seconds: '4' }),
    () => client.videos.edit({ prompt, video: { id } }),
    () => client.videos.createCharacter({ name: 'cat', video: file }),
    () => client.videos.getCharacter('char_1'),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ status: 501, code: 'not_supported' })
  }
  expect(watched.calls).toHaveLength(4)
  await expectOpenAIsShapes()
})

test('a wrong key is an AuthenticationError that carries the request id', async () => {
  const stranger = createOpenAI(site.url, 'rk_wrong').client
  const error: unknown = await stranger.models.list().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AuthenticationError)
  expect(error).toMatchObject({ code: 'invalid_api_key' })
  expect((error as APIError).requestID).toMatch(/^req_[0-9A-Za-z]{22}$/)
})
