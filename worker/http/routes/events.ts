// GET /v1/videos/{id}/events: the log itself, as server-sent events, from any offset.

import { invalid } from '../errors.ts'
import type { AppContext } from '../context.ts'
import { streamGeneration } from '../readGeneration.ts'
import { findVideo } from '../findVideo.ts'

export async function followEvents(context: AppContext): Promise<Response> {
  const { identity } = await findVideo(context)
  return await streamGeneration(context, identity.id, 'events', readOffset(context))
}

/** `Last-Event-ID` is what a browser sends when it reconnects by itself, so it is newer than the URL. */
function readOffset(context: AppContext): number {
  const header = context.req.header('last-event-id')
  const text = header ?? context.req.query('after') ?? '0'
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const param = header === undefined ? 'after' : 'Last-Event-ID'
  throw invalid(param, `\`${param}\` must be the offset of an event, such as 3.`)
}
