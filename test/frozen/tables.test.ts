// The tables of a frozen storage, woken, are those of a new object: whoever changes a table instead of
// adding a step sees it here.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Sql } from '../../shared/ports.ts'
import { accountSchema } from '../../worker/account/schema.ts'
import { directorySchema } from '../../worker/directory/directory.ts'
import { generationSchema } from '../../worker/generation/schema.ts'
import { createTables, wakeTables } from '../../worker/platform/schema.ts'
import { schedulerSchema } from '../../worker/scheduler/schema.ts'
import { openSql } from '../objects/openSql.ts'
import { findDatabases, unpackStorage } from './files.ts'
import { releases, storages } from './openStorage.ts'

const schemas = [accountSchema, directorySchema, schedulerSchema, generationSchema]

/**
 * Without comments and layout. The runtime's own tables are not ours, and that of the images comes and
 * goes with them.
 */
function readTables(sql: Sql): string[] {
  return sql
    .exec(
      `SELECT sql FROM sqlite_master
         WHERE sql IS NOT NULL AND name NOT GLOB '_cf*' AND name <> 'attachment'`,
    )
    .map((row) => String(row['sql']).replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' '))
    .filter((text) => !text.includes('sqlite_sequence'))
    .sort()
}

test.each(releases)('objects of %s get the tables that new objects get', async (release) => {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-frozen-'))
  await unpackStorage(join(storages, release), folder)
  const found = new Set<string>()
  for (const file of await findDatabases(folder)) {
    const sql = openSql(file)
    const schema = schemas.find((one) => wakeTables(sql, one))
    if (schema !== undefined) {
      const fresh = openSql(':memory:')
      createTables(fresh, schema)
      expect(readTables(sql), file).toEqual(readTables(fresh))
      found.add(schema.mark)
      fresh.close()
    }
    sql.close()
  }
  expect([...found].sort()).toEqual(schemas.map(({ mark }) => mark).sort())
  await rm(folder, { recursive: true, force: true })
})
