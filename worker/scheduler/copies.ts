// The index's copies of schedules, in the tables that 0.1 reads and writes. A copy is told from what 0.1
// wrote by the space before its request, which JSON does not mind and 0.1 never writes, and by its next
// slot, which 0.1 moves when it starts one.

import type { Sql } from '../../shared/ports.ts'
import { readValue } from '../platform/table.ts'
import type { Copy, Difference } from './exchange.ts'
import { RUNS_TOLD } from './exchange.ts'
import type { Schedule, Schedules } from './schedules.ts'

/** Of one call; and 0.1 took requests of 1 MiB. */
const ROWS_AT_ONCE = 100
const BYTES_AT_ONCE = 8 * 1024 * 1024

const isDifferent = `(copy.schedule IS NULL OR copy.next_at IS NOT schedule.next_at
  OR substr(schedule.request, 1, 1) <> ' ')`
const withCopies = 'schedule LEFT JOIN copy ON copy.schedule = schedule.id'
const isGone = 'NOT EXISTS (SELECT 1 FROM schedule WHERE schedule.id = copy.schedule)'

export class Copies {
  readonly #sql: Sql
  readonly #schedules: Schedules

  constructor(sql: Sql, schedules: Schedules) {
    this.#sql = sql
    this.#schedules = schedules
  }

  /** Accounts with something to do until `at`, who waits longest first. */
  dueAt(at: number): string[] {
    const query = 'SELECT account FROM wake WHERE at <= ? ORDER BY at'
    return this.#sql.exec<{ account: string }>(query, at).map(({ account }) => account)
  }

  setWake(account: string, at: number | null): void {
    if (at === null) this.#sql.exec('DELETE FROM wake WHERE account = ?', account)
    else this.#sql.exec('INSERT OR REPLACE INTO wake (account, at) VALUES (?, ?)', account, at)
  }

  keep(account: string, copy: Copy): void {
    switch (copy.kind) {
      case 'gone':
        this.#schedules.remove(copy.id)
        return this.forget(copy.id)
      case 'whole':
        this.#keepWhole(copy.schedule)
        break
      case 'times':
        // What 0.1 changed is handed over first.
        if (this.#isDifferent(copy.id)) return
        this.#schedules.setNext(copy.id, copy.nextAt)
        this.#keepMissed(copy.id, copy.lastMissedSlot)
        this.#note(account, copy.id, copy.nextAt)
        break
    }
    const id = copy.kind === 'whole' ? copy.schedule.id : copy.id
    for (const run of copy.runs) this.#schedules.takeRun(run)
    this.#schedules.trimRuns(id, RUNS_TOLD)
  }

  #keepWhole(schedule: Schedule): void {
    const { account, id, nextAt, lastMissedSlot } = schedule
    if (this.#schedules.find(id) === null) this.#schedules.add(schedule)
    else this.#schedules.update(schedule)
    this.#sql.exec("UPDATE schedule SET request = ' ' || request WHERE id = ?", id)
    this.#keepMissed(id, lastMissedSlot)
    this.#note(account, id, nextAt)
  }

  #keepMissed(id: string, slot: number | null): void {
    if (slot !== null) this.#schedules.noteMissed(id, slot)
  }

  #note(account: string, id: string, nextAt: number | null): void {
    const query = 'INSERT OR REPLACE INTO copy (schedule, account, next_at) VALUES (?, ?, ?)'
    this.#sql.exec(query, id, account, nextAt)
  }

  /** It is no copy any more. */
  forget(id: string): void {
    this.#sql.exec('DELETE FROM copy WHERE schedule = ?', id)
  }

  /** True also when there is no such schedule. */
  #isDifferent(id: string): boolean {
    const query = `SELECT 1 FROM ${withCopies} WHERE schedule.id = ? AND NOT ${isDifferent}`
    return readValue(this.#sql, query, id) === null
  }

  accountsDiffering(): string[] {
    return this.#sql
      .exec<{ account: string }>(
        `SELECT schedule.account AS account FROM ${withCopies} WHERE ${isDifferent}
           UNION SELECT account FROM copy WHERE ${isGone}`,
      )
      .map(({ account }) => account)
  }

  /** Oldest first, so that they keep their order; it ends by bytes, too. */
  differing(account: string): Difference {
    const found = this.#sql.exec<{ id: string; bytes: number }>(
      `SELECT schedule.id AS id, octet_length(schedule.request) AS bytes FROM ${withCopies}
         WHERE schedule.account = ? AND ${isDifferent} ORDER BY schedule.number LIMIT ?`,
      account,
      ROWS_AT_ONCE,
    )
    const schedules: { schedule: Schedule; runs: ReturnType<Schedules['lastRuns']> }[] = []
    let left = BYTES_AT_ONCE
    for (const { id, bytes } of found) {
      left -= bytes
      if (left < 0 && schedules.length > 0) break
      const schedule = this.#schedules.find(id)
      if (schedule !== null) {
        schedules.push({ schedule, runs: this.#schedules.lastRuns(id, RUNS_TOLD) })
      }
    }
    const gone = this.#sql
      .exec<{ schedule: string }>(
        `SELECT schedule FROM copy WHERE account = ? AND ${isGone} LIMIT ?`,
        account,
        ROWS_AT_ONCE,
      )
      .map((row) => row.schedule)
    return { schedules, gone }
  }
}
