// One part of a video whose length nobody knows: grows with what comes, in small blocks, so that a
// short video never holds the room of a whole part, and no block is ever copied into another.

import type { StreamedBody } from '../../shared/ports.ts'

const BLOCK_BYTES = 64 * 1024

export class Part {
  readonly #most: number
  readonly #blocks: Uint8Array<ArrayBuffer>[] = []
  #length = 0

  constructor(most: number) {
    this.#most = most
  }

  get length(): number {
    return this.#length
  }

  get isFull(): boolean {
    return this.#length === this.#most
  }

  /** Takes what fits of `bytes` and says how much that was. */
  add(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.#most - this.#length)
    for (let at = 0; at < taken.length;) {
      const from = this.#length % BLOCK_BYTES
      if (from === 0) this.#blocks.push(new Uint8Array(this.#blockBytes()))
      const piece = taken.subarray(at, at + BLOCK_BYTES - from)
      this.#blocks.at(-1)?.set(piece, from)
      this.#length += piece.length
      at += piece.length
    }
    return taken.length
  }

  /** For the store, once: each block is let go as soon as it was taken. */
  read(): StreamedBody {
    return { length: this.#length, bytes: this.#drain() }
  }

  async *#drain(): AsyncGenerator<Uint8Array> {
    let left = this.#length
    for (let block = this.#blocks.shift(); block !== undefined; block = this.#blocks.shift()) {
      yield block.subarray(0, left)
      left -= block.length
    }
  }

  #blockBytes(): number {
    return Math.min(BLOCK_BYTES, this.#most - this.#length)
  }
}
