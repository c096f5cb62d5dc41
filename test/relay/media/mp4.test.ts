import { expect, test } from 'vitest'
import { createMp4, readWhole } from './mp4.ts'

/** Names of the boxes from `from` to `to`; throws when one does not end where the next begins. */
function walkBoxes(file: Uint8Array, from = 0, to = file.length): string[] {
  const names: string[] = []
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let at = from; at < to;) {
    const size = view.getUint32(at)
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8))
    if (size < 8 || at + size > to) throw new Error(`Box ${name} at ${at} leaves its parent.`)
    names.push(name)
    if (['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl'].includes(name)) {
      names.push(...walkBoxes(file, at + 8, at + size).map((child) => `${name}/${child}`))
    }
    at += size
  }
  return names
}

test('the file is ftyp, moov, mdat, and every box ends where the next begins', () => {
  const boxes = walkBoxes(readWhole(createMp4({ seed: 'a' })))
  expect(boxes.filter((name) => !name.includes('/'))).toEqual(['ftyp', 'moov', 'mdat'])
  expect(boxes).toContain('moov/trak/mdia/minf/stbl/stsz')
})

test('sample sizes add up to the media data, and the chunk offset points at its first byte', () => {
  const file = readWhole(createMp4({ seed: 'a', seconds: 2 }))
  const text = Buffer.from(file).toString('latin1')
  const view = new DataView(file.buffer)
  const sizes = text.indexOf('stsz') + 4
  const count = view.getUint32(sizes + 8)
  let total = 0
  for (let index = 0; index < count; index++) total += view.getUint32(sizes + 12 + index * 4)
  const data = text.lastIndexOf('mdat') + 4
  expect(count).toBe(20)
  expect(view.getUint32(text.indexOf('stco') + 12)).toBe(data)
  expect(total).toBe(file.length - data)
})

test('every NAL unit of every frame carries its own length', () => {
  const file = readWhole(createMp4({ seed: 'a', seconds: 1 }))
  const view = new DataView(file.buffer)
  const units: number[] = []
  let at = Buffer.from(file).toString('latin1').lastIndexOf('mdat') + 4
  while (at < file.length) {
    units.push((file[at + 4] ?? 0) & 31)
    at += 4 + view.getUint32(at)
  }
  expect(at).toBe(file.length)
  expect(units).toEqual([5, ...Array.from({ length: 9 }, () => 1)])
})

const video = (seed: string) => Buffer.from(readWhole(createMp4({ seed, seconds: 1 })))

test('another seed gives another video, the same seed the same one', () => {
  expect(video('a').equals(video('a'))).toBe(true)
  expect(video('a').equals(video('b'))).toBe(false)
})

test('the default stays small', () => {
  expect(createMp4({ seed: 'a' }).size).toBeLessThan(600_000)
})

test('a larger file has exactly the size asked for and still ends on a box', () => {
  const media = createMp4({ seed: 'a', seconds: 1, bytes: 1_000_000 })
  const file = readWhole(media)
  expect(file.length).toBe(1_000_000)
  expect(walkBoxes(file).at(-1)).toBe('free')
})

test('pieces of a range join to the same bytes as the whole', () => {
  const media = createMp4({ seed: 'a', seconds: 1, bytes: 300_000 })
  const file = Buffer.from(readWhole(media))
  for (const [start, end] of [
    [0, 1],
    [50_000, 250_000],
    [299_999, 300_000],
  ] as const) {
    const part = Buffer.concat([...media.read(start, end)])
    expect(part.equals(file.subarray(start, end))).toBe(true)
  }
})
