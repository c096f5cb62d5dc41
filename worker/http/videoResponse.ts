// A video resource as an answer: with fresh links, and told how often to ask while it runs.

import type { VideoResource } from '../../shared/video/video.ts'
import type { Description } from '../generation/generation.ts'
import { withLinks } from '../proofs/signedLink.ts'
import type { AppContext } from './context.ts'

/** Videos take minutes; asking more often than this finds nothing new. */
const POLL_MS = 3_000

export async function toVideoResponse(
  context: AppContext,
  { video }: Pick<Description, 'video'>,
  status: 200 | 202 = 200,
): Promise<Response> {
  if (video.status === 'queued' || video.status === 'in_progress') tellWhenToAsk(context)
  return context.json(await withLinkFor(context, video), status)
}

/** When to ask again for a video that runs. */
export function tellWhenToAsk(context: AppContext): void {
  context.header('retry-after', String(POLL_MS / 1000))
  context.header('openai-poll-after-ms', String(POLL_MS))
}

/** The video with links that work where this caller reached us. */
export async function withLinkFor(
  context: AppContext,
  video: VideoResource,
): Promise<VideoResource> {
  return await withLinks(context.var.gateway.links, video, toOrigin(context))
}

/** Where this caller reached us. */
export function toOrigin(context: AppContext): string {
  return new URL(context.req.url).origin
}
