// Which receivers have messages that wait, and since when the first of each is due: kept in memory, so
// that a claim costs the same with one of them and with a thousand. Read from the rows once per
// incarnation; after that what is entered may be too early, which costs one look, and never too late.

import type { Sql } from '../../shared/ports.ts'

/**
 * Scheme and host of a stored URL: one host is one receiver, however many addresses it has. n8n gives
 * every execution its own. The ninth character stands behind `https://` and inside any name after
 * `http://`.
 */
export const receiverColumn = "substr(url, 1, 8 + instr(substr(url, 9) || '/', '/'))"

/** As URLs are stored: parsed, so that one host has one spelling, and ends at the first slash. */
export function toStoredUrl(url: string): string {
  return new URL(url).href
}

/** What `receiverColumn` makes of a stored URL. */
export function toReceiver(storedUrl: string): string {
  return storedUrl.slice(0, storedUrl.indexOf('/', 8) + 1)
}

export interface Waiting {
  readonly receiver: string
  /** When its first message is due, ms since the epoch; it may turn out to be later. */
  readonly dueAt: number
  /** It did not answer the last attempt of that message. */
  readonly hangs: boolean
}

export class Receivers {
  readonly #sql: Sql
  #waiting: Map<string, Waiting> | null = null

  constructor(sql: Sql) {
    this.#sql = sql
  }

  all(): Iterable<Waiting> {
    return this.#load().values()
  }

  /** One of its messages is due at `dueAt`. */
  add(waiting: Waiting): void {
    const known = this.#waiting?.get(waiting.receiver)
    if (known === undefined || waiting.dueAt < known.dueAt) this.set(waiting)
  }

  /** The first of its messages is due at `dueAt`. */
  set(waiting: Waiting): void {
    this.#waiting?.set(waiting.receiver, waiting)
  }

  remove(receiver: string): void {
    this.#waiting?.delete(receiver)
  }

  /** What was written may have been taken back: the rows are read again. */
  forget(): void {
    this.#waiting = null
  }

  #load(): Map<string, Waiting> {
    // Beside a min(), SQLite takes the other columns from the row that has it.
    this.#waiting ??= new Map(
      this.#sql
        .exec<{ receiver: string; dueAt: number; hangs: number }>(
          `SELECT ${receiverColumn} AS receiver, min(next_at) AS dueAt,
             attempts > 0 AND status IS NULL AS hangs
             FROM delivery WHERE state = 'pending' GROUP BY ${receiverColumn}`,
        )
        .map(({ receiver, dueAt, hangs }) => [receiver, { receiver, dueAt, hangs: hangs === 1 }]),
    )
    return this.#waiting
  }
}
