import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMp4Walker, type Mp4Verdict } from '../../shared/video/mp4.ts'

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.length
  }
  return whole
}

/** A box whose header claims `size`; by default the true one. */
function box(type: string, payloadBytes: number, size = payloadBytes + 8): Uint8Array {
  const bytes = new Uint8Array(payloadBytes + 8).fill(0x6d, 8)
  new DataView(bytes.buffer).setUint32(0, size)
  bytes.set(ascii(type), 4)
  return bytes
}

function wideBox(type: string, payloadBytes: number, size = BigInt(payloadBytes + 16)): Uint8Array {
  const bytes = new Uint8Array(payloadBytes + 16)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 1)
  bytes.set(ascii(type), 4)
  view.setBigUint64(8, size)
  return bytes
}

function walk(...pieces: readonly Uint8Array[]): Mp4Verdict {
  const walker = createMp4Walker()
  for (const piece of pieces) walker.feed(piece)
  return walker.end()
}

const ftyp = box('ftyp', 16)
const moov = box('moov', 40)
const mdat = box('mdat', 100)
const video = join(ftyp, moov, mdat)

describe('createMp4Walker', () => {
  test.each([
    ['index before media', video],
    ['media before index', join(ftyp, mdat, moov)],
    ['free space and unknown boxes', join(ftyp, box('free', 0), box('uuid', 16), moov, mdat)],
    ['fragments', join(ftyp, box('moof', 20), mdat, box('moof', 20), mdat)],
    ['a 64-bit size', join(ftyp, moov, wideBox('mdat', 60))],
    ['a 64-bit size of an empty box', join(ftyp, moov, mdat, wideBox('free', 0))],
    ['a last box that runs to the end', join(ftyp, moov, box('mdat', 77, 0))],
  ])('accepts %s', (_, bytes) => {
    expect(walk(bytes)).toEqual({ ok: true, bytes: bytes.length })
  })

  test.each([
    ['not_mp4', 'a web page', ascii('<!doctype html><title>Not here</title>')],
    ['not_mp4', 'an error as JSON', ascii('{"error":"expired"}')],
    ['not_mp4', 'a WebM', Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 1)],
    ['not_mp4', 'a video without its first box', join(moov, mdat)],
    ['malformed', 'a box smaller than its header', join(ftyp, box('moov', 0, 7), mdat)],
    ['malformed', 'a 64-bit box smaller than its header', join(ftyp, wideBox('mdat', 0, 15n))],
    ['incomplete', 'nothing', new Uint8Array()],
    ['incomplete', 'a cut first header', ftyp.subarray(0, 7)],
    ['incomplete', 'a cut 64-bit header', join(ftyp, moov, wideBox('mdat', 0).subarray(0, 12))],
    ['incomplete', 'a first box only', ftyp],
    ['incomplete', 'an index without media', join(ftyp, moov)],
    ['incomplete', 'media without an index', join(ftyp, mdat)],
    ['incomplete', 'an endless box without an index', join(ftyp, box('mdat', 9, 0))],
    ['incomplete', 'a page appended to a video', join(video, ascii('<html>sorry</html>'))],
    ['incomplete', 'a box larger than any file', join(ftyp, moov, wideBox('mdat', 9, 2n ** 63n))],
  ] as const)('says %s of %s', (reason, _, bytes) => {
    expect(walk(bytes)).toEqual({ ok: false, reason })
  })

  test('finds every cut, wherever it falls', () => {
    const bytes = join(ftyp, moov, wideBox('mdat', 30), box('free', 5))
    const wholeWithoutFree = bytes.length - 13
    for (let length = 0; length < bytes.length; length += 1) {
      const expected = length === wholeWithoutFree
      expect(walk(bytes.subarray(0, length)).ok, `cut at ${length}`).toBe(expected)
    }
  })

  test('gives one verdict however the bytes are split', () => {
    const samples = [video, join(ftyp, moov, wideBox('mdat', 60)), video.subarray(0, 99), moov]
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.integer({ min: 0, max: 9 })),
        (bytes, cuts) => {
          const pieces: Uint8Array[] = []
          let position = 0
          for (const cut of cuts) {
            pieces.push(bytes.subarray(position, position + cut))
            position += cut
          }
          expect(walk(...pieces, bytes.subarray(position))).toEqual(walk(bytes))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('stops at the first problem and keeps it', () => {
    const walker = createMp4Walker()
    expect(walker.feed(ascii('<htm'))).toBeUndefined()
    expect(walker.feed(ascii('l>no'))).toBe('not_mp4')
    expect(walker.feed(video)).toBe('not_mp4')
    expect(walker.end()).toEqual({ ok: false, reason: 'not_mp4' })
  })

  test('walks past 6 GiB of media without looking at it', () => {
    const walker = createMp4Walker()
    // Not zeros: read as a box, zeros would be one that runs to the end.
    const chunk = new Uint8Array(64 * 1024 * 1024).fill(0x6d)
    const chunks = 96
    walker.feed(join(ftyp, moov, wideBox('mdat', 0, BigInt(chunks * chunk.length + 16))))
    for (let index = 0; index < chunks; index += 1) walker.feed(chunk)
    expect(walker.end()).toEqual({ ok: true, bytes: 24 + 48 + 16 + chunks * chunk.length })
  })
})
