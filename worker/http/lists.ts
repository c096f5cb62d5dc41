// What every list has in common, as OpenAI's lists have it: `?limit=`, the cursor `?after=`, and the
// page that is answered.

import type { Context } from 'hono'
import { HttpError } from './errors.ts'
import type { App } from './context.ts'

/** A whole number from `least` to 100; 20 when nothing is asked. */
export function readLimit(context: Context<App>, least: 0 | 1 = 1): number {
  const text = context.req.query('limit') ?? '20'
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : -1
  if (limit >= least && limit <= 100) return limit
  throw new HttpError('invalid_request', `\`limit\` must be a whole number from ${least} to 100.`, {
    param: 'limit',
  })
}

export function unknownCursor(what: string): HttpError {
  return new HttpError('invalid_request', `\`after\` is not the id of one of your ${what}.`, {
    param: 'after',
  })
}

export function toList(data: readonly { id: string }[], hasMore: boolean) {
  return {
    object: 'list',
    data,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  }
}
