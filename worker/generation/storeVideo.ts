// Brings the bytes of a video into the store: straight through when their length is known, else part
// by part. The video is walked and the hashes made while they pass, and nothing becomes visible
// before the last byte was judged; then the store has to say itself what it holds.

import type { Bucket, Digest, StoredObject, StoredPart } from '../../shared/ports.ts'
import type { Asset } from '../../shared/video/events.ts'
import { Part } from './part.ts'
import { createVideoWalker } from '../../shared/video/videoWalker.ts'

/** What the store must hold: the video, and its name for these very bytes. */
export interface StoredAsset extends Asset {
  readonly etag: string
}

export interface StoreOptions {
  readonly bucket: Bucket
  readonly createDigest: (algorithm: 'SHA-256' | 'MD5') => Digest
  readonly key: string
  readonly maxBytes: number
  /** Size of every part but the last; one part is what memory holds. */
  readonly partBytes: number
  /** Called with every piece that comes. */
  readonly onPiece: () => void
  /** Called before the first part: an upload that a crash leaves behind can then be aborted. */
  readonly onUpload: (uploadId: string) => void
  /** Called before the object becomes visible: what a later look at the store must find. */
  readonly onComplete: (asset: StoredAsset) => void
}

/** The bytes are not the video that was meant. */
export class VideoError extends Error {
  /** Trying again cannot help. */
  readonly final: boolean

  constructor(message: string, final: boolean) {
    super(message)
    this.final = final
  }
}

/** Tells a failure of the store from one of the download, which is read at the same time. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}

export async function inStore<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new StoreError(`The object store did not ${what}.`, { cause })
  }
}

/** Bytes as they arrive, or that are here already. */
type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** `length` null: nobody knows it before the end. */
export async function storeVideo(
  options: StoreOptions,
  body: Source,
  length: number | null,
): Promise<Asset> {
  const { bucket, key, maxBytes } = options
  if (length !== null && length > maxBytes) throw tooLarge(maxBytes)
  const passage = new Passage(options, body)
  const asset =
    length === null
      ? await storeParts(options, passage)
      : await storeWhole(options, passage, length)
  const stored = await inStore('confirm the video', bucket.head(key))
  if (!isSame(stored, asset)) {
    throw new StoreError('The object store holds something else than what was sent.')
  }
  const { etag: _, ...whole } = asset
  return whole
}

/** The store may know no SHA-256 of it, or name it in a way of its own: what it says is compared. */
export function isSame(
  stored: StoredObject | null,
  asset: Asset & { readonly etag: string | null },
): boolean {
  return (
    stored !== null &&
    stored.bytes === asset.bytes &&
    isSameOrUnknown(stored.sha256, asset.sha256) &&
    isSameOrUnknown(stored.etag, asset.etag)
  )
}

function isSameOrUnknown(stored: string | null, sent: string | null): boolean {
  return stored === null || sent === null || stored === sent
}

const problems = {
  not_video: 'The link did not answer with a video.',
  playlist:
    'The link is an HLS playlist (.m3u8): a list of parts, not a file, so it is not stored. It plays at source_url.',
  malformed: 'The download ended before the video did.',
  incomplete: 'The download ended before the video did.',
} as const

/** The bytes of one download on their way. */
class Passage {
  readonly #options: StoreOptions
  readonly #body: Source
  readonly #sha256: Digest
  readonly #walker = createVideoWalker()
  #bytes = 0
  /** Why it ended early: the store only sees that it did. */
  #failure: { readonly error: unknown } | null = null

  constructor(options: StoreOptions, body: Source) {
    this.#options = options
    this.#body = body
    this.#sha256 = options.createDigest('SHA-256')
  }

  /** Ends well only when it was a whole video. */
  async *read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of this.#body) {
        this.#options.onPiece()
        this.#bytes += piece.byteLength
        if (this.#bytes > this.#options.maxBytes) throw tooLarge(this.#options.maxBytes)
        // A problem is final: the rest need not be read.
        if (this.#walker.feed(piece) !== undefined) break
        await this.#sha256.update(piece)
        yield piece
      }
      this.#judge()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  /** Once `read` has come to its end. */
  async finish(): Promise<Asset> {
    const { type } = this.#walker
    const sha256 = await this.#sha256.hex()
    return { bytes: this.#bytes, sha256, ...(type !== null && { type }) }
  }

  /** What the store failed with was the download's fault, if the download failed. */
  async blame<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw this.#failure === null ? error : this.#failure.error
    }
  }

  #judge(): void {
    const walk = this.#walker.end()
    if (walk.ok) return
    throw new VideoError(problems[walk.reason], walk.reason === 'playlist')
  }
}

/** One put, of which nothing is held but the piece that passes. */
async function storeWhole(
  { bucket, key, createDigest, onComplete }: StoreOptions,
  passage: Passage,
  length: number,
): Promise<StoredAsset> {
  const md5 = createDigest('MD5')
  let asset: StoredAsset | null = null
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let last: Uint8Array | null = null
    for await (const piece of passage.read()) {
      await md5.update(piece)
      if (last !== null) yield last
      last = piece
    }
    // The store may have it as soon as the last piece is there, before anybody says that it was.
    asset = { ...(await passage.finish()), etag: await md5.hex() }
    onComplete(asset)
    if (last !== null) yield last
  }
  await passage.blame(inStore('take the video', bucket.put(key, { length, bytes: pieces() }, null)))
  if (asset === null) throw new StoreError('The object store did not take the whole video.')
  return asset
}

/** One put of the exact size for what fits into a part, else an upload in parts. */
async function storeParts(options: StoreOptions, passage: Passage): Promise<StoredAsset> {
  const { bucket, key, partBytes, createDigest, onUpload, onComplete } = options
  const parts: StoredPart[] = []
  const etags: string[] = []
  let uploadId: string | null = null
  let part = new Part(partBytes)
  let md5 = createDigest('MD5')

  async function flush(): Promise<void> {
    if (uploadId === null) {
      uploadId = await inStore('begin an upload', bucket.createUpload(key))
      onUpload(uploadId)
    }
    const sent = bucket.uploadPart(key, uploadId, parts.length + 1, part.read())
    parts.push(await inStore('take a part of the video', sent))
    etags.push(await md5.hex())
    part = new Part(partBytes)
    md5 = createDigest('MD5')
  }

  for await (const piece of passage.read()) {
    for (let at = 0; at < piece.byteLength;) {
      const taken = part.add(piece.subarray(at))
      await md5.update(piece.subarray(at, at + taken))
      at += taken
      if (part.isFull) await flush()
    }
  }
  const whole = await passage.finish()
  if (uploadId === null) {
    const asset = { ...whole, etag: await md5.hex() }
    onComplete(asset)
    await inStore('take the video', bucket.put(key, part.read(), asset.sha256))
    return asset
  }
  if (part.length > 0) await flush()
  const asset = { ...whole, etag: await toUploadEtag(etags, createDigest) }
  onComplete(asset)
  await inStore('complete the upload', bucket.completeUpload(key, uploadId, parts))
  return asset
}

/** As R2 and S3 name an upload in parts: MD5 of the parts' MD5s, and how many they were. */
async function toUploadEtag(
  etags: readonly string[],
  createDigest: StoreOptions['createDigest'],
): Promise<string> {
  const md5 = createDigest('MD5')
  for (const etag of etags) await md5.update(fromHex(etag))
  return `${await md5.hex()}-${etags.length}`
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16))
}

function tooLarge(maxBytes: number): VideoError {
  const megabytes = Math.round(maxBytes / 1e6)
  return new VideoError(`The video is larger than the ${megabytes} MB that are stored.`, true)
}
