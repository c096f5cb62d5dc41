import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { parseJson } from '../../shared/wire/json.ts'
import { shorten } from '../../shared/wire/text.ts'

const read = (text: string) => {
  const result = parseJson(text)
  return result.ok ? 'accepted' : result.message
}

const syntax = 'Cannot read the JSON: it is cut off or its syntax is wrong.'
const forbidden = 'Cannot read the JSON: the key `__proto__` is not allowed.'
const surrogate =
  'Cannot read the JSON: half of a surrogate pair stands alone, which UTF-8 cannot carry.'
const inexact = 'Cannot read the JSON: a number is too large to be carried exactly.'
const deep = 'Cannot read the JSON: it is nested deeper than 32 levels.'

test.each([
  ['', syntax],
  ['{', syntax],
  ['{"a":1,}', syntax],
  ['[1,]', syntax],
  ['[1 2]', syntax],
  ['{a:1}', syntax],
  ['nul', syntax],
  ['1 2', syntax],
  ['01', syntax],
  ['1.', syntax],
  ['+1', syntax],
  ['-', syntax],
  ['NaN', syntax],
  ['"a', syntax],
  ['"a\\', syntax],
  ['"\\x41"', syntax],
  ['"\u0000"', syntax],
  ['"a\nb"', syntax],
  ['\ufeff{}', syntax],
  ['{"__proto__":{"x":1}}', forbidden],
  ['{"\\u005f_proto__":1}', forbidden],
  ['["\\ud800"]', surrogate],
  ['["\ud800"]', surrogate],
  ['["\\udc00\\ud800"]', surrogate],
  ['{"\\ud800":1}', surrogate],
  ['[1e400]', inexact],
  ['[-1e400]', inexact],
  ['9007199254740993', inexact],
  ['[9007199254740992, 1e300]', inexact],
  ['-9007199254740993', inexact],
  ['[9007199254740993.0, 9007199254740993e0]', 'accepted'],
  ['{"a":[1e300,{"__proto__":1}]}', forbidden],
  ['["9007199254740993"]', 'accepted'],
  ['9007199254740991', 'accepted'],
  ['1e300', 'accepted'],
  ['"\\ud83d\\ude00"', 'accepted'],
  ['{"constructor":1,"toString":2,"hasOwnProperty":3}', 'accepted'],
  [' \t\r\n[] ', 'accepted'],
])('%j is read as %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test('nesting is counted before anything of ours recurses', () => {
  expect(read('['.repeat(32) + ']'.repeat(32))).toBe('accepted')
  expect(read('['.repeat(33) + ']'.repeat(33))).toBe(deep)
  for (const levels of [33, 1000, 100_000]) {
    expect(read('['.repeat(levels) + ']'.repeat(levels))).toBe(deep)
    expect(read('{"a":'.repeat(levels) + '1' + '}'.repeat(levels))).toBe(deep)
  }
  expect(read('{"a":'.repeat(100_000))).toBe(syntax)
  expect(read('"' + '['.repeat(100) + '"')).toBe('accepted')
})

test('a key that looks like a prototype becomes a property of its own', () => {
  const result = parseJson('{"constructor":{"prototype":{"polluted":1}}}')
  expect(result).toEqual({ ok: true, value: { constructor: { prototype: { polluted: 1 } } } })
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('of a key that is given twice the last one counts, as for everybody', () => {
  expect(parseJson('{"a":1,"\\u0061":2}')).toEqual({ ok: true, value: { a: 2 } })
})

test('a host that does not tell how a number was written refuses every large one', () => {
  const parse = JSON.parse
  vi.spyOn(JSON, 'parse').mockImplementation((text, reviver) =>
    parse(text, reviver && ((name, value) => reviver.call(null, name, value) as unknown)),
  )
  expect(['1e300', '9007199254740993', '9007199254740991'].map(read)).toEqual([
    inexact,
    inexact,
    'accepted',
  ])
  vi.restoreAllMocks()
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
        expect([forbidden, surrogate, inexact]).toContain(result.message)
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
      else if (result.message === syntax) expect(() => JSON.parse(text) as unknown).toThrow()
    }),
    { numRuns: 1000 },
  )
})

test('outside text is named by at most 40 characters', () => {
  expect(shorten('x'.repeat(40))).toBe('x'.repeat(40))
  expect(shorten('x'.repeat(41))).toBe(`${'x'.repeat(39)}…`)
})
