// Which accounts and keys there are, and which were restored: for /admin, and for an account that wakes,
// off every hot path. It can be rebuilt from the accounts, which decide.

import type { Sql } from '../../shared/ports.ts'
import type { Schema } from '../platform/schema.ts'
import { createTables, wakeTables } from '../platform/schema.ts'
import { readValue } from '../platform/table.ts'
import { ActiveAccounts, activeTable } from './activeAccounts.ts'
import type { AuditFilter, AuditRow, AuditSubject, NewAuditRow } from './audit.ts'
import { Audit, auditTable } from './audit.ts'
import type { ErasedAccount } from './erasedAccounts.ts'
import { ErasedAccounts, erasedTable } from './erasedAccounts.ts'
import type { ErasedCounts } from '../protocol.ts'

export const directorySchema: Schema = {
  mark: 'key_account',
  tables: [
    'CREATE TABLE IF NOT EXISTS key_account (key_id TEXT PRIMARY KEY, account TEXT NOT NULL) WITHOUT ROWID',
    'CREATE INDEX IF NOT EXISTS account_keys ON key_account (account)',
  ],
  steps: [
    'CREATE TABLE IF NOT EXISTS restored_account (account TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID',
    auditTable,
    erasedTable,
    activeTable,
  ],
}

export class Directory {
  readonly #sql: Sql
  readonly #audit: Audit
  readonly #erased: ErasedAccounts
  readonly #active: ActiveAccounts
  #exists: boolean

  /** Reads, and writes at most what its tables lack. */
  constructor(sql: Sql) {
    this.#sql = sql
    this.#audit = new Audit(sql)
    this.#erased = new ErasedAccounts(sql)
    this.#active = new ActiveAccounts(sql)
    this.#exists = wakeTables(sql, directorySchema)
  }

  add(keyId: string, account: string): void {
    const query = 'INSERT OR REPLACE INTO key_account (key_id, account) VALUES (?, ?)'
    this.#write(() => this.#sql.exec(query, keyId, account))
  }

  /** Its number; null for a reading that was noted a moment ago. Nothing is done before it returned. */
  beginAudit(row: NewAuditRow): number | null {
    return this.#write(() => this.#audit.begin(row))
  }

  endAudit(number: number, status: number, subject: AuditSubject): void {
    if (this.#exists) this.#audit.end(number, status, subject)
  }

  /** Newest first, `before` a number, exclusive. */
  audit(filter: AuditFilter, before: number, limit: number): AuditRow[] {
    return this.#exists ? this.#audit.page(filter, before, limit) : []
  }

  accountOf(keyId: string): string | null {
    if (!this.#exists) return null
    return readValue<string>(this.#sql, 'SELECT account FROM key_account WHERE key_id = ?', keyId)
  }

  /** Stands here before the account is restored, which rolls back what the account itself knows. */
  setRestored(account: string, until: number): void {
    if (!this.#exists) return
    const query = 'INSERT OR REPLACE INTO restored_account (account, until) VALUES (?, ?)'
    this.#sql.exec(query, account, until)
  }

  restoredUntil(account: string): number | null {
    if (!this.#exists) return null
    const query = 'SELECT until FROM restored_account WHERE account = ?'
    return readValue<number>(this.#sql, query, account)
  }

  /** A caller has used it on this day, ms since the epoch. */
  noteActive(account: string, day: number): void {
    if (this.#exists) this.#active.note(account, day)
  }

  /** Those used last; then the others. */
  lastActive(limit: number): string[] {
    return this.#exists ? this.#active.latest(limit) : []
  }

  /** Stands here before anything goes. */
  beginErasure(account: string, at: number): void {
    this.#write(() => this.#erased.begin(account, at))
  }

  /** Called by the account when nothing else of it is left. */
  finishErasure(account: string, at: number, counts: ErasedCounts): void {
    this.#write(() => {
      for (const table of ['key_account', 'restored_account', 'active_account']) {
        this.#sql.exec(`DELETE FROM ${table} WHERE account = ?`, account)
      }
      this.#erased.finish(account, at, counts)
    })
  }

  /** What is remembered of an account that was erased, or is being erased. */
  erasure(account: string): ErasedAccount | null {
    return this.#exists ? this.#erased.get(account) : null
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

  #write<T>(write: () => T): T {
    const sql = this.#sql
    const written = sql.transaction(() => {
      if (!this.#exists) createTables(sql, directorySchema)
      return write()
    })
    this.#exists = true
    return written
  }
}
