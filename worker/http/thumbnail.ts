// The preview a relay gave, kept when somebody first asks for it: its link would expire, and most
// previews are never looked at. What is not an image by its bytes is not served.

import { findImageType } from '../../shared/wire/bytes.ts'
import { readThumbnail, storeThumbnail, toThumbnailKey } from '../platform/bucket.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { readAtMost } from './body.ts'

/** Larger than any preview seen; small enough to hold. */
const LARGEST_BYTES = 4 * 1024 * 1024

export interface Thumbnail {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly mediaType: string
}

/** null when the relay named no preview, or its link does not work any more. */
export async function getThumbnail(
  bucket: R2Bucket,
  outbound: Outbound,
  id: string,
  previewUrl: string | null,
): Promise<Thumbnail | null> {
  const key = toThumbnailKey(id)
  const kept = await readThumbnail(bucket, key)
  if (kept !== null) return toThumbnail(kept)
  if (previewUrl === null) return null
  const bytes = await fetchImage(outbound, previewUrl)
  const thumbnail = bytes === null ? null : toThumbnail(bytes)
  if (thumbnail !== null) await storeThumbnail(bucket, key, thumbnail.bytes)
  return thumbnail
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

/** By magic bytes: a relay's own word for the type is not believed. */
function toThumbnail(bytes: Uint8Array<ArrayBuffer>): Thumbnail | null {
  const mediaType = findImageType(bytes)
  return mediaType === null ? null : { bytes, mediaType }
}
