// Pages of an account whose rows are as long as 0.1 let them be. They end by bytes, and the next one
// goes on where they ended.

import { expect, test } from 'vitest'
import { PAGE_BYTES } from '../../worker/platform/table.ts'
import { Outbox } from './outbox.ts'

const PROMPT = 950_000
const ROWS = 40

/** `ROWS` that ended, newest last, with such a prompt each. */
async function fill(): Promise<{ outbox: Outbox; ids: string[] }> {
  const outbox = new Outbox()
  const ids: string[] = []
  for (let n = 0; n < ROWS; n++) {
    const id = outbox.admit()
    await outbox.end(id, n % 2 === 0 ? 'completed' : 'failed')
    ids.push(id)
  }
  const query = "UPDATE generation SET video = json_set(video, '$.prompt', ?, '$.error', json(?))"
  const error = JSON.stringify({ code: 'content_policy', message: 'Not this.' })
  outbox.host.sql.exec(query, 'x'.repeat(PROMPT), error)
  return { outbox, ids }
}

function walk({ account }: Outbox, order: 'asc' | 'desc', limit: number) {
  const pages: { ids: string[]; bytes: number }[] = []
  for (let after: string | null = null; ;) {
    const page = account.list({ after, order, limit })
    if (page === null) throw new Error('unknown cursor')
    pages.push({ ids: page.rows.map(({ id }) => id), bytes: JSON.stringify(page.rows).length })
    if (!page.hasMore) return pages
    after = page.rows.at(-1)?.id ?? null
  }
}

test.each(['asc', 'desc'] as const)('pages of long rows cover each once, %s', async (order) => {
  const { outbox, ids } = await fill()
  const pages = walk(outbox, order, 100)
  expect(pages.flatMap((page) => page.ids)).toEqual(order === 'asc' ? ids : ids.toReversed())
  // Eight of them have room on a page.
  expect(pages).toHaveLength(ROWS / 8)
  for (const { bytes } of pages) expect(bytes).toBeLessThan(PAGE_BYTES + 100_000)
})

test('a smaller limit is a limit, also one and none', async () => {
  const { outbox, ids } = await fill()
  expect(walk(outbox, 'asc', 3).map((page) => page.ids.length)).toEqual([
    ...Array.from({ length: 13 }, () => 3),
    1,
  ])
  const [first] = outbox.account.list({ after: null, order: 'asc', limit: 1 })?.rows ?? []
  expect(first?.id).toBe(ids[0])
  expect(outbox.account.list({ after: null, order: 'asc', limit: 0 })?.rows).toEqual([])
})

test('a row that is longer than a page is a page of its own', async () => {
  const { outbox, ids } = await fill()
  const query = "UPDATE generation SET video = json_set(video, '$.prompt', ?) WHERE id = ?"
  outbox.host.sql.exec(query, 'x'.repeat(PAGE_BYTES), ids[1] ?? '')
  const pages = walk(outbox, 'asc', 100)
  expect(pages.flatMap((page) => page.ids)).toEqual(ids)
  expect(pages.slice(0, 2).map((page) => page.ids.length)).toEqual([1, 1])
})

test('an operator gets all at once, with what failed and nothing of what was asked', async () => {
  const { outbox } = await fill()
  const rows = outbox.account.listFor({ status: 'all', charge: null }, Number.MAX_SAFE_INTEGER, 100)
  expect(rows).toHaveLength(ROWS)
  expect(rows[0]).toMatchObject({
    state: 'failed',
    identity: { model: 'sora-2' },
    video: { error: { code: 'content_policy', message: 'Not this.' } },
  })
  expect(JSON.stringify(rows).length).toBeLessThan(40_000)
  const running = outbox.admit()
  const filter = { status: 'running', charge: null } as const
  expect(outbox.account.listFor(filter, Number.MAX_SAFE_INTEGER, 1)).toMatchObject([
    { id: running, video: null },
  ])
})
