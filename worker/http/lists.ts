// What every list has in common, as OpenAI's lists have it: `?limit=`, the cursor `?after=`, and the
// page that is answered.

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
