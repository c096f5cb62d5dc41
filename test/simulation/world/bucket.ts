// The object store: strongly consistent, checks the hash of what it is given, and fails before or
// after it has done what was asked.

import { createHash } from 'node:crypto'
import type { Bucket, StoredObject, StreamedBody } from '../../../shared/ports.ts'
import type { Chance } from '../kernel/chance.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { WorldError } from '../kernel/kernel.ts'
import type { Life } from '../kernel/life.ts'

export interface StoreTrouble {
  /** Every call fails until this many ms after the beginning. */
  readonly deadMs: number
  /** So many calls fail, wherever they fall. */
  readonly failures: number
  /** The first calls that are never answered, done or not. */
  readonly hangs: number
}

/** Whoever waits longer for an answer does not hear it. */
const PATIENCE_MS = 60_000

export class Store {
  readonly objects = new Map<string, StoredObject>()
  /** Parts of each upload that is not over yet. */
  readonly #uploads = new Map<string, Map<number, Uint8Array>>()
  /** Those whose ids were learnt by whoever began them, by the key of what they upload. */
  readonly #known = new Map<string, string>()
  readonly #kernel: Kernel
  readonly #chance: Chance
  readonly #deadUntil: number
  #failuresLeft: number
  #hangsLeft: number
  #created = 0

  constructor(kernel: Kernel, chance: Chance, trouble: StoreTrouble) {
    this.#kernel = kernel
    this.#chance = chance
    this.#deadUntil = kernel.now + trouble.deadMs
    this.#failuresLeft = trouble.failures
    this.#hangsLeft = trouble.hangs
  }

  lendTo(life: Life): Bucket {
    const act = async <T>(what: string, perform: () => T): Promise<T> => {
      if (this.#hangsLeft <= 0) {
        return await this.#kernel.effect(life, `store ${what}`, () => this.#try(perform))
      }
      this.#hangsLeft--
      const isDone = this.#chance.happens(0.5)
      await this.#kernel.effect(life, `store ${what}, unanswered`, () => isDone && perform())
      return await new Promise<never>(() => undefined)
    }
    return {
      head: (key) => act('head', () => this.objects.get(key) ?? null),
      put: async (key, body, sha256) => {
        const bytes = await readWhole(body)
        await act('put', () => {
          const hash = createHash('sha256').update(bytes).digest('hex')
          if (sha256 !== null && hash !== sha256) throw new WorldError('The hash does not fit.')
          this.objects.set(key, { bytes: bytes.byteLength, sha256, etag: toMd5(bytes) })
        })
      },
      createUpload: async (key) => {
        const askedAt = this.#kernel.now
        const id = await act('begin upload', () => {
          const created = `upload${++this.#created}`
          this.#uploads.set(created, new Map())
          return created
        })
        if (this.#kernel.now - askedAt < PATIENCE_MS) this.#known.set(id, key)
        return id
      },
      uploadPart: async (_key, uploadId, partNumber, body) => {
        const bytes = await readWhole(body)
        return await act('part', () => {
          this.#upload(uploadId).set(partNumber, bytes)
          return { partNumber, etag: `${uploadId}-${partNumber}` }
        })
      },
      completeUpload: (key, uploadId, parts) =>
        act('complete upload', () => {
          const upload = this.#upload(uploadId)
          const bodies = parts.map((part) => {
            const body = upload.get(part.partNumber)
            if (body === undefined) throw new WorldError('There is no such part.')
            return body
          })
          this.#uploads.delete(uploadId)
          const bytes = bodies.reduce((sum, body) => sum + body.byteLength, 0)
          const sums = bodies.map((body) => Buffer.from(toMd5(body), 'hex'))
          const etag = `${toMd5(Buffer.concat(sums))}-${bodies.length}`
          this.objects.set(key, { bytes, sha256: null, etag })
        }),
      // R2 answers alike whether the upload was there or not.
      abortUpload: async (_key, uploadId) => {
        if (this.#hangsLeft > 0) this.#known.delete(uploadId)
        try {
          await act('abort upload', () => void this.#uploads.delete(uploadId))
        } catch (error) {
          // The store itself drops it within a week.
          this.#known.delete(uploadId)
          throw error
        }
      },
      delete: (key) => act('delete', () => void this.objects.delete(key)),
    }
  }

  /** Nobody but the store can end the upload of `key` now, unless its id is the one that was kept. */
  forgetUploads(key: string, kept: string | null): void {
    for (const [id, one] of this.#known) if (one === key && id !== kept) this.#known.delete(id)
  }

  /** Uploads that somebody could have ended and did not. */
  get openUploads(): string[] {
    return [...this.#known.keys()].filter((id) => this.#uploads.has(id))
  }

  #upload(id: string): Map<number, Uint8Array> {
    const upload = this.#uploads.get(id)
    if (upload === undefined) throw new WorldError('There is no such upload.')
    return upload
  }

  #try<T>(perform: () => T): T {
    if (this.#kernel.now < this.#deadUntil) throw new WorldError('The store is not available.')
    const fails = this.#failuresLeft > 0 && this.#chance.happens(0.5)
    if (fails) {
      this.#failuresLeft--
      if (this.#chance.happens(0.5)) throw new WorldError('The store failed.')
    }
    const result = perform()
    if (fails) throw new WorldError('The store did it, and its answer was lost.')
    return result
  }
}

export function toMd5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

/** Like R2: nothing is stored of a body that breaks off, or is not as long as was said. */
export async function readWhole(body: StreamedBody): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of body.bytes) pieces.push(piece)
  const whole = Buffer.concat(pieces)
  if (whole.byteLength !== body.length) throw new WorldError('The length does not fit.')
  return whole
}
