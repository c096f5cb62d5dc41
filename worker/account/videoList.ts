// A caller's videos, page by page, all of them or those that a filter lets through. A page that is
// filtered looks at so many rows and no more: an account may have a million, and reading is free.

import type { VideoStatus } from '../../shared/video/statuses.ts'
import type { VideoResource } from '../../shared/video/video.ts'
import type { Sql, SqlValue } from '../../shared/ports.ts'
import { fromJson, Table, type Page } from '../platform/table.ts'
import type { ListedRow } from './generations.ts'

export interface VideoFilter {
  readonly status?: VideoStatus
  readonly model?: string
  /** A text in the prompt or the id, in any case of the letters. */
  readonly q?: string
  /** ms since epoch, inclusive. */
  readonly createdAfter?: number
  /** ms since epoch, exclusive. */
  readonly createdBefore?: number
}

/** Rows that one page looks at; what is behind them is for the next one. */
const LOOKED_AT = 1000

/** `lastId`: where the next page begins, when that is not behind the last row of this one. */
export type ListedPage = Page<ListedRow> & { readonly lastId?: string }

const columns = 'number, id, identity, state, code, video'
const bytes = 'octet_length(identity) + coalesce(octet_length(video), 0)'

interface Place {
  readonly number: number
  readonly id: string
  readonly createdAt: number
}

export class VideoList {
  readonly #rows: Table<ListedRow>
  readonly #places: Table<Place>

  constructor(sql: Sql) {
    this.#rows = new Table(sql, 'generation', columns, { identity: fromJson, video: fromJson })
    this.#places = new Table(sql, 'generation', 'number, id, created_at AS createdAt', {})
  }

  /** One page of what is there, `after` exclusive. */
  page(
    after: number | null,
    order: 'asc' | 'desc',
    limit: number,
    filter: VideoFilter | null,
  ): ListedPage {
    const request = { after, order, limit, bytes }
    if (filter === null) return this.#rows.page("state <> 'gone'", [], request)
    const end = this.#findLastLookedAt(after, order)
    const { where, bindings } = toCondition(filter)
    if (end === null) return this.#rows.page(where, bindings, request)
    const within = `${where} AND number ${order === 'asc' ? '<=' : '>='} ?`
    const page = this.#rows.page(within, [...bindings, end.number], request)
    if (page.hasMore) return page
    const { createdAfter = -Infinity, createdBefore = Infinity } = filter
    const isPast = order === 'asc' ? end.createdAt >= createdBefore : end.createdAt < createdAfter
    return isPast ? page : { rows: page.rows, hasMore: true, lastId: end.id }
  }

  /** The last row that one filtered page looks at; null where fewer are left. */
  #findLastLookedAt(after: number | null, order: 'asc' | 'desc'): Place | null {
    const [beyond, start] = order === 'asc' ? ['>', 0] : ['<', Number.MAX_SAFE_INTEGER]
    return this.#places.one(
      `WHERE state <> 'gone' AND number ${beyond} ? ORDER BY number ${order} LIMIT 1 OFFSET ?`,
      after ?? start,
      LOOKED_AT - 1,
    )
  }
}

// What one that runs was asked for, and whether it has begun, is known to its own log alone.
const states: Readonly<Record<VideoStatus, string>> = {
  queued: "state IN ('admitted', 'open')",
  in_progress: "state IN ('admitted', 'open')",
  completed: "state = 'completed'",
  failed: "state = 'failed'",
}

const prompt = "coalesce(json_extract(video, '$.prompt'), json_extract(identity, '$.prompt'), '')"

/** The rows that may be wanted, as SQL; `isWanted` has the last word. */
function toCondition({ status, model, q, createdAfter, createdBefore }: VideoFilter): {
  readonly where: string
  readonly bindings: readonly SqlValue[]
} {
  const parts: [condition: string, ...bindings: SqlValue[]][] = [
    [status === undefined ? "state <> 'gone'" : states[status]],
  ]
  if (model !== undefined) parts.push(["json_extract(identity, '$.model') = ?", model])
  if (createdAfter !== undefined) parts.push(['created_at >= ?', createdAfter])
  if (createdBefore !== undefined) parts.push(['created_at < ?', createdBefore])
  if (q !== undefined) {
    const [inPrompt, inId] = [prompt, 'id'].map((one) => `instr(lower(${one}), lower(?)) > 0`)
    parts.push([`(${states.queued} OR ${inPrompt} OR ${inId})`, q, q])
  }
  return {
    where: parts.map(([condition]) => condition).join(' AND '),
    bindings: parts.flatMap(([, ...bindings]) => bindings),
  }
}

/** Judges what the rows alone do not tell. */
export function isWanted(video: VideoResource, { status, q }: VideoFilter): boolean {
  if (status !== undefined && video.status !== status) return false
  const text = `${video.id} ${video.prompt ?? ''}`.toLowerCase()
  return q === undefined || text.includes(q.toLowerCase())
}
