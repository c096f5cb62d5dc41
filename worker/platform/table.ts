// One way to read and write SQLite: columns come and go under the code's names (`key_id` is `keyId`),
// and what a column cannot hold as it is (JSON, flags, lists) is converted here. Only our own rows are
// read, so their types are not checked again.

import { Impossible } from '../../shared/impossible.ts'
import type { Sql, SqlValue } from '../../shared/ports.ts'

/** A parser for every field that SQLite cannot hold. */
type Parsers<Row> = {
  readonly [Name in keyof Row as Row[Name] extends SqlValue ? never : Name]: (
    stored: SqlValue,
  ) => Row[Name]
}

/** What a page may hold of rows that can be long: an answer between objects may have 32 MiB. */
export const PAGE_BYTES = 8 * 1024 * 1024

export interface PageRequest {
  /** Number of the row before the page; null for the first one. */
  readonly after: number | null
  readonly limit: number
  /** Default: newest first. */
  readonly order?: 'asc' | 'desc'
  /** An expression for the length of a row, where rows can be long. */
  readonly bytes?: string
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly hasMore: boolean
}

export class Table<Row extends object> {
  readonly #sql: Sql
  readonly #name: string
  readonly #columns: string
  readonly #parsers: readonly [string, (stored: SqlValue) => unknown][]

  constructor(sql: Sql, name: string, columns: string, parsers: Parsers<Row>) {
    this.#sql = sql
    this.#name = name
    this.#columns = columns
    this.#parsers = Object.entries(parsers)
  }

  /** `rest`: what follows the table's name, such as `WHERE id = ?`. */
  many(rest: string, ...bindings: SqlValue[]): Row[] {
    const query = `SELECT ${this.#columns} FROM ${this.#name} ${rest}`
    return this.#sql.exec(query, ...bindings).map((stored) => {
      const row: Record<string, unknown> = { ...stored }
      for (const [name, parse] of this.#parsers) row[name] = parse(stored[name] ?? null)
      return row as Row
    })
  }

  one(rest: string, ...bindings: SqlValue[]): Row | null {
    return this.many(rest, ...bindings)[0] ?? null
  }

  /** One page of the rows where `where` holds, by number. It ends by bytes, too, after one row at least. */
  page(where: string, bindings: readonly SqlValue[], request: PageRequest): Page<Row> {
    const { after, order = 'desc', bytes } = request
    const [beyond, start] = order === 'asc' ? ['>', 0] : ['<', Number.MAX_SAFE_INTEGER]
    const rest = `WHERE ${where} AND number ${beyond} ? ORDER BY number ${order} LIMIT ?`
    const from = [...bindings, after ?? start]
    const limit =
      bytes === undefined ? request.limit : this.#countFitting(bytes, rest, from, request.limit)
    const rows = this.many(rest, ...from, limit + 1)
    return { rows: rows.slice(0, limit), hasMore: rows.length > limit }
  }

  /** Lengths are read before rows: a page that is too long must not be in memory either. */
  #countFitting(bytes: string, rest: string, from: readonly SqlValue[], limit: number): number {
    const query = `SELECT ${bytes} AS bytes FROM ${this.#name} ${rest}`
    let left = PAGE_BYTES
    let fitting = 0
    for (const row of this.#sql.exec<{ bytes: number }>(query, ...from, limit)) {
      left -= row.bytes
      if (left < 0 && fitting > 0) break
      fitting += 1
    }
    return fitting
  }

  /** One expression over the table, such as `min(created_at)`. */
  number(expression: string, rest: string, ...bindings: SqlValue[]): number | null {
    return readValue(this.#sql, `SELECT ${expression} FROM ${this.#name} ${rest}`, ...bindings)
  }

  /** `where`: such as `id = ?`, for `bindings`. */
  update(fields: Fields, where: string, ...bindings: SqlValue[]): void {
    const changes = Object.keys(fields).map((name) => `${toColumn(name)} = ?`)
    const query = `UPDATE ${this.#name} SET ${changes.join(', ')} WHERE ${where}`
    this.#sql.exec(query, ...Object.values(fields).map(toStored), ...bindings)
  }

  /** Deletes the rows that a SELECT with `rest` gives; says how many they were. */
  drop(rest: string, ...bindings: SqlValue[]): number {
    const chosen = `SELECT rowid FROM ${this.#name} ${rest}`
    const query = `DELETE FROM ${this.#name} WHERE rowid IN (${chosen}) RETURNING 1`
    return this.#sql.exec(query, ...bindings).length
  }
}

/**
 * A row or a part of one, under the code's names. To be listed, not spread from what came in a call:
 * another release may send fields that have no column.
 */
export type Fields = Readonly<Record<string, SqlValue | boolean | object>>

/** `verb`: such as `INSERT OR IGNORE INTO delivery`. */
export function insert(sql: Sql, verb: string, fields: Fields): void {
  const names = Object.keys(fields)
  const marks = names.map(() => '?').join(', ')
  const query = `${verb} (${names.map(toColumn).join(', ')}) VALUES (${marks})`
  sql.exec(query, ...Object.values(fields).map(toStored))
}

function toColumn(name: string): string {
  if (!/^[a-z]+$/i.test(name)) throw new Impossible('not the name of a column')
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function toStored(value: SqlValue | boolean | object): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

export function fromJson<Value>(stored: SqlValue): Value {
  return (typeof stored === 'string' ? JSON.parse(stored) : null) as Value
}

export function isSet(stored: SqlValue): boolean {
  return stored === 1
}

/** A list of words, in the order of `known`. */
export function inWords<Word extends string>(known: readonly Word[]) {
  return (stored: SqlValue): Word[] => {
    const words = String(stored).split(' ')
    return known.filter((word) => words.includes(word))
  }
}

/** The only column of the first row; null when there is no row. */
export function readValue<Value extends SqlValue>(
  sql: Sql,
  query: string,
  ...bindings: SqlValue[]
): Value | null {
  const [row] = sql.exec(query, ...bindings)
  return row === undefined ? null : ((Object.values(row)[0] ?? null) as Value | null)
}

/** Asking leaves nothing behind: an object's tables come with its first write. */
export function hasTable(sql: Sql, name: string): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name).length > 0
}
