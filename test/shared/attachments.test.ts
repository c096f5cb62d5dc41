import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  attachmentMaxBytes,
  dropAttachments,
  liftAttachments,
  type Liftable,
} from '../../shared/request/attachments.ts'
import { bodyLength, encodeBody } from '../../shared/relay/encodeBody.ts'
import { isJsonObject, type JsonObject } from '../../shared/wire/json.ts'

async function lift(input: Liftable) {
  const result = await liftAttachments(input)
  if (!result.ok) throw new Error(result.error.message)
  if (!isJsonObject(result.value)) throw new Error('not an object')
  return { value: result.value, attachments: result.attachments }
}

async function refusal(input: Liftable) {
  const result = await liftAttachments(input)
  return result.ok ? null : `${result.error.code} ${result.error.param}`
}

function toDataUri(mediaType: string, bytes: Uint8Array): string {
  const binary = [...bytes].map((byte) => String.fromCharCode(byte)).join('')
  return `data:${mediaType};base64,${btoa(binary)}`
}

function* toChunks(bytes: Uint8Array, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function collect(body: JsonObject, images: ReadonlyMap<string, Uint8Array>, sizes: number[]) {
  const parts: Uint8Array[] = []
  let largest = 0
  for await (const part of encodeBody(body, (sha256) =>
    toChunks(images.get(sha256) ?? new Uint8Array(), sizes),
  )) {
    parts.push(part)
    largest = Math.max(largest, part.length)
  }
  const bytes = new Uint8Array(
    await new Blob(parts.map((part) => new Uint8Array(part))).arrayBuffer(),
  )
  return {
    text: new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(bytes),
    length: bytes.length,
    largest,
  }
}

test('a data URI becomes a marker that says all the JSON needs, and its bytes', async () => {
  const { value, attachments } = await lift({ image: 'data:image/png;base64,aGk=' })
  const sha256 = '8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4'
  expect(value).toEqual({ image: { $attachment: sha256, mediaType: 'image/png', bytes: 2 } })
  expect(attachments).toEqual([
    { sha256, mediaType: 'image/png', bytes: new Uint8Array([104, 105]) },
  ])
})

test('the same image twice is kept once, whatever it is called', async () => {
  const { attachments } = await lift({
    a: 'data:image/png;base64,aGk=',
    b: ['DATA:image/jpeg;BASE64,aGk', { c: 'data:;base64, a G\r\nk=' }],
  })
  expect(attachments).toHaveLength(1)
})

test.each([
  ['a letter outside the alphabet', 'aGk!'],
  ['one letter too many', 'aGkab'],
  ['padding inside', 'aG=k'],
  ['padding that is too short', 'aG='],
  ['padding that is too long', 'aGk=='],
  ['padding alone after a whole group', 'aGkx===='],
  ['text beyond ASCII', 'aGkü'],
])('base64 with %s is refused and the field named', async (_, payload) => {
  const url = `data:image/png;base64,${payload}`
  expect(await refusal({ messages: [{ images: [{ url }] }] })).toBe(
    'invalid_request messages[0].images[0].url',
  )
})

test.each([
  ['an empty image', { image: 'data:image/png;base64,' }, 'invalid_request image'],
  ['an empty file', { image: { mediaType: '', bytes: new Uint8Array() } }, 'invalid_request image'],
  ['a marker of the caller', { a: [{ $attachment: 'x' }] }, 'invalid_request a[0].$attachment'],
  ['a prototype', { a: { ['__proto__']: { b: 1 } } }, 'invalid_request a.__proto__'],
])('%s is refused', async (_, input, expected) => {
  expect(await refusal(input)).toBe(expected)
})

test('an image of 8 MiB passes and one byte more does not', async () => {
  const file = (length: number) => ({ mediaType: 'image/png', bytes: new Uint8Array(length) })
  expect(await refusal({ image: file(attachmentMaxBytes) })).toBeNull()
  expect(await refusal({ image: file(attachmentMaxBytes + 1) })).toBe('request_too_large image')
})

test('what a person writes stays text, and so does a URI that is not base64', async () => {
  const input = {
    prompt: 'data:image/png;base64,%%%',
    messages: [{ content: [{ type: 'text', text: 'data:;base64,aGk=' }] }],
    image: 'data:image/svg+xml,<svg/>',
    note: 'data:',
  }
  expect(await lift(input)).toEqual({ value: input, attachments: [] })
})

test('images leave a body without leaving holes in it', () => {
  const marker = { $attachment: 'ab', mediaType: 'image/png', bytes: 1 }
  const text = { type: 'text', text: 'cat' }
  const body = {
    messages: [
      { role: 'user', content: [text, { type: 'image_url', image_url: { url: marker } }] },
    ],
    image: marker,
    images: ['https://relay.example/a.png', marker],
    seed: 1,
  }
  expect(dropAttachments(body)).toEqual({
    messages: [{ role: 'user', content: [text] }],
    images: ['https://relay.example/a.png'],
    seed: 1,
  })
})

test('the streamed body is what JSON.stringify gives with the data URIs back in place', async () => {
  const image = fc.record({
    type: fc.constantFrom('image/png', '', 'image/jpeg;name="ü\\"', 'x'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  })
  const sizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 })
  const rest = fc
    .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }))
    .map((value) => JSON.stringify(value))
    .filter((text) => !text.includes('__proto__'))
  await fc.assert(
    fc.asyncProperty(fc.array(image, { maxLength: 4 }), sizes, rest, async (images, cuts, more) => {
      const whole = {
        more: JSON.parse(more) as JsonObject,
        images: images.map(({ type, bytes }) => ({ url: toDataUri(type, bytes) })),
        last: '☃',
      }
      const { value, attachments } = await lift(whole)
      const stored = new Map(attachments.map(({ sha256, bytes }) => [sha256, bytes]))
      const sent = await collect(value, stored, cuts)
      expect(sent.text).toBe(JSON.stringify(whole))
      expect(sent.length).toBe(bodyLength(value))
    }),
    { numRuns: 100 },
  )
})

test('a large image is never whole in memory as base64', async () => {
  const bytes = new Uint8Array(1_000_001).fill(7)
  const { value, attachments } = await lift({ image: { mediaType: 'image/png', bytes } })
  const stored = new Map(attachments.map((image) => [image.sha256, image.bytes]))
  const sent = await collect(value, stored, [bytes.length])
  expect(sent.largest).toBeLessThanOrEqual(64 * 1024)
  expect(sent.length).toBe(bodyLength(value))
  expect(sent.text).toBe(JSON.stringify({ image: toDataUri('image/png', bytes) }))
})

test('an image that is read back shorter breaks the POST instead of changing it', async () => {
  const { value, attachments } = await lift({ image: 'data:image/png;base64,aGk=' })
  const stored = new Map(attachments.map(({ sha256, bytes }) => [sha256, bytes.subarray(1)]))
  await expect(collect(value, stored, [1])).rejects.toThrow('2 bytes was read back as 1 bytes')
})
