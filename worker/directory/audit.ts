// What operators did, one row a deed, written before it is done: where no row can be written, nothing is
// done. A row is only ever completed, with how its deed ended, and goes after 90 days or 10,000 rows.

import type { Sql } from '../../shared/ports.ts'
import { insert, readValue, Table } from '../platform/table.ts'

const DAY_MS = 24 * 60 * 60_000
export const KEEP_AUDIT_DAYS = 90
export const MOST_AUDIT_ROWS = 10_000
/** Reading everything at once is noted once in so long: whoever may only read must not push deeds out. */
const READ_AGAIN_MS = 60 * 60_000

export const auditTable = `CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  deed TEXT NOT NULL,
  account TEXT,
  subject TEXT,
  detail TEXT,
  network TEXT,
  token TEXT NOT NULL,
  request TEXT NOT NULL,
  status INTEGER
)`

export const deeds = [
  'key.create',
  'key.change',
  'key.rotate',
  'key.revoke',
  'video.settle',
  'video.cancel',
  'video.wake',
  'video.archive',
  'video.replay',
  'account.change',
  'account.restore',
  'account.erase',
  'export',
] as const
export type Deed = (typeof deeds)[number]

/** Whom or what it was about: ids, and names of what was changed; never a secret or a prompt. */
export interface AuditSubject {
  readonly account: string | null
  /** A key's or a video's id. */
  readonly subject: string | null
  readonly detail: string | null
}

export interface AuditRow extends AuditSubject {
  readonly number: number
  /** ms since the epoch. */
  readonly at: number
  readonly deed: Deed
  /** Of the caller's address: its /24, or its /48 of IPv6. */
  readonly network: string | null
  readonly token: 'full' | 'read'
  /** The answer's `x-request-id`. */
  readonly request: string
  /** HTTP status of the answer; null: it is under way, or how it ended was not noted. */
  readonly status: number | null
}

export type NewAuditRow = Omit<AuditRow, 'number' | 'status'>

export interface AuditFilter {
  readonly account: string | null
  readonly deed: Deed | null
}

const columns = 'number, at, deed, account, subject, detail, network, token, request, status'

export class Audit {
  readonly #sql: Sql
  readonly #table: Table<AuditRow>

  constructor(sql: Sql) {
    this.#sql = sql
    this.#table = new Table(sql, 'audit', columns, {})
  }

  /** Its number; null for a reading that was noted a moment ago. Call inside a transaction. */
  begin(row: NewAuditRow): number | null {
    const { at, deed, account, subject, detail, network, token, request } = row
    if (deed === 'export' && this.#isNoted(row)) return null
    const fields = { at, deed, account, subject, detail, network, token, request }
    insert(this.#sql, 'INSERT INTO audit', fields)
    const number = readValue<number>(this.#sql, 'SELECT max(number) FROM audit')
    this.#table.drop('WHERE number <= ?', (number ?? 0) - MOST_AUDIT_ROWS)
    // Found by looking from the oldest on: what a deed costs does not grow with the list.
    this.#table.drop(
      'WHERE number < (SELECT number FROM audit WHERE at >= ? ORDER BY number LIMIT 1)',
      at - KEEP_AUDIT_DAYS * DAY_MS,
    )
    return number
  }

  /** Once: what it says then stays. */
  end(number: number, status: number, { account, subject, detail }: AuditSubject): void {
    const fields = { status, account, subject, detail }
    this.#table.update(fields, 'number = ? AND status IS NULL', number)
  }

  /** Newest first, `before` a number, exclusive. */
  page({ account, deed }: AuditFilter, before: number, limit: number): AuditRow[] {
    return this.#table.many(
      `WHERE number < ?1 AND (?2 IS NULL OR account = ?2) AND (?3 IS NULL OR deed = ?3)
         ORDER BY number DESC LIMIT ?4`,
      before,
      account,
      deed,
      limit,
    )
  }

  #isNoted({ at, deed, token, network }: NewAuditRow): boolean {
    const rest = 'WHERE deed = ? AND token = ? AND network IS ? AND at > ? LIMIT 1'
    return this.#table.number('1', rest, deed, token, network, at - READ_AGAIN_MS) !== null
  }
}
