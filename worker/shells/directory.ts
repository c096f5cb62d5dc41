// Which accounts and keys there are: for /admin only, off every hot path. A hint that can be
// rebuilt; the accounts themselves hold the truth.

import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import type { DirectoryCalls } from '../objects.ts'

export class Directory extends DurableObject<Env> implements DirectoryCalls {
  #exists: boolean

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.#exists =
      state.storage.sql
        .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'key_account'")
        .toArray().length > 0
  }

  async add(keyId: string, account: string): Promise<void> {
    const { sql } = this.ctx.storage
    if (!this.#exists) {
      sql.exec(
        'CREATE TABLE IF NOT EXISTS key_account (key_id TEXT PRIMARY KEY, account TEXT NOT NULL) WITHOUT ROWID',
      )
      sql.exec('CREATE INDEX IF NOT EXISTS account_keys ON key_account (account)')
      this.#exists = true
    }
    sql.exec('INSERT OR REPLACE INTO key_account (key_id, account) VALUES (?, ?)', keyId, account)
  }

  async accountOf(keyId: string): Promise<string | null> {
    if (!this.#exists) return null
    const [row] = this.ctx.storage.sql
      .exec<{ account: string }>('SELECT account FROM key_account WHERE key_id = ?', keyId)
      .toArray()
    return row?.account ?? null
  }

  async accounts(first: string, limit: number): Promise<string[]> {
    if (!this.#exists) return []
    return this.ctx.storage.sql
      .exec<{ account: string }>(
        'SELECT DISTINCT account FROM key_account WHERE account >= ? ORDER BY account LIMIT ?',
        first,
        limit,
      )
      .toArray()
      .map((row) => row.account)
  }
}
