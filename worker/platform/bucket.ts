// The only place that touches R2: what a generation stores, under which keys, and what a caller reads.
// Ids are ours, so keys need no escaping.

import { settleWithin } from '../../shared/limits.ts'
import type { Bucket } from '../../shared/ports.ts'
import { toHex } from '../../shared/wire/bytes.ts'
import { sleep, toStream } from './platform.ts'

/** Until a call for a reader counts as lost. */
const CALL_MS = 60_000

/** The store failed, or did not answer, while somebody waited for what is in it. */
export class StoreUnreached extends Error {
  override readonly name = 'StoreUnreached'

  constructor(cause: unknown) {
    super('store not reached', { cause })
  }
}

async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await settleWithin({ now: Date.now, sleep }, 'store', CALL_MS, call)
  } catch (error) {
    throw new StoreUnreached(error)
  }
}

export function toAssetKey(id: string): string {
  return `videos/${id}.mp4`
}

export function toThumbnailKey(id: string): string {
  return `videos/${id}.thumbnail`
}

export function toBucket(bucket: R2Bucket): Bucket {
  const httpMetadata = { contentType: 'video/mp4' }
  return {
    async head(key) {
      const object = await bucket.head(key)
      if (object === null) return null
      const digest = object.checksums.sha256
      return {
        bytes: object.size,
        sha256: digest === undefined ? null : toHex(digest),
        etag: /^[0-9a-f]{32}(?:-\d+)?$/.test(object.etag) ? object.etag : null,
      }
    },
    async put(key, body, sha256) {
      const options = sha256 === null ? { httpMetadata } : { httpMetadata, sha256 }
      await bucket.put(key, toStream(body), options)
    },
    async createUpload(key) {
      const upload = await bucket.createMultipartUpload(key, { httpMetadata })
      return upload.uploadId
    },
    async uploadPart(key, uploadId, partNumber, body) {
      return await bucket
        .resumeMultipartUpload(key, uploadId)
        .uploadPart(partNumber, toStream(body))
    },
    async completeUpload(key, uploadId, parts) {
      await bucket.resumeMultipartUpload(key, uploadId).complete([...parts])
    },
    async abortUpload(key, uploadId) {
      await bucket.resumeMultipartUpload(key, uploadId).abort()
    },
    async delete(key) {
      await bucket.delete(key)
    },
  }
}

/** Streams a part of an object; null when the store does not have it. */
export async function readObject(
  bucket: R2Bucket,
  key: string,
  range: { readonly offset: number; readonly length: number },
): Promise<ReadableStream | null> {
  const object = await reach(bucket.get(key, range.length === 0 ? {} : { range }))
  return object === null ? null : object.body
}

export async function readThumbnail(
  bucket: R2Bucket,
  key: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const read = async () => {
    const object = await bucket.get(key)
    return object === null ? null : new Uint8Array(await object.arrayBuffer())
  }
  return await reach(read())
}

export async function storeThumbnail(
  bucket: R2Bucket,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await reach(bucket.put(key, bytes))
}
