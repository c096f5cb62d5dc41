import { expect, test } from 'vitest'
import { kinds } from '../../shared/relay/kinds.ts'
import { defaultModels, priceOf, type Models } from '../../shared/request/models.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import {
  safeParseChatRequest,
  safeParseVideoRequest,
  type RequestResult,
} from '../../shared/request/request.ts'
import type { JsonObject, JsonValue } from '../../shared/wire/json.ts'

const messages = [{ role: 'user', content: 'a cat' }]
const chat = (fields: JsonObject, models: Models = defaultModels) =>
  safeParseChatRequest({ model: models[0].id, messages, ...fields }, models)
const video = (fields: JsonObject, models: Models = defaultModels) =>
  safeParseVideoRequest({ prompt: 'a cat', ...fields }, models)

function configure(entry: JsonObject): Models {
  const result = safeParseModels(JSON.stringify([entry]))
  if (!result.ok) throw new Error(result.message)
  return result.models
}

function messageOf(result: RequestResult): string | null {
  return result.ok ? null : result.error.message.slice('Cannot generate: '.length)
}

const tool = { type: 'function', function: { name: 'f' } }

test.each<[JsonObject]>([
  [{ tools: [tool] }],
  [{ tools: ['a', tool] }],
  [{ tools: [tool], tool_choice: 'none' }],
  [{ tool_choice: tool }],
  [{ tool_choice: { type: 'function', function: { name: 'f' } } }],
  [{ tool_choice: { type: 'any' } }],
  [{ tool_choice: 'required' }],
  [{ response_format: { type: 'json_object' } }],
  [{ response_format: { type: 'json_schema', json_schema: {} } }],
  [{ modalities: ['text', 'audio'] }],
  [{ audio: { voice: 'alloy', format: 'wav' } }],
])('%j asks for something else than a video', async (fields) => {
  const name = Object.keys(fields)[0] ?? ''
  const result = await chat(fields)
  expect(messageOf(result)).toContain('this gateway makes videos; leave it out.')
  expect(result).toMatchObject({ ok: false, error: { code: 'invalid_request', param: name } })
  // Whoever runs the gateway may know better.
  const allowed = Object.fromEntries(Object.keys(fields).map((field) => [field, true]))
  expect(messageOf(await chat(fields, configure({ id: 'm', fields: allowed })))).toBeNull()
})

test.each<[JsonObject]>([
  [{ tools: [] }],
  [{ tools: null }],
  [{ tools: ['a', 'b'] }],
  [{ tools: [{}] }],
  [{ tools: [{ type: 'web_search' }] }],
  [{ tool_choice: null }],
  [{ tool_choice: {} }],
  [{ tool_choice: 'auto' }],
  [{ tool_choice: 'none' }],
  [{ tool_choice: { type: 'auto' } }],
  [{ tool_choice: 'a' }],
  [{ response_format: {} }],
  [{ response_format: { type: 'text' } }],
  [{ response_format: null }],
  [{ modalities: null }],
  [{ modalities: [] }],
  [{ modalities: ['text', 'video'] }],
  [{ audio: {} }],
  [{ audio: true }],
  [{ audio: null }],
])('%j asks for nothing else, and goes on as it is', async (fields) => {
  const result = await chat(fields)
  expect(messageOf(result)).toBeNull()
  const given = Object.entries(fields).filter(([name, value]) => value !== null || name === 'audio')
  expect(result.ok && result.request.body).toMatchObject(Object.fromEntries(given))
})

test('a video request is asked the same', async () => {
  expect(messageOf(await video({ tools: [tool] }))).toContain('asks for function calls')
  expect(messageOf(await video({ response_format: 'url', tools: [] }))).toBeNull()
})

test.each<[string, string]>([
  ['secconds', 'seconds'],
  ['second', 'seconds'],
  ['secodns', 'seconds'],
  ['aspect-ratio', 'aspect_ratio'],
  ['aspectratio', 'aspect_ratio'],
  ['reference_image', 'reference_images'],
  ['inputreference', 'input_reference'],
  ['negative_promt', 'negative_prompt'],
  ['resolutoin', 'resolution'],
  ['prompts', 'prompt'],
  ['webhooks', 'webhook'],
  ['accept_possible_charges', 'accept_possible_charge'],
])('%s is taken for a misspelt %s', async (name, meant) => {
  for (const ask of [chat, video]) {
    expect(messageOf(await ask({ [name]: 'x' }))).toBe(
      `\`${name}\` is not a known field; perhaps \`${meant}\` was meant.`,
    )
    expect(messageOf(await ask({ [name]: null }))).toBeNull()
  }
  const allowed = configure({ id: 'm', fields: { [name]: true } })
  expect(messageOf(await video({ [name]: 'x' }, allowed))).toBeNull()
})

test.each([
  'promt',
  'sizes',
  'seedd',
  'style',
  'duration_ms',
  'image',
  'images',
  'aspectRatio',
  'negativePrompt',
  'input_references',
  'camera_control',
  'prompt_extend',
  'constructor',
])('%s is the relay’s', async (name) => {
  for (const ask of [chat, video]) expect(messageOf(await ask({ [name]: 'x' }))).toBeNull()
})

test('no field that a kind of relay is sent is taken for a misspelling', async () => {
  const asked = await video({
    input_reference: 'https://x.example/a.png',
    last_frame: 'https://x.example/b.png',
    reference_images: ['https://x.example/c.png'],
    aspect_ratio: '16:9',
    resolution: '720p',
    negative_prompt: 'dogs',
    audio: true,
    seed: 7,
    seconds: 8,
    n: 2,
  })
  if (!asked.ok) throw new Error(asked.error.message)
  const names = new Set<string>()
  for (const kind of Object.values(kinds)) {
    const { body } = kind.order(asked.request, defaultModels[0])
    const sent = body?.as === 'json' ? Object.keys(body.value) : body?.fields.map(([name]) => name)
    for (const name of sent ?? []) names.add(name.replace(/\[.*/, ''))
  }
  expect(names.size).toBeGreaterThan(15)
  for (const name of names) {
    const why = messageOf(await chat({ [name]: name === 'messages' ? messages : 'x' }))
    expect(why ?? '').not.toContain('was meant')
  }
})

test.each<[JsonObject, string]>([
  [{ num_videos: 4 }, '`num_videos` is not how many are asked for here; send `n`.'],
  [{ sampleCount: 2 }, '`sampleCount` is not how many are asked for here; send `n`.'],
  [
    { quality: 'high' },
    '`quality` may change the price, which is not known here; the gateway’s MODELS can allow it under `fields`.',
  ],
])('%j may cost more than is held', async (fields, message) => {
  for (const ask of [chat, video]) {
    expect(messageOf(await ask(fields))).toBe(message)
    const nulls = Object.fromEntries(Object.keys(fields).map((name) => [name, null]))
    expect(messageOf(await ask(nulls))).toBeNull()
  }
})

test.each<[JsonObject, string]>([
  [{ models: ['sora-2-pro'] }, 'models'],
  [{ fallbacks: [{ model: 'sora-2-pro' }] }, 'fallbacks'],
  [{ extra_body: { model: 'sora-2-pro' } }, 'extra_body.model'],
  [{ plugins: [{ id: 'web', model: 'dear' }] }, 'plugins[0].model'],
  [{ extra_body: { Model: 'sora-2-pro' } }, 'extra_body.Model'],
  [{ extra_body: { N: 4 } }, 'extra_body.N'],
  [{ extra_body: '{"num_videos": 4}' }, 'extra_body.num_videos'],
  [{ extra_body: ['{"a": {"n": 4}}'] }, 'extra_body[0].a.n'],
  [{ num_videos_per_prompt: 4 }, 'num_videos_per_prompt'],
  [{ numberResults: 4 }, 'numberResults'],
  [{ clip_count: 4 }, 'clip_count'],
  [{ generationCount: 4 }, 'generationCount'],
  [{ sample_num: 4 }, 'sample_num'],
  [{ copies: 4 }, 'copies'],
])('%j asks for more than is priced', async (fields, param) => {
  for (const ask of [chat, video]) {
    expect(await ask(fields)).toMatchObject({ ok: false, error: { param } })
    const allowed = Object.fromEntries(Object.keys(fields).map((name) => [name, true] as const))
    expect(messageOf(await ask(fields, configure({ id: 'm', fields: allowed })))).toBeNull()
  }
})

// Relays in Go and C# take a name in any letters, and the last of two counts there.
test.each([
  'N',
  'Model',
  'MODEL',
  'Prompt',
  'PROMPT',
  'Messages',
  'meſſages',
  'Size',
  'Aspect_Ratio',
  'Stream',
])('%s would be read as a field of ours that was not checked', async (name) => {
  const meant = name.normalize('NFKC').toLowerCase()
  for (const ask of [chat, video]) {
    expect(messageOf(await ask({ [name]: 'x' }))).toBe(
      `\`${name}\` is \`${meant}\` in other letters; write it like that.`,
    )
    expect(messageOf(await ask({ [name]: null }))).toBeNull()
  }
})

test.each<[JsonObject, JsonObject, number]>([
  [{ quality: 2.5 }, { quality: 'high' }, 2.5],
  [{ quality: true }, { quality: 'high' }, 1],
  [{ quality: 2 }, {}, 1],
  [{ quality: 2 }, { quality: null }, 1],
  [{ quality: 2, num_videos: 4 }, { quality: 'high', num_videos: 4, n: 2 }, 16],
  [{ mode: 3 }, { mode: 'pro' }, 3],
])('fields %j of a model make the price of %j: × %d', async (fields, asked, factor) => {
  const models = configure({ id: 'm', price_usd: 1, fields })
  for (const ask of [chat, video]) {
    const result = await ask(asked, models)
    if (!result.ok) throw new Error(result.error.message)
    expect(priceOf(models[0], result.request)).toBe(factor)
    const named: JsonValue = Object.fromEntries(
      Object.entries(asked).filter(([, value]) => value !== null),
    )
    expect(result.request.body).toMatchObject(named)
  }
})
