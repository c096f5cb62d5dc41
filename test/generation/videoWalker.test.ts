// What a download is, by its first bytes, wherever they are cut; and results that come as bytes.

import { expect, test } from 'vitest'
import { openDataLink, readDataLink } from '../../worker/generation/dataLink.ts'
import type { Row } from '../../worker/generation/row.ts'
import { createVideoWalker } from '../../shared/video/videoWalker.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
function box(type: string, payload: string): Uint8Array {
  const body = ascii(payload)
  const bytes = new Uint8Array(8 + body.length)
  new DataView(bytes.buffer).setUint32(0, bytes.length)
  bytes.set(ascii(type), 4)
  bytes.set(body, 8)
  return bytes
}
const join = (...parts: readonly Uint8Array[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

const mp4 = join(box('ftyp', 'isom0000'), box('moov', 'x'), box('mdat', 'y'))
const quickTime = join(box('ftyp', 'qt  0000'), box('mdat', 'y'), box('moov', 'x'))
const webm = join(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x9f), ascii('webm and clusters'))

function walk(bytes: Uint8Array, at: number) {
  const walker = createVideoWalker()
  walker.feed(bytes.subarray(0, at))
  walker.feed(bytes.subarray(at))
  const verdict = walker.end()
  return { type: walker.type, said: verdict.ok ? 'whole' : verdict.reason }
}

test.each([
  ['an MP4', mp4, null, 'whole'],
  ['a QuickTime', quickTime, 'video/quicktime', 'whole'],
  ['a WebM', webm, 'video/webm', 'whole'],
  ['a cut MP4', mp4.subarray(0, -1), null, 'incomplete'],
  ['a cut QuickTime', quickTime.subarray(0, -1), 'video/quicktime', 'incomplete'],
  ['a playlist', ascii('#EXTM3U\n#EXT-X-VERSION:3\n'), null, 'playlist'],
  ['a page', ascii('<!doctype html><p>gone</p>'), null, 'not_video'],
  ['a short text', ascii('no'), null, 'incomplete'],
  ['nothing', ascii(''), null, 'incomplete'],
] as const)('%s is known by its bytes', (_name, bytes, type, said) => {
  for (let at = 0; at <= bytes.length; at += 1) expect(walk(bytes, at)).toEqual({ type, said })
})

const createDigest = () => ({
  update: () => Promise.resolve(),
  hex: () => Promise.resolve('ab12'),
})

test('a video in a link becomes bytes and a short marker', async () => {
  const link = await readDataLink(`data:video/mp4;base64,${btoa('bytes')}`, createDigest)
  expect(link).toEqual({
    link: 'data:video/mp4;sha256,ab12',
    attachment: { sha256: 'ab12', bytes: ascii('bytes'), mediaType: 'video/mp4' },
  })
  expect(await readDataLink('https://cdn.example/v.mp4', createDigest)).toBeNull()
})

test('bytes that cannot be decoded are refused at once', async () => {
  const link = await readDataLink('data:video/mp4;base64,%%%', createDigest)
  const row = { attachments: { bytesOf: () => [] } } as unknown as Row
  const opened = openDataLink(row, link?.link ?? '')
  const download = await opened?.download('', new AbortController().signal)
  expect(download).toMatchObject({ ok: false, final: true })
  expect(openDataLink(row, 'https://cdn.example/v.mp4')).toBeNull()
})
