// GET and HEAD /v1/videos/{id}/content[/{name}]: the stored bytes, for whoever holds a key or a signed
// link, under a name of their own if they like.

import { HttpError, invalid, notFound } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import { serveAsset } from '../serveAsset.ts'
import { authenticate } from '../auth.ts'
import { type FileName, readFileName } from '../fileName.ts'
import type { Description } from '../../generation/generation.ts'
import { explainRefusedLink } from '../explainRefusedLink.ts'
import { verifyLink } from '../../proofs/signedLink.ts'
import { serveThumbnail } from '../serveThumbnail.ts'
import { findVideo } from '../findVideo.ts'
import { getGeneration } from '../../objects.ts'

interface Allowed {
  readonly description: Description
  readonly variant: string
  readonly fileName: FileName | null
}

export async function getContent(context: AppContext): Promise<Response> {
  const { description, variant, fileName } = await findAllowed(context)
  const { VIDEOS } = context.env
  const { state, identity } = description
  if (variant === 'thumbnail') {
    const { outbound } = context.var.gateway
    const { id } = identity
    const isThere = async () => (await getGeneration(context.env, id).describe(null)) !== null
    const response = await serveThumbnail(VIDEOS, outbound, id, state.preview, isThere)
    if (response !== null) return response
    throw notFound('This video has no thumbnail: the relay gave no preview, or it is gone.')
  }
  if (variant === 'spritesheet') {
    throw notFound('No video has a spritesheet here. The variants are video and thumbnail.')
  }
  if (variant !== 'video') throw invalid('variant', '`variant` must be video or thumbnail.')
  const { asset, endedAt, status } = state
  if (endedAt === null) {
    const message = 'The video is not ready yet. Follow its events, then fetch it.'
    throw new HttpError('not_terminal', message)
  }
  const response =
    asset === null || status !== 'completed'
      ? null
      : await serveAsset(VIDEOS, context.req.raw, identity.id, asset, endedAt, fileName)
  if (response === null) throw notFound()
  return response
}

/** A signed link is proof by itself; without one, a key decides. */
async function findAllowed(context: AppContext): Promise<Allowed> {
  const id = readId(context)
  const { search, fileName } = readFileName(context)
  const verdict = await verifyLink(context.var.gateway.signer, { id, search, now: Date.now() })
  if (verdict.ok) {
    const description = await getGeneration(context.env, id).describe(null)
    if (description === null) throw notFound()
    return { description, variant: verdict.variant, fileName }
  }
  if (verdict.reason !== 'unsigned') {
    throw new HttpError('insufficient_scope', explainRefusedLink(verdict.reason))
  }
  await authenticate(context, 'read', true)
  const description = await findVideo(context)
  return { description, variant: context.req.query('variant') ?? 'video', fileName }
}
