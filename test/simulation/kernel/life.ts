// One run of code that can end at any moment: an incarnation of an object, or a caller. What it
// awaits is never answered after its end.

import type { Owner } from './timeline.ts'

interface Outgoing {
  /** How many of its units must be durable before it may leave. */
  readonly units: number
  readonly leave: () => void
}

export class Life implements Owner {
  readonly name: string
  readonly #onEnd = new Set<() => void>()
  readonly #countUnits: () => number
  #outbox: Outgoing[] = []
  #alive = true

  /** `countUnits`: what it wrote that is not durable yet. A caller writes nothing. */
  constructor(name: string, countUnits: () => number = () => 0) {
    this.name = name
    this.#countUnits = countUnits
  }

  get alive(): boolean {
    return this.#alive
  }

  /** The output gate: `leave` is called once everything written before it is durable. */
  send(leave: () => void): void {
    const units = this.#countUnits()
    if (units === 0) leave()
    else this.#outbox.push({ units, leave })
  }

  /** Everything is durable: what waited may leave. */
  openGate(): void {
    const outbox = this.#outbox
    this.#outbox = []
    for (const { leave } of outbox) leave()
  }

  /** Called at its end, once, unless the returned function was called before. */
  onEnd(listener: () => void): () => void {
    this.#onEnd.add(listener)
    return () => this.#onEnd.delete(listener)
  }

  /** Nothing is answered any more; what waited only for the first `kept` units has left before. */
  end(kept: number): void {
    this.#alive = false
    const outbox = this.#outbox
    this.#outbox = []
    for (const { units, leave } of outbox) if (units <= kept) leave()
    for (const listener of this.#onEnd) listener()
    this.#onEnd.clear()
  }
}
