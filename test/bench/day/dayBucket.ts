// Where a finished video comes from and is kept on the day: a small file that stands for 20 MB, and a
// store that counts its operations as R2 bills them.

import { createHash } from 'node:crypto'
import type { Bucket, Digest, StoredObject, StreamedBody } from '../../../shared/ports.ts'
import { video } from '../../simulation/world/files.ts'
import type { Lent } from './dayObject.ts'
import { SECOND } from './plan.ts'

/** A video of which nobody said how long it is comes in four parts, as one of 20 MB does. */
export const PART_BYTES = Math.ceil(video.length / 4)

export async function download(lent: Lent, isLengthKnown: boolean, signal: AbortSignal) {
  lent.meter.subrequests += 1
  const half = Math.floor(video.length / 2)
  async function* body(): AsyncGenerator<Uint8Array> {
    yield await lent.arrive(SECOND, () => video.subarray(0, half), signal)
    yield await lent.arrive(SECOND, () => video.subarray(half), signal)
  }
  return await lent.arrive(
    200,
    () => ({ ok: true as const, length: isLengthKnown ? video.length : null, body: body() }),
    signal,
  )
}

/** What R2 does, counted by what it bills. Nothing of it is kept but what it must say again. */
export function openBucket(lent: Lent): Bucket {
  const { meter } = lent
  let stored: StoredObject | null = null
  const act = <T>(billed: 'classA' | 'classB' | null, perform: () => T): Promise<T> => {
    if (billed !== null) meter[billed] += 1
    return lent.arrive(40, perform)
  }
  const sums: Buffer[] = []
  return {
    head: () => act('classB', () => stored),
    put: async (_key, body, sha256) => {
      const bytes = await readWhole(body)
      await act('classA', () => {
        stored = { bytes: bytes.byteLength, sha256, etag: toMd5(bytes).toString('hex') }
      })
    },
    createUpload: () => act('classA', () => 'upload'),
    uploadPart: async (_key, _id, partNumber, body) => {
      sums.push(toMd5(await readWhole(body)))
      return await act('classA', () => ({ partNumber, etag: `${partNumber}` }))
    },
    completeUpload: (_key, _id, parts) =>
      act('classA', () => {
        const etag = `${toMd5(Buffer.concat(sums)).toString('hex')}-${parts.length}`
        stored = { bytes: video.length, sha256: null, etag }
      }),
    abortUpload: () => act(null, () => undefined),
    delete: () => act(null, () => undefined),
  }
}

async function readWhole(body: StreamedBody): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of body.bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

function toMd5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest()
}

export function createDigest(algorithm: 'SHA-256' | 'MD5'): Digest {
  const hash = createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
  return {
    async update(bytes) {
      hash.update(bytes)
    },
    async hex() {
      return hash.digest('hex')
    },
  }
}
