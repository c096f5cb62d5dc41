// GET and HEAD /v1/videos/{id}/content: the stored bytes, for whoever holds a key or a signed link.

import { HttpError, invalid, notFound } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import { serveAsset } from '../serveAsset.ts'
import { authenticate } from '../auth.ts'
import type { Description } from '../../generation/generation.ts'
import { verifyLink } from '../../proofs/signedLink.ts'
import { serveThumbnail } from '../serveThumbnail.ts'
import { findVideo } from '../findVideo.ts'
import { getGeneration } from '../../objects.ts'

export async function getContent(context: AppContext): Promise<Response> {
  const { description, variant } = await findAllowed(context)
  const response = await serve(context, description, variant)
  if (response === null) throw notFound()
  return response
}

/** null when there is no such thing of this video. */
async function serve(
  context: AppContext,
  { state, identity: { id } }: Description,
  variant: string,
): Promise<Response | null> {
  const { VIDEOS } = context.env
  if (variant === 'thumbnail') {
    const isThere = async () => (await getGeneration(context.env, id).describe(null)) !== null
    return await serveThumbnail(VIDEOS, context.var.gateway.outbound, id, state.preview, isThere)
  }
  if (variant === 'spritesheet') return null
  if (variant !== 'video') throw invalid('variant', '`variant` must be video or thumbnail.')
  const { asset, endedAt, status } = state
  if (endedAt === null) {
    const message = 'The video is not ready yet. Follow its events, then fetch it.'
    throw new HttpError('not_terminal', message)
  }
  if (asset === null || status !== 'completed') return null
  return await serveAsset(VIDEOS, context.req.raw, id, asset, endedAt)
}

/** A signed link is proof by itself; without one, a key decides. */
async function findAllowed(
  context: AppContext,
): Promise<{ description: Description; variant: string }> {
  const id = readId(context)
  const { search } = new URL(context.req.url)
  const verdict = await verifyLink(context.var.gateway.signer, { id, search, now: Date.now() })
  if (verdict.ok) {
    const description = await getGeneration(context.env, id).describe(null)
    if (description === null) throw notFound()
    return { description, variant: verdict.variant }
  }
  if (verdict.reason !== 'unsigned') {
    throw new HttpError(
      'insufficient_scope',
      verdict.reason === 'expired'
        ? 'This link has expired. Ask for the video again to get a new one.'
        : 'This link is not valid. Use it exactly as it was given.',
    )
  }
  await authenticate(context, 'read', true)
  const description = await findVideo(context)
  return { description, variant: context.req.query('variant') ?? 'video' }
}
