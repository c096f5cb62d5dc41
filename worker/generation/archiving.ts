// From a link to a stored object: downloads in parts that fit in memory, walks a video to its end
// while it passes, and believes the store only after it confirmed size and hash.

import type { Asset } from '../../shared/video/events.ts'
import { createVideoWalker } from './videoWalker.ts'
import type { Bucket, Digest, StoredPart } from '../../shared/ports.ts'
import { OutboundError } from '../outbound/outboundError.ts'
import type { OutboundPort } from './ports.ts'

export type ArchiveResult =
  | { readonly ok: true; readonly asset: Asset }
  | {
      readonly ok: false
      readonly code: 'download_failed' | 'storage_failed'
      /** Trying again cannot help. */
      readonly final: boolean
      readonly message: string
    }

interface ArchiveOptions {
  readonly bucket: Bucket
  readonly outbound: OutboundPort
  readonly createDigest: () => Digest
  readonly key: string
  readonly url: string
  readonly maxBytes: number
  /** Size of every part but the last; one part is what memory holds. */
  readonly partBytes: number
  readonly signal: AbortSignal
  /** What an earlier try has left in the store. */
  readonly before: {
    readonly uploadId: string | null
    readonly bytes: number | null
    readonly sha256: string | null
    readonly type?: Asset['type'] | undefined
  }
  /** Called before the first part: an upload that a crash leaves behind can then be aborted. */
  readonly onUpload: (uploadId: string) => void
  /** Called before the object becomes visible: what a later look at the store must find. */
  readonly onComplete: (asset: Asset) => void
}

export async function archiveAsset(options: ArchiveOptions): Promise<ArchiveResult> {
  try {
    const stored = await takeStored(options)
    if (stored !== null) return { ok: true, asset: stored }
    const download = await options.outbound.download(options.url, options.signal)
    if (!download.ok) return refuse(download.final, download.message)
    return await new Upload(options).take(download.body)
  } catch (error) {
    if (error instanceof StoreError) {
      return { ok: false, code: 'storage_failed', final: false, message: error.message }
    }
    return error instanceof OutboundError
      ? refuse(error.final, error.message)
      : refuse(false, 'The download broke off before the end of the video.')
  }
}

/** What an earlier try stored before it crashed; otherwise its unfinished upload is dropped. */
async function takeStored({ bucket, key, before }: ArchiveOptions): Promise<Asset | null> {
  const { bytes, sha256, uploadId, type } = before
  if (bytes !== null && sha256 !== null) {
    const stored = await inStore('say what it holds', bucket.head(key))
    if (isSame(stored, { bytes, sha256 })) return { bytes, sha256, ...(type != null && { type }) }
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

const problems = {
  not_video: 'The link did not answer with a video.',
  playlist:
    'The link is an HLS playlist (.m3u8): a list of parts, not a file, so it is not stored. It plays at source_url.',
  malformed: 'The download ended before the video did.',
  incomplete: 'The download ended before the video did.',
} as const

/** Tells a failure of the store from one of the download, which is read at the same time. */
class StoreError extends Error {}

async function inStore<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new StoreError(`The object store did not ${what}.`, { cause })
  }
}

class Upload {
  readonly #options: ArchiveOptions
  readonly #digest: Digest
  readonly #walker = createVideoWalker()
  readonly #part: Uint8Array<ArrayBuffer>
  #filled = 0
  #bytes = 0
  #uploadId: string | null = null
  readonly #parts: StoredPart[] = []

  constructor(options: ArchiveOptions) {
    this.#options = options
    this.#digest = options.createDigest()
    this.#part = new Uint8Array(options.partBytes)
  }

  async take(body: AsyncIterable<Uint8Array>): Promise<ArchiveResult> {
    for await (const chunk of body) {
      this.#bytes += chunk.byteLength
      if (this.#bytes > this.#options.maxBytes) {
        await this.#abort()
        return refuse(
          true,
          `The video is larger than the ${Math.round(this.#options.maxBytes / 1e6)} MB that are stored.`,
        )
      }
      // A problem is final: the rest need not be read.
      if (this.#walker.feed(chunk) !== undefined) break
      await this.#digest.update(chunk)
      for (let at = 0; at < chunk.byteLength;) {
        const taken = Math.min(this.#part.length - this.#filled, chunk.byteLength - at)
        this.#part.set(chunk.subarray(at, at + taken), this.#filled)
        this.#filled += taken
        at += taken
        if (this.#filled === this.#part.length) await this.#flushPart()
      }
    }
    const walk = this.#walker.end()
    if (!walk.ok) {
      await this.#abort()
      return refuse(walk.reason === 'playlist', problems[walk.reason])
    }
    return await this.#complete()
  }

  async #flushPart(): Promise<void> {
    const { bucket, key } = this.#options
    if (this.#uploadId === null) {
      this.#uploadId = await inStore('begin an upload', bucket.createUpload(key))
      this.#options.onUpload(this.#uploadId)
    }
    const body = this.#part.slice(0, this.#filled)
    const part = bucket.uploadPart(key, this.#uploadId, this.#parts.length + 1, body)
    this.#parts.push(await inStore('take a part of the video', part))
    this.#filled = 0
  }

  async #complete(): Promise<ArchiveResult> {
    const { bucket, key } = this.#options
    const { type } = this.#walker
    const asset: Asset = {
      bytes: this.#bytes,
      sha256: await this.#digest.hex(),
      ...(type !== null && { type }),
    }
    if (this.#uploadId === null) {
      this.#options.onComplete(asset)
      const body = this.#part.slice(0, this.#filled)
      await inStore('take the video', bucket.put(key, body, asset.sha256))
    } else {
      if (this.#filled > 0) await this.#flushPart()
      this.#options.onComplete(asset)
      const done = bucket.completeUpload(key, this.#uploadId, this.#parts)
      await inStore('complete the upload', done)
    }
    const stored = await inStore('confirm the video', bucket.head(key))
    if (!isSame(stored, asset)) {
      throw new StoreError('The object store holds something else than what was sent.')
    }
    return { ok: true, asset }
  }

  async #abort(): Promise<void> {
    await dropUpload(this.#options.bucket, this.#options.key, this.#uploadId)
  }
}

/** Multipart objects have no hash: their size is compared alone. */
function isSame(
  stored: { readonly bytes: number; readonly sha256: string | null } | null,
  asset: Asset,
): boolean {
  return (
    stored !== null &&
    stored.bytes === asset.bytes &&
    (stored.sha256 === null || stored.sha256 === asset.sha256)
  )
}

function refuse(final: boolean, message: string): ArchiveResult {
  return { ok: false, code: 'download_failed', final, message }
}
