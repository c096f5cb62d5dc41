// Decides what a GET or HEAD of one stored object of known length gets: all of it, one range, or
// none. Whatever is unclear is answered with everything, which RFC 9110 always allows; several
// ranges at once too, because players never ask for them and multipart answers are often abused.

export type ByteRange =
  | { readonly kind: 'none' | 'ignored' | 'unsatisfiable' }
  /** Both ends are included, as in the header. */
  | { readonly kind: 'range'; readonly start: number; readonly end: number }

export type ContentDecision =
  | { readonly status: 200 | 304 | 412 }
  | {
      readonly status: 206
      readonly start: number
      readonly end: number
      readonly contentRange: string
    }
  | { readonly status: 416; readonly contentRange: string }

export interface ContentRequest {
  readonly method: 'GET' | 'HEAD'
  readonly headers: { get(name: string): string | null }
}

export interface StoredContent {
  /** A strong entity tag with its quotes. */
  readonly etag: string
  /** Milliseconds since the epoch. */
  readonly lastModifiedAt: number
  /** Bytes. */
  readonly size: number
}

/**
 * Reads a `Range` header against a length in bytes.
 *
 * @see RFC 9110 §14.1.2, §14.2
 */
export function parseRange(header: string | null, size: number): ByteRange {
  if (header === null) return { kind: 'none' }
  const [, first, last] = /^bytes=(\d{0,20})-(\d{0,20})$/i.exec(header) ?? []
  if (first === undefined || last === undefined || first + last === '') return { kind: 'ignored' }

  if (first === '') {
    if (Number(last) === 0 || size === 0) return { kind: 'unsatisfiable' }
    return { kind: 'range', start: Math.max(0, size - Number(last)), end: size - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return { kind: 'ignored' }
  if (start >= size) return { kind: 'unsatisfiable' }
  return { kind: 'range', start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/**
 * Evaluates conditions, then the range, in the order the standard prescribes.
 *
 * @see RFC 9110 §13.2.2
 */
export function decideContent(request: ContentRequest, content: StoredContent): ContentDecision {
  const { headers } = request
  const ifMatch = headers.get('if-match')
  const ifUnmodifiedSince = parseHttpDate(headers.get('if-unmodified-since'))
  if (ifMatch !== null) {
    if (!listsTag(ifMatch, content.etag)) return { status: 412 }
  } else if (ifUnmodifiedSince !== null && isNewer(content, ifUnmodifiedSince)) {
    return { status: 412 }
  }

  const ifNoneMatch = headers.get('if-none-match')
  const ifModifiedSince = parseHttpDate(headers.get('if-modified-since'))
  if (ifNoneMatch !== null) {
    // Weak comparison: a cache may hold our tag with the mark that a compressor added.
    if (listsTag(ifNoneMatch.replaceAll('W/"', '"'), content.etag)) return { status: 304 }
  } else if (ifModifiedSince !== null && !isNewer(content, ifModifiedSince)) {
    return { status: 304 }
  }

  // The standard defines ranges for GET only.
  if (request.method === 'HEAD' || !isRangeCurrent(headers.get('if-range'), content)) {
    return { status: 200 }
  }
  const range = parseRange(headers.get('range'), content.size)
  if (range.kind === 'unsatisfiable') {
    return { status: 416, contentRange: `bytes */${content.size}` }
  }
  if (range.kind !== 'range') return { status: 200 }
  const { start, end } = range
  return { status: 206, start, end, contentRange: `bytes ${start}-${end}/${content.size}` }
}

/** A part may be added to an older one only when the representation is surely the same. */
function isRangeCurrent(ifRange: string | null, content: StoredContent): boolean {
  if (ifRange === null || ifRange === content.etag) return true
  const date = parseHttpDate(ifRange)
  return date !== null && date === toWholeSeconds(content.lastModifiedAt)
}

/** Our tags hold neither commas nor quotes, so the list can be cut at commas. */
function listsTag(list: string, etag: string): boolean {
  return list.trim() === '*' || list.split(',').some((entry) => entry.trim() === etag)
}

function isNewer(content: StoredContent, date: number): boolean {
  return toWholeSeconds(content.lastModifiedAt) > date
}

/** HTTP dates have no fractions. */
function toWholeSeconds(instant: number): number {
  return Math.floor(instant / 1000) * 1000
}

/** Only the form that senders must use; a condition in another form is ignored, which is safe. */
function parseHttpDate(text: string | null): number | null {
  if (text === null) return null
  const instant = Date.parse(text)
  return !Number.isNaN(instant) && new Date(instant).toUTCString() === text ? instant : null
}
