import { expect, test } from 'vitest'
import type { JsonObject } from '../../shared/wire/json.ts'
import type { Models } from '../../shared/request/models.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { createRemixRequest, safeParseRemixRequest } from '../../shared/request/remix.ts'
import { safeParseChatRequest, safeParseVideoRequest } from '../../shared/request/request.ts'

function configure(entry: JsonObject): Models {
  const result = safeParseModels(JSON.stringify([{ id: 'sora-2', ...entry }]))
  if (!result.ok) throw new Error(result.message)
  return result.models
}

async function film(models: Models, fields: JsonObject = {}) {
  const result = await safeParseVideoRequest({ prompt: 'a cat', ...fields }, models)
  if (!result.ok) throw new Error(result.error.message)
  return result.request
}

const history = configure({})
const byId = configure({ remix: 'target_id' })

test('a remix by history is the old conversation, the relay’s answer and the new order', async () => {
  const original = await film(history, { seconds: 8, style: 'noir' })
  const remix = createRemixRequest(original, 'done: sid s_1', 'a dog', null, history)
  expect(remix).toEqual({
    ok: true,
    request: {
      ...original,
      prompt: 'a dog',
      body: {
        model: 'sora-2',
        messages: [
          { role: 'user', content: 'a cat 8s' },
          { role: 'assistant', content: 'done: sid s_1' },
          { role: 'user', content: 'a dog 8s' },
        ],
        style: 'noir',
        stream: true,
      },
    },
  })
})

test('a remix by id sends the new order and the relay’s id', async () => {
  const remix = createRemixRequest(await film(byId), '', 'a dog', 's_1', byId)
  expect(remix).toMatchObject({
    ok: true,
    request: {
      prompt: 'a dog',
      body: { messages: [{ role: 'user', content: 'a dog' }], remix_target_id: 's_1' },
    },
  })
})

test('a remix goes without the images, whose bytes are gone', async () => {
  const reference = 'data:image/png;base64,aGk='
  const original = await film(history, { input_reference: reference, image: reference })
  const remix = createRemixRequest(original, 'done', 'a dog', null, history)
  expect(remix).toMatchObject({
    ok: true,
    request: {
      attachments: [],
      body: { messages: [{ content: [{ type: 'text', text: 'a cat' }] }, {}, {}] },
    },
  })
  expect(JSON.stringify(remix)).not.toContain('$attachment')
})

test('a message that was only an image does not stay behind empty', async () => {
  const url = 'data:image/png;base64,aGk='
  const picture = { role: 'user', content: [{ type: 'image_url', image_url: { url } }] }
  const words = { role: 'user', content: 'a cat' }
  const original = await safeParseChatRequest(
    { model: 'sora-2', messages: [picture, words] },
    history,
  )
  if (!original.ok) throw new Error(original.error.message)
  const remix = createRemixRequest(original.request, 'done', 'a dog', null, history)
  expect(remix).toMatchObject({
    request: { body: { messages: [words, { role: 'assistant' }, { content: 'a dog' }] } },
  })
})

test.each<[string, JsonObject, string, string | null, string]>([
  ['no text of the relay', {}, '', 's_1', 'not_remixable'],
  ['no id of the relay', { remix: 'target_id' }, 'done', null, 'not_remixable'],
  ['a model that cannot', { remix: 'off' }, 'done', 's_1', 'not_supported'],
  ['a model that is gone', { id: 'other' }, 'done', 's_1', 'model_not_found'],
])('nothing is remixed with %s', async (_, entry, text, targetId, code) => {
  const remix = createRemixRequest(await film(history), text, 'a dog', targetId, configure(entry))
  expect(remix).toMatchObject({ ok: false, error: { code } })
})

test('a remix order is a prompt and what is ours', () => {
  const order = { prompt: 'a dog', metadata: { a: 'b' }, webhook: null, user: 'u' }
  expect(safeParseRemixRequest(order)).toMatchObject({
    ok: true,
    prompt: 'a dog',
    options: { metadata: { a: 'b' }, webhook: null, acceptPossibleCharge: false },
  })
  expect(safeParseRemixRequest({})).toMatchObject({ ok: false, error: { param: 'prompt' } })
})

test('a conversation that grows with every remix ends at the length of any other', async () => {
  let original = await film(history, { prompt: 'x'.repeat(32_000) })
  const prompts: number[] = []
  for (;;) {
    const remix = createRemixRequest(
      original,
      'y'.repeat(32_000),
      'z'.repeat(32_000),
      null,
      history,
    )
    if (!remix.ok) {
      expect(remix.error).toMatchObject({ code: 'invalid_request', param: null })
      expect(remix.error.message).toContain('more than 256 KiB of text; begin a new one')
      break
    }
    original = remix.request
    prompts.push(original.prompt.length)
  }
  // 32,000 characters, and 64,000 more with every remix.
  expect(prompts).toHaveLength(3)
})
