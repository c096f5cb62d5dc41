// Writes the relay's POST body as a stream: the JSON, with each image encoded while it passes. At no
// time is more than one chunk of one image in memory as base64.

import { Impossible } from '../impossible.ts'
import { isAttachmentMarker, type AttachmentMarker } from '../request/attachments.ts'
import { encodeBase64 } from '../wire/bytes.ts'
import { isJsonList, type JsonValue } from '../wire/json.ts'

/** Reads an image's bytes in order, in chunks of any size. */
export type GetAttachment = (sha256: string) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/**
 * The body as JSON in UTF-8, byte for byte what `JSON.stringify` gives with the data URIs in place.
 * Throws when an image is not as long as its marker says: {@link bodyLength} has promised it.
 */
export async function* encodeBody(
  body: JsonValue,
  getAttachment: GetAttachment,
): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder()
  for (const piece of toPieces(body)) {
    if (typeof piece === 'string') {
      yield encoder.encode(piece)
    } else {
      yield encoder.encode(toPrefix(piece))
      yield* encodeImage(piece, getAttachment(piece.$attachment))
      yield encoder.encode('"')
    }
  }
}

/** Bytes {@link encodeBody} will yield, for a Content-Length. */
export function bodyLength(body: JsonValue): number {
  const encoder = new TextEncoder()
  let length = 0
  for (const piece of toPieces(body)) {
    length += encoder.encode(typeof piece === 'string' ? piece : toPrefix(piece)).length
    if (typeof piece !== 'string') length += 4 * Math.ceil(piece.bytes / 3) + 1
  }
  return length
}

// The opening quote is part of it; a media type is outside text and is escaped like any other.
function toPrefix(marker: AttachmentMarker): string {
  return JSON.stringify(`data:${marker.mediaType};base64,`).slice(0, -1)
}

/** JSON text between images, and the images' markers, in order. */
function toPieces(body: JsonValue): (string | AttachmentMarker)[] {
  const pieces: (string | AttachmentMarker)[] = []
  let text = ''
  const write = (value: JsonValue): void => {
    if (isAttachmentMarker(value)) {
      pieces.push(text, value)
      text = ''
    } else if (typeof value !== 'object' || value === null) {
      text += JSON.stringify(value)
    } else if (isJsonList(value)) {
      text += '['
      for (const [index, item] of value.entries()) {
        if (index > 0) text += ','
        write(item)
      }
      text += ']'
    } else {
      text += '{'
      for (const [index, [name, item]] of Object.entries(value).entries()) {
        text += `${index > 0 ? ',' : ''}${JSON.stringify(name)}:`
        write(item)
      }
      text += '}'
    }
  }
  write(body)
  pieces.push(text)
  return pieces
}

// A multiple of 3, so that only the last slice of an image is padded; 64 KiB once encoded.
const sliceBytes = 48 * 1024

async function* encodeImage(
  marker: AttachmentMarker,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const slice = new Uint8Array(sliceBytes)
  let filled = 0
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + sliceBytes - filled)
      slice.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled === sliceBytes) {
        yield encodeBase64(slice)
        filled = 0
      }
    }
  }
  if (total !== marker.bytes) {
    throw new Impossible(`An image of ${marker.bytes} bytes was read back as ${total} bytes`)
  }
  if (filled > 0) yield encodeBase64(slice.subarray(0, filled))
}
