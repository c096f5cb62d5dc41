// Which accounts and keys there are: for /admin only, off every hot path. It can be rebuilt from the
// accounts, which decide.

import type { Sql } from '../shared/ports.ts'
import { hasTable, readValue } from './platform/table.ts'

export class Directory {
  readonly #sql: Sql
  #exists: boolean

  /** Reads, never writes. */
  constructor(sql: Sql) {
    this.#sql = sql
    this.#exists = hasTable(sql, 'key_account')
  }

  add(keyId: string, account: string): void {
    if (!this.#exists) {
      this.#sql.exec(
        'CREATE TABLE IF NOT EXISTS key_account (key_id TEXT PRIMARY KEY, account TEXT NOT NULL) WITHOUT ROWID',
      )
      this.#sql.exec('CREATE INDEX IF NOT EXISTS account_keys ON key_account (account)')
      this.#exists = true
    }
    this.#sql.exec(
      'INSERT OR REPLACE INTO key_account (key_id, account) VALUES (?, ?)',
      keyId,
      account,
    )
  }

  accountOf(keyId: string): string | null {
    if (!this.#exists) return null
    return readValue<string>(this.#sql, 'SELECT account FROM key_account WHERE key_id = ?', keyId)
  }

  /** In alphabetical order, from `first` on. */
  accounts(first: string, limit: number): string[] {
    if (!this.#exists) return []
    return this.#sql
      .exec<{ account: string }>(
        'SELECT DISTINCT account FROM key_account WHERE account >= ? ORDER BY account LIMIT ?',
        first,
        limit,
      )
      .map(({ account }) => account)
  }
}
