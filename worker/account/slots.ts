// Which due messages may leave now. The platform lets six calls of one object wait for an answer and
// queues the rest, so receivers that hang must never hold all of them: only who answers quickly may.

import type { DeliveryRow } from './deliveries.ts'

/** `all`: on the way at once in this lane and in narrower ones; `each`: of them to one receiver. */
interface Lane {
  readonly all: number
  readonly each: number
}

/** The sixth call is left to the account's generations. */
const quick: Lane = { all: 5, each: 2 }
const untried: Lane = { all: 4, each: 1 }
const slow: Lane = { all: 2, each: 2 }
/** A second message to one receiver leaves room for two others. */
const MOST_BEFORE_SECOND = 3
const QUICK_MS = 2_000
/** Receivers remembered per incarnation. */
const REMEMBERED = 1_000

export class Slots {
  /** What is on the way, by the number of its row. */
  readonly #taken = new Map<number, { readonly receiver: string; readonly lane: Lane }>()
  /** How each receiver answered last, and when it was last sent something; the latest is the last. */
  readonly #known = new Map<string, { readonly lane: Lane; readonly sentAt: number }>()

  /** Those of the due rows that leave now, each receiver in its turn. */
  take(due: readonly DeliveryRow[], now: number): DeliveryRow[] {
    const sentAt = ({ receiver }: DeliveryRow) => this.#known.get(receiver)?.sentAt ?? 0
    return [...due]
      .sort((a, b) => sentAt(a) - sentAt(b) || a.nextAt - b.nextAt || a.number - b.number)
      .filter((row) => this.#take(row, now))
  }

  /** The send of a row is over; it took `ms`. */
  free({ number, receiver }: DeliveryRow, ms: number): void {
    this.#taken.delete(number)
    const sentAt = this.#known.get(receiver)?.sentAt ?? 0
    this.#remember(receiver, ms < QUICK_MS ? quick : slow, sentAt)
  }

  /** The row was not sent after all. */
  giveBack({ number }: DeliveryRow): void {
    this.#taken.delete(number)
  }

  #take(row: DeliveryRow, now: number): boolean {
    const { number, receiver, attempts, status } = row
    // What the row says outlives this incarnation.
    const first = attempts > 0 && status === null ? slow : untried
    const lane = this.#known.get(receiver)?.lane ?? first
    const taken = [...this.#taken.values()]
    const here = taken.filter((one) => one.receiver === receiver).length
    const narrower = taken.filter((one) => one.lane.all <= lane.all).length
    if (taken.length >= quick.all || narrower >= lane.all || here >= lane.each) return false
    if (here > 0 && taken.length >= MOST_BEFORE_SECOND) return false
    this.#taken.set(number, { receiver, lane })
    this.#remember(receiver, lane, now)
    return true
  }

  #remember(receiver: string, lane: Lane, sentAt: number): void {
    this.#known.delete(receiver)
    this.#known.set(receiver, { lane, sentAt })
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size > REMEMBERED) this.#known.delete(oldest)
  }
}
