// What each kind of relay is sent, and what its documents mean: the shapes that relays were seen with.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultModels, type Model } from '../../../shared/request/models.ts'
import { safeParseChatRequest, safeParseVideoRequest } from '../../../shared/request/request.ts'
import { kindIds, kinds, type KindId } from '../../../shared/relay/kinds.ts'
import type { CallBody, Order, ReadOptions } from '../../../shared/relay/relay.ts'
import type { JsonObject, JsonValue } from '../../../shared/wire/json.ts'

const [sora] = defaultModels
const options: ReadOptions = { baseUrl: 'https://relay.example/v1' }
const png = 'data:image/png;base64,aGk='
const marker = {
  $attachment: '8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4',
  mediaType: 'image/png',
  bytes: 2,
}
const taskKinds = kindIds.filter((id) => id !== 'chat')

async function video(fields: JsonObject = {}, model: Model = sora): Promise<Order> {
  const result = await safeParseVideoRequest({ prompt: 'a cat', ...fields }, [model])
  if (!result.ok) throw new Error(result.error.message)
  return result.request
}

async function chat(fields: JsonObject): Promise<Order> {
  const result = await safeParseChatRequest(
    { model: 'sora-2', ...fields } as JsonObject,
    defaultModels,
  )
  if (!result.ok) throw new Error(result.error.message)
  return result.request
}

function toFields(body: CallBody | null): Record<string, JsonValue> {
  if (body === null) return {}
  return { ...(body.as === 'json' ? body.value : Object.fromEntries(body.fields)) }
}

const head = (status: number, headers: Record<string, string> = {}) => ({
  status,
  header: (name: string) => headers[name] ?? null,
  now: 0,
})

function create(kind: KindId, document: JsonValue, status = 200, how: 'end' | 'broken' = 'end') {
  const answer = kinds[kind].read(head(status), options)
  answer.feed(
    new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document)),
  )
  return answer.end(how).verdict
}

function look(kind: KindId, document: JsonValue, status = 200, more: Partial<ReadOptions> = {}) {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return kinds[kind].readLook(
    head(status),
    text,
    { id: 'task_1', poll: null },
    { ...options, ...more },
  )
}

describe('what is sent', () => {
  test.each(taskKinds)('%s: a length and a shape that nobody named are not told', async (kind) => {
    const nameless: Model = { ...sora, seconds: ['', '8'], sizes: ['', '1280x720'] }
    const order = await video({}, nameless)
    for (const as of ['json', 'form'] as const) {
      const { body } = kinds[kind].order(order, nameless, as)
      expect(toFields(body)).toEqual({ model: 'sora-2', prompt: 'a cat' })
    }
  })

  test.each<[KindId, JsonObject, string, JsonObject]>([
    [
      'videos',
      { size: '1280x720', seconds: 8 },
      '/videos',
      { model: 'sora-2', prompt: 'a cat', seconds: '8', size: '1280x720' },
    ],
    [
      'videos',
      { input_reference: png },
      '/videos',
      { model: 'sora-2', prompt: 'a cat', seconds: '4', size: '720x1280', input_reference: marker },
    ],
    [
      'videos',
      { input_reference: 'https://x.example/a.png' },
      '/videos',
      {
        model: 'sora-2',
        prompt: 'a cat',
        seconds: '4',
        size: '720x1280',
        'input_reference[image_url]': 'https://x.example/a.png',
      },
    ],
    [
      'xai',
      { size: '1280x720', seconds: 8 },
      '/videos/generations',
      { model: 'sora-2', prompt: 'a cat', duration: 8, aspect_ratio: '16:9', resolution: '720p' },
    ],
    [
      'xai',
      { input_reference: png, aspect_ratio: '1:1', resolution: '1080p' },
      '/videos/generations',
      {
        model: 'sora-2',
        prompt: 'a cat',
        duration: 4,
        aspect_ratio: '1:1',
        resolution: '1080p',
        image: { url: marker },
      },
    ],
    [
      'xai',
      { reference_images: ['https://x.example/a.png'] },
      '/videos/generations',
      {
        model: 'sora-2',
        prompt: 'a cat',
        duration: 4,
        aspect_ratio: '9:16',
        resolution: '720p',
        reference_images: [{ url: 'https://x.example/a.png' }],
      },
    ],
    [
      'newapi',
      { size: '1280x720', seed: 7, style: 'noir' },
      '/video/generations',
      {
        model: 'sora-2',
        prompt: 'a cat',
        duration: 4,
        width: 1280,
        height: 720,
        seed: 7,
        style: 'noir',
      },
    ],
    [
      'newapi',
      { input_reference: png, negative_prompt: 'dogs' },
      '/video/generations',
      {
        model: 'sora-2',
        prompt: 'a cat',
        duration: 4,
        width: 720,
        height: 1280,
        image: marker,
        metadata: { negative_prompt: 'dogs' },
      },
    ],
    [
      'openrouter',
      { input_reference: png, last_frame: 'https://x.example/b.png', audio: true },
      '/videos',
      {
        model: 'sora-2',
        prompt: 'a cat',
        duration: 4,
        aspect_ratio: '9:16',
        resolution: '720p',
        generate_audio: true,
        frame_images: [
          { type: 'image_url', image_url: { url: marker }, frame_type: 'first_frame' },
          {
            type: 'image_url',
            image_url: { url: 'https://x.example/b.png' },
            frame_type: 'last_frame',
          },
        ],
      },
    ],
  ])('%s is told %j', async (kind, fields, path, body) => {
    const order = await video(fields)
    expect(kinds[kind].cannotTell(order, sora)).toBeNull()
    const call = kinds[kind].order(order, sora)
    expect(call).toMatchObject({ method: 'POST', path })
    expect(toFields(call.body)).toEqual(body)
  })

  test.each(taskKinds)('%s takes the last words of a chat as its prompt', async (kind) => {
    const content = [
      { type: 'text', text: 'a dog' },
      { type: 'image_url', image_url: { url: png } },
    ]
    const order = await chat({
      messages: [{ role: 'user', content }],
      temperature: 0.5,
      max_tokens: 9,
      style: 'noir',
    })
    const fields = toFields(kinds[kind].order(order, sora).body)
    expect(fields).toMatchObject({ prompt: 'a dog', style: 'noir' })
    expect(JSON.stringify(fields)).toContain(marker.$attachment)
    expect(fields).not.toHaveProperty('temperature')
    expect(fields).not.toHaveProperty('messages')
  })

  test.each(taskKinds)('%s cannot be told a conversation', async (kind) => {
    const user = { role: 'user', content: 'a dog' }
    for (const messages of [
      [{ role: 'system', content: 'be nice' }, user],
      [user, { role: 'assistant', content: 'yes' }, user],
      [
        {
          role: 'user',
          content: [{ type: 'video_url', video_url: { url: 'https://x.example/v.mp4' } }],
        },
      ],
    ]) {
      expect(kinds[kind].cannotTell(await chat({ messages }), sora)).toBe('messages')
    }
  })

  test.each<[KindId, JsonObject, string]>([
    ['videos', { last_frame: png }, 'last_frame'],
    ['videos', { reference_images: [png] }, 'reference_images'],
    ['xai', { negative_prompt: 'dogs' }, 'negative_prompt'],
    ['xai', { audio: false }, 'audio'],
    ['newapi', { n: 2 }, 'n'],
  ])('%s has no words for %j', async (kind, fields, name) => {
    expect(kinds[kind].cannotTell(await video(fields), sora)).toBe(name)
  })

  test('a model with a field of its own for length and shape is told by that alone', async () => {
    const model: Model = {
      ...sora,
      tell: {
        seconds: { by: 'field', name: 'length', as: 'number' },
        size: { by: 'field', name: 'ratio', as: 'ratio' },
      },
    }
    const fields = toFields(kinds.xai.order(await video({ seconds: 8 }, model), model).body)
    expect(fields).toEqual({ model: 'sora-2', prompt: 'a cat', length: 8, ratio: '9:16' })
  })

  test('what release 0.1 stored goes out to a chat relay as it stands, and to no other', async () => {
    const { askedAs: _, ...order } = await video({ seconds: 8 })
    expect(kinds.chat.order(order, sora).body).toEqual({ as: 'json', value: order.body })
    for (const kind of taskKinds) expect(kinds[kind].cannotTell(order, sora)).toBe('messages')
  })

  test.each<[string, JsonObject]>([
    ['plain', {}],
    ['told', { seconds: 8, size: '1280x720', style: 'noir' }],
    ['with an image', { input_reference: png, seconds: 12 }],
  ])('the chat kind sends the bytes that the key was made of, %s', async (_, fields) => {
    const order = await video(fields)
    expect(kinds.chat.order(order, sora).body).toEqual({ as: 'json', value: order.body })
  })
})

describe('what a relay answers to the order', () => {
  test.each<[KindId, JsonValue, string]>([
    ['videos', { id: 'video_1', object: 'video', status: 'queued', progress: 0 }, 'video_1'],
    [
      'videos',
      {
        id: 'task_1',
        task_id: 'task_1',
        object: 'video',
        status: 'queued',
        created_at: 1764000000000,
      },
      'task_1',
    ],
    ['videos', { task_id: 'abc', status: 'NOT_START' }, 'abc'],
    [
      'xai',
      { request_id: 'd97415a1-5796-b7ec-379f-4e6819e08fdf' },
      'd97415a1-5796-b7ec-379f-4e6819e08fdf',
    ],
    ['newapi', { code: 'success', message: '', data: 'task_9' }, 'task_9'],
    [
      'newapi',
      {
        code: 0,
        message: 'SUCCEED',
        request_id: 'req-1',
        data: { task_id: '829', task_status: 'submitted' },
      },
      '829',
    ],
    ['newapi', { task_id: 'cgt-2026', status: 'queued' }, 'cgt-2026'],
    [
      'openrouter',
      { id: 'gen-vid-1', polling_url: '/api/v1/videos/gen-vid-1', status: 'pending' },
      'gen-vid-1',
    ],
    ['videos', { submit_id: 77, progress: '0' }, '77'],
  ])('%s: a job out of %j', (kind, document, id) => {
    for (const status of [200, 201, 202]) {
      expect(create(kind, document, status)).toMatchObject({ is: 'task', task: { id } })
    }
  })

  test.each<[string, JsonValue]>([
    ['none', { object: 'video', status: 'queued' }],
    ['an address', { id: 'https://elsewhere.example/task/1', status: 'queued' }],
    ['a path', { id: '../models', status: 'queued' }],
    ['a sentence', { id: 'your job was taken', status: 'queued' }],
    ['nothing', ''],
    ['a page', '<html>ok</html>'],
    ['half a document', '{"id":"vid'],
  ])('no usable id (%s) is an outcome nobody knows', (_, document) => {
    for (const kind of taskKinds) {
      expect(create(kind, document)).toMatchObject({
        is: 'failure',
        failure: { code: 'outcome_unknown', charge: 'possible', outcome: 'unknown' },
      })
    }
  })

  test.each<[string, number, JsonValue, string, string]>([
    [
      'a video object',
      400,
      {
        object: 'video',
        status: 'failed',
        error: { code: 'invalid_request', message: 'bad size' },
      },
      'invalid_request',
      'none',
    ],
    [
      'new-api',
      429,
      { code: 'rate_limited', message: 'slow down', data: null },
      'rate_limited',
      'none',
    ],
    [
      'new-api',
      500,
      { code: 'fail_to_fetch_task', message: 'upstream said no', data: null },
      'upstream_error',
      'possible',
    ],
    [
      'FastAPI',
      422,
      { detail: [{ loc: ['body', 'size'], msg: 'bad size' }] },
      'invalid_request',
      'none',
    ],
    ['money', 402, { error: { message: 'no credits', code: 402 } }, 'quota', 'none'],
    ['key', 401, { error: 'invalid key' }, 'auth', 'none'],
  ])('a refusal by %s (%i)', (_, status, document, code, charge) => {
    for (const kind of taskKinds) {
      expect(create(kind, document, status)).toMatchObject({
        is: 'failure',
        failure: { code, charge },
      })
    }
  })

  test('a relay that makes its callers wait gives the video at once', () => {
    const document = { created: 1, data: [{ url: 'https://cdn.example/v.mp4' }] }
    expect(create('xai', document)).toMatchObject({ is: 'video', url: 'https://cdn.example/v.mp4' })
  })

  test('only an address below the relay’s own is asked with its key', () => {
    const at = (polling_url: string) => create('openrouter', { id: 'a', polling_url })
    expect(at('/v1/videos/a?x=1')).toMatchObject({ task: { poll: '/videos/a?x=1' } })
    expect(at('https://relay.example/v1/jobs/a')).toMatchObject({ task: { poll: '/jobs/a' } })
    expect(at('https://elsewhere.example/v1/jobs/a')).toMatchObject({ task: { poll: null } })
    expect(at('/elsewhere')).toMatchObject({ task: { poll: null } })
    expect(kinds.openrouter.look({ id: 'a/b', poll: null })).toMatchObject({
      path: '/videos/a%2Fb',
    })
  })
})

describe('what a look says', () => {
  const url = 'https://cdn.example/v.mp4?sig=1'
  test.each<[string, KindId, JsonValue]>([
    [
      'OpenAI’s words and a link',
      'videos',
      { id: 'a', status: 'completed', progress: 100, video_url: url },
    ],
    ['new-api’s metadata', 'videos', { id: 'a', status: 'completed', metadata: { url } }],
    ['a list', 'videos', { code: 200, data: [{ url }], status: 'success' }],
    [
      'Kling’s result',
      'newapi',
      {
        code: 0,
        data: {
          task_id: 'a',
          task_status: 'succeed',
          task_result: { videos: [{ id: 'b', url, duration: '5' }] },
        },
      },
    ],
    [
      'new-api’s wrapper',
      'newapi',
      {
        code: 'success',
        message: '',
        data: {
          task_id: 'a',
          status: 'SUCCESS',
          progress: '100%',
          fail_reason: '',
          result_url: url,
          data: { content: { video_url: url } },
        },
      },
    ],
    [
      'a link in fail_reason',
      'newapi',
      {
        code: 'success',
        data: { task_id: 'a', status: 'SUCCESS', progress: '100%', fail_reason: url },
      },
    ],
    [
      'Gemini channels',
      'newapi',
      {
        code: 'success',
        data: {
          task_id: 'a',
          status: 'succeeded',
          url,
          format: 'mp4',
          metadata: null,
          error: null,
        },
      },
    ],
    [
      'the flat document',
      'newapi',
      { task_id: 'a', status: 'completed', url, format: 'mp4', metadata: { duration: 5 } },
    ],
    [
      'xAI',
      'xai',
      { status: 'done', progress: 100, video: { url, duration: 8, respect_moderation: true } },
    ],
    ['xAI without a state', 'xai', { model: 'grok', video: { url, duration: 8 } }],
    [
      'OpenRouter',
      'openrouter',
      { id: 'a', status: 'completed', urls: [url], usage: { cost: 0.4 } },
    ],
    [
      'DashScope',
      'newapi',
      {
        output: {
          task_status: 'SUCCEEDED',
          video_url: url,
          orig_prompt: 'see https://x.example/p.mp4',
        },
        usage: {},
      },
    ],
    ['Runway', 'videos', { id: 'a', status: 'SUCCEEDED', output: [url] }],
    [
      'the request beside it',
      'videos',
      {
        id: 'a',
        status: 'completed',
        input: { video_url: 'https://x.example/mine.mp4' },
        thumbnail_url: 'https://cdn.example/t.jpg',
        url,
      },
    ],
  ])('%s: a video', (_, kind, document) => {
    expect(look(kind, document)).toMatchObject({ is: 'video', url })
  })

  test.each<[KindId, string]>([
    ['videos', 'https://relay.example/v1/videos/task_1/content'],
    ['newapi', 'https://relay.example/v1/videos/task_1/content'],
    ['openrouter', 'https://relay.example/v1/videos/task_1/content?index=0'],
  ])(
    '%s: a finished job without a link has its content at the relay, behind the key',
    (kind, url) => {
      expect(look(kind, { id: 'a', status: 'completed' })).toMatchObject({
        is: 'video',
        url,
        needsKey: true,
      })
    },
  )

  test('a vendor’s link is opened without the relay’s key', () => {
    expect(look('videos', { status: 'completed', url })).toMatchObject({ needsKey: false })
    const own = 'https://relay.example/files/v.mp4'
    expect(look('videos', { status: 'completed', url: own })).toMatchObject({ needsKey: true })
  })

  test('a finished job without link or content is the failure that it is', () => {
    expect(look('xai', { status: 'done', progress: 100 })).toMatchObject({
      is: 'failed',
      failure: { code: 'empty_result', charge: 'possible', outcome: 'known' },
    })
  })

  test('what the relay bills is read', () => {
    expect(
      look('openrouter', { status: 'completed', urls: [url], usage: { cost: 0.4 } }),
    ).toMatchObject({ costUsd: 0.4 })
    expect(
      look('xai', { status: 'done', video: { url }, usage: { cost_in_usd_ticks: 5_000_000_000 } }),
    ).toMatchObject({ costUsd: 0.5 })
  })

  test.each<[JsonValue, number | null, string]>([
    [{ status: 'queued', progress: 0 }, 0, 'queued'],
    [{ status: 'in_progress', progress: 42 }, 42, 'running'],
    [{ code: 'success', data: { status: 'IN_PROGRESS', progress: '42%' } }, 42, 'running'],
    [{ status: 'RUNNING', progress: 0.42 }, 42, 'running'],
    [{ status: 'processing', progress: '42' }, 42, 'running'],
    [{ status: 'polishing the pixels', progress: 99 }, 99, 'running'],
    [{ status: 'pending', model: 'grok' }, null, 'queued'],
    [{ status: 'failed_but_not_really' }, null, 'running'],
  ])('%j runs', (document, progress, phase) => {
    for (const kind of taskKinds) {
      expect(look(kind, document)).toMatchObject({ is: 'running', progress, phase })
    }
  })

  test.each<[JsonValue, string]>([
    [
      { status: 'failed', error: { code: 'content_policy_violation', message: 'no' } },
      'content_policy',
    ],
    [{ status: 'failed', error: 'Insufficient balance' }, 'quota'],
    [
      {
        code: 'success',
        data: { status: 'FAILURE', progress: '100%', fail_reason: 'the GPU is on fire' },
      },
      'upstream_error',
    ],
    [{ status: 'expired' }, 'upstream_error'],
    [
      { status: 'completed', error: { code: 'moderation_blocked', message: 'blocked' } },
      'content_policy',
    ],
    [{ status: 'done', video: { url, respect_moderation: false } }, 'content_policy'],
  ])('%j has failed', (document, code) => {
    for (const kind of taskKinds) {
      expect(look(kind, document)).toMatchObject({
        is: 'failed',
        failure: { code, charge: 'possible', outcome: 'known' },
      })
    }
  })

  test('what a failed job costs is for the operator to say', () => {
    const failed = { status: 'failed', error: 'oh' }
    expect(look('xai', failed, 200, { failed: 'free' })).toMatchObject({
      failure: { charge: 'none' },
    })
    expect(look('xai', failed, 200, { failed: 'billed' })).toMatchObject({
      failure: { charge: 'certain' },
    })
    // What it calls a success and then refuses is not what "failed" means.
    const refused = { status: 'completed', error: 'moderated' }
    expect(look('videos', refused, 200, { failed: 'free' })).toMatchObject({
      failure: { charge: 'possible' },
    })
  })

  test.each<[number, JsonValue, boolean]>([
    [304, '', false],
    [401, { error: 'no' }, false],
    [429, { error: 'slow' }, false],
    [500, { error: { message: 'task not found' } }, false],
    [502, '<html>', false],
    [200, '<html>', false],
    [200, [], false],
    [200, { code: 'fail_to_fetch_task', message: 'try later', error: 'x' }, false],
    [404, '<html>not found</html>', false],
    [404, { error: { message: 'Video not found' } }, true],
    [400, { code: 'task_not_exist', message: 'task_not_exist' }, true],
    [400, { error: { message: 'invalid key' } }, false],
    [410, { error: 'this job has expired' }, true],
  ])('%i %j is no news', (status, document, isUnknown) => {
    for (const kind of taskKinds) {
      expect(look(kind, document, status)).toMatchObject({ is: 'no news', isUnknown })
    }
  })

  test('how long to wait is taken from the relay', () => {
    const read = kinds.videos.readLook(
      head(429, { 'retry-after': '7' }),
      '',
      { id: 'a', poll: null },
      options,
    )
    expect(read).toMatchObject({ is: 'no news', retryAfterMs: 7000 })
  })

  test('an unknown word never ends a job, in any wrapper', () => {
    const word = fc.string({ minLength: 1, maxLength: 20 })
    const known =
      /complete|success|succe|finish|done|ready|fail|error|cancel|dead|expire|reject|abort|time|moderat|block|nsfw|^\W*o\W*k\W*$/
    fc.assert(
      fc.property(word, fc.constantFrom('bare', 'data', 'output'), (status, wrapper) => {
        fc.pre(!known.test(status.toLowerCase()))
        const inner = { task_id: 'a', status }
        const document: JsonObject = wrapper === 'bare' ? inner : { code: 0, [wrapper]: inner }
        expect(look('newapi', document).is).toBe('running')
      }),
    )
  })
})
