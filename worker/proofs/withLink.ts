// Puts fresh signed links into resources, at the moment somebody is answered: links are never
// stored, so an old one cannot leak from a log or outlive its video.

import type { VideoResource } from '../../shared/video/video.ts'
import type { Gateway } from '../gateway.ts'
import { signLink } from './signedLink.ts'

/** `origin`: where this caller reached us, used unless PUBLIC_URL says where everybody does. */
export async function withLink(
  gateway: Gateway,
  video: VideoResource,
  origin: string,
): Promise<VideoResource> {
  if (video.status !== 'completed') return video
  const now = Date.now()
  const { linkTtlMs, publicUrl } = gateway.config
  // A link must keep working until it says it expires, so it never outlives its video.
  const expiresAt = Math.min(now + linkTtlMs, (video.expires_at ?? Infinity) * 1000)
  const path = await signLink(gateway.signer, { id: video.id, variant: 'video', expiresAt }, now)
  return { ...video, url: `${publicUrl ?? origin}${path}` }
}
