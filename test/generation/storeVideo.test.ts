// A video is stored when the store says so itself: size and hash, of one put and of an upload in parts.

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Bucket, StoredObject, StreamedBody } from '../../shared/ports.ts'
import type { StoredAsset } from '../../worker/generation/storeVideo.ts'
import { storeVideo } from '../../worker/generation/storeVideo.ts'
import { createMp4 } from '../relay/media/mp4.ts'

const PART_BYTES = 200_000
const media = createMp4({ seed: 'store', bytes: 500_000 })
const pieces = [...media.read(0, media.size)]
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest()

async function read(body: StreamedBody): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const piece of body.bytes) parts.push(piece)
  return Buffer.concat(parts)
}

/** `spoil` changes what it says of the object that it holds. */
function createBucket(spoil: (object: StoredObject) => StoredObject = (object) => object) {
  const calls: string[] = []
  const parts: Buffer[] = []
  let object: StoredObject | null = null
  const bucket: Bucket = {
    head: async () => object && spoil(object),
    async put(_key, body, sha256) {
      const bytes = await read(body)
      if (bytes.length !== body.length) throw new Error('not as long as it was said')
      calls.push(`put ${bytes.length}`)
      object = { bytes: bytes.length, sha256, etag: md5(bytes).toString('hex') }
    },
    createUpload: async () => 'upload',
    async uploadPart(_key, _id, partNumber, body) {
      const bytes = await read(body)
      calls.push(`part ${bytes.length}`)
      parts.push(bytes)
      return { partNumber, etag: 'opaque' }
    },
    async completeUpload() {
      const etag = `${md5(Buffer.concat(parts.map(md5))).toString('hex')}-${parts.length}`
      object = { bytes: Buffer.concat(parts).length, sha256: null, etag }
    },
    abortUpload: async () => undefined,
    delete: async () => undefined,
  }
  return { bucket, calls }
}

async function store(bucket: Bucket, length: number | null, body = pieces, partBytes = PART_BYTES) {
  const planned: StoredAsset[] = []
  const options = {
    bucket,
    createDigest: (algorithm: 'SHA-256' | 'MD5') => {
      const hash = createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      return {
        update: async (bytes: Uint8Array) => void hash.update(bytes),
        hex: async () => hash.digest('hex'),
      }
    },
    key: 'key',
    maxBytes: 1_000_000,
    partBytes,
    onPiece: () => undefined,
    onUpload: () => undefined,
    onComplete: (asset: StoredAsset) => planned.push(asset),
  }
  async function* stream() {
    yield* body
  }
  const asset = await storeVideo(options, stream(), length)
  expect(planned).toEqual([{ ...asset, etag: expect.any(String) }])
  return asset
}

const whole = {
  bytes: media.size,
  sha256: createHash('sha256').update(Buffer.concat(pieces)).digest('hex'),
}

test('a known length is one put', async () => {
  const { bucket, calls } = createBucket()
  expect(await store(bucket, media.size)).toEqual(whole)
  expect(calls).toEqual([`put ${media.size}`])
})

test('an unknown length that fits into a part is one put of its size', async () => {
  const { bucket, calls } = createBucket()
  expect(await store(bucket, null, pieces, 1_000_000)).toEqual(whole)
  expect(calls).toEqual([`put ${media.size}`])
})

test('a longer one goes in equal parts', async () => {
  const { bucket, calls } = createBucket()
  expect(await store(bucket, null)).toEqual(whole)
  const rest = media.size - 2 * PART_BYTES
  expect(calls).toEqual([`part ${PART_BYTES}`, `part ${PART_BYTES}`, `part ${rest}`])
})

const otherMd5 = 'd41d8cd98f00b204e9800998ecf8427e'

test.each([
  ['other bytes in one put', media.size, otherMd5],
  ['other bytes in parts', null, `${otherMd5}-3`],
  ['another number of parts', null, `${otherMd5}-2`],
])('what the store holds is not believed when it is %s', async (_, length, etag) => {
  const { bucket } = createBucket((object) => ({ ...object, etag }))
  await expect(store(bucket, length)).rejects.toThrow('something else than what was sent')
})

test('a store that names objects otherwise is asked for the size alone', async () => {
  const nameless = createBucket((object) => ({ ...object, etag: null }))
  expect(await store(nameless.bucket, media.size)).toEqual(whole)
  const short = createBucket((object) => ({ ...object, etag: null, bytes: object.bytes - 1 }))
  await expect(store(short.bucket, media.size)).rejects.toThrow('something else')
})

test('what is no whole video is never given to the store whole', async () => {
  const { bucket, calls } = createBucket()
  const cut = pieces.map((piece) => piece.subarray(0, piece.length - 1))
  await expect(store(bucket, media.size, cut)).rejects.toThrow('ended before the video did')
  await expect(store(bucket, null, cut, 1_000_000)).rejects.toThrow('ended before the video did')
  await expect(store(bucket, 2_000_000)).rejects.toThrow('larger than the 1 MB')
  expect(calls).toEqual([])
})
