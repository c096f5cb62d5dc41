// Which due messages may leave now. The platform lets six calls of one object wait for an answer and
// queues the rest, so receivers that hang must never hold all of them: only who answers quickly may.

import type { DeliveryRow } from './deliveries.ts'
import type { Waiting } from './receivers.ts'

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

  /** Whose turn it is: of those with a message due and room for it, who was sent something longest ago. */
  choose(all: Iterable<Waiting>, now: number): Waiting | null {
    if (this.#taken.size >= quick.all) return null
    let chosen: Waiting | null = null
    let chosenSentAt = 0
    for (const waiting of all) {
      if (waiting.dueAt > now || !this.#hasRoom(waiting)) continue
      const sentAt = this.#known.get(waiting.receiver)?.sentAt ?? 0
      if (chosen !== null && (chosenSentAt - sentAt || chosen.dueAt - waiting.dueAt) <= 0) {
        continue
      }
      chosen = waiting
      chosenSentAt = sentAt
    }
    return chosen
  }

  /** The message with this number leaves now. */
  take(number: number, waiting: Waiting, now: number): void {
    const lane = this.#toLane(waiting)
    this.#taken.set(number, { receiver: waiting.receiver, lane })
    this.#remember(waiting.receiver, lane, now)
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

  #hasRoom(waiting: Waiting): boolean {
    const lane = this.#toLane(waiting)
    const taken = [...this.#taken.values()]
    const here = taken.filter(({ receiver }) => receiver === waiting.receiver).length
    const narrower = taken.filter((one) => one.lane.all <= lane.all).length
    if (narrower >= lane.all || here >= lane.each) return false
    return here === 0 || taken.length < MOST_BEFORE_SECOND
  }

  /** What the message says outlives this incarnation. */
  #toLane({ receiver, hangs }: Waiting): Lane {
    return this.#known.get(receiver)?.lane ?? (hangs ? slow : untried)
  }

  #remember(receiver: string, lane: Lane, sentAt: number): void {
    this.#known.delete(receiver)
    this.#known.set(receiver, { lane, sentAt })
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size > REMEMBERED) this.#known.delete(oldest)
  }
}
