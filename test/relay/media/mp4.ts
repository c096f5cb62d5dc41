// A real MP4 (ftyp, moov, mdat) made at run time: distinct for every seed, playable in browsers,
// about 150 KB for four seconds. Larger files are the same video with a `free` box behind it that
// is produced while it is read, so a 100 MB stream costs no memory.

import { encodeFrames, encodePictureParameters, encodeSequenceParameters, PROFILE } from './h264.ts'
import { createPicture } from './picture.ts'

export interface Mp4Options {
  readonly seed: string
  /** Length of the video in seconds; default 4. */
  readonly seconds?: number
  /** Pixels, even numbers; default 256 by 144. */
  readonly width?: number
  readonly height?: number
  /** Exact size of the file in bytes; smaller than the video itself means no padding. */
  readonly bytes?: number
}

/** Bytes with a known length that can be read from anywhere without holding them all. */
export interface Media {
  readonly contentType: string
  readonly size: number
  /** Bytes `start` to `end` (exclusive), in pieces of at most 64 KiB. */
  read(start: number, end: number): Iterable<Uint8Array<ArrayBuffer>>
}

const FRAMES_PER_SECOND = 10
const PIECE = 64 * 1024
const encoder = new TextEncoder()

export function createMp4(options: Mp4Options): Media {
  const { seed, seconds = 4, width = 256, height = 144, bytes = 0 } = options
  const video = encodeMp4(seed, seconds, width, height)
  // A box header takes 8 bytes: a smaller gap cannot be filled.
  const padding = bytes - video.length >= 8 ? bytes - video.length : 0
  const size = video.length + padding
  const head = padding === 0 ? video : join([video, u32(padding), encoder.encode('free')])
  const filler = new Uint8Array(PIECE)
  return {
    contentType: 'video/mp4',
    size,
    *read(start, end) {
      for (let at = start; at < Math.min(end, size);) {
        const stop = Math.min(end, size, at + PIECE)
        const piece =
          at < head.length
            ? head.slice(at, Math.min(stop, head.length))
            : filler.subarray(0, stop - at)
        yield piece
        at += piece.length
      }
    },
  }
}

/** Bytes that are already there, as Media. */
export function toMedia(contentType: string, bytes: Uint8Array<ArrayBuffer>): Media {
  return {
    contentType,
    size: bytes.length,
    *read(start, end) {
      yield bytes.slice(start, end)
    },
  }
}

/** The whole of it in one piece; for small media and assertions. */
export function readWhole(media: Media): Uint8Array<ArrayBuffer> {
  return join([...media.read(0, media.size)])
}

function encodeMp4(seed: string, seconds: number, width: number, height: number) {
  const picture = createPicture(seed, width, height)
  const sps = encodeSequenceParameters(picture, width, height).slice(4)
  const pps = encodePictureParameters().slice(4)
  const frames = encodeFrames(picture, Math.max(1, Math.round(seconds * FRAMES_PER_SECOND)))
  const file = box('ftyp', ascii('isom'), u32(512), ascii('isomiso2avc1mp41'))
  const moov = (offset: number) => box('moov', ...movie(frames, sps, pps, width, height, offset))
  const offset = file.length + moov(0).length + 8
  return join([file, moov(offset), box('mdat', ...frames)])
}

/** ISO/IEC 14496-12 §8, one video track, one chunk. */
function movie(
  frames: readonly Uint8Array[],
  sps: Uint8Array,
  pps: Uint8Array,
  width: number,
  height: number,
  offset: number,
) {
  const length = frames.length
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32)
  const entry = box(
    'avc1',
    [u32(0), u16(0), u16(1), zeros(16), u16(width), u16(height)],
    [u32(0x480000), u32(0x480000), u32(0), u16(1), zeros(32), u16(0x18), u16(0xffff)],
    box('avcC', Uint8Array.of(1, ...PROFILE, 0xff, 0xe1), [
      u16(sps.length),
      sps,
      Uint8Array.of(1),
      u16(pps.length),
      pps,
    ]),
  )
  const samples = box(
    'stbl',
    box('stsd', u32(0), u32(1), entry),
    box('stts', u32(0), u32(1), u32(length), u32(1)),
    box('stss', u32(0), u32(1), u32(1)),
    box('stsc', u32(0), u32(1), u32(1), u32(length), u32(1)),
    box('stsz', u32(0), u32(0), u32(length), ...frames.map((frame) => u32(frame.length))),
    box('stco', u32(0), u32(1), u32(offset)),
  )
  const times = [u32(0), u32(0), u32(FRAMES_PER_SECOND), u32(length)]
  return [
    box(
      'mvhd',
      u32(0),
      ...times,
      u32(0x10000),
      u16(0x100),
      zeros(10),
      ...matrix,
      zeros(24),
      u32(2),
    ),
    box(
      'trak',
      box(
        'tkhd',
        [u32(3), u32(0), u32(0), u32(1), u32(0), u32(length), zeros(16), ...matrix],
        [u32(width * 0x10000), u32(height * 0x10000)],
      ),
      box(
        'mdia',
        box('mdhd', u32(0), ...times, u16(0x55c4), u16(0)),
        box('hdlr', u32(0), u32(0), ascii('vide'), zeros(12), ascii('video\0')),
        box(
          'minf',
          box('vmhd', u32(1), zeros(8)),
          box('dinf', box('dref', u32(0), u32(1), box('url ', u32(1)))),
          samples,
        ),
      ),
    ),
  ]
}

function box(name: string, ...groups: readonly (Uint8Array | readonly Uint8Array[])[]) {
  const parts = groups.flat()
  const size = 8 + parts.reduce((sum, part) => sum + part.length, 0)
  return join([u32(size), ascii(name), ...parts])
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

const ascii = (text: string) => encoder.encode(text)
const zeros = (length: number) => new Uint8Array(length)
const u16 = (value: number) => Uint8Array.of(value >>> 8, value)
const u32 = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
