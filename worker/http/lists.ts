// What every list has in common, as OpenAI's lists have it: `?limit=`, the cursor `?after=`, and the
// page that is answered.

import { countJsonBytes } from '../../shared/wire/json.ts'
import { type Page, PAGE_BYTES } from '../platform/table.ts'
import type { AppContext } from './context.ts'
import { type HttpError, invalid } from './errors.ts'

/** A whole number from `least` to 100; 20 when nothing is asked. */
export function readLimit(context: AppContext, least: 0 | 1 = 1): number {
  const text = context.req.query('limit') ?? '20'
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : -1
  if (limit >= least && limit <= 100) return limit
  throw invalid('limit', `\`limit\` must be a whole number from ${least} to 100.`)
}

/** The id that the page begins after; null for the first one. */
export function readAfter(context: AppContext): string | null {
  return context.req.query('after') ?? null
}

export function unknownCursor(what: string): HttpError {
  return invalid('after', `\`after\` is not the id of one of your ${what}.`)
}

/** Rows shown at once: each may need a call to an object of its own. */
const AT_ONCE = 20

/**
 * The list of a page's rows as `show` gives them, null for one that is not to be in it. It ends by
 * bytes, too, after one of them at least, because an object may know more of a row than the row has.
 */
export async function fillList<
  Row extends { readonly id: string },
  Shown extends { readonly id: string },
>(
  { rows, hasMore, lastId: end }: Page<Row> & { readonly lastId?: string },
  show: (row: Row) => Promise<Shown | null>,
) {
  const data: Shown[] = []
  let left = PAGE_BYTES
  let lastId: string | undefined
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE)
    const shown = await Promise.all(some.map(show))
    for (const [index, { id }] of some.entries()) {
      const one = shown[index] ?? null
      if (one !== null) {
        left -= countJsonBytes(one)
        if (left < 0 && data.length > 0) return toList(data, true, lastId)
        data.push(one)
      }
      lastId = id
    }
  }
  return toList(data, hasMore, end ?? lastId)
}

/** `lastId`: the cursor of the next page, where the last row is not shown. */
export function toList(
  data: readonly { readonly id: string }[],
  hasMore: boolean,
  lastId = data.at(-1)?.id,
) {
  return {
    object: 'list',
    data,
    first_id: data.at(0)?.id ?? null,
    last_id: lastId ?? null,
    has_more: hasMore,
  }
}
