// Puts fresh signed links into resources, at the moment somebody is answered: links are never
// stored, so an old one cannot leak from a log or outlive its video.

import type { VideoResource } from '../../shared/video/video.ts'
import type { Signer } from './signature.ts'
import { signLink } from './signedLink.ts'

export interface LinkSettings {
  readonly signer: Signer
  /** How long a link works, ms. */
  readonly ttlMs: number
  /** The origin everybody reaches the gateway at, when it is known. */
  readonly publicUrl: string | null
}

/** `origin`: where this caller reached us, used unless PUBLIC_URL says where everybody does. */
export async function withLink(
  { signer, ttlMs, publicUrl }: LinkSettings,
  video: VideoResource,
  origin: string,
): Promise<VideoResource> {
  if (video.status !== 'completed') return video
  const now = Date.now()
  // A link must keep working until it says it expires, so it never outlives its video.
  const expiresAt = Math.min(now + ttlMs, (video.expires_at ?? Infinity) * 1000)
  const path = await signLink(signer, { id: video.id, variant: 'video', expiresAt }, now)
  return { ...video, url: `${publicUrl ?? origin}${path}` }
}
