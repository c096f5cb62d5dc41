// Tiny but real preview images in one colour of the seed: PNG, WebP (lossless) and GIF. A preview
// only has to decode and to differ from video; nobody looks at its detail.

import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import { toMedia, type Media } from './mp4.ts'

const WIDTH = 64
const HEIGHT = 36

export function createImage(kind: 'png' | 'webp' | 'gif', seed: string): Media {
  const [red = 0, green = 0, blue = 0] = createHash('sha256').update(seed).digest()
  const encode = { png: encodePng, webp: encodeWebp, gif: encodeGif }[kind]
  return toMedia(`image/${kind}`, Uint8Array.from(encode(red, green, blue)))
}

function encodePng(red: number, green: number, blue: number): Uint8Array {
  const row = [0, ...Array.from({ length: WIDTH }, () => [red, green, blue]).flat()]
  const pixels = Buffer.from(Array.from({ length: HEIGHT }, () => row).flat())
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH, 0)
  header.writeUInt32BE(HEIGHT, 4)
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    encodePngChunk('IHDR', header),
    encodePngChunk('IDAT', deflateSync(pixels)),
    encodePngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** Length, name, data, checksum of name and data. */
function encodePngChunk(name: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** WebP lossless: every prefix code has one symbol, so the pixels themselves take no bits at all. */
function encodeWebp(red: number, green: number, blue: number): Uint8Array {
  let bits = 0n
  let used = 0n
  const push = (value: number, width: number) => {
    bits |= BigInt(value) << used
    used += BigInt(width)
  }
  push(0x2f, 8)
  push(WIDTH - 1, 14)
  push(HEIGHT - 1, 14)
  push(0, 4) // no alpha, version 0
  push(0, 3) // no transform, no colour cache, one prefix code group
  for (const symbol of [green, red, blue, 255]) {
    push(0b101, 3) // simple code, one symbol, eight bits wide
    push(symbol, 8)
  }
  push(0b0001, 4) // distance code: simple, one symbol, one bit wide, zero
  const length = Math.ceil(Number(used) / 8 / 2) * 2
  const file = Buffer.alloc(20 + length)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(12 + length, 4)
  file.write('WEBPVP8L', 8, 'latin1')
  file.writeUInt32LE(length, 16)
  for (let index = 0; index < length; index++) {
    file[20 + index] = Number((bits >> BigInt(8 * index)) & 0xffn)
  }
  return file
}

/** One pixel, two-colour table. */
function encodeGif(red: number, green: number, blue: number): Uint8Array {
  const head = [...Buffer.from('GIF89a', 'latin1'), 1, 0, 1, 0, 0x80, 0, 0]
  const image = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]
  return Uint8Array.from([...head, red, green, blue, 0, 0, 0, ...image])
}
