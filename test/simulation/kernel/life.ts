// One run of code that can end at any moment: an incarnation of an object, or a caller. What it
// awaits is never answered after its end.

import type { Owner } from './timeline.ts'

/** What a life writes, in units that become durable in order. */
interface Writes {
  readonly written: number
  readonly durable: number
}

const nothing: Writes = { written: 0, durable: 0 }

interface Outgoing {
  /** So many units must be durable before it may leave. */
  readonly written: number
  readonly leave: () => void
}

export class Life implements Owner {
  readonly name: string
  readonly #onEnd = new Set<() => void>()
  readonly #writes: Writes
  #outbox: Outgoing[] = []
  #alive = true

  /** A caller writes nothing. */
  constructor(name: string, writes = nothing) {
    this.name = name
    this.#writes = writes
  }

  get alive(): boolean {
    return this.#alive
  }

  /** The output gate: `leave` is called once everything written before it is durable. */
  send(leave: () => void): void {
    const { written, durable } = this.#writes
    if (written === durable) leave()
    else this.#outbox.push({ written, leave })
  }

  /** More is durable: what waited for no more than that may leave. */
  openGate(): void {
    const { durable } = this.#writes
    const outbox = this.#outbox
    this.#outbox = outbox.filter(({ written }) => written > durable)
    for (const { written, leave } of outbox) if (written <= durable) leave()
  }

  /** Called at its end, once, unless the returned function was called before. */
  onEnd(listener: () => void): () => void {
    this.#onEnd.add(listener)
    return () => this.#onEnd.delete(listener)
  }

  /** Nothing is answered any more; what waited for no more than `durable` units has left before. */
  end(durable: number): void {
    this.#alive = false
    const outbox = this.#outbox
    this.#outbox = []
    for (const { written, leave } of outbox) if (written <= durable) leave()
    for (const listener of this.#onEnd) listener()
    this.#onEnd.clear()
  }
}
