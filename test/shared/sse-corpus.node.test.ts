// Holds the parser against a catalogue of cases that is not ours to keep: set REELAY_CORPUS to a
// folder with `sse-conformance.json`. Our own table is read the same way when it is not set.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod/v4'
import { SseParser, type ServerSentEvent } from '../../shared/wire/sse.ts'
import { sseCases } from './sse-cases.ts'
import { toWays } from './sse-ways.ts'

const Case = z.object({
  id: z.string(),
  input: z.string().optional(),
  input_hex: z.string().optional(),
  chunks: z.array(z.string()).optional(),
  chunks_hex: z.array(z.string()).optional(),
  expect: z.object({
    events: z.array(z.object({ type: z.string(), data: z.string() })),
  }),
})

const corpus = process.env['REELAY_CORPUS']
const cases: readonly z.infer<typeof Case>[] =
  corpus === undefined
    ? sseCases.map(({ rule, input, events }) => ({
        id: rule,
        input_hex: Buffer.from(input).toString('hex'),
        expect: { events: events.map(([type, data]) => ({ type, data })) },
      }))
    : z
        .object({ cases: z.array(Case) })
        .parse(JSON.parse(readFileSync(join(corpus, 'sse-conformance.json'), 'utf8'))).cases

test.each(cases)('$id', (c) => {
  const input =
    c.input_hex === undefined ? Buffer.from(c.input ?? '') : Buffer.from(c.input_hex, 'hex')
  const ways: Uint8Array[][] = toWays(input)
  if (c.chunks !== undefined) ways.push(c.chunks.map((chunk) => Buffer.from(chunk)))
  if (c.chunks_hex !== undefined) ways.push(c.chunks_hex.map((chunk) => Buffer.from(chunk, 'hex')))
  for (const chunks of ways) {
    const events: ServerSentEvent[] = []
    const parser = new SseParser({ onEvent: (event) => events.push(event) })
    for (const chunk of chunks) parser.feed(chunk)
    expect(events).toEqual(c.expect.events)
  }
})
