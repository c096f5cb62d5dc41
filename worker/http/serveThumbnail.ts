// The preview a relay gave, kept when somebody first asks for it: its link would expire, and most
// previews are never looked at. What is not an image by its bytes is not served, and not asked for again
// for some minutes; what is deleted meanwhile is not kept.

import { findImageType } from '../../shared/wire/bytes.ts'
import { readThumbnail, storeThumbnail, toThumbnailKey } from '../platform/bucket.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { readAtMost } from './body.ts'

/** Larger than any preview seen; small enough to hold. */
const LARGEST_BYTES = 4 * 1024 * 1024

/** How long a link that gave no image is left alone, by this isolate. */
const BAD_MS = 5 * 60_000
const REMEMBERED = 1_000
/** Until when, by the link. */
const bad = new Map<string, number>()

/** null when the relay named no preview, or its link does not work (any more). */
export async function serveThumbnail(
  bucket: R2Bucket,
  outbound: Outbound,
  id: string,
  previewUrl: string | null,
  isThere: () => Promise<boolean>,
): Promise<Response | null> {
  const key = toThumbnailKey(id)
  const kept = await readThumbnail(bucket, key)
  const bytes = kept ?? (previewUrl === null ? null : await fetchOnce(outbound, previewUrl))
  // By magic bytes: a relay's own word for the type is not believed.
  const mediaType = bytes === null ? null : findImageType(bytes)
  if (bytes === null || mediaType === null) {
    if (previewUrl !== null && kept === null) rememberBad(previewUrl)
    return null
  }
  if (kept === null) {
    await storeThumbnail(bucket, key, bytes)
    // Deleted while it was on its way: whoever deleted it found nothing here.
    if (!(await isThere())) {
      await bucket.delete(key)
      return null
    }
  }
  return new Response(bytes, {
    headers: {
      'content-type': mediaType,
      'cache-control': 'private, max-age=86400',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
    },
  })
}

async function fetchOnce(outbound: Outbound, url: string): Promise<Uint8Array<ArrayBuffer> | null> {
  return (bad.get(url) ?? 0) > Date.now() ? null : await fetchImage(outbound, url)
}

function rememberBad(url: string): void {
  const known = bad.get(url) ?? 0
  if (known > Date.now()) return
  bad.delete(url)
  const [oldest] = bad.keys()
  if (oldest !== undefined && bad.size >= REMEMBERED) bad.delete(oldest)
  bad.set(url, Date.now() + BAD_MS)
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
