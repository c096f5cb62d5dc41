// The tables of one kind of object, made once and used again by many worlds: making them takes longer
// than all that happens in one. An object that has not created them yet cannot tell.

import type { StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { Sql } from '../../../shared/ports.ts'

export interface Prepared {
  /** `exists` asks whether the object was created before. */
  readonly kind: 'create' | 'exists' | 'read' | 'write'
  readonly statement: Pick<StatementSync, 'all' | 'run'>
}

export class TablePool {
  readonly #createSchema: (sql: Sql) => void
  readonly #free: Tables[] = []

  constructor(createSchema: (sql: Sql) => void) {
    this.#createSchema = createSchema
  }

  take(): Tables {
    return this.#free.pop() ?? new Tables(this.#createSchema, this.#free)
  }
}

export class Tables {
  readonly #database = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, Prepared>()
  readonly #names: readonly string[]
  readonly #free: Tables[]

  constructor(createSchema: (sql: Sql) => void, free: Tables[]) {
    this.#free = free
    createSchema({
      exec: (query) => {
        this.#database.exec(query)
        this.#prepared.set(query, { kind: 'create', statement: nothing })
        return []
      },
      transaction: (closure) => closure(),
      flush: async () => undefined,
    })
    const tables = this.#database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    this.#names = tables.all().map(({ name }) => String(name))
  }

  prepare(query: string): Prepared {
    let prepared = this.#prepared.get(query)
    if (prepared === undefined) {
      if (query.startsWith('CREATE')) throw new Error(`not a part of the schema: ${query}`)
      prepared = { kind: toKind(query), statement: this.#database.prepare(query) }
      this.#prepared.set(query, prepared)
    }
    return prepared
  }

  clear(): void {
    for (const name of this.#names) this.prepare(`DELETE FROM "${name}"`).statement.run()
  }

  giveBack(): void {
    this.clear()
    this.#free.push(this)
  }
}

const nothing: Prepared['statement'] = {
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
}

function toKind(query: string): Prepared['kind'] {
  if (!query.startsWith('SELECT')) return 'write'
  return query.includes('sqlite_master') ? 'exists' : 'read'
}
