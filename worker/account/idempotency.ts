// What each Idempotency-Key of an account is bound to (draft-ietf-httpapi-idempotency-key-header-07).
// Keys are kept as hashes: they may carry a caller's own secrets.

import type { Sql } from '../../shared/ports.ts'
import { insert } from '../platform/table.ts'

/** Bindings live at least this long, by contract, and so do tombstones. */
export const KEEP_MS = 7 * 24 * 60 * 60_000

export class Idempotency {
  readonly #sql: Sql
  readonly #keepMs: number

  /** A binding lasts as long as the video it may stand for. */
  constructor(sql: Sql, retentionMs: number) {
    this.#sql = sql
    this.#keepMs = Math.max(KEEP_MS, retentionMs)
  }

  find(hash: string, now: number): { key: string; id: string } | null {
    const [row] = this.#sql.exec<{ key: string; id: string }>(
      'SELECT key, id FROM idempotency WHERE hash = ? AND expires_at > ?',
      hash,
      now,
    )
    return row ?? null
  }

  bind(hash: string, key: string, id: string, now: number): void {
    const expiresAt = now + this.#keepMs
    insert(this.#sql, 'INSERT OR REPLACE INTO idempotency', { hash, key, id, expiresAt })
  }

  /** Drops expired bindings, at most `limit`; says how many. */
  dropExpired(now: number, limit: number): number {
    return this.#sql.exec(
      `DELETE FROM idempotency WHERE hash IN
         (SELECT hash FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING hash`,
      now,
      limit,
    ).length
  }
}
