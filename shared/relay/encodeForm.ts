// Writes a form (RFC 7578) as a stream: each image is a file, read while it passes, and never held.

import { isAttachmentMarker, type AttachmentMarker } from '../request/attachments.ts'
import type { JsonValue } from '../wire/json.ts'
import { bodyLength, encodeBody, type GetAttachment } from './encodeBody.ts'

export type FormFields = readonly (readonly [name: string, value: JsonValue])[]

/** `boundary`: 1 to 70 letters, digits and hyphens that stand in none of the values. */
export async function* encodeForm(
  fields: FormFields,
  boundary: string,
  getAttachment: GetAttachment,
): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder()
  for (const piece of toPieces(fields, boundary)) {
    if (typeof piece === 'string') yield encoder.encode(piece)
    else if ('json' in piece) yield* encodeBody(piece.json, getAttachment)
    else yield* readWhole(piece, getAttachment(piece.$attachment))
  }
}

/** Bytes {@link encodeForm} will yield, for a Content-Length. */
export function formLength(fields: FormFields, boundary: string): number {
  const encoder = new TextEncoder()
  let length = 0
  for (const piece of toPieces(fields, boundary)) {
    if (typeof piece === 'string') length += encoder.encode(piece).length
    else length += 'json' in piece ? bodyLength(piece.json) : piece.bytes
  }
  return length
}

/** Text, a file, or a value that may hold images of its own. */
type Piece = string | AttachmentMarker | { readonly json: JsonValue }

function toPieces(fields: FormFields, boundary: string): Piece[] {
  const pieces: Piece[] = []
  for (const [name, value] of fields) {
    const start = `--${boundary}\r\ncontent-disposition: form-data; name="${quote(name)}"`
    if (isAttachmentMarker(value)) {
      const type = /^[\w.+-]+\/[\w.+-]+$/.test(value.mediaType)
        ? value.mediaType
        : 'application/octet-stream'
      const file = `; filename="image.${toExtension(type)}"\r\ncontent-type: ${type}\r\n\r\n`
      pieces.push(start + file, value, '\r\n')
    } else {
      pieces.push(`${start}\r\n\r\n`, typeof value === 'string' ? value : { json: value }, '\r\n')
    }
  }
  return [...pieces, `--${boundary}--\r\n`]
}

/** As browsers do it. */
function quote(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}

/** Some relays go by the name of a file and not by its type. */
function toExtension(type: string): string {
  const kind = type.slice(type.indexOf('/') + 1)
  return kind === 'jpeg' ? 'jpg' : /^[a-z0-9]{2,5}$/.test(kind) ? kind : 'bin'
}

async function* readWhole(
  { bytes }: AttachmentMarker,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    yield chunk
  }
  if (total !== bytes) {
    throw new Error(`An image of ${bytes} bytes was read back as ${total} bytes`)
  }
}
