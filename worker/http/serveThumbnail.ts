// The preview a relay gave, kept when somebody first asks for it: its link would expire, and most
// previews are never looked at. What is not an image by its bytes is not served.

import { findImageType } from '../../shared/wire/bytes.ts'
import { readThumbnail, storeThumbnail, toThumbnailKey } from '../platform/bucket.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { readAtMost } from './body.ts'

/** Larger than any preview seen; small enough to hold. */
const LARGEST_BYTES = 4 * 1024 * 1024

/** null when the relay named no preview, or its link does not work any more. */
export async function serveThumbnail(
  bucket: R2Bucket,
  outbound: Outbound,
  id: string,
  previewUrl: string | null,
): Promise<Response | null> {
  const key = toThumbnailKey(id)
  const kept = await readThumbnail(bucket, key)
  const bytes = kept ?? (previewUrl === null ? null : await fetchImage(outbound, previewUrl))
  // By magic bytes: a relay's own word for the type is not believed.
  const mediaType = bytes === null ? null : findImageType(bytes)
  if (bytes === null || mediaType === null) return null
  if (kept === null) await storeThumbnail(bucket, key, bytes)
  return new Response(bytes, {
    headers: {
      'content-type': mediaType,
      'cache-control': 'private, max-age=86400',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
    },
  })
}

async function fetchImage(
  outbound: Outbound,
  url: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const download = await outbound.download(url)
  if (!download.ok) return null
  // A preview that breaks off is as good as none; the next caller tries again.
  return await readAtMost(download.body, LARGEST_BYTES).catch(() => null)
}
