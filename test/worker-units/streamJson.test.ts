// A JSON document that comes late, read as the platform reads a body.

import { expect, test } from 'vitest'
import { streamJson } from '../../worker/http/streamJson.ts'

const text = async (stream: ReadableStream<Uint8Array>) => await new Response(stream).text()

test('white space is sent at once and for every look in vain, then the document', async () => {
  const looks = [null, null, '{"a":1}']
  const sent = await text(streamJson(async () => looks.shift() ?? null))
  expect(sent).toBe('\n\n\n{"a":1}')
  expect(JSON.parse(sent)).toEqual({ a: 1 })
})

test('nobody looks before somebody reads, nor for a reader who has left', async () => {
  let looks = 0
  let found: (document: string | null) => void = () => undefined
  const reader = streamJson(async () => {
    looks += 1
    return await new Promise<string | null>((resolve) => (found = resolve))
  }).getReader()
  expect(await reader.read()).toMatchObject({ done: false })
  expect(looks).toBe(0)
  const next = reader.read()
  expect(looks).toBe(1)
  await reader.cancel()
  found(null)
  expect(await next).toMatchObject({ done: true })
  await new Promise((resolve) => setImmediate(resolve))
  expect(looks).toBe(1)
})

test('a look that fails breaks the body off instead of ending it', async () => {
  const broken = streamJson(async () => await Promise.reject(new Error('no')))
  await expect(text(broken)).rejects.toThrow('no')
})
