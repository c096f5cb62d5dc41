// How tables grow from release to release, with invented steps over real SQLite.

import { expect, test } from 'vitest'
import type { Sql } from '../../shared/ports.ts'
import { accountSchema } from '../../worker/account/schema.ts'
import { directorySchema } from '../../worker/directory/directory.ts'
import { generationSchema } from '../../worker/generation/schema.ts'
import type { Schema } from '../../worker/platform/schema.ts'
import { createTables, wakeTables } from '../../worker/platform/schema.ts'
import { schedulerSchema } from '../../worker/scheduler/schema.ts'
import { openSql } from '../objects/openSql.ts'

const first: Schema = {
  mark: 'kite',
  tables: [
    'CREATE TABLE IF NOT EXISTS kite (id TEXT PRIMARY KEY, tail INTEGER NOT NULL) WITHOUT ROWID',
  ],
  steps: [],
}
const later = (...steps: string[]): Schema => ({ ...first, steps })
const column = 'ALTER TABLE kite ADD COLUMN color TEXT'
const table = 'CREATE TABLE string (kite TEXT NOT NULL, meters INTEGER)'
const index = 'CREATE INDEX kite_color ON kite (color)'

/** An object of the first release, and the statements that are run from then on. */
function createOld(): { sql: Sql; ran: string[]; writes: () => string[] } {
  const inner = openSql(':memory:')
  inner.transaction(() => createTables(inner, first))
  inner.exec("INSERT INTO kite (id, tail) VALUES ('old', 3)")
  const ran: string[] = []
  const sql: Sql = {
    ...inner,
    exec: (query, ...bindings) => {
      ran.push(query)
      return inner.exec(query, ...bindings)
    },
    transaction: (closure) => {
      ran.push('BEGIN')
      return inner.transaction(closure)
    },
  }
  return { sql, ran, writes: () => ran.filter((query) => !query.startsWith('SELECT')) }
}

const names = (sql: Sql) => sql.exec('SELECT type, name, sql FROM sqlite_master ORDER BY name')
const version = (sql: Sql) => sql.exec('SELECT version FROM schema_version')[0]?.['version']

test('an older object takes what it lacks, in order, once, in one transaction', () => {
  const { sql, ran, writes } = createOld()
  expect(wakeTables(sql, later(column, table, index))).toBe(true)
  expect(writes().slice(0, 4)).toEqual(['BEGIN', column, table, index])
  expect(writes().filter((query) => query === 'BEGIN')).toHaveLength(1)
  expect(version(sql)).toBe(3)
  expect(sql.exec('SELECT * FROM kite')).toEqual([{ id: 'old', tail: 3, color: null }])
  ran.length = 0
  expect(wakeTables(sql, later(column, table, index))).toBe(true)
  expect(writes()).toEqual([])
})

test('an object that is some releases behind takes only the rest', () => {
  const { sql, ran, writes } = createOld()
  wakeTables(sql, later(column))
  ran.length = 0
  wakeTables(sql, later(column, table, index))
  expect(writes().slice(0, 3)).toEqual(['BEGIN', table, index])
  expect(version(sql)).toBe(3)
})

test('a step that throws changes nothing, and the next start tries all of them again', () => {
  const { sql, writes } = createOld()
  wakeTables(sql, later(column))
  const before = names(sql)
  const broken = later(column, table, 'ALTER TABLE ghost ADD COLUMN color TEXT', index)
  for (const _ of [1, 2]) expect(() => wakeTables(sql, broken)).toThrow('no such table: ghost')
  expect(names(sql)).toEqual(before)
  expect(version(sql)).toBe(1)
  expect(sql.exec('SELECT * FROM kite')).toEqual([{ id: 'old', tail: 3, color: null }])
  expect(writes().filter((query) => query === table)).toHaveLength(2)
  expect(wakeTables(sql, later(column, table, index))).toBe(true)
  expect(version(sql)).toBe(3)
})

test('a release before reads and writes it, and the later one goes on where it was', () => {
  const { sql, ran, writes } = createOld()
  const newest = later(column, table, index)
  wakeTables(sql, newest)
  sql.exec("UPDATE kite SET color = 'red'")
  for (const older of [later(column), first]) {
    ran.length = 0
    expect(wakeTables(sql, older)).toBe(true)
    expect(writes()).toEqual([])
    expect(version(sql)).toBe(3)
  }
  sql.exec("INSERT INTO kite (id, tail) VALUES ('new', 5)")
  ran.length = 0
  wakeTables(sql, newest)
  expect(writes()).toEqual([])
  expect(sql.exec('SELECT * FROM kite ORDER BY id')).toEqual([
    { id: 'new', tail: 5, color: null },
    { id: 'old', tail: 3, color: 'red' },
  ])
})

test('a new object is at once what an old one becomes', () => {
  const newest = later(column, table, index)
  const { sql: old } = createOld()
  wakeTables(old, newest)
  const fresh = openSql(':memory:')
  createTables(fresh, newest)
  expect(names(fresh)).toEqual(names(old))
  expect(version(fresh)).toBe(3)
})

test.each([
  ['account', accountSchema],
  ['generation', generationSchema],
  ['scheduler', schedulerSchema],
])('so is a new %s, which is made of fewer statements', (_, schema) => {
  const old = openSql(':memory:')
  createTables(old, { ...schema, steps: [] })
  wakeTables(old, schema)
  const fresh = openSql(':memory:')
  createTables(fresh, schema)
  const columns = (sql: Sql) =>
    names(sql).map(({ name }) => sql.exec(`PRAGMA table_xinfo('${String(name)}')`))
  expect(columns(fresh)).toEqual(columns(old))
  expect(names(fresh).map(({ name }) => name)).toEqual(names(old).map(({ name }) => name))
  expect(version(fresh)).toBe(schema.steps.length)
})

test('one that was never written to stays empty; one without steps is only looked for', () => {
  const empty = openSql(':memory:')
  expect(wakeTables(empty, later(column))).toBe(false)
  expect(names(empty)).toEqual([])
  const { sql, ran } = createOld()
  expect(wakeTables(sql, first)).toBe(true)
  expect(ran).toHaveLength(1)
  expect(names(sql).map(({ name }) => name)).toEqual(['kite'])
})

/** Whatever a release before does not know must not stand in its way. */
const rules = [
  /^ALTER TABLE \w+ ADD COLUMN \w+ (TEXT|INTEGER|BLOB)$/,
  /^CREATE TABLE (IF NOT EXISTS )?\w+ \(/,
  /^CREATE INDEX (IF NOT EXISTS )?\w+ ON \w+ \(/,
]

test.each([
  ['account', accountSchema],
  ['generation', generationSchema],
  ['scheduler', schedulerSchema],
  ['directory', directorySchema],
  ['this test', later(column, table, index)],
])('the steps of the %s only add, and what they add may be absent', (_, { steps }) => {
  expect(steps.filter((step) => !rules.some((rule) => rule.test(step)))).toEqual([])
})

test.each([
  'ALTER TABLE kite ADD COLUMN color TEXT NOT NULL',
  "ALTER TABLE kite ADD COLUMN color TEXT DEFAULT 'red'",
  'ALTER TABLE kite RENAME COLUMN tail TO length',
  'ALTER TABLE kite DROP COLUMN tail',
  'CREATE UNIQUE INDEX kite_tail ON kite (tail)',
  'DROP TABLE kite',
  "UPDATE kite SET color = 'red'",
])('%s would be no step', (step) => {
  expect(rules.some((rule) => rule.test(step))).toBe(false)
})
