// A form is read in the bytes that came, as the web's own reader reads it.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMultipart } from '../../shared/request/multipartBody.ts'

async function write(form: FormData): Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }> {
  const response = new Response(form)
  const type = response.headers.get('content-type') ?? ''
  return { bytes: new Uint8Array(await response.arrayBuffer()), type }
}

const encode = (text: string) => new Uint8Array(new TextEncoder().encode(text))

function parse(text: string, type = 'multipart/form-data; boundary=x') {
  return parseMultipart(encode(text), type)
}

test('what a web client writes comes out as it was', async () => {
  const name = fc.constantFrom('prompt', 'metadata[a]', 'ü', 'a"b', 'a%22b')
  const words = fc.string().map((text) => text.replace(/[\r\n]+/g, '\r\n'))
  const file = fc.uint8Array({ maxLength: 200 })
  const bytes = fc.oneof(file, fc.constantFrom(encode('\r\n--'), encode('\r\n\r\n--\r\n')))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, fc.oneof(words, bytes))), async (fields) => {
      const form = new FormData()
      for (const [field, value] of fields) {
        if (typeof value === 'string') form.append(field, value)
        else form.append(field, new Blob([new Uint8Array(value)], { type: 'image/png' }), 'a.png')
      }
      const { bytes: body, type } = await write(form)
      const entries = parseMultipart(body, type)
      expect(
        entries?.map(([field, value]) => [
          field,
          typeof value === 'string' ? value : { ...value, bytes: [...value.bytes] },
        ]),
      ).toEqual(
        fields.map(([field, value]) => [
          field.replaceAll('%22', '"'),
          typeof value === 'string'
            ? value.toWellFormed()
            : { mediaType: 'image/png', bytes: [...value] },
        ]),
      )
    }),
    { numRuns: 200 },
  )
})

test('a file is a view of the body, not a copy', async () => {
  const form = new FormData()
  form.append('image', new Blob(['picture']), 'a.png')
  const { bytes, type } = await write(form)
  const [[, value] = []] = parseMultipart(bytes, type) ?? []
  expect(typeof value === 'object' ? value.bytes.buffer : null).toBe(bytes.buffer)
})

const part = 'content-disposition: form-data; name="a"\r\n\r\nb'

test.each([
  ['words before the first boundary', `hello\r\n--x\r\n${part}\r\n--x--\r\n`],
  ['blanks behind a boundary', `--x \t\r\n${part}\r\n--x--`],
  ['other headers', `--x\r\nX-Other: 1\r\n${part}\r\n--x--`],
  ['a quote escaped by a backslash', `--x\r\n${part.replace('"a"', '"\\a"')}\r\n--x--`],
])('takes %s', (_, text) => {
  expect(parse(text)?.[0]?.[1]).toBe('b')
})

test.each([
  ['nothing', ''],
  ['no end', `--x\r\n${part}`],
  ['no headers', '--x\r\nb\r\n--x--'],
  ['no name', `--x\r\n${part.replace('name', 'nome')}\r\n--x--`],
  ['another kind of part', `--x\r\n${part.replace('form-data', 'attachment')}\r\n--x--`],
  ['another boundary', `--y\r\n${part}\r\n--y--`],
])('refuses %s', (_, text) => {
  expect(parse(text)).toBeNull()
})

test('a type without a boundary, or with a quoted one', () => {
  const text = `--x y\r\n${part}\r\n--x y--`
  expect(parse(text, 'multipart/form-data')).toBeNull()
  expect(parse(text, 'multipart/form-data; charset=utf-8; boundary="x y"')).toEqual([['a', 'b']])
})
