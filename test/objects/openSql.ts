// SQLite as a Durable Object has it, over Node's own. A file has a write-ahead log, as there; a database
// in memory is for tests: its commits grow with the whole database, and must not be timed.

import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { Sql, SqlRow, SqlValue } from '../../shared/ports.ts'

/** `path`: a file's, or `:memory:`. */
export function openSql(path: string): Sql & { close(): void } {
  const database = new DatabaseSync(path)
  if (path !== ':memory:') database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const statements = new Map<string, StatementSync>()
  const prepare = (query: string) => {
    const statement = statements.get(query) ?? database.prepare(query)
    statements.set(query, statement)
    return statement
  }
  let depth = 0
  return {
    exec: <Row extends SqlRow>(query: string, ...bindings: SqlValue[]) =>
      prepare(query).all(...bindings.map(toInput)) as Row[],
    transaction(closure) {
      const name = `level${depth}`
      depth += 1
      database.exec(`SAVEPOINT ${name}`)
      try {
        const result = closure()
        database.exec(`RELEASE ${name}`)
        return result
      } catch (error) {
        database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`)
        throw error
      } finally {
        depth -= 1
      }
    },
    flush: () => Promise.resolve(),
    close: () => database.close(),
  }
}

function toInput(value: SqlValue): SQLInputValue {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value
}
