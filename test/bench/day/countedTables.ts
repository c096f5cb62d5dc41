// One object's SQLite, which counts what it writes as Cloudflare bills it: a row for each that is inserted,
// updated or deleted, one for each index entry that is inserted, none for one that goes. An update counts
// an index when it names one of its columns, changed or not. Compared with `rowsWritten` of workerd on
// 2026-11-29, statement by statement. Triggers of the connection itself count; they are a few microseconds
// of the processor time that is measured.

import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { Sql, SqlRow, SqlValue } from '../../../shared/ports.ts'
import type { Schema } from '../../../worker/platform/schema.ts'
import { createTables } from '../../../worker/platform/schema.ts'

type Statement =
  /** `rows`: what making this table, column or index writes. */
  | { readonly kind: 'create'; readonly rows: number }
  /** Asks whether the object was created before. */
  | { readonly kind: 'exists' }
  | { readonly kind: 'query'; readonly statement: StatementSync }

/** Rows written, by table; what makes the tables themselves stands under `schema`. */
export type RowsByTable = Readonly<Record<string, number>>

export class CountedTables implements Sql {
  readonly #database = new DatabaseSync(':memory:')
  readonly #statements = new Map<string, Statement>()
  readonly #names: readonly string[]
  /** Statements that made this object's tables; the database has them from the beginning. */
  readonly #made = new Set<string>()
  #depth = 0
  #schemaRows = 0

  constructor(schema: Schema) {
    const sql: Sql = {
      exec: (query) => {
        this.#database.exec(query)
        const isData = query.startsWith('INSERT')
        if (!isData) this.#statements.set(query, { kind: 'create', rows: this.#countMade(query) })
        return []
      },
      transaction: (closure) => closure(),
      flush: async () => undefined,
    }
    createTables(sql, schema)
    const tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    this.#names = this.#list(tables).map(({ name }) => String(name))
    this.#database.exec('CREATE TEMP TABLE written (name TEXT PRIMARY KEY, rows INTEGER NOT NULL)')
    for (const name of this.#names) this.#count(name)
  }

  exec<Row extends SqlRow = SqlRow>(query: string, ...bindings: SqlValue[]): Row[] {
    const prepared = this.#prepare(query)
    switch (prepared.kind) {
      case 'create':
        this.#schemaRows += this.#made.has(query) ? 0 : prepared.rows
        this.#made.add(query)
        return []
      case 'exists': {
        const made = new RegExp(`^CREATE TABLE (IF NOT EXISTS )?${String(bindings[0])}\\b`)
        return ([...this.#made].some((one) => made.test(one)) ? [{}] : []) as Row[]
      }
      case 'query':
        return prepared.statement.all(...bindings.map(toInput)) as Row[]
    }
  }

  transaction<T>(closure: () => T): T {
    const name = `level${this.#depth}`
    this.#depth += 1
    this.#run(`SAVEPOINT ${name}`)
    try {
      const result = closure()
      this.#run(`RELEASE ${name}`)
      return result
    } catch (error) {
      this.#run(`ROLLBACK TO ${name}`)
      this.#run(`RELEASE ${name}`)
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  async flush(): Promise<void> {}

  /** All is gone, as with `deleteAll`. */
  erase(): void {
    for (const name of this.#names) {
      if (name !== 'schema_version') this.#run(`DELETE FROM "${name}"`)
    }
    this.#made.clear()
  }

  /** Ready for another object. */
  clear(): void {
    this.erase()
    this.takeRows()
  }

  /** What was written since this was asked the last time. */
  takeRows(): RowsByTable {
    const rows: Record<string, number> = { schema: this.#schemaRows }
    for (const { name, rows: count } of this.#list('SELECT name, rows FROM temp.written')) {
      rows[String(name)] = Number(count)
    }
    this.#schemaRows = 0
    this.#run('UPDATE temp.written SET rows = 0')
    return rows
  }

  /** Bytes that the rows take, as the platform's files have them. */
  get bytes(): number {
    const read = (what: string) => Number(Object.values(this.#list(`PRAGMA ${what}`)[0] ?? {})[0])
    return (read('page_count') - read('freelist_count')) * read('page_size')
  }

  /** What SQLite writes into its own tables for it. */
  #countMade(query: string): number {
    const name = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/.exec(query)?.[1]
    if (name === undefined) return 1
    const isRowid = !query.includes('WITHOUT ROWID')
    const unique = this.#indexesOf(name).filter(
      ({ origin }) => origin === 'u' || (origin === 'pk' && isRowid),
    )
    const sequences = this.#list("SELECT 1 FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    const isFirst = query.includes('AUTOINCREMENT') && sequences.length === 1
    return 2 + unique.length + (isFirst ? 2 : 0)
  }

  #count(table: string): void {
    const [{ sql = '' } = {}] = this.#list(`SELECT sql FROM sqlite_master WHERE name = '${table}'`)
    const isRowid = !String(sql).includes('WITHOUT ROWID')
    const columns = this.#list(`PRAGMA table_info('${table}')`).map(({ name }) => String(name))
    const indexes = this.#indexesOf(table)
      .filter(({ origin }) => origin !== 'pk' || isRowid)
      .map(({ name }) => this.#describeIndex(String(name), columns))
    const add = (rows: string) => `UPDATE written SET rows = rows + ${rows} WHERE name = '${table}'`
    const entries = indexes.map(({ when }) => `coalesce((${when}), 0)`)
    const sequence = String(sql).includes('AUTOINCREMENT') ? ['1'] : []
    let triggers = 0
    const trigger = (event: string, action: string, when = '1') => {
      triggers += 1
      const name = `${table}_${triggers}`
      return `CREATE TEMP TRIGGER ${name} AFTER ${event} ON ${table} WHEN ${when} BEGIN ${action}; END`
    }
    const statements = [
      `INSERT INTO written VALUES ('${table}', 0)`,
      trigger('INSERT', add(['1', ...sequence, ...entries].join(' + '))),
      trigger('UPDATE', add('1')),
      trigger('DELETE', add('1')),
      ...indexes.map(({ names, when }) => trigger(`UPDATE OF ${names.join(', ')}`, add('1'), when)),
    ]
    for (const statement of statements) this.#database.exec(statement)
  }

  #indexesOf(table: string) {
    return this.#list(`PRAGMA index_list('${table}')`)
  }

  /** `names`: the columns that it is made of; `when`: whether a new row is in it. */
  #describeIndex(index: string, columns: readonly string[]): { names: string[]; when: string } {
    const [{ sql = null } = {}] = this.#list(
      `SELECT sql FROM sqlite_master WHERE name = '${index}'`,
    )
    if (sql === null) {
      const names = this.#list(`PRAGMA index_info('${index}')`).map(({ name }) => String(name))
      return { names, when: '1' }
    }
    const text = String(sql)
    const [, condition = '1'] = / WHERE (.*)$/s.exec(text) ?? []
    const made = text.slice(text.indexOf('('))
    const names = columns.filter((column) => new RegExp(`\\b${column}\\b`).test(made))
    const word = new RegExp(`\\b(${columns.join('|')})\\b(?!')`, 'g')
    return { names, when: condition.replace(word, 'NEW.$1') }
  }

  #prepare(query: string): Statement {
    let prepared = this.#statements.get(query)
    if (prepared === undefined) {
      if (query.startsWith('CREATE')) throw new Error(`not a part of the schema: ${query}`)
      prepared = query.includes('sqlite_master')
        ? { kind: 'exists' }
        : { kind: 'query', statement: this.#database.prepare(query) }
      this.#statements.set(query, prepared)
    }
    return prepared
  }

  #run(query: string): void {
    const prepared = this.#prepare(query)
    if (prepared.kind === 'query') prepared.statement.run()
  }

  #list(query: string): Record<string, unknown>[] {
    return this.#database.prepare(query).all() as Record<string, unknown>[]
  }
}

function toInput(value: SqlValue): SQLInputValue {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value
}
