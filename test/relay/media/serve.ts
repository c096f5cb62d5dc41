// Answers a download: which bytes belong to a URL, and how a file host sends them (Range included).
// Any URL of any host has a video of its own, so a test can tell from the bytes which link was
// fetched, also for links in recordings of hosts that no longer exist.

import { createHash } from 'node:crypto'
import { answer, bytes, end, head, type HeadersOf, type Script } from '../script.ts'
import { createImage } from './image.ts'
import { createMp4, type Media } from './mp4.ts'

export interface DownloadVisit {
  readonly url: URL
  readonly headers: HeadersOf
  /** 1 for the first request of this URL, then counting. */
  readonly attempt: number
  readonly media: Media
  /** The file's version; default that of the URL. */
  readonly etag?: string
}
export type Download = (visit: DownloadVisit) => Script

/** Seconds of video behind a link nobody generated here: short, because many tests fetch them. */
const RECORDED_SECONDS = 1

/** `?seconds=`, `?size=144x256` and `?bytes=` shape the video; our own links carry the first two. */
export function mediaFor(url: URL): Media {
  const image = /\.(png|webp|gif|jpe?g)$/.exec(url.pathname)?.[1]
  if (image !== undefined) {
    return createImage(image === 'webp' || image === 'gif' ? image : 'png', url.href)
  }
  const number = (name: string) => Number(url.searchParams.get(name))
  return createMp4({
    seed: url.href,
    seconds: Math.min(60, number('seconds') || RECORDED_SECONDS),
    bytes: number('bytes'),
    ...parseSize(url.searchParams.get('size')),
  })
}

function parseSize(
  text: string | null,
): { readonly width: number; readonly height: number } | null {
  const found = /^([1-9][0-9]{1,2})x([1-9][0-9]{1,2})$/.exec(text ?? '')
  // Chroma has half the resolution, so both sides are even.
  return found === null ? null : { width: Number(found[1]) & ~1, height: Number(found[2]) & ~1 }
}

/** What a healthy file host does. */
export function serveMedia(visit: DownloadVisit): Script {
  const { url, headers, media, etag = toEtag(url.href) } = visit
  const isCurrent = (headers['if-range'] ?? etag) === etag
  const range = isCurrent ? parseRange(headers['range'], media.size) : null
  if (range === 'unsatisfiable') {
    return answer(416, 'text/plain', 'The requested range does not exist.')
  }
  return sendMedia(media, range, etag)
}

export const toEtag = (version: string) =>
  `"${createHash('sha256').update(version).digest('hex').slice(0, 16)}"`

/** Node leaves the body away when the request was a HEAD. */
function* sendMedia(media: Media, range: Range | null, etag: string): Script {
  const { start, stop } = range ?? { start: 0, stop: media.size }
  yield head(range === null ? 200 : 206, {
    'content-type': media.contentType,
    'content-length': String(stop - start),
    'accept-ranges': 'bytes',
    etag,
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${stop - 1}/${media.size}` }),
  })
  for (const piece of media.read(start, stop)) yield bytes(piece)
  yield end
}

interface Range {
  readonly start: number
  readonly stop: number
}

/** One range of RFC 9110 §14; anything else is answered whole, as the RFC allows. */
function parseRange(header: string | undefined, size: number): Range | 'unsatisfiable' | null {
  const found = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(header ?? '')
  const [, first = '', last = ''] = found ?? []
  if (found === null || (first === '' && last === '')) return null
  if (first === '') {
    const length = Math.min(size, Number(last))
    return length === 0 ? 'unsatisfiable' : { start: size - length, stop: size }
  }
  const start = Number(first)
  if (start >= size) return 'unsatisfiable'
  const stop = last === '' ? size : Math.min(size, Number(last) + 1)
  return stop > start ? { start, stop } : null
}
