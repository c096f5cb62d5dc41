// The short way through a chunk against the long one: whatever the short way says, JSON.parse and
// readChunk would have said. Where it says nothing, the long way is taken and there is no question.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readChunk } from '../../../shared/relay/chat/chunk.ts'
import { createEnvelope } from '../../../shared/relay/chat/envelope.ts'
import { isRecord, parseJson } from '../../../shared/relay/chat/record.ts'
import { decode, decodeText } from './manifest.ts'

/** Reads each text as an answer does, short where that is possible, and compares. */
function countShort(texts: readonly string[]): number {
  const envelope = createEnvelope()
  let short = 0
  for (const json of texts) {
    const known = envelope.read(json)
    const value = parseJson(json)
    if (known !== null) {
      short += 1
      const chunk = isRecord(value) ? readChunk(value, false) : null
      expect(chunk, json).toEqual({
        texts: [known],
        finishReasons: [],
        links: [],
        taskIds: [],
        progress: [],
        usage: envelope.usage,
        error: null,
        isCompletion: false,
      })
    } else if (isRecord(value)) envelope.learn(json, readChunk(value, false))
  }
  return short
}

const toJson = (content: string, rest: object = {}) =>
  JSON.stringify({ id: 'c', ...rest, choices: [{ index: 0, delta: { content } }] })

test('a chunk that differs in its text only is read by its text', () => {
  expect(
    countShort(['a', 'b', '', '"', '\\', '\n', '🏃', '\u0000', 'a'].map((text) => toJson(text))),
  ).toBe(8)
})

test('reasoning, an index and the usage of every chunk are kept', () => {
  const texts = ['a\n', 'b\n', 'c\n'].map((reasoning_content) =>
    JSON.stringify({
      usage: { prompt_tokens: 7 },
      choices: [{ index: 3, delta: { reasoning_content, content: null } }],
    }),
  )
  expect(countShort(texts)).toBe(2)
})

test('an envelope that changes now and then is learned anew each time', () => {
  const texts = Array.from({ length: 60 }, (_, i) =>
    toJson(`${i}`, { created: Math.floor(i / 20) }),
  )
  expect(countShort(texts)).toBe(57)
})

test('an envelope that always changes is tried ever more seldom', () => {
  const envelope = createEnvelope()
  let lessons = 0
  for (let i = 0; i < 2000; i += 1) {
    const json = toJson('x', { created: i })
    const chunk = readChunk(JSON.parse(json), false)
    const watched = new Proxy(chunk, {
      get: (target, name) => {
        if (name === 'usage') lessons += 1
        return Reflect.get(target, name)
      },
    })
    expect(envelope.read(json)).toBeNull()
    envelope.learn(json, watched)
  }
  expect(lessons).toBeLessThan(20)
})

test.each([
  ['the text is only a part of the field', '{"choices":[{"delta":{"content":["', 'a', '"]}}]}'],
  [
    'a later field of the same name counts',
    '{"choices":[{"delta":{"content":"',
    'a',
    '","content":"b"}}]}',
  ],
  [
    'the field is another choice',
    '{"choices":[{"delta":{"text":"t"}},{"delta":{"content":"',
    'a',
    '"}}]}',
  ],
  ['it says more than a text', '{"choices":[{"delta":{"progress":0.5,"content":"', 'a', '"}}]}'],
  ['it ends the answer', '{"choices":[{"finish_reason":"stop","delta":{"content":"', 'a', '"}}]}'],
  ['it is an error', '{"error":"no","choices":[{"delta":{"content":"', 'a', '"}}]}'],
  [
    'it is the whole answer',
    '{"object":"chat.completion","choices":[{"delta":{"content":"',
    'a',
    '"}}]}',
  ],
  ['its text is at another place', '{"content":"c","choices":[{"delta":{"text":"', 'a', '"}}]}'],
])('a chunk is read the long way when %s', (_why, head, text, tail) => {
  expect(() => JSON.parse(head + text + tail)).not.toThrow()
  expect(countShort([head + text + tail, head + text + text + tail])).toBe(0)
})

test('a first field of the same name, which does not count, is not taken for the text', () => {
  const texts = ['a', 'b'].map(
    (text) => `{"content":"${text}","choices":[{"delta":{"content":"x"}}]}`,
  )
  expect(countShort(texts)).toBe(0)
})

/** Pieces of JSON text, so that what stands between head and tail is often nearly right. */
const scrap = fc.oneof(
  fc.constantFrom(
    '"',
    '\\',
    '\\"',
    '\\\\',
    '\\u00e9',
    '\\ud83c',
    '\\u12',
    '\n',
    '\\n',
    '\u0000',
    '\u2028',
    '🏃',
    '\ud83c',
    ' ',
    ',',
    ':',
    '{',
    '}',
    ']',
    '","content":"',
    '"}},{"delta":{"content":"',
    '"}}],"error":{"message":"',
    '","progress":"',
    'task_1',
    '"content"',
  ),
  fc.string({ maxLength: 3 }),
)
const middle = fc.array(scrap, { maxLength: 4 }).map((scraps) => scraps.join(''))
const space = fc.constantFrom('', ' ', '\t', '\n')
const field = fc.constantFrom(
  'content',
  'reasoning_content',
  'text',
  'role',
  'task_id',
  'url',
  'type',
)
const extra = fc.oneof(
  fc
    .tuple(field, fc.jsonValue({ maxDepth: 1 }))
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`),
  fc.tuple(field, middle).map(([name, raw]) => `"${name}":"${raw}"`),
)
/** What stands before and behind the one text, mostly JSON. */
const frame = fc
  .tuple(
    fc.array(extra, { maxLength: 2 }),
    fc.array(extra, { maxLength: 2 }),
    fc.array(extra, { maxLength: 2 }),
    fc.constantFrom('content', 'content', 'reasoning_content', 'text'),
    space,
    space,
    fc.constantFrom(
      '',
      '"usage":{"total_tokens":1},',
      '"choices":[],',
      '"object":"chat.completion",',
      '"error":null,',
    ),
  )
  .map(([top, before, after, name, a, b, more]) => {
    const list = (fields: readonly string[]) => fields.map((one) => `${one},`).join('')
    const tail = after.map((one) => `,${one}`).join('')
    return [
      `{${more}${list(top)}"choices":[{"delta":{${list(before)}"${name}"${a}:${b}"`,
      `"${tail}}}]}`,
    ] as const
  })

test('no text is ever read differently the short way', () => {
  let short = 0
  fc.assert(
    fc.property(
      fc.array(frame, { minLength: 1, maxLength: 2 }),
      fc.array(middle, { maxLength: 12 }),
      (frames, middles) => {
        const texts = ['first', ...middles].map((text, i) => {
          const [head, tail] = frames[i % frames.length] ?? ['', '']
          return head + text + tail
        })
        short += countShort(texts)
      },
    ),
    { numRuns: 3000 },
  )
  expect(short).toBeGreaterThan(300)
})

test('a text that is cut inside or between its halves is read the long way', () => {
  const whole = toJson('aaaa')
  const texts = Array.from(
    { length: whole.length },
    (_, at) => whole.slice(0, at) + whole.slice(at + 1),
  )
  countShort([whole, ...texts, ...texts.map((text) => `${text}"`)])
})

test('the usage that was said last is kept, also when it was said before', () => {
  const texts = ['a', 'b', 'c'].map((text) => toJson(text, { usage: { total_tokens: 1 } }))
  const other = '{"choices":[],"usage":{"total_tokens":9}}'
  const toBody = (all: readonly string[]) => all.map((json) => `data: ${json}\n\n`).join('')
  const totalOf = (...all: readonly string[]) =>
    decodeText(toBody(all)).verdict.evidence.usage?.total_tokens
  const [a = '', b = '', c = ''] = texts
  expect(totalOf(a, b, other)).toBe(9)
  expect(totalOf(a, b, other, c)).toBe(1)
})

const bodies = import.meta.glob<string>('../../fixtures/relay/*.{sse,ndjson}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

test.each(Object.entries(bodies))(
  '%s reads the same when no two envelopes are alike',
  (_file, body) => {
    const lines = body.split('\n')
    const unlike = lines.map((line, n) => line.replace('{"', `{${' '.repeat(n + 1)}"`)).join('\n')
    const long = decode([new TextEncoder().encode(unlike)])
    const bytes = new TextEncoder().encode(body)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (size) => {
        const pieces = []
        for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
        expect(decode(pieces)).toEqual(long)
      }),
      { numRuns: 30 },
    )
  },
)
