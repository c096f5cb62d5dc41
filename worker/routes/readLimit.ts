// `?limit=` of a list.

import type { Context } from 'hono'
import { ApiError } from '../apiError.ts'
import type { App } from '../app.ts'

/** A whole number from `least` to 100; 20 when nothing is asked. */
export function readLimit(context: Context<App>, least: 0 | 1 = 1): number {
  const text = context.req.query('limit') ?? '20'
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : -1
  if (limit >= least && limit <= 100) return limit
  throw new ApiError('invalid_request', `\`limit\` must be a whole number from ${least} to 100.`, {
    param: 'limit',
  })
}
