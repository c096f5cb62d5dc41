// Takes images out of a request as bytes, so that the log, the key and every copy of the body stay
// small, and puts them back while the body streams. Base64 comes back in canonical form (padded,
// without line breaks): the picture is the same, the spelling may not be.

import { decodeBase64, toSha256 } from '../wire/bytes.ts'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { refuse, toParam, type Path, type Refused } from './error.ts'

/** One image may be 8 MiB; a whole request with images 12 MiB, which the edge counts as it reads. */
export const attachmentMaxBytes = 8 * 1024 * 1024

/** More than any model takes. */
export const MOST_IMAGES = 16

export interface Attachment {
  /** Lower-case hex SHA-256 of `bytes`. */
  readonly sha256: string
  readonly mediaType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * What stands in the body where the image was. It holds all that the JSON around the bytes needs, so
 * a store of images needs only their bytes.
 */
export interface AttachmentMarker {
  readonly $attachment: string
  readonly mediaType: string
  /** Length of the decoded image. */
  readonly bytes: number
}

/** A file as it came in a form, not yet hashed. */
export interface FormFile {
  readonly mediaType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** JSON in which files may stand where JSON would have a data URI. */
export type Liftable =
  | null
  | boolean
  | number
  | string
  | FormFile
  | readonly Liftable[]
  | { readonly [name: string]: Liftable }

export interface Lifted {
  readonly ok: true
  readonly value: JsonValue
  /** Each different image once. */
  readonly attachments: readonly Attachment[]
}

// Fields of words stay text, even when they begin like a data URI.
const wordFields: ReadonlySet<PropertyKey> = new Set(['content', 'text', 'prompt'])

export function isWordField(name: string): boolean {
  return wordFields.has(name)
}

/** Replaces every base64 `data:` URI and every file by a marker. Refuses bad or oversized ones. */
export async function liftAttachments(input: Liftable): Promise<Lifted | Refused> {
  const found: Found[] = []
  const lifted = lift(input, [], found)
  if (!lifted.ok) return lifted
  const attachments = new Map<string, Attachment>()
  for (const { marker, bytes } of found) {
    const sha256 = await toSha256(bytes)
    marker.$attachment = sha256
    attachments.set(sha256, { sha256, mediaType: marker.mediaType, bytes })
  }
  return { ok: true, value: lifted.value, attachments: [...attachments.values()] }
}

/** An image whose marker is in place already and gets its hash later: only hashing has to wait. */
interface Found {
  readonly marker: { -readonly [Name in keyof AttachmentMarker]: AttachmentMarker[Name] }
  readonly bytes: Uint8Array<ArrayBuffer>
}

type Step = { readonly ok: true; readonly value: JsonValue } | Refused

function lift(input: Liftable, path: Path, found: Found[]): Step {
  if (typeof input === 'string') {
    const name = path.at(-1)
    const uri = name !== undefined && wordFields.has(name) ? null : splitDataUri(input)
    if (uri === null) return { ok: true, value: input }
    if (found.length >= MOST_IMAGES) return refuseMore(path)
    const bytes = decodeBase64(input, uri.start)
    if (bytes === null) return refuse(toParam(path), 'is a data: URI whose base64 is not valid')
    return mark({ mediaType: uri.mediaType, bytes }, path, found)
  }
  if (typeof input !== 'object' || input === null) return { ok: true, value: input }
  if (isFormFile(input)) return mark(input, path, found)
  if (isList(input)) {
    const list: JsonValue[] = []
    for (const [index, item] of input.entries()) {
      const step = lift(item, [...path, index], found)
      if (!step.ok) return step
      list.push(step.value)
    }
    return { ok: true, value: list }
  }
  const object: Record<string, JsonValue> = {}
  for (const [name, item] of Object.entries(input)) {
    // `$attachment` would forge a marker; `__proto__` would set a prototype.
    if (name === '$attachment' || name === '__proto__') {
      return refuse(toParam([...path, name]), 'is a name that is not allowed')
    }
    const step = lift(item, [...path, name], found)
    if (!step.ok) return step
    object[name] = step.value
  }
  return { ok: true, value: object }
}

function mark({ mediaType, bytes }: FormFile, path: Path, found: Found[]): Step {
  if (found.length >= MOST_IMAGES) return refuseMore(path)
  if (bytes.length === 0) return refuse(toParam(path), 'is an empty file')
  if (bytes.length > attachmentMaxBytes) {
    const why = 'is larger than 8 MiB; send a smaller image, or a link to it'
    return refuse(toParam(path), why, 'request_too_large')
  }
  const marker = { $attachment: '', mediaType, bytes: bytes.length }
  found.push({ marker, bytes })
  return { ok: true, value: marker }
}

function refuseMore(path: Path): Refused {
  const why = `is one image more than the ${MOST_IMAGES} that a request may have`
  return refuse(toParam(path), why, 'request_too_large')
}

/** Only {@link liftAttachments} makes markers: it refuses a caller's object of that form. */
export function isAttachmentMarker(value: unknown): value is AttachmentMarker {
  return isJsonObject(value) && typeof value['$attachment'] === 'string'
}

/** The value without its images, for a remix, which happens when their bytes are gone. */
export function dropAttachments(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => !holdsMarker(value))
      .map(([name, value]) => [name, dropInside(value)]),
  )
}

function dropInside(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.filter((item) => !holdsMarker(item)).map(dropInside)
  return isJsonObject(value) ? dropAttachments(value) : value
}

// A marker itself, or the object around it whose only purpose is to hold it: `image_url: {url}`.
function holdsMarker(value: JsonValue): boolean {
  if (isAttachmentMarker(value)) return true
  return isJsonObject(value) && Object.values(value).some(holdsMarker)
}

function isList(value: Liftable): value is readonly Liftable[] {
  return Array.isArray(value)
}

// JSON has no byte arrays, so nothing a caller writes can pass for a file.
function isFormFile(value: object): value is FormFile {
  return 'bytes' in value && value.bytes instanceof Uint8Array
}

/** The header of a base64 data URI (RFC 2397), or null when the text is anything else. */
export function splitDataUri(text: string): { mediaType: string; start: number } | null {
  if (text.slice(0, 5).toLowerCase() !== 'data:') return null
  // No media type with its parameters comes near 256 characters.
  const comma = text.slice(0, 256).indexOf(',')
  const header = text.slice(5, Math.max(5, comma))
  if (!header.toLowerCase().endsWith(';base64')) return null
  return { mediaType: header.slice(0, -';base64'.length), start: comma + 1 }
}
