// Links that open one video for anybody who has them, until they expire; never stored, so none leaks
// from a log. The expiry is rounded up to the hour, or to the whole life of a shorter one: within it the
// link is the same and caches work. A
// query that is not byte for byte what we wrote is refused; nothing may be added to it.

import type { VideoResource } from '../../shared/video/video.ts'
import type { Signer } from './signature.ts'

const contentVariants = ['video', 'thumbnail'] as const
export type ContentVariant = (typeof contentVariants)[number]

export interface SignedLink {
  readonly id: string
  readonly variant: ContentVariant
  /** Milliseconds since the epoch; the link never ends earlier. */
  readonly expiresAt: number
}

export interface LinkSettings {
  readonly signer: Signer
  /** How long a link works, ms. */
  readonly ttlMs: number
  /** The origin everybody reaches the gateway at, when it is known. */
  readonly publicUrl: string | null
}

export type LinkVerdict =
  | { readonly ok: true; readonly variant: ContentVariant; readonly expiresAt: number }
  /** `unsigned`: no signed link at all, so a key decides. */
  | { readonly ok: false; readonly reason: 'unsigned' | 'refused' | 'expired' }

const hourMs = 3_600_000
// R2's own limit for a presigned link, and what the contract promises at most.
const maxLifeMs = 7 * 24 * hourMs

/**
 * Makes the path and query of a link; the caller puts its origin in front. `stepMs`: what its end is
 * rounded up to.
 */
export async function signLink(
  signer: Signer,
  link: SignedLink,
  now: number,
  stepMs = hourMs,
): Promise<string> {
  const latestAt = Math.floor((now + maxLifeMs) / hourMs) * hourMs
  const expiresAt = Math.min(Math.ceil(link.expiresAt / stepMs) * stepMs, latestAt)
  const signature = await signer.sign('link', toSignedText({ ...link, expiresAt }))
  return `/v1/videos/${link.id}/content${toSearch(link.variant, expiresAt, signature)}`
}

/**
 * The video with a fresh link, at the moment somebody is answered. `origin`: where this caller
 * reached us, used unless PUBLIC_URL says where everybody does.
 */
export async function withLink(
  { signer, ttlMs, publicUrl }: LinkSettings,
  video: VideoResource,
  origin: string,
): Promise<VideoResource> {
  if (video.status !== 'completed') return video
  const now = Date.now()
  // A link must keep working until it says it expires, so it never outlives its video.
  const expiresAt = Math.min(now + ttlMs, (video.expires_at ?? Infinity) * 1000)
  const stepMs = Math.min(hourMs, ttlMs)
  const path = await signLink(signer, { id: video.id, variant: 'video', expiresAt }, now, stepMs)
  return { ...video, url: `${publicUrl ?? origin}${path}` }
}

/** Verifies the query of a content request, `URL.search` as it came in. */
export async function verifyLink(
  signer: Signer,
  { id, search, now }: { readonly id: string; readonly search: string; readonly now: number },
): Promise<LinkVerdict> {
  const query = new URLSearchParams(search)
  const signature = query.get('signature')
  if (signature === null && !query.has('expires')) return { ok: false, reason: 'unsigned' }

  const expiresAt = Number(query.get('expires')) * 1000
  const variant = contentVariants.find((name) => name === (query.get('variant') ?? 'video'))
  if (variant === undefined || signature === null) return { ok: false, reason: 'refused' }
  if (search !== toSearch(variant, expiresAt, signature)) return { ok: false, reason: 'refused' }
  if (!(await signer.isSigned('link', toSignedText({ id, variant, expiresAt }), signature))) {
    return { ok: false, reason: 'refused' }
  }
  if (now >= expiresAt) return { ok: false, reason: 'expired' }
  return { ok: true, variant, expiresAt }
}

function toSignedText({ id, variant, expiresAt }: SignedLink): string {
  return `${id}\n${variant}\n${expiresAt}`
}

function toSearch(variant: ContentVariant, expiresAt: number, signature: string): string {
  const choice = variant === 'video' ? '' : `variant=${variant}&`
  return `?${choice}expires=${expiresAt / 1000}&signature=${signature}`
}
