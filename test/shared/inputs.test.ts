import { expect, test } from 'vitest'
import { kinds, type KindId } from '../../shared/relay/kinds.ts'
import { isShapeOf } from '../../shared/request/shape.ts'
import type { FormFile, Liftable } from '../../shared/request/attachments.ts'
import {
  atRelay,
  defaultModels,
  findModel,
  priceOf,
  type Models,
} from '../../shared/request/models.ts'
import { toVideoFields, type FormEntry } from '../../shared/request/multipart.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { createRemixRequest } from '../../shared/request/remix.ts'
import { safeParseChatRequest, safeParseVideoRequest } from '../../shared/request/request.ts'
import { toKey } from '../../shared/request/key.ts'
import { initialState, toVideoResource } from '../../shared/video/video.ts'
import type { JsonObject, JsonValue } from '../../shared/wire/json.ts'

const link = 'https://x.example/a.png'
const png = 'data:image/png;base64,aGk='
const file: FormFile = { mediaType: 'image/png', bytes: Uint8Array.from([0x68, 0x69]) }
const marker = { $attachment: expect.any(String), mediaType: 'image/png', bytes: 2 }

function configure(...entries: JsonObject[]): Models {
  const result = safeParseModels(JSON.stringify(entries))
  if (!result.ok) throw new Error(result.message)
  return result.models
}

type Fields = Readonly<Record<string, Liftable>>

async function accepted(fields: Fields, models: Models = defaultModels) {
  const result = await safeParseVideoRequest({ prompt: 'a cat', ...fields }, models)
  if (!result.ok) throw new Error(result.error.message)
  return result.request
}

async function refused(fields: Fields, models: Models = defaultModels): Promise<string> {
  const result = await safeParseVideoRequest({ prompt: 'a cat', ...fields }, models)
  if (result.ok) throw new Error('accepted')
  expect(result.error.message.startsWith(`Cannot generate: \`${result.error.param}`)).toBe(true)
  return result.error.message.slice('Cannot generate: '.length)
}

/** What a kind sends for it. */
async function order(kind: KindId, fields: Fields, entry: JsonObject) {
  const models = configure(entry)
  const { body } = kinds[kind].order(await accepted(fields, models), models[0])
  if (body === null) throw new Error('no body')
  return body.as === 'json' ? body.value : Object.fromEntries<JsonValue>(body.fields)
}

test.each<[Fields, string]>([
  [
    { last_frame: 'x' },
    '`last_frame` must be a file, an https: link, a data: URI, or {"image_url": …}.',
  ],
  [{ reference_images: link }, '`reference_images` must be a list, got a string.'],
  [
    { reference_images: [link, 'x'] },
    '`reference_images[1]` must be a file, an https: link, a data: URI, or {"image_url": …}.',
  ],
  [
    { reference_images: Array.from({ length: 17 }, () => link) },
    '`reference_images` must have at most 16 entries, got 17.',
  ],
  [{ aspect_ratio: 'wide' }, '`aspect_ratio` must be a ratio such as 16:9.'],
  [{ aspect_ratio: 5 }, '`aspect_ratio` must be a string, got 5.'],
  [{ resolution: 'HD' }, '`resolution` must be a resolution such as 720p or 4k.'],
  [{ negative_prompt: ['a'] }, '`negative_prompt` must be a string, got a list.'],
  [{ audio: 'yes' }, '`audio` must be true or false.'],
  [{ seed: 1.5 }, '`seed` must be an integer.'],
  [{ seed: '1.5' }, '`seed` must be an integer.'],
])('a video request with %j is refused', async (fields, message) => {
  expect(await refused(fields)).toBe(message)
})

test.each(['16:9', '21:9', '2.39:1', 'auto', 'adaptive'])('%s is a ratio', async (ratio) => {
  expect((await accepted({ aspect_ratio: ratio })).body).toMatchObject({ aspect_ratio: ratio })
})

test.each(['480p', '720P', '1080p', '2k', '4K'])('%s is a resolution', async (resolution) => {
  expect((await accepted({ resolution })).body).toMatchObject({ resolution })
})

const all = {
  input_reference: link,
  last_frame: { image_url: png },
  reference_images: [link, png],
  aspect_ratio: '16:9',
  resolution: '1080p',
  negative_prompt: 'dogs',
  audio: true,
  seed: 7,
}

test('a chat relay gets inputs as fields, as they were written', async () => {
  const sent = await order('chat', all, { id: 'm' })
  const { input_reference: _, ...fields } = all
  expect(sent).toMatchObject({
    ...fields,
    last_frame: { image_url: marker },
    reference_images: [link, marker],
  })
})

test('each kind tells inputs in its own words', async () => {
  expect(await order('openrouter', all, { id: 'm' })).toEqual({
    model: 'm',
    prompt: 'a cat',
    aspect_ratio: '16:9',
    resolution: '1080p',
    negative_prompt: 'dogs',
    generate_audio: true,
    seed: 7,
    frame_images: [
      { type: 'image_url', image_url: { url: link }, frame_type: 'first_frame' },
      { type: 'image_url', image_url: { url: marker }, frame_type: 'last_frame' },
    ],
    input_references: [
      { type: 'image_url', image_url: { url: link } },
      { type: 'image_url', image_url: { url: marker } },
    ],
  })
  expect(await order('newapi', all, { id: 'm' })).toEqual({
    model: 'm',
    prompt: 'a cat',
    image: link,
    seed: 7,
    metadata: {
      aspect_ratio: '16:9',
      resolution: '1080p',
      negative_prompt: 'dogs',
      image_tail: marker,
      reference_images: [link, marker],
      generate_audio: true,
    },
  })
})

test.each<[string, Fields, JsonObject]>([
  ['seedance-2', { aspect_ratio: '16:9', audio: false }, { ratio: '16:9', generate_audio: false }],
  [
    'kling-3',
    { aspect_ratio: '16:9', audio: false, last_frame: link },
    { aspect_ratio: '16:9', sound: 'off', image_tail: link },
  ],
  ['kling-3', { audio: true }, { sound: 'on' }],
  [
    'veo-3.1',
    { aspect_ratio: '9:16', audio: true, negative_prompt: 'dogs', resolution: '4k' },
    { aspectRatio: '9:16', generateAudio: true, negativePrompt: 'dogs', resolution: '4k' },
  ],
])('new-api hands on the inputs of %s as %j', async (preset, fields, metadata) => {
  const sent = await order('newapi', fields, { id: 'm', preset })
  expect(sent['metadata']).toEqual(metadata)
})

test.each<[KindId, string, Fields, string | null]>([
  ['newapi', 'seedance-2', { last_frame: link }, 'last_frame'],
  ['newapi', 'seedance-2', { reference_images: [link] }, 'reference_images'],
  ['newapi', 'seedance-2', { input_reference: link, seed: 7 }, null],
  ['newapi', 'wan-2.7', { seed: 7 }, 'seed'],
  ['openrouter', 'seedance-2', { last_frame: link, reference_images: [link] }, null],
  ['xai', 'seedance-2', { last_frame: link }, 'last_frame'],
  ['chat', 'wan-2.7', { seed: 7, last_frame: link }, null],
])('%s with %s, asked for %j, lacks %s', async (kind, preset, fields, lacks) => {
  const models = configure({ id: 'm', preset })
  expect(kinds[kind].cannotTell(await accepted(fields, models), models[0])).toBe(lacks)
})

test('the last frame of Hailuo has a name of its own', async () => {
  const sent = await order('newapi', { last_frame: link }, { id: 'm', preset: 'hailuo-2.3' })
  expect(sent['metadata']).toEqual({ last_frame_image: link })
})

test('forms carry inputs, too: files, lists of files, and text for numbers and booleans', async () => {
  const entries: FormEntry[] = [
    ['prompt', 'a cat'],
    ['last_frame', file],
    ['reference_images[]', file],
    ['reference_images[]', link],
    ['audio', 'false'],
    ['seed', '-1'],
  ]
  const form = toVideoFields(entries)
  if (!form.ok) throw new Error(form.error.message)
  const sent = await order('openrouter', form.fields, { id: 'm' })
  expect(sent).toMatchObject({
    generate_audio: false,
    seed: -1,
    frame_images: [{ image_url: { url: marker }, frame_type: 'last_frame' }],
    input_references: [{ image_url: { url: marker } }, { image_url: { url: link } }],
  })
})

test.each<[Fields, string]>([
  [
    { size: '1280x720', aspect_ratio: '9:16' },
    '`aspect_ratio` is not the shape of `size` 1280x720; send one of them.',
  ],
  [
    { size: '1280x720', resolution: '1080p' },
    '`resolution` is not the shape of `size` 1280x720; send one of them.',
  ],
])('%j contradicts itself', async (fields, message) => {
  expect(await refused(fields)).toBe(message)
})

test.each([
  ['1280x720', '16:9', '720p', true],
  ['1024x1792', '9:16', '1080p', true],
  ['1366x768', '16:9', '768p', true],
  ['1280x720', 'adaptive', null, true],
  ['1280x720', '1:1', null, false],
  ['3840x2160', null, '4K', true],
  ['1280x720', null, '4k', false],
])('%s is %s and %s: %s', (size, ratio, resolution, expected) => {
  expect(isShapeOf(size, ratio, resolution)).toBe(expected)
})

test('a shape that is only named by its ratio is no size of ours', async () => {
  const request = await accepted({ aspect_ratio: '16:9' })
  expect(request.size).toBe('')
  const models = configure({ id: 'm', preset: 'sora-2' })
  const asked = await accepted({ aspect_ratio: '16:9' }, models)
  // Not 720x1280, which is what the model does when nothing is said.
  expect(kinds.xai.order(asked, models[0]).body).toMatchObject({
    value: { duration: 4, aspect_ratio: '16:9' },
  })
  expect(JSON.stringify(kinds.xai.order(asked, models[0]).body)).not.toContain('720p')
})

test.each<[JsonObject, Fields, string]>([
  [
    { inputs: ['input_reference'] },
    { last_frame: link },
    '`last_frame` is not taken by m, which takes input_reference.',
  ],
  [{ inputs: [] }, { seed: 1 }, '`seed` is not taken by m, which takes nothing but a prompt.'],
  [
    { inputs: [] },
    { audio: false },
    '`audio` is not taken by m, which takes nothing but a prompt.',
  ],
  [
    { aspect_ratios: ['16:9', '1:1'] },
    { aspect_ratio: '9:16' },
    '`aspect_ratio` must be one of 16:9, 1:1, got 9:16.',
  ],
  [
    { aspect_ratios: ['16:9', '1:1'] },
    { size: '720x1280' },
    '`size` must have one of the shapes 16:9, 1:1, got 720x1280.',
  ],
  [
    { resolutions: ['720p'] },
    { resolution: '1080p' },
    '`resolution` must be one of 720p, got 1080p.',
  ],
  [{ preset: 'veo-3.1' }, { seconds: 5 }, '`seconds` must be one of 8, 4, 6, got 5.'],
  [
    { preset: 'grok-imagine' },
    { negative_prompt: 'dogs' },
    '`negative_prompt` is not taken by m, which takes input_reference, reference_images, aspect_ratio, resolution.',
  ],
  [
    { preset: 'hailuo-3' },
    { seconds: 3 },
    '`seconds` must be one of 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, got 3.',
  ],
])('a model of %j refuses %j', async (entry, fields, message) => {
  expect(await refused(fields, configure({ id: 'm', ...entry }))).toBe(message)
})

test('inputs that are null or empty are not given', async () => {
  const nothing = { seed: null, reference_images: [], negative_prompt: '', last_frame: null }
  expect((await accepted(nothing, configure({ id: 'm', inputs: [] }))).seconds).toBe('')
})

test.each<[JsonObject, string]>([
  [{ preset: 'hailuo-2.3' }, '768P'],
  [{ resolutions: ['768P'] }, '768p'],
])('a resolution is the same in capitals: %j, %s', async (entry, resolution) => {
  const models = configure({ id: 'm', ...entry })
  expect((await accepted({ resolution }, models)).body).toMatchObject({ resolution })
})

const bare = configure({ id: 'm' })

test('of a model of which nothing is known nothing is refused, nothing told, and nothing said', async () => {
  const request = await accepted({}, bare)
  expect(request).toMatchObject({ seconds: '', size: '', pricedSeconds: null })
  expect(request.body).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'a cat' }],
    stream: true,
  })
  for (const kind of ['videos', 'xai', 'newapi', 'openrouter'] as const) {
    expect(await order(kind, {}, { id: 'm' })).toEqual({ model: 'm', prompt: 'a cat' })
  }
  const identity = { ...request, id: 'v', remixedFrom: null, metadata: {}, createdAt: 0 }
  expect(toVideoResource(identity, initialState, 0)).toMatchObject({
    seconds: 'auto',
    size: 'auto',
  })
})

test('what is asked of it is told, whatever it is', async () => {
  expect((await accepted({ seconds: 4, size: '720x1280' }, bare)).body).toMatchObject({
    messages: [{ content: 'a cat 竖屏 9:16, 4s' }],
  })
  expect(await order('videos', { seconds: 7, size: '640x360' }, { id: 'm' })).toMatchObject({
    seconds: '7',
    size: '640x360',
  })
  expect(await refused({ seconds: 'long' }, bare)).toBe(
    '`seconds` must be a number of seconds from 1 to 999.',
  )
  expect(await refused({ size: 'wide' }, bare)).toBe('`size` must be a size such as 1280x720.')
})

test('a length that is asked for is another video than none', async () => {
  const keys = await Promise.all(
    [{}, { seconds: 4 }, { size: '720x1280' }].map(async (fields) =>
      toKey('a', await accepted(fields, bare)),
    ),
  )
  expect(new Set(keys).size).toBe(3)
})

test('a remix of what 0.1 made of such a model tells nothing that nobody asked for', async () => {
  const { attachments: _, ...request } = await accepted({}, bare)
  const usual = { seconds: '4', size: '720x1280' }
  const remix = createRemixRequest(
    { ...request, ...usual, defaults: usual },
    'done',
    'a dog',
    null,
    bare,
  )
  if (!remix.ok) throw new Error(remix.error.message)
  expect(remix.request.body).toMatchObject({ messages: [{}, {}, { content: 'a dog' }] })
  expect(remix.request).toMatchObject({ seconds: '', size: '' })
  expect(kinds.chat.order(remix.request, bare[0]).body).toMatchObject({
    value: { messages: [{}, {}, { content: 'a dog' }] },
  })
})

test.each<[Fields, JsonObject, object]>([
  // The words stay as they were; the price and other kinds go by the field.
  [{ duration: 10 }, {}, { seconds: '10', pricedSeconds: '10' }],
  [{ video_length: '25' }, {}, { seconds: '25', pricedSeconds: '25' }],
  [{ duration: '10s' }, {}, { seconds: '4', pricedSeconds: null }],
  [{ num_frames: 241 }, {}, { seconds: '4', pricedSeconds: null }],
  [{ seconds: 8, duration: 8 }, {}, { seconds: '8', pricedSeconds: '8' }],
  [
    { duration: 10 },
    { relay_model: 'm-{seconds}s', tell: { seconds: 'model' } },
    { seconds: '10', pricedSeconds: null },
  ],
])('a length in a field of the relay’s is read and priced: %j', async (fields, entry, expected) => {
  const models = configure({ id: 'sora-2', preset: 'sora-2', ...entry })
  const request = await accepted(fields, models)
  expect(request).toMatchObject(expected)
  expect(JSON.stringify(request.body['messages'])).not.toContain('10s')
})

test('a length is told once to a relay that takes a job, and by its field to one that chats', async () => {
  const models = configure({ id: 'sora-2' })
  const request = await accepted({ duration: 10 }, models)
  expect(kinds.xai.order(request, models[0]).body).toMatchObject({ value: { duration: 10 } })
  expect(await order('videos', { duration: 10 }, { id: 'sora-2' })).toEqual({
    model: 'sora-2',
    prompt: 'a cat',
    seconds: '10',
    size: '720x1280',
  })
  expect(kinds.chat.order(request, models[0]).body).toMatchObject({
    value: { messages: [{ content: 'a cat' }], duration: 10 },
  })
  expect(await refused({ seconds: 8, duration: 10 })).toBe(
    '`duration` and `seconds` are different lengths; send one of them.',
  )
})

test('a price is the dearest where the length is not known, and none where none is named', async () => {
  const [sora] = defaultModels
  expect(priceOf(sora, await accepted({ duration: 10 }))).toBe(1)
  expect(priceOf(sora, await accepted({ num_frames: 9 }))).toBe(1.5)
  expect(priceOf(bare[0], await accepted({}, bare))).toBe(0)
  const priced = configure({ id: 'm', price_usd: { '5': 1, '10': 3 } })
  expect(priceOf(priced[0], await accepted({}, priced))).toBe(3)
  expect(priceOf(atRelay(bare[0], { priceUsd: 2 }), await accepted({}, bare))).toBe(2)
})

test('a chat with a model of which nothing is known asks for no length', async () => {
  const messages = [{ role: 'user', content: 'a cat' }]
  const result = await safeParseChatRequest({ model: 'm', messages }, bare)
  expect(result.ok && result.request).toMatchObject({ seconds: '', size: '', pricedSeconds: null })
  expect(findModel(bare, 'm')?.priceUsd).toBeNull()
})
