// Which accounts and keys there are: for /admin only, off every hot path. It can be rebuilt from the
// accounts, which decide.

import type { Sql } from '../shared/ports.ts'
import type { Schema } from './platform/schema.ts'
import { createTables, wakeTables } from './platform/schema.ts'
import { readValue } from './platform/table.ts'

export const directorySchema: Schema = {
  mark: 'key_account',
  tables: [
    'CREATE TABLE IF NOT EXISTS key_account (key_id TEXT PRIMARY KEY, account TEXT NOT NULL) WITHOUT ROWID',
    'CREATE INDEX IF NOT EXISTS account_keys ON key_account (account)',
  ],
  steps: [],
}

export class Directory {
  readonly #sql: Sql
  #exists: boolean

  /** Reads, and writes at most what its tables lack. */
  constructor(sql: Sql) {
    this.#sql = sql
    this.#exists = wakeTables(sql, directorySchema)
  }

  add(keyId: string, account: string): void {
    const sql = this.#sql
    sql.transaction(() => {
      if (!this.#exists) createTables(sql, directorySchema)
      sql.exec('INSERT OR REPLACE INTO key_account (key_id, account) VALUES (?, ?)', keyId, account)
    })
    this.#exists = true
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
