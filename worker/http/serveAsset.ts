// Answers GET and HEAD for a stored video. Downloads of any length are streamed from the store; Range
// and conditions are decided here, as RFC 9110 says.

import type { Asset } from '../../shared/video/events.ts'
import { readObject, toAssetKey } from '../platform/bucket.ts'
import { type FileName, toContentDisposition } from './fileName.ts'
import { decideContent } from './range.ts'

const extensions = {
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
} as const

/** null when the store does not have it. `storedAt`: ms since the epoch. */
export async function serveAsset(
  bucket: R2Bucket,
  request: Request,
  id: string,
  asset: Asset,
  storedAt: number,
  fileName: FileName | null,
): Promise<Response | null> {
  const etag = `"${asset.sha256}"`
  const isHead = request.method === 'HEAD'
  const headers = new Headers({
    'content-type': asset.type ?? 'video/mp4',
    'accept-ranges': 'bytes',
    etag,
    'last-modified': new Date(storedAt).toUTCString(),
    'cache-control': 'private, max-age=86400, immutable',
    'content-disposition': toContentDisposition(
      fileName ?? {
        name: `${id}.${extensions[asset.type ?? 'video/mp4']}`,
        disposition: 'inline',
      },
    ),
    // Whatever the bytes are, a browser must not run them as a page of ours.
    'content-security-policy': "sandbox; default-src 'none'; media-src 'self'",
    'cross-origin-resource-policy': 'cross-origin',
  })
  const decision = decideContent(
    { method: isHead ? 'HEAD' : 'GET', headers: request.headers },
    { etag, lastModifiedAt: storedAt, size: asset.bytes },
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
  const body = await readObject(bucket, toAssetKey(id), range)
  return body === null ? null : new Response(body, { status, headers })
}
