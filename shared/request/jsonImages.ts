// Takes the images out of JSON before it is parsed: each base64 `data:` URI is decoded where it
// stands, in the very bytes that came, and only what is left becomes a string. A parser would hold
// every image twice more. What is found is what `liftAttachments` would have found.

import { Base64Decoder } from '../wire/bytes.ts'
import { isJsonList, isJsonObject, type JsonValue } from '../wire/json.ts'
import {
  type FormFile,
  isWordField,
  type Liftable,
  MOST_IMAGES,
  splitDataUri,
} from './attachments.ts'

export interface TakenImages {
  /** The JSON in UTF-8, a short string in place of each image, and no long gaps. */
  readonly text: readonly Uint8Array[]
  /** The parsed text with its images in place. */
  restore(json: JsonValue): Liftable
  /** There are more than a request may have: one of them stands for all others, and must be refused. */
  readonly isOverfull: boolean
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const blanks: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
/** `data:`, lower case. */
const scheme = [0x64, 0x61, 0x74, 0x61, COLON] as const
/** More of them in a row say nothing that one does not. */
const MOST_BLANKS = 64
/** As far as `splitDataUri` looks. */
const HEADER_BYTES = 256

/** Refused by `liftAttachments`, which knows where it stands. */
const badUri = 'data:;base64,!'
const oneMore: FormFile = { mediaType: '', bytes: new Uint8Array(1) }

/** Overwrites parts of `bytes`. `secret`: what nobody can have written. */
export function takeImages(bytes: Uint8Array<ArrayBuffer>, secret: string): TakenImages {
  const text: Uint8Array[] = []
  const images: (FormFile | typeof badUri)[] = []
  let copied = 0
  /** The last string, while nothing but a colon has followed it. */
  let name: Uint8Array | null = null
  let hasColon = false
  for (let at = 0; at < bytes.length; at++) {
    const unit = bytes[at] ?? 0
    if (blanks.has(unit)) {
      const end = skipBlanks(bytes, at)
      if (end - at > MOST_BLANKS) {
        text.push(bytes.subarray(copied, at + 1))
        copied = end
      }
      at = end - 1
      continue
    }
    if (unit !== QUOTE) {
      hasColon = unit === COLON && name !== null
      if (!hasColon) name = null
      continue
    }
    const start = at + 1
    const end = findEnd(bytes, start)
    const field = hasColon && name !== null ? name : null
    const isText = isWords(field) || isName(bytes, end + 1)
    const uri = isText ? null : readHeader(bytes, start, end, images.length)
    if (uri !== null) {
      text.push(bytes.subarray(copied, start))
      if (images.length <= MOST_IMAGES) {
        text.push(encoder.encode(`${secret}${images.length}`))
        images.push(images.length < MOST_IMAGES ? decodeUri(bytes, uri, end) : oneMore)
      }
      copied = end
    }
    name = bytes.subarray(start, end)
    hasColon = false
    at = end
  }
  text.push(bytes.subarray(copied))

  function restore(json: JsonValue): Liftable {
    if (typeof json === 'string') {
      return json.startsWith(secret) ? (images[Number(json.slice(secret.length))] ?? json) : json
    }
    if (isJsonList(json)) return json.map(restore)
    if (!isJsonObject(json)) return json
    return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, restore(item)]))
  }
  return { text, restore, isOverfull: images.length > MOST_IMAGES }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function isWords(field: Uint8Array | null): boolean {
  return field !== null && field.length < 16 && isWordField(decoder.decode(field))
}

/** Is the string before `at` the name of a field? */
function isName(bytes: Uint8Array, at: number): boolean {
  return bytes[skipBlanks(bytes, at)] === COLON
}

function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start
  while (blanks.has(bytes[at] ?? 0)) at++
  return at
}

/** Where the string ends that begins at `start`; the end of all when it does not. */
function findEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; ;) {
    const quote = bytes.indexOf(QUOTE, at)
    if (quote < 0) return bytes.length
    let escapes = 0
    while (quote - escapes > start && bytes[quote - escapes - 1] === BACKSLASH) escapes++
    if (escapes % 2 === 0) return quote
    at = quote + 1
  }
}

interface Uri {
  readonly mediaType: string
  readonly start: number
  readonly comma: number
}

/** null when the string is anything else. */
function readHeader(bytes: Uint8Array, start: number, end: number, taken: number): Uri | null {
  if (!scheme.every((unit, index) => ((bytes[start + index] ?? 0) | 0x20) === (unit | 0x20))) {
    return null
  }
  // It is refused as a whole, so nobody has to look closer.
  if (taken > MOST_IMAGES) return { mediaType: '', start, comma: start }
  const comma = bytes.subarray(start, Math.min(end, start + HEADER_BYTES)).indexOf(COMMA)
  if (comma < 0) return null
  const header = unescape(decoder.decode(bytes.subarray(start, start + comma + 1)))
  const uri = header === null ? null : splitDataUri(header)
  return uri === null ? null : { mediaType: uri.mediaType, start, comma: start + comma }
}

function decodeUri(
  bytes: Uint8Array<ArrayBuffer>,
  { mediaType, start, comma }: Uri,
  end: number,
): FormFile | typeof badUri {
  const base64 = new Base64Decoder(bytes, start)
  for (let at = comma + 1; at < end; at++) {
    let unit = bytes[at] ?? 0
    if (unit === BACKSLASH) {
      const length = bytes[at + 1] === 0x75 ? 6 : 2
      unit = unescape(decoder.decode(bytes.subarray(at, at + length)))?.charCodeAt(0) ?? 0
      at += length - 1
    }
    if (!base64.add(unit)) return badUri
  }
  // A copy, so that the base64 can go before the image does.
  const image = base64.end()?.slice()
  return image === undefined ? badUri : { mediaType, bytes: image }
}

/** The inside of a JSON string; null when it is none. */
function unescape(inside: string): string | null {
  if (!inside.includes('\\')) return inside
  try {
    return String(JSON.parse(`"${inside}"`))
  } catch {
    return null
  }
}
