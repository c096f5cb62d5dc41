import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodeEvent,
  SseParser,
  type ServerSentEvent,
  type SseLimits,
} from '../../shared/wire/sse.ts'
import { sseCases } from './sse-cases.ts'
import { toWays } from './sse-ways.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function parse(chunks: Iterable<Uint8Array>, limits?: Partial<SseLimits>, salvages = false) {
  const events: ServerSentEvent[] = []
  const stray: string[] = []
  const parser = new SseParser({
    limits,
    onEvent: (event) => events.push(event),
    onStray: (line) => stray.push(line),
  })
  for (const chunk of chunks) parser.feed(chunk)
  if (salvages) parser.salvage()
  return { events, stray, exceeded: parser.exceeded }
}

test.each(sseCases.map((c) => [c.rule, c] as const))('%s', (_rule, c) => {
  const input = typeof c.input === 'string' ? encode(c.input) : c.input
  for (const chunks of toWays(input)) {
    const { events, stray } = parse(chunks)
    expect(events.map((event) => [event.type, event.data])).toEqual(c.events)
    expect(stray.filter((line) => /^(?:id|retry)\b/.test(line))).toEqual([])
  }
})

test.each(['data:1\n\ndata:2', 'data:1\n\ndata:2\n', 'data:1\n\ndata:2\r', 'data:1\n\ndata:2\n\n'])(
  'salvage gives out what %j still holds, once',
  (text) => {
    for (const chunks of toWays(encode(text))) {
      expect(parse(chunks, undefined, true).events.map((event) => event.data)).toEqual(['1', '2'])
    }
  },
)

test('a line that is no field is handed over whole', () => {
  for (const chunks of toWays(encode('{"a":1}\ndata:x\n\n[DONE]\n'))) {
    expect(parse(chunks).stray).toEqual(['{"a":1}', '[DONE]'])
  }
})

test.each([
  ['a value at the line limit passes', 'data: 12345\n\n', { line: 5 }, null, 1],
  ['a longer one ends the stream', 'data:x\n\ndata: 1234567\n\ndata:y\n\n', { line: 5 }, 'line', 1],
  ['an endless line ends it too', 'data: 1234567', { line: 5 }, 'line', 0],
  ['data at the event limit passes', 'data:hello\n\n', { event: 5 }, null, 1],
  ['the newline between two values counts', 'data:he\ndata:ll\n\n', { event: 5 }, null, 1],
  ['data over the event limit ends it', 'data:hello\ndata:w\n\n', { event: 5 }, 'event', 0],
  ['bytes count, not characters', 'data:進度\n\n', { event: 5 }, 'event', 0],
  ['a comment of any length is no line', `:${'x'.repeat(100)}\ndata:y\n\n`, { line: 5 }, null, 1],
  ['the whole stream has a limit', 'data:1\n\ndata:2\n\n', { stream: 10 }, 'stream', 1],
] as const)('%s', (_what, text, limits, exceeded, count) => {
  for (const chunks of toWays(encode(text))) {
    const seen = parse(chunks, limits)
    expect([seen.exceeded, seen.events.length]).toEqual([exceeded, count])
  }
})

test('10,000 events of one chunk come out in order', () => {
  const text = Array.from({ length: 10_000 }, (_, n) => `data:${n}\n\n`).join('')
  const { events } = parse([encode(text)])
  expect(events.map((event) => Number(event.data))).toEqual(
    Array.from({ length: 10_000 }, (_, n) => n),
  )
})

const fragment = fc.oneof(
  fc.constantFrom(
    'data:',
    'data: ',
    'event:x',
    'id:',
    'id: 7',
    'retry:9',
    ':',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    'data',
    'Data:',
    'ï',
    '進',
  ),
  fc.string({ maxLength: 8 }),
)

test('any stream, cut anywhere, gives what the reference parser gives', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), fc.array(fc.nat(400)), (fragments, cuts) => {
      // The reference also strips a BOM that was decoded as Latin-1, which is not the standard.
      const text = `\n${fragments.join('')}`
      const expected: ServerSentEvent[] = []
      const reference = createParser({
        onEvent: ({ data, event }) => expected.push({ data, type: event ?? 'message' }),
      })
      const input = encode(text)
      reference.feed(new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(input))
      // It holds a final CR back until more comes; the standard has the line end there.
      const places = [...new Set([0, ...cuts.filter((at) => at < input.length), input.length])]
      places.sort((a, b) => a - b)
      const chunks = places.slice(1).map((end, n) => input.subarray(places[n], end))
      const seen = parse(chunks)
      if (!text.endsWith('\r')) expect(seen.events).toEqual(expected)
      expect(seen.events).toEqual(parse([input]).events)
    }),
    { numRuns: 1500 },
  )
})

test('what is encoded is read back, and no content can forge a field', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (id, event, data, comment) => {
      const hostile = (text: string): string => `${text}\r\nid: forged\n\ndata: forged\r`
      const text = encodeEvent({
        id: hostile(id),
        event: hostile(event),
        data: hostile(data),
        comment: hostile(comment),
      })
      const { events } = parse([encode(text)])
      expect(events).toHaveLength(1)
      const wellFormed = new TextDecoder().decode(encode(hostile(data)))
      expect(events[0]?.data).toBe(wellFormed.replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
      expect(text).not.toMatch(/^id: forged/m)
    }),
  )
  expect(encodeEvent({ id: '3', event: 'progress', data: 'a\nb' })).toBe(
    'event: progress\nid: 3\ndata: a\ndata: b\n\n',
  )
  expect(encodeEvent({ comment: 'ping' })).toBe(': ping\n\n')
})

test.each(['a', 'é', '進', '🏃', '\uFFFD'])('a line of %j is as long as its UTF-8', (character) => {
  const value = character.repeat(7)
  const line = encode(value).length
  for (const [limit, exceeded] of [
    [line, null],
    [line - 1, 'line'],
  ] as const) {
    expect(parse([encode(`data: ${value}\n\n`)], { line: limit }).exceeded).toBe(exceeded)
  }
})
