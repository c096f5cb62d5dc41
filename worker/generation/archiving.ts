// From a link to a stored object, and how that can fail: what an earlier try has left in the store is
// looked at first, everything else begins anew.

import type { Asset } from '../../shared/video/events.ts'
import type { Bucket } from '../../shared/ports.ts'
import { OutboundError } from '../outbound/outboundError.ts'
import type { Share } from '../platform/budget.ts'
import type { OutboundPort } from './ports.ts'
import { inStore, isSame, StoreError, storeVideo, VideoError } from './storeVideo.ts'
import type { StoreOptions } from './storeVideo.ts'

export type ArchiveResult =
  | { readonly ok: true; readonly asset: Asset }
  | {
      readonly ok: false
      readonly code: 'download_failed' | 'storage_failed'
      /** Trying again cannot help. */
      readonly final: boolean
      readonly message: string
    }

interface ArchiveOptions extends Omit<StoreOptions, 'onPiece'> {
  readonly outbound: OutboundPort
  readonly url: string
  /** The relay's key, where the link is the relay's own. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** Room for the most that it can need, as `toMostBytes` says. */
  readonly share: Share
  readonly signal: AbortSignal
  /** What an earlier try has left in the store. */
  readonly before: {
    readonly uploadId: string | null
    readonly bytes: number | null
    readonly sha256: string | null
    readonly etag?: string
    readonly type?: Asset['type'] | undefined
  }
}

/** What passes of a download whose length is known: a piece or two, on both sides of a hash. */
const PASSING_BYTES = 1024 * 1024

/** What an archive may hold until the length of its download is known. */
export function toMostBytes(partBytes: number): number {
  return partBytes + PASSING_BYTES
}

export async function archiveAsset(options: ArchiveOptions): Promise<ArchiveResult> {
  try {
    const stored = await takeStored(options)
    if (stored !== null) return { ok: true, asset: stored }
    const { outbound, url, headers, signal, share } = options
    share.renew()
    const download = await outbound.download(url, signal, headers)
    if (!download.ok) return refuse(download.final, download.message)
    const { body, length } = download
    if (length !== null) share.shrinkTo(PASSING_BYTES)
    const onPiece = () => share.renew()
    return { ok: true, asset: await storeVideo({ ...options, onPiece }, body, length) }
  } catch (error) {
    if (error instanceof StoreError) {
      return { ok: false, code: 'storage_failed', final: false, message: error.message }
    }
    return error instanceof OutboundError || error instanceof VideoError
      ? refuse(error.final, error.message)
      : refuse(false, 'The download broke off before the end of the video.')
  }
}

/** What an earlier try stored before it crashed; otherwise its unfinished upload is dropped. */
async function takeStored({ bucket, key, before }: ArchiveOptions): Promise<Asset | null> {
  const { bytes, sha256, uploadId, etag = null, type } = before
  if (bytes !== null && sha256 !== null) {
    const stored = await inStore('say what it holds', bucket.head(key))
    if (isSame(stored, { bytes, sha256, etag })) {
      return { bytes, sha256, ...(type !== undefined && { type }) }
    }
  }
  await dropUpload(bucket, key, uploadId)
  return null
}

/** Best effort: R2 itself drops an upload that is not completed within a week. */
export async function dropUpload(
  bucket: Bucket,
  key: string,
  uploadId: string | null,
): Promise<void> {
  try {
    if (uploadId !== null) await bucket.abortUpload(key, uploadId)
  } catch {
    // R2 may have dropped it already.
  }
}

function refuse(final: boolean, message: string): ArchiveResult {
  return { ok: false, code: 'download_failed', final, message }
}
