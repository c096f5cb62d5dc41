// Whether a link is the video: evidence for and against, added up. The first link of an answer is almost
// never it. What has no evidence is no result, however lonely it stands; the request's own never is.

import { ofMachine, pageHosts, pages } from './words/hosts.ts'
import {
  betterLabels,
  cleanLabels,
  downloadLabels,
  exampleLabels,
  failureHeads,
  failureMarks,
  inputLabels,
  otherLabels,
  playLabels,
  videoLabels,
  watermarkLabels,
} from './words/labels.ts'
import { listConcepts } from './lexicon.ts'
import type { FoundLink } from './foundLink.ts'
import { LONGEST_URL } from './links.ts'
import { hasVideoExtension, namesVideoFile } from './videoFile.ts'

/** Best first. `draft` is a watermarked version announced as such; any final link replaces it. */
export const ranks = [
  'better',
  'structured',
  'video',
  'play',
  'download',
  'labelled',
  'draft',
  'bare',
  'weak',
  'thought',
] as const
export type LinkRank = (typeof ranks)[number]

/** What a bare link must reach to be believed at once; one less is believed if nothing better comes. */
const ENOUGH = 2
const WEAK = 1

const imageExtension = /\.(?:webp|png|jpe?g|gif|avif|svg|bmp|ico)$/i
const otherExtension =
  /\.(?:html?|php|aspx?|pdf|md|txt|json|js|css|mp3|wav|m4a|ogg|flac|srt|vtt|zip)$/i
/** The relay's own interface, not its files. */
const apiPath =
  /\/(?:v\d+[a-z]*|api)\/(?:\w+\/){0,2}(?:videos?|chat|models?|tasks?|generations?|jobs?|completions|billing|dashboard|keys)(?:\/[\w.-]*){0,2}\/?$/i
/** How an interface's addresses of files end. */
const fileEnd = /\/(?:content|download|stream|file|raw)\/?$/i
const signed =
  /[?&](?:export|download|dl|response-content-[\w-]+|sig|signature|expires|se|token|auth_key|x-amz-[\w-]+|x-tos-[\w-]+|x-oss-[\w-]+|ossaccesskeyid|key|mime_type|hash|st|policy)=/i

/** An absolute http(s) address or a video's bytes, null for everything else. Relative ones begin with `/` or name a video. */
export function resolveLink(url: string, baseUrl: string): string | null {
  const start = url.slice(0, 'data:video/'.length).toLowerCase()
  if (start === 'data:video/') return url
  if (url.length >= LONGEST_URL) return null
  const isAbsolute = start.startsWith('https://') || start.startsWith('http://')
  if (!isAbsolute && !url.startsWith('/') && !isFileName(url)) return null
  try {
    const { href } = new URL(url, baseUrl)
    // As written when it was absolute: normalising could break a signature.
    return isAbsolute && /^[!-~]+$/.test(url) ? url : href
  } catch {
    return null
  }
}

/** `out/video_1.mp4` */
function isFileName(url: string): boolean {
  return url.length < 256 && /^[\w-][\w./-]*$/.test(url) && hasVideoExtension(url)
}

export function isImage(url: string): boolean {
  return url.startsWith('http') && imageExtension.test(new URL(url).pathname)
}

/** The rank of a link found in prose, `preview` for a still, null for one that is never a result. */
export function rankLink(link: FoundLink, url: string): LinkRank | 'preview' | null {
  const rank = rankAlone(link, url)
  if (rank === null || rank === 'preview' || rank === 'weak') return rank
  const said = `${link.label} ${nearOf(link)}`.toLowerCase()
  if (watermarkLabels.some((word) => said.includes(word)))
    return cleanLabels.test(said) ? 'better' : 'draft'
  return betterLabels.test(link.label) ? 'better' : rank
}

function rankAlone(link: FoundLink, url: string): LinkRank | 'preview' | null {
  if (link.kind === 'poster' || isImage(url)) return 'preview'
  if (link.kind === 'video') return 'video'
  if (link.kind === 'frame') {
    // A frame shows a page as often as a file.
    return hasVideoExtension(url) ? 'video' : weighAddress(url) >= ENOUGH ? 'bare' : 'weak'
  }
  if (url.startsWith('data:')) return link.kind === 'bare' ? 'labelled' : 'video'
  const label = link.label.toLowerCase()
  const hasLabel = (list: readonly string[]) => list.some((word) => label.includes(word))
  // What an interface hands out under the name of a video is its file.
  const isHandedOut = hasLabel(videoLabels) && fileEnd.test(new URL(url).pathname)
  const place = weighAddress(url) + (isHandedOut ? 3 : 0)
  const isVideo = hasVideoExtension(url)
  if (hasLabel(inputLabels) || (hasLabel(otherLabels) && !isVideo)) return null
  const said = weighWords(link)
  if (label !== '' && !hasLabel(otherLabels)) {
    if (hasLabel(playLabels) && place + 3 >= ENOUGH) return 'play'
    if (hasLabel(downloadLabels) && place + 3 >= ENOUGH) return 'download'
    const named = hasLabel(videoLabels) ? 2 : link.kind === 'image' ? -2 : 0
    return place + named + said >= ENOUGH
      ? 'labelled'
      : place + named + said >= WEAK
        ? 'weak'
        : null
  }
  if (link.kind === 'image' && !isVideo) return 'preview'
  // A path alone is a file of the relay's only where it is called one.
  const isCalled = said >= 2 || (isVideo && link.line.trim() === '')
  if (link.url.startsWith('/') && (!isCalled || ofMachine.test(link.url))) return null
  const weight = place + said
  return weight >= ENOUGH ? 'bare' : weight >= WEAK ? 'weak' : null
}

/** Nothing about the address says that it is something else; an interface hands out files, too. */
export function mayBeVideo(url: string): boolean {
  const { search, pathname } = new URL(url)
  const isFile = search !== '' || fileEnd.test(pathname)
  return weighAddress(url) >= (isFile ? -2 : 0)
}

/** By the address alone. */
function weighAddress(url: string): number {
  const parsed = new URL(url)
  if (isPage(parsed)) return -9
  const { pathname } = parsed
  let weight = 0
  if (hasVideoExtension(url)) weight += 3
  else if (otherExtension.test(pathname)) return -9
  else if (apiPath.test(pathname)) weight -= 3
  if (namesVideoFile(parsed)) weight += 2
  if (pathname === '/' && parsed.search === '') weight -= 3
  if (/\/(?:tasks?|jobs?)\/[\w:-]+\/?$/i.test(pathname)) weight -= 3
  if (signed.test(parsed.search)) weight += 2
  if (
    /^(?:video|cdn|media|files?|assets|static|storage|oss|s3|tos|vod)[\w-]*\./i.test(
      parsed.hostname,
    )
  )
    weight += 1
  if (/\/(?:videos?|raw|output|generated|media|cdn|drive|file)\b/i.test(pathname)) weight += 1
  return weight
}

/** By what introduces it. */
function weighWords(link: FoundLink): number {
  const line = link.line.toLowerCase()
  if (failureMarks.some((mark) => line.includes(mark))) return -4
  const concepts = listConcepts(link.line)
  const above = listConcepts(link.above)
  if (concepts.has('failed') && (!concepts.has('made') || concepts.has('advice'))) return -4
  if (failureHeads.test(link.line)) return -4
  let weight = link.isCode ? -1 : 0
  const near = nearOf(link).toLowerCase()
  // It sells something.
  if (listConcepts(near).has('topUp')) weight -= 4
  if (concepts.has('condition')) weight -= 2
  if (concepts.has('advice') && !/[：:]\s*$/.test(link.line)) weight -= 2
  if (concepts.has('made')) weight += 2
  else if (above.has('made') && !above.has('failed') && line.trim().length < 12) weight += 2
  const isNear = (list: readonly string[]) => list.some((word) => near.includes(word))
  if ([otherLabels, inputLabels, exampleLabels].some(isNear)) return weight - 4
  const isIntroduced = /[:：=👉→]["'\s(（<*_`[]*$/u.test(line)
  if (isIntroduced && [videoLabels, playLabels, downloadLabels].some(isNear)) weight += 2
  return weight
}

/** What stands right in front of it, in its own sentence and without other links. */
function nearOf(link: FoundLink): string {
  const line = link.line.replace(/\[[^\]]{0,200}\]|https?:\/\/\S+|<[^<>]{0,200}>/g, '')
  return line.slice(-40).replace(/^.*[.!?。！？]\s/s, '')
}

/** Pages about a task, a relay or an account, and first labels of hosts that carry documentation. */
function isPage(parsed: URL): boolean {
  const host = parsed.hostname.toLowerCase()
  if (pageHosts.some((start) => host.startsWith(start))) return true
  return pages.some(
    (page) =>
      (host === page.host || host.endsWith(`.${page.host}`)) &&
      parsed.pathname.startsWith(page.path),
  )
}

export interface LinkChoice {
  readonly best: string | null
  readonly rank: LinkRank | null
  /** The other videos of the answer, as they came. */
  readonly others: readonly string[]
  /** True when this one is now the best. */
  offer(url: string, rank: LinkRank): boolean
  /** What came before belongs to an attempt that was given up. */
  restart(): void
}

const MOST_OTHERS = 16

/** The best rank wins, the first within a rank: the others of that rank are videos of the same answer. */
export function createLinkChoice(): LinkChoice {
  let best: { readonly url: string; readonly order: number } | null = null
  let isOld = false
  let peers: string[] = []
  return {
    get best() {
      return best?.url ?? null
    },
    get rank() {
      return best === null ? null : (ranks[best.order] ?? null)
    },
    get others() {
      return peers.filter((url) => url !== best?.url)
    },
    offer(url, rank) {
      const order = ranks.indexOf(rank)
      if (best !== null && best.order < order && !isOld) return false
      const isBetter = best === null || isOld || order < best.order
      if (isBetter) peers = []
      if (!peers.includes(url) && peers.length <= MOST_OTHERS) peers.push(url)
      if (!isBetter) return false
      const isNew = best?.url !== url
      best = { url, order }
      isOld = false
      return isNew
    },
    restart() {
      isOld = true
    },
  }
}
