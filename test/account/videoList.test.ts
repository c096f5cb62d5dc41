// A filtered list: what each filter lets through, and that a page looks at so many rows and no more.

import { expect, test } from 'vitest'

import type { VideoFilter } from '../../worker/account/videoList.ts'
import { Outbox } from './outbox.ts'

interface Made {
  readonly model?: string
  readonly prompt?: string
  readonly end?: 'completed' | 'failed'
  /** ms since the first. */
  readonly at?: number
}

async function make(videos: readonly Made[]) {
  const outbox = new Outbox()
  for (const { model = 'sora-2', prompt = 'a boat', end, at = 0 } of videos) {
    const id = outbox.admit()
    const change = `UPDATE generation SET created_at = ?,
      identity = json_set(identity, '$.model', ?, '$.prompt', ?) WHERE id = ?`
    outbox.host.sql.exec(change, at, model, prompt, id)
    if (end !== undefined) await outbox.end(id, end)
  }
  return outbox
}

function listIds({ account }: Outbox, filter: VideoFilter, limit = 100): string[] {
  const page = account.list({ after: null, order: 'desc', limit, filter })
  return (page?.rows ?? []).map(({ id }) => id)
}

const four = () =>
  make([
    { end: 'completed', at: 1000 },
    { end: 'failed', model: 'veo-3', at: 2000 },
    { prompt: 'A red BOAT', at: 3000 },
    { prompt: '100%_', end: 'completed', at: 4000 },
  ])

test.each<[VideoFilter, string[]]>([
  [{ status: 'completed' }, ['video_4', 'video_1']],
  [{ status: 'failed' }, ['video_2']],
  [{ status: 'queued' }, ['video_3']],
  [{ status: 'in_progress' }, ['video_3']],
  [{ model: 'veo-3' }, ['video_2']],
  [{ model: 'veo' }, []],
  // Only its own log knows what one that runs was asked for.
  [{ q: 'red boat' }, ['video_3']],
  [{ q: 'boat' }, ['video_3', 'video_2', 'video_1']],
  // Not the wildcards of LIKE.
  [{ q: '%_' }, ['video_4', 'video_3']],
  [{ q: 'VIDEO_2' }, ['video_3', 'video_2']],
  [{ createdAfter: 2000 }, ['video_4', 'video_3', 'video_2']],
  [{ createdBefore: 2000 }, ['video_1']],
  [{ status: 'completed', q: 'boat' }, ['video_1']],
  [{ createdAfter: 2000, createdBefore: 4000, model: 'sora-2' }, ['video_3']],
])('%j', async (filter, expected) => {
  expect(listIds(await four(), filter)).toEqual(expected)
})

test('what is searched for is a text and never SQL', async () => {
  expect(listIds(await four(), { status: 'completed', q: "' OR 1=1 --" })).toEqual([])
})

test.each(['asc', 'desc'] as const)('a page looks at a thousand rows, %s', async (order) => {
  const outbox = await make([
    { prompt: 'needle' },
    ...Array.from({ length: 2100 }, () => ({})),
    { prompt: 'needle' },
  ])
  outbox.host.sql.exec("UPDATE generation SET state = 'completed'")
  const pages: { found: string[]; hasMore: boolean }[] = []
  for (let after: string | null = null; ;) {
    const filter = { q: 'needle' }
    const page = outbox.account.list({ after, order, limit: 20, filter })
    if (page === null) throw new Error('the cursor is unknown')
    pages.push({ found: page.rows.map(({ id }) => id), hasMore: page.hasMore })
    if (!page.hasMore) break
    after = page.lastId ?? page.rows.at(-1)?.id ?? null
  }
  const [first, last] = order === 'asc' ? ['video_1', 'video_2102'] : ['video_2102', 'video_1']
  expect(pages).toEqual([
    { found: [first], hasMore: true },
    { found: [], hasMore: true },
    { found: [last], hasMore: false },
  ])
})

test('a list by time does not go on behind its time', async () => {
  const outbox = await make(Array.from({ length: 1200 }, (_none, at) => ({ at })))
  const filter = { createdAfter: 1190 }
  const page = outbox.account.list({ after: null, order: 'desc', limit: 20, filter })
  expect([page?.rows.length, page?.hasMore]).toEqual([10, false])
})
