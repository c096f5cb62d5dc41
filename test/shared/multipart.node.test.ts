// What OpenAI's own client puts on the wire, read back by the platform's form parser and by ours.

import OpenAI, { toFile } from 'openai'
import { expect, test } from 'vitest'
import type { FormEntry } from '../../shared/request/multipart.ts'
import { toVideoFields } from '../../shared/request/multipart.ts'

async function send(body: Record<string, unknown>) {
  const forms: FormData[] = []
  const client = new OpenAI({
    apiKey: 'test',
    baseURL: 'https://gateway.example/v1',
    maxRetries: 0,
    // The request is encoded and decoded in full; only the socket is missing.
    fetch: async (url, init) => {
      forms.push(await new Request(url, init).formData())
      return Response.json({ id: 'video_1' })
    },
  })
  await client.videos.create({ prompt: 'a cat', ...body })
  const entries: FormEntry[] = []
  for (const [name, value] of forms[0] ?? []) {
    if (typeof value === 'string') entries.push([name, value])
    else {
      const bytes = new Uint8Array(await value.arrayBuffer())
      entries.push([name, { mediaType: value.type, bytes }])
    }
  }
  const result = toVideoFields(entries)
  if (!result.ok) throw new Error(result.error.message)
  return result.fields
}

test('objects, lists and booleans of OpenAI’s client come back, as strings', async () => {
  const body = {
    model: 'sora-2',
    seconds: '8',
    size: '720x1280',
    input_reference: { image_url: 'https://relay.example/a.png' },
    metadata: { a: '1', 'b c': '日落' },
    webhook: { url: 'https://hook.example/' },
    accept_possible_charge: true,
    list: ['p', 'q'],
    objects: [{ k: 'v', l: 'w' }, { k: 'z' }],
    deep: { a: { b: ['1', '2'] } },
  }
  expect(await send(body)).toEqual({ prompt: 'a cat', ...body, accept_possible_charge: 'true' })
})

test('a file of OpenAI’s client keeps its bytes and its type', async () => {
  const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255, 13, 10])
  for (const options of [{ type: 'image/png' }, {}]) {
    const file = await toFile(bytes, 'first', options)
    expect(await send({ input_reference: file })).toEqual({
      prompt: 'a cat',
      input_reference: { mediaType: 'image/png', bytes },
    })
  }
})
