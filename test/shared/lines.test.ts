// Lines and their true lengths in bytes against the plainest way to cut them: one byte after the
// other, each line decoded by itself.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLineReader } from '../../shared/wire/lines.ts'

type Line = readonly [text: string, bytes: number]
interface Lines {
  readonly lines: readonly Line[]
  readonly overflowed: boolean
}

const LF = 10
const CR = 13
const COLON = 58

function readInPieces(bytes: Uint8Array, cuts: readonly number[], limit: number): Lines {
  const lines: Line[] = []
  const reader = createLineReader({
    limit,
    skip: COLON,
    onLine: (text, length) => lines.push([text, length]),
  })
  let start = 0
  for (const end of [...cuts, bytes.length]) {
    reader.feed(bytes.subarray(start, end))
    start = end
  }
  reader.flush()
  return { lines, overflowed: reader.overflowed }
}

function readPlainly(bytes: Uint8Array, limit: number): Lines {
  const lines: Line[] = []
  const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
  let start = 0
  while (start < bytes.length) {
    let end = start
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end += 1
    const isSkipped = bytes[start] === COLON
    if (!isSkipped && end - start > limit) return { lines, overflowed: true }
    const line = bytes.slice(start, end)
    const text = decoder.decode(line)
    const isMarked = start === 0 && text.startsWith('\uFEFF')
    if (!isSkipped) lines.push([isMarked ? text.slice(1) : text, line.length])
    start = end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1)
  }
  return { lines, overflowed: false }
}

const encode = (text: string) => [...new TextEncoder().encode(text)]
const scrap = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\n\n').map(encode) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(':', ': ping', 'data: ', '\uFEFF', '\u0000').map(encode),
  },
  { weight: 2, arbitrary: fc.constantFrom('é', '进度', '🏃', '\u2028').map(encode) },
  { weight: 2, arbitrary: fc.array(fc.nat(255), { maxLength: 6 }) },
  { weight: 1, arbitrary: fc.nat(5000).map((length) => Array<number>(length).fill(97)) },
)
const body = fc.array(scrap, { maxLength: 30 }).map((scraps) => Uint8Array.from(scraps.flat()))

test('lines and their bytes are those of the plain way, at any chunking and any limit', () => {
  const limit = fc.constantFrom(0, 3, 10, 4000, 4097, 100_000)
  fc.assert(
    fc.property(body, fc.array(fc.nat(6000), { maxLength: 12 }), limit, (bytes, sizes, most) => {
      const cuts: number[] = []
      for (const size of sizes) cuts.push(Math.min(bytes.length, (cuts.at(-1) ?? 0) + size))
      expect(readInPieces(bytes, cuts, most)).toEqual(readPlainly(bytes, most))
    }),
    { numRuns: 3000 },
  )
})
