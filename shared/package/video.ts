// A video as the API answers it, and what can be done with its bytes. Its fields are the resource's and
// nothing else, so it prints and travels as JSON.

import type { Client } from '../client/client.ts'
import type { Download } from '../client/download.ts'
import { toReelayError } from './error.ts'
import type { VideoResource } from './wire.ts'

// The constructor assigns every field of it.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface Video extends VideoResource {}

export class Video {
  readonly #client: Client

  /** @internal */
  constructor(client: Client, resource: VideoResource) {
    Object.assign(this, resource)
    this.#client = client
  }

  /** Writes the file, resumed by itself where the connection broke. Not in browsers and Workers. */
  async save(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { writeFile } = await import('./files.ts')
    const { body } = await this.#open(options.signal)
    await writeFile(path, readOn(body))
  }

  /** The file as it arrives, resumed by itself. */
  async stream(
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#open(options.signal)
    const parts = readOn(body)
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await parts.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await parts.return(undefined)
      },
    })
  }

  async blob(options: { readonly signal?: AbortSignal } = {}): Promise<Blob> {
    const { body, contentType } = await this.#open(options.signal)
    const parts: Uint8Array<ArrayBuffer>[] = []
    for await (const part of readOn(body)) parts.push(part as Uint8Array<ArrayBuffer>)
    return new Blob(parts, { type: contentType ?? 'video/mp4' })
  }

  async bytes(options: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array> {
    return new Uint8Array(await (await this.blob(options)).arrayBuffer())
  }

  async #open(signal: AbortSignal | undefined): Promise<Download> {
    try {
      return await this.#client.download(this.id, signal)
    } catch (error) {
      throw toReelayError(error)
    }
  }
}

async function* readOn(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body
  } catch (error) {
    throw toReelayError(error)
  }
}
