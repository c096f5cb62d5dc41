// What Cloudflare does when it takes an object back in time: between two sessions all tables are as they
// were, and neither alarm nor memory is.

import type { Sql } from '../../shared/ports.ts'
import { insert } from '../../worker/platform/table.ts'

type Rows = Readonly<Record<string, readonly Record<string, unknown>[]>>

export class PastStorage {
  readonly #sql: Sql
  readonly #kept: Rows[] = []
  #planned: Rows | null = null

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Its bookmark. */
  keep(): string {
    const tables = this.#sql.exec<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    const rows = tables.map(({ name }) => [name, this.#sql.exec(`SELECT * FROM ${name}`)] as const)
    this.#kept.push(Object.fromEntries(rows))
    return String(this.#kept.length - 1)
  }

  /** `false`: there is no such bookmark. */
  plan(bookmark: string): boolean {
    this.#planned = this.#kept[Number(bookmark)] ?? null
    return this.#planned !== null
  }

  /** Call between two sessions. */
  restore(): void {
    for (const [name, rows] of Object.entries(this.#planned ?? {})) {
      this.#sql.exec(`DELETE FROM ${name}`)
      for (const row of rows) insertAsItWas(this.#sql, name, row)
    }
    this.#planned = null
  }
}

function insertAsItWas(sql: Sql, table: string, row: Readonly<Record<string, unknown>>): void {
  const camel = (column: string) =>
    column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const fields = Object.entries(row).map(([column, value]) => [camel(column), value])
  insert(sql, `INSERT INTO ${table}`, Object.fromEntries(fields) as Parameters<typeof insert>[2])
}
