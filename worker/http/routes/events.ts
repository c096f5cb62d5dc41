// GET /v1/videos/{id}/events: the log itself, as server-sent events, from any offset, for whoever holds
// a key or a signed link.

import { HttpError, invalid } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import { authenticate } from '../auth.ts'
import { explainRefusedLink } from '../explainRefusedLink.ts'
import { streamGeneration } from '../readGeneration.ts'
import { findVideo } from '../findVideo.ts'
import { verifyEventsLink } from '../../proofs/signedLink.ts'

export async function followEvents(context: AppContext): Promise<Response> {
  const id = readId(context)
  const { search } = new URL(context.req.url)
  const verdict = await verifyEventsLink(context.var.gateway.signer, {
    id,
    search,
    now: Date.now(),
  })
  if (verdict.ok) {
    // A link is proof enough for a page of any origin, and there are no cookies to protect.
    context.header('access-control-allow-origin', '*')
    const guestUntil = verdict.expiresAt
    return await streamGeneration(context, id, 'events', readOffset(context), { guestUntil })
  }
  if (verdict.reason !== 'unsigned') {
    throw new HttpError('insufficient_scope', explainRefusedLink(verdict.reason))
  }
  await authenticate(context, 'read', true)
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
