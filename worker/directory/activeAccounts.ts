// On which day an account was last used by a caller: which accounts an overview asks when it cannot ask all.

import type { Sql } from '../../shared/ports.ts'

export const activeTable =
  'CREATE TABLE active_account (account TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID'

export class ActiveAccounts {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** `day`: ms since the epoch. One that was erased meanwhile stays unknown. */
  note(account: string, day: number): void {
    this.#sql.exec(
      `INSERT INTO active_account (account, at)
         SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM key_account WHERE account = ?1)
         ON CONFLICT (account) DO UPDATE SET at = excluded.at WHERE excluded.at > at`,
      account,
      day,
    )
  }

  /** The latest first; then those of which nothing was noted. */
  latest(limit: number): string[] {
    return this.#sql
      .exec<{ account: string }>(
        `SELECT account FROM (SELECT DISTINCT account FROM key_account)
           LEFT JOIN active_account USING (account) ORDER BY at DESC NULLS LAST, account LIMIT ?`,
        limit,
      )
      .map(({ account }) => account)
  }
}
