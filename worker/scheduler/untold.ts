// What changed here and was not yet told to the index. Written with the change, told after it, and
// again until it was heard: nobody who uses a schedule waits for that to succeed.

import { settleWithin } from '../../shared/limits.ts'
import type { Now, Sleep, Sql } from '../../shared/ports.ts'
import { hasTable, readValue } from '../platform/table.ts'
import { type Copy, type IndexPort, RUNS_TOLD } from './exchange.ts'
import type { Schedules } from './schedules.ts'

/** Of one call: an old schedule may have 1 MiB, and a call takes 32. */
const ROWS_AT_ONCE = 20
const TELL_MS = 10_000

interface UntoldPorts {
  readonly sql: Sql
  readonly now: Now
  readonly sleep: Sleep
  readonly index: IndexPort
}

type Row = { schedule: string; version: number; whole: number }

export class Untold {
  readonly #ports: UntoldPorts
  readonly #schedules: Schedules

  constructor(ports: UntoldPorts, schedules: Schedules) {
    this.#ports = ports
    this.#schedules = schedules
  }

  /** With the change itself. `times`: only when it comes and came is new. */
  note(schedule: string, what: 'whole' | 'times'): void {
    this.#ports.sql.exec(
      `INSERT INTO untold (schedule, version, whole) VALUES (?, 1, ?) ON CONFLICT (schedule)
         DO UPDATE SET version = version + 1, whole = max(whole, excluded.whole)`,
      schedule,
      what === 'whole' ? 1 : 0,
    )
  }

  /** Was it changed, or deleted, in a way that the index does not know? */
  has(schedule: string): boolean {
    const query = 'SELECT 1 FROM untold WHERE schedule = ? AND whole = 1'
    return readValue(this.#ports.sql, query, schedule) !== null
  }

  get isEmpty(): boolean {
    const { sql } = this.#ports
    return !hasTable(sql, 'untold') || readValue(sql, 'SELECT 1 FROM untold LIMIT 1') === null
  }

  /** @throws when the index does not answer; what it has heard by then is told. */
  async tell(account: string, nextAt: number | null): Promise<void> {
    const { sql, index } = this.#ports
    let rows: Row[]
    do {
      rows = sql.exec<Row>('SELECT schedule, version, whole FROM untold LIMIT ?', ROWS_AT_ONCE)
      const copies = rows.map((row) => this.#toCopy(row, account))
      await settleWithin(this.#ports, 'tell', TELL_MS, index.keep(account, nextAt, copies))
      // What has changed meanwhile is told again.
      const query = 'DELETE FROM untold WHERE schedule = ? AND version = ?'
      for (const { schedule, version } of rows) sql.exec(query, schedule, version)
    } while (rows.length === ROWS_AT_ONCE)
  }

  #toCopy({ schedule: id, whole }: Row, account: string): Copy {
    const schedule = this.#schedules.get(account, id)
    if (schedule === null) return { kind: 'gone', id }
    const runs = this.#schedules.lastRuns(id, RUNS_TOLD)
    const { nextAt, lastMissedSlot } = schedule
    if (whole === 0) return { kind: 'times', id, nextAt, lastMissedSlot, runs }
    return { kind: 'whole', schedule, runs }
  }
}
