// Everything a stopped gateway has left behind: every value of every table of every object, and
// every stored file. For tests that ask where something is kept.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface StoredValue {
  /** `AccountObject/webhook_endpoint.secret`, or `reelay-videos/blobs` for a file. */
  readonly place: string
  readonly value: string
}

/** `folder`: where the gateway persisted to. It must not run any more. */
export function readStoredValues(folder: string): StoredValue[] {
  const values: StoredValue[] = []
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const path = join(file.parentPath, file.name)
    if (path.endsWith('.sqlite')) values.push(...readDatabase(path))
    else if (!/\.sqlite-(wal|shm)$/.test(path)) {
      const kind = join(basename(dirname(file.parentPath)), basename(file.parentPath))
      values.push({ place: kind, value: readFileSync(path, 'latin1') })
    }
  }
  return values
}

function readDatabase(path: string): StoredValue[] {
  const kind = basename(dirname(path)).replace(/^.*-/, '')
  const database = new DatabaseSync(path)
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name))
    return tables.flatMap((table) => {
      const rows = database.prepare(`SELECT * FROM "${table}"`)
      rows.setReadBigInts(true)
      const cells = rows.all().flatMap((row) => Object.entries(row))
      return cells.map(([column, value]) => ({
        place: `${kind}/${table}.${column}`,
        value: value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value),
      }))
    })
  } finally {
    database.close()
  }
}

/** Where a text is kept, each place once. */
export function findPlaces(values: readonly StoredValue[], text: string): string[] {
  return [
    ...new Set(values.filter(({ value }) => value.includes(text)).map(({ place }) => place)),
  ].sort()
}
