import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, decodeText } from './manifest.ts'

/** Pieces that mean something to one of the extractors, so that random texts reach their corners. */
const piece = fc.oneof(
  fc.constantFrom(
    '```json\n',
    '```',
    '{"prompt":"',
    '"}',
    '\n',
    '<think>',
    '</think>',
    '<video src="',
    '">',
    "'",
    '![',
    '[',
    '](',
    ')',
    'https://cdn.example/v.mp4',
    'http://',
    '/v1/files/x',
    ' ',
    '进度',
    '：',
    '36',
    '..',
    '%',
    '排队中',
    '生成中',
    '❌ 生成失败',
    '重试',
    '> ID: `',
    'task_1',
    '`',
    '&amp;',
    '\\n',
    '.',
    'Progress: ',
    'https://asyncdata.net/source/task_1',
  ),
  fc.string({ maxLength: 6 }),
)
const prose = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
const delta = fc.oneof(
  prose.map((content) => ({ content })),
  prose.map((reasoning_content) => ({ reasoning_content })),
  fc.record({ output: fc.array(fc.record({ url: prose, task_id: prose })) }),
  fc.jsonValue(),
)
const choice = fc.record({ index: fc.nat(3), delta, finish_reason: fc.constantFrom(null, 'stop') })
const line = fc.oneof(
  fc
    .record({ choices: fc.array(choice, { maxLength: 2 }) })
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`),
  fc.jsonValue().map((value) => `data: ${JSON.stringify(value)}\n\n`),
  fc.record({ error: fc.jsonValue() }).map((value) => `${JSON.stringify(value)}\n`),
  fc.constantFrom(
    'data: [DONE]\n\n',
    ': ping\n\n',
    'data: {"choices":[{"delta":{"content":"[a](http',
    '<html>',
  ),
  fc.string(),
)
const body = fc
  .array(line, { maxLength: 8 })
  .map((lines) => new TextEncoder().encode(lines.join('')))
const situation = fc.record({
  status: fc.constantFrom(200, 200, 200, 302, 400, 429, 500, 503, 524),
  ending: fc.constantFrom('end' as const, 'broken' as const, 'limit' as const),
})

test('how an answer is cut into chunks changes no fact and no verdict', () => {
  fc.assert(
    fc.property(body, situation, fc.array(fc.nat(2000)), (bytes, how, cuts) => {
      const places = [...new Set([0, ...cuts.filter((at) => at < bytes.length), bytes.length])]
      places.sort((a, b) => a - b)
      const chunks = places.slice(1).map((end, n) => bytes.subarray(places[n], end))
      expect(decode(chunks, how)).toEqual(decode([bytes], how))
    }),
    { numRuns: 1000 },
  )
})

test('how a text is cut into deltas changes no link and no percentage', () => {
  const toBody = (texts: readonly string[]): string =>
    texts
      .map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
      .join('')
  fc.assert(
    fc.property(prose, fc.nat(200), (text, at) => {
      const whole = decodeText(toBody([text]))
      const split = decodeText(toBody([text.slice(0, at), text.slice(at)]))
      const of = ({ facts }: typeof whole) =>
        facts.filter(({ type }) => type === 'link' || type === 'progress')
      expect(of(split)).toEqual(of(whole))
      expect(split.verdict).toEqual(whole.verdict)
    }),
    { numRuns: 2000 },
  )
})

test('no bytes whatever make the reader throw or touch a prototype', () => {
  fc.assert(
    fc.property(fc.oneof(body, fc.uint8Array({ maxLength: 300 })), situation, (bytes, how) => {
      const { verdict } = decode([bytes], how)
      if (verdict.is === 'video') expect(verdict.url).toMatch(/^https?:\/\//)
    }),
    { numRuns: 1000 },
  )
  decodeText(
    'data: {"__proto__":{"polluted":1},"choices":[{"delta":{"__proto__":{"polluted":1}}}]}\n\n',
  )
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test('every link could be the result, and the last one is', () => {
  fc.assert(
    fc.property(body, (bytes) => {
      const { facts, verdict } = decode([bytes])
      const links = facts.flatMap((fact) => (fact.type === 'link' ? [fact.url] : []))
      if (verdict.is === 'video') expect(links.at(-1)).toBe(verdict.url)
      else expect(verdict.failure.charge).toBe(links.length > 0 ? 'certain' : 'possible')
    }),
  )
})
