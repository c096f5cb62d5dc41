// GET /v1/videos/{id}/events: the log itself, as server-sent events, from any offset.

import type { Context } from 'hono'
import { HttpError } from '../errors.ts'
import type { App } from '../context.ts'
import { streamGeneration } from '../readGeneration.ts'
import { toOrigin } from '../videoResponse.ts'
import { findVideo } from '../findVideo.ts'

export async function followEvents(context: Context<App>): Promise<Response> {
  const { identity } = await findVideo(context)
  const body = await streamGeneration(context.env, identity.id, {
    as: 'events',
    after: readOffset(context),
    includeUsage: false,
    origin: toOrigin(context),
  })
  return context.body(body, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  })
}

/** `Last-Event-ID` is what a browser sends when it reconnects by itself, so it is newer than the URL. */
function readOffset(context: Context<App>): number {
  const header = context.req.header('last-event-id')
  const text = header ?? context.req.query('after') ?? '0'
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const param = header === undefined ? 'after' : 'Last-Event-ID'
  throw new HttpError(
    'invalid_request',
    `\`${param}\` must be the offset of an event, such as 3.`,
    {
      param,
    },
  )
}
