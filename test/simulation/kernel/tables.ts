// The tables of one kind of object, made once and used again by many worlds: making them takes longer
// than all that happens in one. An object that has not created them yet cannot tell.

import type { StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { Sql } from '../../../shared/ports.ts'
import type { Schema } from '../../../worker/platform/schema.ts'
import { createTables } from '../../../worker/platform/schema.ts'

export interface Prepared {
  /** `exists` asks whether the object was created before. */
  readonly kind: 'create' | 'exists' | 'read' | 'write'
  readonly statement: Pick<StatementSync, 'all' | 'run'>
}

export class TablePool {
  readonly #schema: Schema
  readonly #free: Tables[] = []

  constructor(schema: Schema) {
    this.#schema = schema
  }

  take(): Tables {
    return this.#free.pop() ?? new Tables(this.#schema, this.#free)
  }
}

export class Tables {
  readonly #database = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, Prepared>()
  readonly #names: readonly string[]
  readonly #free: Tables[]

  constructor(schema: Schema, free: Tables[]) {
    this.#free = free
    const sql: Sql = {
      exec: (query) => {
        this.#database.exec(query)
        this.#prepared.set(query, { kind: 'create', statement: nothing })
        return []
      },
      transaction: (closure) => closure(),
      flush: async () => undefined,
    }
    createTables(sql, schema)
    // The version stays, as the tables do.
    const tables = this.#database.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'schema_version'",
    )
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
