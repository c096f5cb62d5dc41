// Links that open one video, or its events, for anybody who has them, until they expire; never stored,
// so none leaks from a log. The expiry is rounded up to the hour, or to the whole life of a shorter one:
// within it the link is the same and caches work. A query that is not byte for byte what we wrote is
// refused; nothing may be added to it.

import type { VideoResource } from '../../shared/video/video.ts'
import type { Signer, SigningPurpose } from './signature.ts'

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

/** `unsigned`: no signed link at all, so a key decides. */
type Refusal = { readonly ok: false; readonly reason: 'unsigned' | 'refused' | 'expired' }

export type LinkVerdict =
  | { readonly ok: true; readonly variant: ContentVariant; readonly expiresAt: number }
  | Refusal

export type EventsLinkVerdict = { readonly ok: true; readonly expiresAt: number } | Refusal

/** What came in: the id of the path, and `URL.search` as it was. */
interface Visit {
  readonly id: string
  readonly search: string
  readonly now: number
}

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
  const expiresAt = toExpiry(link.expiresAt, now, stepMs)
  const signature = await signer.sign('link', toSignedText({ ...link, expiresAt }))
  return `/v1/videos/${link.id}/content${toSearch(link.variant, expiresAt, signature)}`
}

/** The same for the events of one video. Another purpose: neither link opens what the other does. */
export async function signEventsLink(
  signer: Signer,
  { id, expiresAt: wanted }: Omit<SignedLink, 'variant'>,
  now: number,
  stepMs = hourMs,
): Promise<string> {
  const expiresAt = toExpiry(wanted, now, stepMs)
  const signature = await signer.sign('events link', `${id}\n${expiresAt}`)
  return `/v1/videos/${id}/events${toSearch('video', expiresAt, signature)}`
}

/**
 * The video with fresh links, at the moment somebody is answered. `origin`: where this caller
 * reached us, used unless PUBLIC_URL says where everybody does.
 */
export async function withLinks(
  links: LinkSettings,
  video: VideoResource,
  origin: string,
): Promise<VideoResource> {
  const now = Date.now()
  const expiresAt = toLinkEnd(links, video, now)
  const stepMs = toStep(links)
  const path = await signEventsLink(links.signer, { id: video.id, expiresAt }, now, stepMs)
  const events_url = `${links.publicUrl ?? origin}${path}`
  return { ...(await withContentLink(links, video, origin, expiresAt, stepMs)), events_url }
}

/**
 * The video as whoever came by a signed link may see it: to be watched no longer than that link works,
 * without what was asked for, and without a link to follow it longer.
 */
export async function withGuestLink(
  links: LinkSettings,
  video: VideoResource,
  origin: string,
  guestUntil: number,
): Promise<VideoResource> {
  const shown = { ...video, prompt: null, metadata: {} }
  const now = Date.now()
  const ownEnd = toExpiry(toLinkEnd(links, video, now), now, toStep(links))
  // Both are rounded already, and whole seconds are all that a link can tell.
  return await withContentLink(links, shown, origin, Math.min(guestUntil, ownEnd), 1_000)
}

/** A link must keep working until it says it expires, so it never outlives its video. */
function toLinkEnd({ ttlMs }: LinkSettings, { expires_at }: VideoResource, now: number): number {
  return Math.min(now + ttlMs, (expires_at ?? Infinity) * 1000)
}

function toStep({ ttlMs }: LinkSettings): number {
  return Math.min(hourMs, ttlMs)
}

async function withContentLink(
  { signer, publicUrl }: LinkSettings,
  video: VideoResource,
  origin: string,
  expiresAt: number,
  stepMs: number,
): Promise<VideoResource> {
  if (video.status !== 'completed') return video
  const link = { id: video.id, variant: 'video', expiresAt } as const
  const path = await signLink(signer, link, Date.now(), stepMs)
  return { ...video, url: `${publicUrl ?? origin}${path}` }
}

/** Verifies the query of a content request. */
export async function verifyLink(signer: Signer, visit: Visit): Promise<LinkVerdict> {
  const { id, search } = visit
  const query = new URLSearchParams(search)
  const variant = contentVariants.find((name) => name === (query.get('variant') ?? 'video'))
  const verdict = await verify(signer, 'link', visit, variant ?? null, (expiresAt) =>
    toSignedText({ id, variant: variant ?? 'video', expiresAt }),
  )
  return verdict.ok ? { ...verdict, variant: variant ?? 'video' } : verdict
}

/** Verifies the query of a request for events. */
export async function verifyEventsLink(signer: Signer, visit: Visit): Promise<EventsLinkVerdict> {
  const toText = (expiresAt: number) => `${visit.id}\n${expiresAt}`
  return await verify(signer, 'events link', visit, 'video', toText)
}

async function verify(
  signer: Signer,
  purpose: SigningPurpose,
  { search, now }: Visit,
  variant: ContentVariant | null,
  toText: (expiresAt: number) => string,
): Promise<EventsLinkVerdict> {
  const query = new URLSearchParams(search)
  const signature = query.get('signature')
  if (signature === null && !query.has('expires')) return { ok: false, reason: 'unsigned' }

  const expiresAt = Number(query.get('expires')) * 1000
  if (variant === null || signature === null) return { ok: false, reason: 'refused' }
  if (search !== toSearch(variant, expiresAt, signature)) return { ok: false, reason: 'refused' }
  if (!(await signer.isSigned(purpose, toText(expiresAt), signature))) {
    return { ok: false, reason: 'refused' }
  }
  return now >= expiresAt ? { ok: false, reason: 'expired' } : { ok: true, expiresAt }
}

/** On a whole step, never earlier than wanted and never later than the platform allows. */
function toExpiry(wanted: number, now: number, stepMs: number): number {
  const latestAt = Math.floor((now + maxLifeMs) / hourMs) * hourMs
  return Math.min(Math.ceil(wanted / stepMs) * stepMs, latestAt)
}

function toSignedText({ id, variant, expiresAt }: SignedLink): string {
  return `${id}\n${variant}\n${expiresAt}`
}

function toSearch(variant: ContentVariant, expiresAt: number, signature: string): string {
  const choice = variant === 'video' ? '' : `variant=${variant}&`
  return `?${choice}expires=${expiresAt / 1000}&signature=${signature}`
}
