// The append-only log of one generation: catch-up from SQLite, then live. A reader is only an
// offset, so a slow one costs nothing and can never hold up the pump or another reader.

import type { GenerationEvent, LogEntry } from '../../shared/video/events.ts'
import { isTerminal } from '../../shared/video/events.ts'
import type { Now, Sql } from '../../shared/ports.ts'
import { fromJson, Table } from '../platform/table.ts'

/** Entries read at once during catch-up, and the least that is kept in memory. */
const BATCH = 256

export class Log {
  readonly #sql: Sql
  readonly #table: Table<LogEntry>
  readonly #now: Now
  /** Newest entries, so that live readers do not each ask SQLite for the same row. */
  #recent: LogEntry[] = []
  #end: number
  /** How far readers may read: entries beyond it might still be lost in a crash. */
  #announced: number
  #isClosed: boolean
  /** The flush that runs, and the last entry in it. */
  #flushing: { readonly end: number; readonly done: Promise<void> } | null = null
  readonly #listeners = new Set<() => void>()

  /** `last`: the last entry there is, null for a log that begins. */
  constructor(sql: Sql, now: Now, last: LogEntry | null) {
    this.#sql = sql
    this.#table = toTable(sql)
    this.#now = now
    this.#end = last?.offset ?? 0
    this.#announced = this.#end
    this.#isClosed = last !== null && isTerminal(last.event)
  }

  /** The offset of the last entry that readers may see; 0 when there is none. */
  get end(): number {
    return this.#announced
  }

  append(event: GenerationEvent): LogEntry {
    const entry = { offset: this.#end + 1, at: this.#now(), event }
    this.#sql.exec(
      'INSERT INTO log (offset, at, event) VALUES (?, ?, ?)',
      entry.offset,
      entry.at,
      JSON.stringify(event),
    )
    this.#end = entry.offset
    this.#recent.push(entry)
    if (this.#recent.length > 2 * BATCH) this.#recent.splice(0, BATCH)
    return entry
  }

  /** Takes back what was appended in a transaction that failed; `end` is the last entry there is. */
  rewind(end: number): void {
    this.#end = end
    this.#recent = this.#recent.filter(({ offset }) => offset <= end)
  }

  /** Lets readers see what was appended, once it cannot be lost: an announced offset never changes. */
  async announce(): Promise<void> {
    const end = this.#end
    if (end === this.#announced) return
    // A start and its first dispatch announce the same entries: they share one flush.
    if (this.#flushing?.end !== end) this.#flushing = { end, done: this.#sql.flush() }
    try {
      await this.#flushing.done
    } finally {
      // Also when it failed: the next announce flushes again.
      this.#flushing = null
    }
    if (end <= this.#announced) return
    this.#announced = end
    this.#isClosed = this.#endsTerminal()
    for (const listener of this.#listeners) listener()
  }

  /** Up to 256 entries after `offset`, in order; empty when there is nothing new yet. */
  read(after: number): LogEntry[] {
    const [first] = this.#recent
    if (first !== undefined && after >= first.offset - 1) {
      const from = after - first.offset + 1
      return this.#recent.slice(from, Math.min(from + BATCH, this.#announced - first.offset + 1))
    }
    return this.#table.many(
      'WHERE offset > ? AND offset <= ? ORDER BY offset LIMIT ?',
      after,
      this.#announced,
      BATCH,
    )
  }

  /** Every entry up to and with `offset`: what a reader has seen already. */
  readTo(offset: number): LogEntry[] {
    return [...readLog(this.#sql, 0, offset)]
  }

  /** Calls `listener` whenever there is more to read, until the returned function is called. */
  onAnnounce(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** How many wait for more of it, or for its end. */
  get listeners(): number {
    return this.#listeners.size
  }

  /** Ends with an announced terminal event: a reader at the end need not wait. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  #endsTerminal(): boolean {
    const [last] = this.read(this.#announced - 1)
    return last !== undefined && isTerminal(last.event)
  }
}

/** The entries of a log after `after` up to `last`, some at a time, also of one that nobody has opened yet. */
export function* readLog(
  sql: Sql,
  after = 0,
  last = Number.MAX_SAFE_INTEGER,
): Generator<LogEntry, void> {
  const table = toTable(sql)
  const rest = 'WHERE offset > ? AND offset <= ? ORDER BY offset LIMIT ?'
  let from = after
  while (from < last) {
    const entries = table.many(rest, from, last, BATCH)
    yield* entries
    if (entries.length < BATCH) return
    from = entries.at(-1)?.offset ?? last
  }
}

function toTable(sql: Sql): Table<LogEntry> {
  return new Table(sql, 'log', 'offset, at, event', { event: fromJson })
}
