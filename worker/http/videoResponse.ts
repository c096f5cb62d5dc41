// A video resource as an answer: with a fresh link, and told how often to ask while it runs.

import type { Context } from 'hono'
import type { App } from './context.ts'
import type { Description } from '../generation/generation.ts'
import { withLink } from '../proofs/withLink.ts'

/** Videos take minutes; asking more often than this finds nothing new. */
const POLL_MS = 3_000

export async function toVideoResponse(
  context: Context<App>,
  { video }: Pick<Description, 'video'>,
  status: 200 | 202 = 200,
): Promise<Response> {
  const isPending = video.status === 'queued' || video.status === 'in_progress'
  if (isPending) {
    context.header('retry-after', String(POLL_MS / 1000))
    context.header('openai-poll-after-ms', String(POLL_MS))
  }
  context.header('cache-control', 'no-store')
  return context.json(await withLink(context.var.gateway.links, video, toOrigin(context)), status)
}

/** Where this caller reached us. */
export function toOrigin(context: Context<App>): string {
  return new URL(context.req.url).origin
}
