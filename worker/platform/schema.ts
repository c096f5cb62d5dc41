// The tables of one kind of object, from release to release. They are made with its first write, and
// what later releases add is added when an older object wakes. Nothing is ever taken away or renamed,
// so that a release can still read and write what the next one made of its storage.

import type { Sql } from '../../shared/ports.ts'
import { hasTable, readValue } from './table.ts'

export interface Schema {
  /** Where this table is, the object exists. */
  readonly mark: string
  /** As release 0.1 made them, for good. */
  readonly tables: readonly string[]
  /**
   * What came later, in order, one statement each: a table, an index that is not unique, or a column
   * that may be null. A step stays as it was released; new ones follow it.
   */
  readonly steps: readonly string[]
}

/** Makes a new object's tables, in the transaction of its first write. */
export function createTables(sql: Sql, schema: Schema): void {
  for (const statement of toWhole(schema)) sql.exec(statement)
  keepVersion(sql, schema.steps)
}

const wholes = new WeakMap<Schema, readonly string[]>()

/** The same tables, each made at once: a column that is added later costs a row, and the schema is read again. */
function toWhole(schema: Schema): readonly string[] {
  const known = wholes.get(schema)
  if (known !== undefined) return known
  const whole = [...schema.tables]
  for (const step of schema.steps) {
    const [, table, column] = /^ALTER TABLE (\w+) ADD COLUMN (.+)$/.exec(step) ?? []
    const at = whole.findIndex((made) => made.startsWith(`CREATE TABLE IF NOT EXISTS ${table} (`))
    const made = whole[at]
    // Behind what is said of the table as a whole no column may stand.
    if (made === undefined || /,\s*(UNIQUE|PRIMARY KEY|CHECK)\b/.test(made)) whole.push(step)
    // As SQLite itself keeps it.
    else whole[at] = made.replace(/\)([^)]*)$/, (_, rest) => `, ${column})${rest}`)
  }
  wholes.set(schema, whole)
  return whole
}

/**
 * True when the object exists: then it has every table and column that this release knows.
 * @throws when a step does: the storage is as it was, and the object's next start tries again
 */
export function wakeTables(sql: Sql, { mark, steps }: Schema): boolean {
  if (!hasTable(sql, mark)) return false
  // Without steps nobody has to ask. A later release may have taken more of them than there are here.
  const version = steps.length === 0 ? 0 : readVersion(sql)
  if (version < steps.length) sql.transaction(() => takeSteps(sql, steps, version))
  return true
}

/** How many steps the tables have taken: none where release 0.1 made them. */
function readVersion(sql: Sql): number {
  if (!hasTable(sql, 'schema_version')) return 0
  return readValue<number>(sql, 'SELECT version FROM schema_version') ?? 0
}

function takeSteps(sql: Sql, steps: readonly string[], taken: number): void {
  if (steps.length === taken) return
  for (const statement of steps.slice(taken)) sql.exec(statement)
  keepVersion(sql, steps)
}

function keepVersion(sql: Sql, steps: readonly string[]): void {
  if (steps.length === 0) return
  sql.exec(versionTable)
  sql.exec(`INSERT OR REPLACE INTO schema_version (one, version) VALUES (1, ${steps.length})`)
}

const versionTable =
  'CREATE TABLE IF NOT EXISTS schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL)'
