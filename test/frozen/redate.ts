// Moves a frozen storage in time, so that it was killed as long ago as a test wants, on whatever day
// the test runs: every time in its rows and in what is expected of it, by the same whole minutes.

import { DatabaseSync } from 'node:sqlite'
import { findDatabases } from './files.ts'

export interface Move {
  /** Whole minutes, so that slots of a schedule stay slots. */
  readonly ms: number
  /** The one UTC day on which everything was written, and what it becomes. */
  readonly day: string
  readonly newDay: string
}

const MINUTE_MS = 60_000
// 2017 to 2096: what lies outside is no time, or one that was meant never to come.
const FIRST_MS = 1_500_000_000_000
const LAST_MS = 4_000_000_000_000

/** Afterwards the gateway was killed between `ago` and a minute more before `now`, ms. */
export function toMove(
  written: { writtenAt: number; day: string },
  ago: number,
  now: number,
): Move {
  const ms = Math.floor((now - ago - written.writtenAt) / MINUTE_MS) * MINUTE_MS
  const newDay = new Date(written.writtenAt + ms).toISOString().slice(0, 10)
  return { ms, day: written.day, newDay }
}

/** JSON with its times moved: numbers of s or ms, and the day. */
export function redate<Value>(value: Value, move: Move): Value {
  return redateAny(value, move) as Value
}

function redateAny(value: unknown, move: Move): unknown {
  if (typeof value === 'number') {
    if (value >= FIRST_MS && value <= LAST_MS) return value + move.ms
    const isSeconds = value >= FIRST_MS / 1000 && value <= LAST_MS / 1000
    return isSeconds ? value + move.ms / 1000 : value
  }
  if (value === move.day) return move.newDay
  if (Array.isArray(value)) return value.map((one) => redateAny(one, move))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, redateAny(one, move)]),
  )
}

/** Every row of every file: times in ms, the runtime's alarms in ns, and JSON. */
export async function redateStorage(folder: string, move: Move): Promise<void> {
  for (const file of await findDatabases(folder)) {
    const database = new DatabaseSync(file)
    database.function('redate', { deterministic: true }, (text) => redateText(String(text), move))
    database.exec('BEGIN')
    const columns = database
      .prepare(
        `SELECT tables.name AS of, columns.name AS name FROM sqlite_master AS tables
           JOIN pragma_table_info(tables.name) AS columns
           WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'`,
      )
      .all()
    for (const { of, name } of columns) redateColumn(database, `"${of}"`, `"${name}"`, move)
    database.exec('COMMIT')
    database.close()
  }
}

function redateColumn(database: DatabaseSync, table: string, column: string, move: Move): void {
  for (const perMs of [1n, 1_000_000n]) {
    const by = BigInt(move.ms) * perMs
    const [first, last] = [BigInt(FIRST_MS) * perMs, BigInt(LAST_MS) * perMs]
    // By way of negative numbers: a moved time must not meet one that is still to be moved.
    database.exec(
      `UPDATE ${table} SET ${column} = -(${column} + ${by})
         WHERE typeof(${column}) = 'integer' AND ${column} BETWEEN ${first} AND ${last}`,
    )
    database.exec(
      `UPDATE ${table} SET ${column} = -${column}
         WHERE typeof(${column}) = 'integer' AND ${column} < -${1_000_000_000_000n * perMs}`,
    )
  }
  database.exec(
    `UPDATE ${table} SET ${column} = redate(${column}) WHERE typeof(${column}) = 'text'`,
  )
}

function redateText(text: string, move: Move): string {
  if (text === move.day) return move.newDay
  return text.startsWith('{') ? JSON.stringify(redateAny(JSON.parse(text), move)) : text
}
