// Answers GET and HEAD for a stored video. Downloads of any length are streamed from the store; Range
// and conditions are decided here, as RFC 9110 says.

import { readObject } from '../platform/bucket.ts'
import { decideContent } from './range.ts'

export interface ServedAsset {
  readonly key: string
  readonly bytes: number
  readonly sha256: string
  /** ms since epoch. */
  readonly storedAt: number
  /** Offered to whoever saves it. Ours, so it needs no escaping. */
  readonly fileName: string
}

/** null when the store does not have it. */
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
  const { status } = decision
  if (decision.status === 206 || decision.status === 416) {
    headers.set('content-range', decision.contentRange)
  }
  if (status !== 200 && status !== 206) return new Response(null, { status, headers })
  const range =
    decision.status === 206
      ? { offset: decision.start, length: decision.end - decision.start + 1 }
      : { offset: 0, length: asset.bytes }
  headers.set('content-length', String(range.length))
  if (isHead) return new Response(null, { status, headers })
  const body = await readObject(bucket, asset.key, range)
  return body === null ? null : new Response(body, { status, headers })
}
