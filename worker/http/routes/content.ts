// GET and HEAD /v1/videos/{id}/content: the stored bytes, for whoever holds a key or a signed link.

import { HttpError, invalid, notFound } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import { serveAsset } from '../serveAsset.ts'
import { authenticate } from '../auth.ts'
import type { Description } from '../../generation/generation.ts'
import { toAssetKey } from '../../platform/bucket.ts'
import { verifyLink } from '../../proofs/signedLink.ts'
import { getThumbnail } from '../thumbnail.ts'
import { findVideo } from '../findVideo.ts'
import { getGeneration } from '../../objects.ts'

export async function getContent(context: AppContext): Promise<Response> {
  const { description, variant } = await findAllowed(context)
  const { state, identity } = description
  if (variant === 'thumbnail') return await answerThumbnail(context, description)
  if (variant === 'spritesheet') throw notFound()
  if (variant !== 'video') {
    throw invalid('variant', '`variant` must be video or thumbnail.')
  }
  if (state.asset === null || state.status !== 'completed') {
    if (state.endedAt !== null) throw notFound()
    throw new HttpError(
      'not_terminal',
      'The video is not ready yet. Follow its events, then fetch it.',
    )
  }
  const response = await serveAsset(context.env.VIDEOS, context.req.raw, {
    key: toAssetKey(identity.id),
    bytes: state.asset.bytes,
    sha256: state.asset.sha256,
    storedAt: state.endedAt ?? 0,
    fileName: `${identity.id}.mp4`,
  })
  if (response === null) throw notFound()
  return response
}

async function answerThumbnail(
  context: AppContext,
  { state, identity }: Description,
): Promise<Response> {
  const { VIDEOS } = context.env
  const { outbound } = context.var.gateway
  const thumbnail = await getThumbnail(VIDEOS, outbound, identity.id, state.preview)
  if (thumbnail === null) throw notFound()
  return new Response(thumbnail.bytes, {
    headers: {
      'content-type': thumbnail.mediaType,
      'cache-control': 'private, max-age=86400',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
    },
  })
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
