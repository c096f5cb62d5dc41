// The platform holds 2 MB a row. The longest request that is accepted stays well below, whatever its
// relay says.

import { expect, test } from 'vitest'
import { defaultModels } from '../../shared/request/models.ts'
import type { Accepted } from '../../shared/request/request.ts'
import { safeParseChatRequest, safeParseVideoRequest } from '../../shared/request/request.ts'
import type { JsonObject } from '../../shared/wire/json.ts'
import { State } from '../../worker/generation/state.ts'
import { openSql } from '../objects/openSql.ts'

const MOST = 2_000_000
const longest = '\u0001'
const metadata = Object.fromEntries(
  Array.from({ length: 16 }, (_, n) => [
    longest.repeat(62) + String(n).padStart(2, '0'),
    longest.repeat(512),
  ]),
)

function chat(content: string, more: JsonObject = {}) {
  const messages = [{ role: 'user', content }]
  return safeParseChatRequest({ model: 'sora-2', messages, metadata, ...more }, defaultModels)
}

/** What is left of 1 MiB beside 256 KiB of text. */
const beside = 'x'.repeat(768 * 1024 - 200)

test.each([
  ['plain text and a long field', () => chat('x'.repeat(256 * 1024), { beside })],
  ['quotation marks', () => chat('"'.repeat(256 * 1024))],
  ['control characters', () => chat(longest.repeat(109_000))],
  [
    'a video of control characters',
    () =>
      safeParseVideoRequest({ prompt: longest.repeat(32_000), beside, metadata }, defaultModels),
  ],
])('the longest request of %s is a row of less than 2 MB', async (_, parse) => {
  const parsed = await parse()
  if (!parsed.ok) throw new Error(parsed.error.message)
  expect(measure(parsed)).toBeLessThan(0.85 * MOST)
})

test('the prompt stands in a row twice: as the identity says it, and in the body', async () => {
  const parsed = await chat('a word that is nowhere else')
  if (!parsed.ok) throw new Error(parsed.error.message)
  const { sql, state } = createRow(parsed)
  const [row] = sql.exec('SELECT * FROM generation')
  expect(JSON.stringify(row).split('a word that is nowhere else')).toHaveLength(3)
  const { attachments: _, ...request } = parsed.request
  expect(state.row.request).toEqual(request)
})

/** Bytes of all values, when the relay has said as much as is kept of it. */
function measure(accepted: Accepted): number {
  const { sql, state } = createRow(accepted)
  const link = `https://x.example/${'a'.repeat(8_000)}`
  state.row.beginAttempt({ n: 1, dispatchedAt: 1 })
  const evidence = {
    taskId: 'x'.repeat(200),
    statusUrl: link,
    tail: '字'.repeat(500),
    text: '字'.repeat(65_536),
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }
  state.row.setEvidence(evidence, 200)
  state.transaction(() => state.beginArchive({ url: link }))
  const columns = sql.exec<{ name: string }>('SELECT name FROM pragma_table_info(?)', 'generation')
  const lengths = columns.map(({ name }) => `coalesce(octet_length(${name}), 0)`)
  const [row] = sql.exec<{ bytes: number }>(
    `SELECT ${lengths.join(' + ')} AS bytes FROM generation`,
  )
  return row?.bytes ?? Infinity
}

function createRow({ request, options }: Accepted) {
  const sql = openSql(':memory:')
  const state = new State({
    limits: { heartbeatMs: 30_000 },
    sql,
    alarm: { get: async () => null, set: () => undefined, clear: () => undefined },
    now: () => 1,
    erase: () => Promise.resolve(),
  })
  const { attachments: _, ...stored } = request
  const { model, prompt, size, seconds } = request
  const { metadata: pairs } = options
  state.create(() => {
    const about = { id: 'video_1', remixedFrom: null, metadata: pairs, createdAt: 1 }
    const identity = { ...about, model, prompt, size, seconds }
    state.row.create({ account: 'acct', identity, request: stored })
    state.append({ type: 'queued' })
  })
  return { sql, state }
}
