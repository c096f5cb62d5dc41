// The only place that touches R2: what a generation stores, what a caller reads. Downloads of any
// length are streamed from the store; Range and conditions are decided by us, as RFC 9110 says.

import type { Bucket } from '../../shared/ports.ts'
import { decideContent } from '../http/range.ts'

export function toBucket(bucket: R2Bucket): Bucket {
  const httpMetadata = { contentType: 'video/mp4' }
  return {
    async head(key) {
      const object = await bucket.head(key)
      if (object === null) return null
      const digest = object.checksums.sha256
      return { bytes: object.size, sha256: digest === undefined ? null : toHex(digest) }
    },
    async put(key, body, sha256) {
      await bucket.put(key, body, { sha256, httpMetadata })
    },
    async createUpload(key) {
      const upload = await bucket.createMultipartUpload(key, { httpMetadata })
      return upload.uploadId
    },
    async uploadPart(key, uploadId, partNumber, body) {
      return await bucket.resumeMultipartUpload(key, uploadId).uploadPart(partNumber, body)
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

export interface ServedAsset {
  readonly key: string
  readonly bytes: number
  readonly sha256: string
  /** ms since epoch. */
  readonly storedAt: number
  /** Offered to whoever saves it. Ours, so it needs no escaping. */
  readonly fileName: string
}

/** Answers GET and HEAD for a stored video. null when the store does not have it. */
export async function serveAsset(
  bucket: R2Bucket,
  request: Request,
  asset: ServedAsset,
): Promise<Response | null> {
  const etag = `"${asset.sha256}"`
  const isHead = request.method === 'HEAD'
  const headers = new Headers({
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    etag,
    'last-modified': new Date(asset.storedAt).toUTCString(),
    'cache-control': 'private, max-age=86400, immutable',
    'content-disposition': `inline; filename="${asset.fileName}"`,
    // Whatever the bytes are, a browser must not run them as a page of ours.
    'content-security-policy': "sandbox; default-src 'none'; media-src 'self'",
    'cross-origin-resource-policy': 'cross-origin',
  })
  const decision = decideContent(
    { method: isHead ? 'HEAD' : 'GET', headers: request.headers },
    { etag, lastModifiedAt: asset.storedAt, size: asset.bytes },
  )
  switch (decision.status) {
    case 304:
    case 412:
      return new Response(null, { status: decision.status, headers })
    case 416:
      headers.set('content-range', decision.contentRange)
      return new Response(null, { status: 416, headers })
    case 206: {
      const length = decision.end - decision.start + 1
      headers.set('content-range', decision.contentRange)
      headers.set('content-length', String(length))
      if (isHead) return new Response(null, { status: 206, headers })
      const object = await bucket.get(asset.key, { range: { offset: decision.start, length } })
      return object === null ? null : new Response(object.body, { status: 206, headers })
    }
    case 200: {
      headers.set('content-length', String(asset.bytes))
      if (isHead) return new Response(null, { headers })
      const object = await bucket.get(asset.key)
      return object === null ? null : new Response(object.body, { headers })
    }
  }
}

export async function readThumbnail(
  bucket: R2Bucket,
  key: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const object = await bucket.get(key)
  return object === null ? null : new Uint8Array(await object.arrayBuffer())
}

export async function storeThumbnail(
  bucket: R2Bucket,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await bucket.put(key, bytes)
}

function toHex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
