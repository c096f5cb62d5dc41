// The due table: what an object has to do, and when. A Durable Object has a single alarm slot, which
// holds the earliest row, or a later time for what is due and under way (`again`); both change in the same
// synchronous block, so they always agree.

import type { Alarm, Sql } from '../../shared/ports.ts'
import { readValue } from './table.ts'

export const dueTableSchema =
  'CREATE TABLE IF NOT EXISTS due (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID'

export class DueTable<Kind extends string> {
  readonly #sql: Sql
  readonly #alarm: Alarm
  /** Where `again` has put the alarm. */
  #againAt: number | null = null

  constructor(sql: Sql, alarm: Alarm) {
    this.#sql = sql
    this.#alarm = alarm
  }

  /** Plans `kind` for `at` (ms since epoch), replacing an earlier plan of the same kind. */
  set(kind: Kind, at: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO due (kind, at) VALUES (?, ?)', kind, Math.ceil(at))
    this.arm()
  }

  /** Plans `kind` for `at` unless it is due earlier already. */
  setEarlier(kind: Kind, at: number): void {
    const planned = this.get(kind)
    if (planned === null || at < planned) this.set(kind, at)
  }

  /** Plans `kind` for `at`; null clears it. */
  plan(kind: Kind, at: number | null): void {
    if (at === null) this.clear(kind)
    else this.set(kind, at)
  }

  clear(kind: Kind): void {
    this.#sql.exec('DELETE FROM due WHERE kind = ?', kind)
    this.arm()
  }

  get(kind: Kind): number | null {
    return readValue(this.#sql, 'SELECT at FROM due WHERE kind = ?', kind)
  }

  /** The kinds that are due at `now`, earliest first. They stay planned until set or cleared. */
  dueAt(now: number): Kind[] {
    // Who asks has been rung: there is no alarm now.
    this.#againAt = null
    return this.#sql
      .exec<{ kind: Kind }>('SELECT kind FROM due WHERE at <= ? ORDER BY at', now)
      .map((row) => row.kind)
  }

  /**
   * Rings at `at` for what is due at `now`, which stays so: the alarm alone is moved, and a row less is
   * written. Whoever arms meanwhile makes it ring sooner.
   */
  again(now: number, at: number): void {
    const next = readValue<number>(this.#sql, 'SELECT min(at) FROM due WHERE at > ?', now)
    const ringAt = Math.ceil(next === null ? at : Math.min(at, next))
    if (ringAt !== this.#againAt) this.#alarm.set(ringAt)
    this.#againAt = ringAt
  }

  get isEmpty(): boolean {
    return readValue(this.#sql, 'SELECT 1 FROM due LIMIT 1') === null
  }

  /** Puts the earliest row into the alarm slot: after every change, and first thing in an alarm. */
  arm(): void {
    this.#againAt = null
    const at = readValue<number>(this.#sql, 'SELECT min(at) FROM due')
    if (at === null) this.#alarm.clear()
    else this.#alarm.set(at)
  }
}
