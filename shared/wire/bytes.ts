// Bytes as text and what they are: hex, base64, SHA-256, the kind of an image. By hand where the
// web's own functions would go through strings that hold an image twice.

export function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Lower-case hex SHA-256; of a text, of its UTF-8. */
export async function toSha256(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return toHex(await crypto.subtle.digest('SHA-256', bytes))
}

/** The media type that the first bytes prove, null when they are none of the four. */
export function findImageType(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, 12))
  if (head.startsWith('\x89PNG')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('GIF8')) return 'image/gif'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : null
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const signs = new TextEncoder().encode(alphabet)
const sextets = new Int8Array(128).fill(-1)
for (const [sextet, sign] of signs.entries()) sextets[sign] = sextet
const padding = 0x3d

export function toBase64(bytes: Uint8Array): string {
  return new TextDecoder().decode(encodeBase64(bytes))
}

/** Base64 as bytes of ASCII, for a stream. */
export function encodeBase64(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3))
  const sign = (sextet: number) => signs[sextet & 63] ?? padding
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const [first = 0, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    text[to] = sign(first >> 2)
    text[to + 1] = sign((first << 4) | ((second ?? 0) >> 4))
    text[to + 2] = second === undefined ? padding : sign((second << 2) | ((third ?? 0) >> 6))
    text[to + 3] = third === undefined ? padding : sign(third)
  }
  return text
}

/**
 * Decodes straight into bytes: `atob` would hold an image a third time, as a string. Line breaks
 * and spaces are skipped, as `base64` tools write them; padding may be missing. null when it is none.
 */
export function decodeBase64(text: string, start = 0): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(Math.ceil(((text.length - start) * 3) / 4))
  const decoder = new Base64Decoder(bytes, 0)
  for (let at = start; at < text.length; at++) {
    if (!decoder.add(text.charCodeAt(at))) return null
  }
  return decoder.end()
}

/** The same sign by sign, into `bytes` from `start` on: it writes less than it is given. */
export class Base64Decoder {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #start: number
  #end: number
  #bits = 0
  #count = 0
  #paddings = 0

  constructor(bytes: Uint8Array<ArrayBuffer>, start: number) {
    this.#bytes = bytes
    this.#start = start
    this.#end = start
  }

  /** False when this is no base64. */
  add(unit: number): boolean {
    if (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) return true
    if (unit === padding) {
      this.#paddings++
      return true
    }
    const sextet = sextets[unit] ?? -1
    if (sextet < 0 || this.#paddings > 0) return false
    this.#bits = ((this.#bits << 6) | sextet) & 0xffffff
    if (++this.#count % 4 === 0) {
      this.#write(this.#bits >> 16)
      this.#write(this.#bits >> 8)
      this.#write(this.#bits)
    }
    return true
  }

  /** What it has written; null when it broke off. */
  end(): Uint8Array<ArrayBuffer> | null {
    const rest = this.#count % 4
    const paddings = this.#paddings
    if (rest === 1 || (paddings > 0 && (rest + paddings) % 4 !== 0) || paddings > 2) return null
    if (rest >= 2) this.#write(this.#bits >> (rest === 2 ? 4 : 10))
    if (rest === 3) this.#write(this.#bits >> 2)
    return this.#bytes.subarray(this.#start, this.#end)
  }

  #write(byte: number): void {
    this.#bytes[this.#end++] = byte & 0xff
  }
}
