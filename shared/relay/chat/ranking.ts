// Which of the links an answer names is the video. The first is almost never it: previews, status
// pages, help pages and watermarked drafts come before. Best rank wins, the latest within a rank.

import { pageHosts, pages } from './hosts.ts'
import { hasVideoExtension, LONGEST_URL, type FoundLink } from './links.ts'
import { includesOneOf } from './meaning.ts'
import { downloadLabels, errorWords, otherLabels, playLabels } from './wording.ts'

export type LinkRank =
  | 'structured'
  | 'video'
  | 'play'
  | 'download'
  | 'markdown'
  | 'bareVideo'
  | 'draft'
  | 'bare'
  | 'thought'

/** Best first. `draft` is a watermarked version announced as such; any final link replaces it. */
const ranks: readonly LinkRank[] = [
  'structured',
  'video',
  'play',
  'download',
  'markdown',
  'bareVideo',
  'draft',
  'bare',
  'thought',
]

const imageExtension = /\.(?:webp|png|jpe?g|gif|avif|svg)$/i

/** An absolute http(s) address, or null for everything else. Relative ones must begin with `/`. */
export function resolveLink(url: string, baseUrl: string): string | null {
  if (url.length >= LONGEST_URL) return null
  const start = url.slice(0, 'https://'.length).toLowerCase()
  const isAbsolute = start === 'https://' || start.startsWith('http://')
  if (!isAbsolute && !url.startsWith('/')) return null
  try {
    const { href } = new URL(url, baseUrl)
    // As written when it was absolute: normalising could break a signature.
    return isAbsolute ? url : href
  } catch {
    return null
  }
}

export function isImage(url: string): boolean {
  return imageExtension.test(new URL(url).pathname)
}

/** The rank of a link found in prose, `preview` for a still, null for one that is never a result. */
export function rankLink(link: FoundLink, url: string): LinkRank | 'preview' | null {
  if (link.kind === 'poster' || isImage(url)) return 'preview'
  if (isPage(url)) return null
  switch (link.kind) {
    case 'video':
      return 'video'
    case 'image':
      return 'markdown'
    case 'anchor':
      return 'markdown'
    case 'markdown': {
      const label = link.label.toLowerCase()
      if (includesOneOf(label, otherLabels)) return hasVideoExtension(url) ? 'bareVideo' : null
      if (includesOneOf(label, playLabels)) return 'play'
      if (includesOneOf(label, downloadLabels)) return 'download'
      return includesOneOf(link.line.toLowerCase(), errorWords) ? null : 'markdown'
    }
    case 'bare':
      if (hasVideoExtension(url)) return 'bareVideo'
      return includesOneOf(link.line.toLowerCase(), errorWords) ? null : 'bare'
  }
}

export interface LinkChoice {
  readonly best: string | null
  /** True when this one is now the best. */
  offer(url: string, rank: LinkRank): boolean
}

export function createLinkChoice(): LinkChoice {
  let best: { readonly url: string; readonly rank: number } | null = null
  return {
    get best() {
      return best?.url ?? null
    },
    offer(url, rank) {
      const order = ranks.indexOf(rank)
      if (best !== null && best.rank < order) return false
      const isNew = best?.url !== url
      best = { url, rank: order }
      return isNew
    },
  }
}

function isPage(url: string): boolean {
  const parsed = new URL(url)
  const host = parsed.hostname.toLowerCase()
  if (pageHosts.some((start) => host.startsWith(start))) return true
  return pages.some(
    (page) =>
      (host === page.host || host.endsWith(`.${page.host}`)) &&
      parsed.pathname.startsWith(page.path),
  )
}
