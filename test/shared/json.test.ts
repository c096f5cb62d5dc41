import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../../shared/wire/json.ts'
import { hasLoneSurrogate, shorten } from '../../shared/wire/text.ts'

const read = (text: string) => {
  const result = parseJson(text)
  return result.ok ? 'accepted' : `${result.error.code}@${result.error.position}`
}

test.each([
  ['', 'syntax@0'],
  ['{', 'syntax@1'],
  ['{"a":1,}', 'syntax@7'],
  ['[1,]', 'syntax@3'],
  ['[1 2]', 'syntax@3'],
  ['{a:1}', 'syntax@1'],
  ['nul', 'syntax@0'],
  ['1 2', 'syntax@2'],
  ['01', 'syntax@1'],
  ['1.', 'syntax@2'],
  ['+1', 'syntax@0'],
  ['-', 'syntax@1'],
  ['NaN', 'syntax@0'],
  ['"a', 'syntax@2'],
  ['"a\\', 'syntax@3'],
  ['"\\x41"', 'syntax@0'],
  ['"\u0000"', 'syntax@1'],
  ['"a\nb"', 'syntax@2'],
  ['\ufeff{}', 'syntax@0'],
  ['{"a":1,"a":2}', 'duplicate_key@7'],
  ['{"a":1,"\\u0061":2}', 'duplicate_key@7'],
  ['{"__proto__":{"x":1}}', 'forbidden_key@1'],
  ['{"\\u005f_proto__":1}', 'forbidden_key@1'],
  ['["\\ud800"]', 'lone_surrogate@1'],
  ['["\ud800"]', 'lone_surrogate@1'],
  ['["\\udc00\\ud800"]', 'lone_surrogate@1'],
  ['{"\\ud800":1}', 'lone_surrogate@1'],
  ['[1e400]', 'inexact_number@1'],
  ['[-1e400]', 'inexact_number@1'],
  ['9007199254740993', 'inexact_number@0'],
  ['9007199254740991', 'accepted'],
  ['1e300', 'accepted'],
  ['"\\ud83d\\ude00"', 'accepted'],
  ['{"constructor":1,"toString":2,"hasOwnProperty":3}', 'accepted'],
  [' \t\r\n[] ', 'accepted'],
])('%j is read as %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test('nesting is counted before anything recurses', () => {
  expect(read('['.repeat(32) + ']'.repeat(32))).toBe('accepted')
  expect(read('['.repeat(33) + ']'.repeat(33))).toBe('too_deep@32')
  expect(read('{"a":'.repeat(50_000))).toBe('too_deep@160')
  expect(read('"' + '['.repeat(100) + '"')).toBe('accepted')
  expect(parseJson('[[1]]', { maxDepth: 1 })).toMatchObject({ error: { code: 'too_deep' } })
})

test('a key that looks like a prototype becomes a property of its own', () => {
  const result = parseJson('{"constructor":{"prototype":{"polluted":1}}}')
  expect(result).toEqual({ ok: true, value: { constructor: { prototype: { polluted: 1 } } } })
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('a refusal never quotes more than one short key', () => {
  const long = 'secret'.repeat(50)
  for (const text of [`{"${long}":1,"${long}":2}`, `["${long}`, `["\\ud800${long}"]`]) {
    const result = parseJson(text)
    expect(result.ok).toBe(false)
    if (!result.ok) expect(result.error.message).not.toContain('secret'.repeat(8))
  }
})

test('what is accepted is read exactly as JSON.parse reads it, at any spacing', () => {
  const value = fc.jsonValue({ maxDepth: 6, noUnicodeString: false })
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1, '\t', '\r\n '), (input, space) => {
      const text = JSON.stringify(input, null, space)
      const result = parseJson(text)
      if (result.ok) {
        // Object.is inside: -0 and 0 are different here.
        expect(result.value).toStrictEqual(JSON.parse(text))
      } else {
        expect(result.error.code).toMatch(/^(forbidden_key|lone_surrogate|inexact_number)$/)
      }
    }),
    { numRuns: 300 },
  )
})

test('damaged JSON never throws, and is accepted only where JSON.parse accepts it', () => {
  const damaged = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', '\\', '{', ']', ',', 'e', '-', '0', '\u0001'),
    )
    .map(([text, at, insert]) => {
      const cut = at % (text.length + 1)
      return text.slice(0, cut) + insert + text.slice(cut + 1)
    })
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string({ unit: 'binary' })), (text) => {
      const result = parseJson(text)
      if (result.ok) expect(result.value).toStrictEqual(JSON.parse(text))
      else if (result.error.code === 'syntax') expect(() => JSON.parse(text) as unknown).toThrow()
    }),
    { numRuns: 1000 },
  )
})

test('text that UTF-8 can carry comes back from it, and no other text is called sound', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const sent = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(
        new TextEncoder().encode(text),
      )
      expect(hasLoneSurrogate(text)).toBe(sent !== text)
    }),
  )
  expect(hasLoneSurrogate('a\ud800b')).toBe(true)
})

test('outside text is named by at most 40 characters', () => {
  expect(shorten('x'.repeat(40))).toBe('x'.repeat(40))
  expect(shorten('x'.repeat(41))).toBe(`${'x'.repeat(39)}…`)
})
