// Images are taken out of JSON before it is parsed: what comes out is what parsing it whole gives.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { liftAttachments } from '../../shared/request/attachments.ts'
import { takeImages } from '../../shared/request/jsonImages.ts'
import { toBase64 } from '../../shared/wire/bytes.ts'
import type { JsonValue } from '../../shared/wire/json.ts'

const secret = 'b6b0a1f4-0000-4000-8000-000000000000'

function take(text: string): { value: JsonValue; rest: string; liftable: unknown } {
  const whole = new Uint8Array(new TextEncoder().encode(text))
  const { text: pieces, restore } = takeImages(whole, secret)
  const rest = pieces.map((piece) => new TextDecoder().decode(piece)).join('')
  const value = JSON.parse(rest) as JsonValue
  return { value, rest, liftable: restore(value) }
}

/** What the request becomes, from its text whole and from what was taken out of it. */
async function both(text: string) {
  const { liftable } = take(text)
  return {
    taken: await liftAttachments(liftable as JsonValue),
    whole: await liftAttachments(JSON.parse(text) as JsonValue),
  }
}

/** As PHP writes slashes, and as a careful encoder writes everything. */
const spellings = [
  (text: string) => text,
  (text: string) => text.replaceAll('/', '\\/'),
  (text: string) => text.replaceAll('+', String.raw`\u002b`).replaceAll('A', String.raw`\u0041`),
] as const

test('it is the same request, however it is written', async () => {
  const uri = fc
    .record({
      type: fc.constantFrom('image/png', '', 'IMAGE/jpeg;name=x', 'x'),
      scheme: fc.constantFrom('data:', 'DATA:', 'date:', 'data'),
      bytes: fc.uint8Array({ maxLength: 100 }),
      mess: fc.constantFrom('', '', '', '=', '*', ' ', '\n', 'é', '"', '\\'),
    })
    .map(
      ({ type, scheme, bytes, mess }) =>
        `${scheme}${type};base64,${toBase64(new Uint8Array(bytes))}${mess}`,
    )
  const text = fc.oneof(uri, fc.string(), fc.constantFrom('data:', 'data:,', 'data:;base64,'))
  const name = fc.constantFrom('image', 'prompt', 'text', 'content', 'url', 'data:;base64,aGk=')
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.constantFrom(null, true),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  }))
  const spaces = fc.constantFrom(undefined, 1, '\t')
  await fc.assert(
    fc.asyncProperty(value, spaces, fc.constantFrom(...spellings), async (json, space, spell) => {
      const { taken, whole } = await both(spell(JSON.stringify(json, null, space)))
      expect(taken).toEqual(whole)
    }),
    { numRuns: 500 },
  )
})

test('what is left has the length of the words', () => {
  const image = `data:image/png;base64,${toBase64(new Uint8Array(300_000).fill(9))}`
  const { rest } = take(JSON.stringify({ prompt: 'a cat', images: [image, { url: image }] }))
  expect(rest.length).toBeLessThan(200)
})

test('gaps are no words', () => {
  const { rest, liftable } = take(`[1,${' \n'.repeat(5000)}2, "  ", 3 ${'\t'.repeat(5000)}]`)
  expect(rest.length).toBeLessThan(200)
  expect(liftable).toEqual([1, 2, '  ', 3])
  expect(() => take(`[1${' '.repeat(5000)}2]`)).toThrow(SyntaxError)
})

test('a caller who guesses at stand-ins writes words', () => {
  const text = '{"image":"b6b0a1f4-0000-4000-8000-00000000000","more":"0"}'
  expect(take(text).liftable).toEqual(JSON.parse(text))
})

test.each(['', '"', '"data:;base64,aGk=', '{"a":"\\', '["data:image/png;base64,aG\\'])(
  'what is cut off is left to the parser: %s',
  (text) => {
    expect(() => take(text)).toThrow(SyntaxError)
  },
)
