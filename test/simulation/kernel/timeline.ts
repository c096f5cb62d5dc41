// Everything that will happen, ordered by virtual time. What falls on the same millisecond happens in
// an order drawn from the seed.

import type { Chance } from './chance.ts'

/** Whoever an event happens to. It does not happen to the dead. */
export interface Owner {
  readonly alive: boolean
}

export interface Ticket {
  cancel(): void
}

interface Planned extends Ticket {
  readonly at: number
  readonly rank: number
  readonly owner: Owner | null
  readonly run: () => void
  isCancelled: boolean
}

export class Timeline {
  now = Date.UTC(2026, 10, 23)
  readonly #chance: Chance
  readonly #heap: Planned[] = []

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** Plans `run` for `delayMs` from now; rounded up, because clocks tick in whole milliseconds. */
  add(delayMs: number, owner: Owner | null, run: () => void): Ticket {
    const planned: Planned = {
      at: this.now + Math.max(0, Math.ceil(delayMs)),
      rank: this.#chance.next(),
      owner,
      run,
      isCancelled: false,
      cancel() {
        planned.isCancelled = true
      },
    }
    this.#push(planned)
    return planned
  }

  /** Moves time to the next event up to `until` and gives it; null when there is none. */
  next(until: number): (() => void) | null {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || first.at > until) return null
      this.#pop()
      if (first.isCancelled || first.owner?.alive === false) continue
      this.now = Math.max(this.now, first.at)
      return first.run
    }
  }

  #push(planned: Planned): void {
    const heap = this.#heap
    let at = heap.push(planned) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(planned, heap[parent])) break
      heap[at] = heap[parent] as Planned
      at = parent
    }
    heap[at] = planned
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left
      const next = heap[child]
      if (next === undefined || !isBefore(next, last)) break
      heap[at] = next
      at = child
    }
    heap[at] = last
  }
}

function isBefore(one: Planned | undefined, other: Planned | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return one.at < other.at || (one.at === other.at && one.rank < other.rank)
}
