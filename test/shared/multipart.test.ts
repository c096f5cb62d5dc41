import { expect, test } from 'vitest'
import { toVideoFields, type FormEntry } from '../../shared/request/multipart.ts'
import { defaultModels } from '../../shared/request/models.ts'
import { safeParseVideoRequest } from '../../shared/request/request.ts'

const bytesOf = (binary: string) => Uint8Array.from(binary, (sign) => sign.charCodeAt(0))

function read(...entries: FormEntry[]) {
  const result = toVideoFields(entries)
  return result.ok ? result.fields : `refused ${result.error.param}`
}

test.each<[string, FormEntry[], unknown]>([
  [
    'plain fields',
    [
      ['prompt', 'a'],
      ['seconds', '8'],
    ],
    { prompt: 'a', seconds: '8' },
  ],
  [
    'an object',
    [
      ['a[x]', '1'],
      ['a[y z]', '2'],
    ],
    { a: { x: '1', 'y z': '2' } },
  ],
  [
    'a list',
    [
      ['a[]', '1'],
      ['b', '-'],
      ['a[]', '2'],
    ],
    { a: ['1', '2'], b: '-' },
  ],
  [
    'a list inside objects',
    [
      ['a[b][c][]', '1'],
      ['a[b][c][]', '2'],
    ],
    { a: { b: { c: ['1', '2'] } } },
  ],
  [
    'a list of objects',
    [
      ['a[][k]', '1'],
      ['a[][l]', '2'],
      ['a[][k]', '3'],
    ],
    { a: [{ k: '1', l: '2' }, { k: '3' }] },
  ],
  ['an empty value', [['a', '']], { a: '' }],
  ['a key that itself has brackets', [['a[b[c]]', '1']], { a: { 'b[c]': '1' } }],
  [
    'names every object has',
    [
      ['constructor', '1'],
      ['a[toString]', '2'],
    ],
    { constructor: '1', a: { toString: '2' } },
  ],
])('a form gives back %s', (_, entries, expected) => {
  expect(read(...entries)).toEqual(expected)
})

test.each<[string, FormEntry[], string]>([
  [
    'a name given twice',
    [
      ['a', '1'],
      ['a', '2'],
    ],
    'a',
  ],
  [
    'a value and an object',
    [
      ['a', '1'],
      ['a[b]', '2'],
    ],
    'a[b]',
  ],
  [
    'an object and a value',
    [
      ['a[b]', '1'],
      ['a', '2'],
    ],
    'a',
  ],
  [
    'a list and an object',
    [
      ['a[]', '1'],
      ['a[b]', '2'],
    ],
    'a[b]',
  ],
  [
    'an object and a list',
    [
      ['a[b]', '1'],
      ['a[]', '2'],
    ],
    'a[]',
  ],
  ['an empty name', [['', '1']], ''],
  ['a name without a head', [['[a]', '1']], '[a]'],
  ['an open bracket', [['a[b', '1']], 'a[b'],
  ['text after a bracket', [['a[b]c', '1']], 'a[b]c'],
  ['a prototype', [['a[__proto__]', '1']], 'a[__proto__]'],
  ['half a surrogate pair', [['a', '\ud800']], 'a'],
  ['a name that nests too deep', [[`a${'[b]'.repeat(40)}`, '1']], `a${'[b]'.repeat(12)}[b…`],
])('%s in a form is refused', (_, entries, param) => {
  expect(read(...entries)).toBe(`refused ${param}`)
})

test('a form may have a thousand fields and not one more', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index): FormEntry => [`f${index}`, ''])
  expect(toVideoFields(entries(1000)).ok).toBe(true)
  expect(toVideoFields(entries(1001)).ok).toBe(false)
})

test.each([
  ['\x89PNG\r\n\x1a\n', '', 'image/png'],
  ['\xff\xd8\xff\xe0', 'application/octet-stream', 'image/jpeg'],
  ['GIF89a', 'application/octet-stream', 'image/gif'],
  ['RIFF\x10\0\0\0WEBPVP8 ', 'application/octet-stream', 'image/webp'],
  ['RIFF\x10\0\0\0WAVEfmt ', 'application/octet-stream', 'application/octet-stream'],
  ['hello', '', 'application/octet-stream'],
  ['\x89PNG', 'image/avif', 'image/avif'],
])('a file that begins %j and is called %j is sent as %s', (head, mediaType, expected) => {
  const bytes = bytesOf(head)
  expect(read(['input_reference', { mediaType, bytes }])).toEqual({
    input_reference: { mediaType: expected, bytes },
  })
})

test('a form and the JSON it was made from are one request', async () => {
  const form = toVideoFields([
    ['prompt', 'a cat'],
    ['seconds', '8'],
    ['n', '2'],
    ['metadata[a]', '1'],
    ['webhook[url]', 'https://hook.example/'],
    ['accept_possible_charge', 'true'],
    ['input_reference', { mediaType: 'image/png', bytes: bytesOf('hi') }],
  ])
  if (!form.ok) throw new Error(form.error.message)
  const json = {
    prompt: 'a cat',
    seconds: 8,
    n: 2,
    metadata: { a: '1' },
    webhook: { url: 'https://hook.example/' },
    accept_possible_charge: true,
    input_reference: 'data:image/png;base64,aGk=',
  }
  const result = await safeParseVideoRequest(form.fields, defaultModels)
  expect(result.ok).toBe(true)
  expect(result).toEqual(await safeParseVideoRequest(json, defaultModels))
})

test('a form cannot name an image it did not bring', async () => {
  const form = toVideoFields([
    ['prompt', 'a cat'],
    ['input_reference[$attachment]', 'ab'],
  ])
  if (!form.ok) throw new Error(form.error.message)
  expect(await safeParseVideoRequest(form.fields, defaultModels)).toMatchObject({
    ok: false,
    error: { param: 'input_reference.$attachment' },
  })
})
