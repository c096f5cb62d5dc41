// What is left of an account that was erased: its name, when it went, and how much went. That goes, too,
// with the next one erased after 90 days.

import type { Sql } from '../../shared/ports.ts'
import { insert, Table } from '../platform/table.ts'
import type { ErasedCounts } from '../protocol.ts'

const KEEP_MS = 90 * 24 * 60 * 60_000

export const erasedTable = `CREATE TABLE erased_account (
  account TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  done_at INTEGER,
  videos INTEGER,
  keys INTEGER,
  endpoints INTEGER,
  deliveries INTEGER,
  schedules INTEGER
)`

/** Times in ms since the epoch. */
export interface ErasedAccount extends ErasedCounts {
  readonly askedAt: number
  /** null while it goes on; the numbers count only when it is done. */
  readonly doneAt: number | null
}

const columns = `asked_at AS askedAt, done_at AS doneAt, coalesce(videos, 0) AS videos,
  coalesce(keys, 0) AS keys, coalesce(endpoints, 0) AS endpoints,
  coalesce(deliveries, 0) AS deliveries, coalesce(schedules, 0) AS schedules`

export class ErasedAccounts {
  readonly #sql: Sql
  readonly #table: Table<ErasedAccount>

  constructor(sql: Sql) {
    this.#sql = sql
    this.#table = new Table(sql, 'erased_account', columns, {})
  }

  /** Asked again while it goes on, it is what it was. */
  begin(account: string, at: number): void {
    this.#table.drop(
      'WHERE done_at < ? OR (account = ? AND done_at IS NOT NULL)',
      at - KEEP_MS,
      account,
    )
    insert(this.#sql, 'INSERT OR IGNORE INTO erased_account', { account, askedAt: at })
  }

  finish(account: string, at: number, counts: ErasedCounts): void {
    const { videos, keys, endpoints, deliveries, schedules } = counts
    const fields = { doneAt: at, videos, keys, endpoints, deliveries, schedules }
    this.#table.update(fields, 'account = ?', account)
  }

  get(account: string): ErasedAccount | null {
    return this.#table.one('WHERE account = ?', account)
  }
}
