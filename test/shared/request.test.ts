import { expect, test } from 'vitest'
import { defaultModels, type Models } from '../../shared/request/models.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { chatRequestSchema } from '../../shared/request/schema.ts'
import { safeParseChatRequest, safeParseVideoRequest } from '../../shared/request/request.ts'
import type { JsonObject } from '../../shared/wire/json.ts'

const chat = { model: 'sora-2', messages: [{ role: 'user', content: 'a cat' }] }
const chatWith = (fields: JsonObject) => safeParseChatRequest({ ...chat, ...fields }, defaultModels)
const videoWith = (fields: JsonObject, models: Models = defaultModels) =>
  safeParseVideoRequest({ prompt: 'a cat', ...fields }, models)

function configure(...entries: JsonObject[]): Models {
  const result = safeParseModels(JSON.stringify(entries))
  if (!result.ok) throw new Error(result.message)
  return result.models
}

async function accepted(result: ReturnType<typeof safeParseChatRequest>) {
  const settled = await result
  if (!settled.ok) throw new Error(settled.error.message)
  return settled
}

async function refused(result: ReturnType<typeof safeParseChatRequest>) {
  const settled = await result
  if (settled.ok) throw new Error('accepted')
  return settled.error
}

test('a chat request is forwarded as it stands, streamed, under the relay’s name', async () => {
  const models = configure({
    id: 'sora-2',
    relay_model: 'sora_video2',
    fields: { tools: true, tool_choice: true },
  })
  const messages = [
    { role: 'system', content: 'be brief', name: 'x' },
    { role: 'user', content: 'first' },
    { role: 'assistant', content: null, tool_calls: [] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'one' },
        { type: 'video_url', video_url: 'https://relay.example/a.mp4' },
        { type: 'something_new', anything: [1, { two: null }] },
        { type: 'text', text: 'two' },
      ],
    },
  ]
  const fields = {
    temperature: 0.5,
    stop: ['a', 'b', 'c', 'd'],
    logit_bias: { '50256': -100 },
    tools: ['a', { type: 'function' }],
    tool_choice: { type: 'function' },
    seen: 7,
    aspect_ratio: '16:9',
    remix_target_id: null,
  }
  const ours = {
    stream: false,
    stream_options: { include_usage: true },
    user: 'u',
    metadata: { a: 'b' },
    webhook: { url: 'https://hook.example/', secret: 'whsec_x' },
    accept_possible_charge: true,
  }
  const result = await accepted(
    safeParseChatRequest({ ...ours, messages, ...fields, seed: null, model: 'sora-2' }, models),
  )
  expect(JSON.stringify(result.request.body)).toBe(
    JSON.stringify({ model: 'sora_video2', messages, ...fields, stream: true }),
  )
  expect(result.request).toMatchObject({ model: 'sora-2', prompt: 'one\ntwo', n: 1 })
  expect(result.options).toEqual({
    webhook: { url: 'https://hook.example/', secret: 'whsec_x' },
    metadata: { a: 'b' },
    acceptPossibleCharge: true,
    stream: false,
    includeUsage: true,
  })
})

test('null in any optional field is the same as leaving it out', async () => {
  const optional = Object.keys(chatRequestSchema.shape).filter((name) => !(name in chat))
  const nulls = Object.fromEntries(optional.map((name) => [name, null]))
  expect(optional.length).toBeGreaterThan(15)
  expect(await accepted(chatWith(nulls))).toEqual(await accepted(chatWith({})))
  const none = { model: null, seconds: null, size: null, n: null, input_reference: null }
  expect(await accepted(videoWith(none))).toEqual(await accepted(videoWith({})))
})

test.each<[JsonObject, string, string]>([
  [{ model: 7 }, 'model', 'must be a string, got 7'],
  [{ model: '' }, 'model', 'must have at least 1 character, got 0'],
  [{ messages: 'a cat' }, 'messages', 'must be a list, got a string'],
  [{ messages: [] }, 'messages', 'must have at least 1 entry, got 0'],
  [{ messages: ['a cat'] }, 'messages[0]', 'must be an object, got a string'],
  [{ messages: [{ content: 'a cat' }] }, 'messages[0].role', 'is required'],
  [{ messages: [{ role: 'user' }] }, 'messages[0].content', 'must be a string or a list of parts'],
  [
    { messages: [{ role: 'user', content: null }] },
    'messages[0].content',
    'must be a string or a list of parts',
  ],
  [
    { messages: [{ role: 'assistant', content: { a: 1 } }] },
    'messages[0].content',
    'must be a string or a list of parts',
  ],
  [
    { messages: [{ role: 'user', content: [{ text: 'a cat' }] }] },
    'messages[0].content[0].type',
    'is required',
  ],
  [
    { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
    'messages[0].content[0].text',
    'must be a string',
  ],
  [
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
    'messages[0].content[0].image_url.url',
    'must be a link or a data: URI',
  ],
  [{ temperature: 2.1 }, 'temperature', 'must be at most 2, got 2.1'],
  [{ temperature: -0.1 }, 'temperature', 'must be at least 0, got -0.1'],
  [{ temperature: '1' }, 'temperature', 'must be a number, got a string'],
  [{ top_p: 1.1 }, 'top_p', 'must be at most 1, got 1.1'],
  [{ n: 0 }, 'n', 'must be at least 1, got 0'],
  [{ n: 1.5 }, 'n', 'must be an integer, got 1.5'],
  [{ stream: 1 }, 'stream', 'must be a boolean, got 1'],
  [{ stream_options: true }, 'stream_options', 'must be an object, got true'],
  [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'must be a string or a list of at most 4 strings'],
  [{ max_tokens: 0 }, 'max_tokens', 'must be at least 1, got 0'],
  [{ presence_penalty: 2.5 }, 'presence_penalty', 'must be at most 2, got 2.5'],
  [{ frequency_penalty: -3 }, 'frequency_penalty', 'must be at least -2, got -3'],
  [{ logit_bias: [] }, 'logit_bias', 'must be an object, got a list'],
  [{ logit_bias: { '1': 101 } }, 'logit_bias.1', 'must be at most 100, got 101'],
  [{ user: 5 }, 'user', 'must be a string, got 5'],
  [{ response_format: 'json' }, 'response_format', 'must be an object, got a string'],
  [{ seed: 1.5 }, 'seed', 'must be an integer, got 1.5'],
  [{ seen: '1' }, 'seen', 'must be a number, got a string'],
  [{ tools: {} }, 'tools', 'must be a list, got an object'],
  [{ tools: [1] }, 'tools[0]', 'must be a string or an object'],
  [{ tool_choice: 1 }, 'tool_choice', 'must be a string or an object'],
  [{ webhook: 'https://x' }, 'webhook', 'must be an object, got a string'],
  [{ webhook: {} }, 'webhook.url', 'is required'],
  [{ webhook: { url: 'https://x', key: 'y' } }, 'webhook.key', 'is not a known field'],
  [{ metadata: { a: 1 } }, 'metadata.a', 'must be a string, got 1'],
  [
    { metadata: { ['k'.repeat(65)]: '' } },
    'metadata',
    'must have at most 16 entries, keys of at most 64 and values of at most 512 characters',
  ],
  [
    { metadata: Object.fromEntries([...'abcdefghijklmnopq'].map((key) => [key, ''])) },
    'metadata',
    'must have at most 16 entries, keys of at most 64 and values of at most 512 characters',
  ],
  [{ accept_possible_charge: 'yes' }, 'accept_possible_charge', 'must be true or false'],
])('a chat request with %j is refused at %s: %s', async (fields, param, why) => {
  expect(await refused(chatWith(fields))).toEqual({
    code: 'invalid_request',
    message: `Cannot generate: \`${param}\` ${why}.`,
    param,
  })
})

test.each<[JsonObject]>([
  [{ temperature: 0, top_p: 0, presence_penalty: -2, frequency_penalty: 2 }],
  [{ temperature: 2, top_p: 1, n: 1, max_tokens: 1, stop: '' }],
  [{ messages: [{ role: 'assistant' }, { role: 'user', content: '' }] }],
  [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'https://x/' }] }] }],
  [{ metadata: Object.fromEntries([...'abcdefghijklmnop'].map((key) => [key, 'v'.repeat(512)])) }],
])('a chat request at its limits passes: %j', async (fields) => {
  expect((await accepted(chatWith(fields))).ok).toBe(true)
})

test.each([[null], [[]], ['a cat'], [7]])('%j is no request', async (json) => {
  for (const parse of [safeParseChatRequest, safeParseVideoRequest]) {
    const error = await refused(parse(json, defaultModels))
    expect(error).toMatchObject({ code: 'invalid_request', param: null })
    expect(error.message).toContain('the request must be an object')
  }
})

test('a model nobody configured is not found, by a name cut to 40 characters', async () => {
  const error = await refused(chatWith({ model: 'x'.repeat(100) }))
  expect(error).toEqual({
    code: 'model_not_found',
    message: `Cannot generate: \`model\` must be one of sora-2, sora-2-pro, got ${'x'.repeat(39)}….`,
    param: 'model',
  })
})

test('no refusal repeats the prompt', async () => {
  const secret = 'the-secret-prompt'
  const results = [
    chatWith({ messages: [{ role: 'user', content: secret }], n: 0 }),
    chatWith({ messages: [{ role: 'user', content: [{ type: 'text', text: [secret] }] }] }),
    chatWith({ messages: secret }),
    videoWith({ prompt: secret.repeat(2000) }),
    videoWith({ prompt: secret, input_reference: secret }),
    videoWith({ prompt: [secret] }),
  ]
  for (const result of results) {
    expect(JSON.stringify(await refused(result))).not.toContain(secret)
  }
})

test.each<[JsonObject, string, string, string | null]>([
  [{}, '4', '720x1280', null],
  [{ seconds: '8', size: '1280x720' }, '8', '1280x720', null],
  [{ duration: 25 }, '25', '720x1280', null],
  [{ seconds: 'long', duration: 'x', size: 'wide' }, '4', '720x1280', null],
])('a chat with %j is taken for %s s in %s', async (fields, seconds, size, pricedSeconds) => {
  const { request } = await accepted(chatWith(fields))
  expect(request).toMatchObject({ seconds, size, pricedSeconds })
  expect(request.body).toMatchObject(fields)
})

test('a chat is priced by a length only where the relay goes by it', async () => {
  const [field, named] = [
    configure({ id: 'm', tell: { seconds: { by: 'field', name: 'duration' } } }),
    configure({ id: 'm', relay_model: 'm-{seconds}s', tell: { seconds: 'model' } }),
  ]
  const ask = (models: Models, fields: JsonObject) =>
    accepted(safeParseChatRequest({ ...chat, model: 'm', ...fields }, models))
  expect((await ask(field, { duration: 15, seconds: 4 })).request).toMatchObject({
    seconds: '15',
    pricedSeconds: '15',
  })
  expect((await ask(field, { seconds: 4 })).request.pricedSeconds).toBeNull()
  expect((await ask(named, { seconds: 8 })).request).toMatchObject({
    pricedSeconds: '8',
    body: { model: 'm-8s', seconds: 8 },
  })
})

test('a video request is put into words, and its habits are left unsaid', async () => {
  const plain = await accepted(videoWith({}))
  const spelled = await accepted(
    videoWith({ model: 'sora-2', seconds: 4, size: '720x1280', n: 1, user: 'u', stream: true }),
  )
  expect(plain.request.body).toEqual({
    model: 'sora-2',
    messages: [{ role: 'user', content: 'a cat' }],
    stream: true,
  })
  expect(spelled.request).toEqual(plain.request)
  const told = await accepted(videoWith({ seconds: '8', size: '1280x720', style: 'noir', n: '2' }))
  expect(told.request).toMatchObject({ seconds: '8', size: '1280x720', n: 2, pricedSeconds: '8' })
  expect(told.request.prompt).toBe('a cat')
  expect(told.request.body).toEqual({
    model: 'sora-2',
    messages: [{ role: 'user', content: 'a cat 横屏 16:9, 8s' }],
    style: 'noir',
    n: 2,
    stream: true,
  })
})

test.each<[JsonObject, string, string]>([
  [{ prompt: '' }, 'prompt', 'must have at least 1 character, got 0'],
  [{ prompt: 5 }, 'prompt', 'must be a string, got 5'],
  [{ prompt: 'x'.repeat(32_001) }, 'prompt', 'must have at most 32000 characters'],
  [{ seconds: '7' }, 'seconds', 'must be one of 4, 8, 10, 12, 15, got 7'],
  [{ seconds: 'toString' }, 'seconds', 'must be one of 4, 8, 10, 12, 15, got toString'],
  [{ seconds: true }, 'seconds', 'must be a string or a number'],
  [{ size: '1x1' }, 'size', 'must be one of 720x1280, 1280x720, 1024x1792, 1792x1024, got 1x1'],
  [{ n: '1.5' }, 'n', 'must be an integer from 1 to 16'],
  [{ messages: [] }, 'messages', 'belongs to a chat request; send `prompt`'],
  [
    { input_reference: 'ftp://x' },
    'input_reference',
    'must be a file, an https: link, a data: URI, or {"image_url": …}',
  ],
  [
    { input_reference: { file_id: 'file_1' } },
    'input_reference',
    'cannot be a file_id, because this gateway keeps no files; send the image or a link to it',
  ],
  [
    { input_reference: { file_id: 'file_1', image_url: 'https://x' } },
    'input_reference',
    'must be one of image_url and file_id, not both',
  ],
  [
    { input_reference: {} },
    'input_reference',
    'must have an image_url that is an https: link or a data: URI',
  ],
])('a video request with %j is refused at %s', async (fields, param, why) => {
  expect(await refused(videoWith(fields))).toEqual({
    code: 'invalid_request',
    message: `Cannot generate: \`${param}\` ${why}.`,
    param,
  })
})

test('a prompt is measured in characters, not in UTF-16 units', async () => {
  await accepted(videoWith({ prompt: '🎬'.repeat(32_000) }))
  const error = await refused(videoWith({ prompt: '🎬'.repeat(32_001) }))
  expect(error).toMatchObject({ param: 'prompt' })
})

test('a field the gateway writes itself cannot be sent beside what it is made of', async () => {
  const models = configure({ id: 'm', tell: { seconds: { by: 'field', name: 'duration' } } })
  expect(await refused(videoWith({ duration: 15 }, models))).toMatchObject({ param: 'duration' })
  const { request } = await accepted(videoWith({ seconds: 15 }, models))
  expect(request.body).toMatchObject({ duration: '15' })
})

test.each<[JsonObject[string], JsonObject[string]]>([
  ['https://x/a.png', 'https://x/a.png'],
  [{ image_url: 'https://x/a.png' }, 'https://x/a.png'],
  [{ image_url: 'https://x/a.png', file_id: null }, 'https://x/a.png'],
  ['data:image/png;base64,aGk=', { mediaType: 'image/png', bytes: 2 }],
  [{ image_url: 'data:image/png;base64,aGk=' }, { mediaType: 'image/png', bytes: 2 }],
])('the first image %j goes beside the prompt', async (reference, url) => {
  const { request } = await accepted(videoWith({ input_reference: reference }))
  expect(request.body).toMatchObject({
    messages: [
      {
        content: [
          { type: 'text', text: 'a cat' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  })
  expect(Object.keys(request.body)).toEqual(['model', 'messages', 'stream'])
  expect(request.attachments).toHaveLength(typeof url === 'string' ? 0 : 1)
})

test('a body may be 1 MiB without its images, counted in UTF-8', async () => {
  const image = `data:image/png;base64,${'A'.repeat(2 * 1024 * 1024)}`
  await accepted(chatWith({ image, note: 'ü'.repeat(500_000) }))
  const error = await refused(chatWith({ note: 'ü'.repeat(530_000) }))
  expect(error).toMatchObject({ code: 'request_too_large', param: 'note' })
  expect(error.message).toContain('`note` makes the request larger than 1 MiB')
})

test.each([
  ['unknown', { unknown: 'x'.repeat(1_100_000) }],
  ['tools', { tools: Array.from({ length: 60_000 }, (_, n) => `tool number ${n}`) }],
  ['response_format', { response_format: { type: 'x'.repeat(1_100_000) }, note: 'x'.repeat(9) }],
])('what makes a request too large is named: %s', async (param, fields) => {
  expect(await refused(chatWith(fields))).toMatchObject({ code: 'request_too_large', param })
})

test('a video request names what its caller wrote, and what is never forwarded does not count', async () => {
  const link = `https://x/${'a'.repeat(1_100_000)}`
  const error = await refused(videoWith({ input_reference: link }))
  expect(error).toMatchObject({ code: 'request_too_large', param: 'input_reference' })
  await accepted(videoWith({ user: 'u'.repeat(1_100_000) }))
})

const KiB256 = 256 * 1024

test('all messages together have at most 256 KiB of text, counted in UTF-8', async () => {
  const say = (...texts: string[]) => ({
    messages: [
      { role: 'system', content: texts[0] ?? '' },
      { role: 'assistant', content: null },
      { role: 'user', content: [{ type: 'text', text: texts[1] ?? '' }, { type: 'other' }] },
    ],
  })
  const half = 'ü'.repeat(KiB256 / 4)
  await accepted(chatWith(say(half, half)))
  const error = await refused(chatWith(say(half, `${half}x`)))
  expect(error).toMatchObject({ code: 'invalid_request', param: 'messages' })
  expect(error.message).toBe(
    'Cannot generate: `messages` must have at most 256 KiB of text, all together.',
  )
})

test('text that JSON writes longer than it is may not fill a row', async () => {
  const say = (content: string) => chatWith({ messages: [{ role: 'user', content }] })
  // Six bytes each in JSON, twice in a row: in the body, and as the prompt.
  const most = KiB256 / 2 - 5_000
  const { request } = await accepted(say('\u0001'.repeat(100_000)))
  expect(JSON.stringify(request).length).toBeLessThan(1_300_000)
  const error = await refused(say('\u0001'.repeat(most)))
  expect(error).toMatchObject({ code: 'request_too_large', param: 'messages' })
  await accepted(say('"'.repeat(KiB256)))
})
