// SQLite as a Durable Object has it: a file with a write-ahead log. A database in memory is none: its
// commits grow with the whole database, and would be reported as our own growth.

import type { StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { Sql, SqlRow, SqlValue } from '../../shared/ports.ts'

export function openFileSql(path: string): Sql & { close(): void } {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const statements = new Map<string, StatementSync>()
  return {
    exec: <Row extends SqlRow>(query: string, ...bindings: SqlValue[]) => {
      const statement = statements.get(query) ?? database.prepare(query)
      statements.set(query, statement)
      return statement.all(
        ...bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value)),
      ) as Row[]
    },
    transaction(closure) {
      database.exec('SAVEPOINT work')
      try {
        const result = closure()
        database.exec('RELEASE work')
        return result
      } catch (error) {
        database.exec('ROLLBACK TO work; RELEASE work')
        throw error
      }
    },
    flush: () => Promise.resolve(),
    close: () => database.close(),
  }
}
