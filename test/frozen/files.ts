// The files of a storage: SQLite with its write-ahead logs folded in, packed into one archive with
// the tools that every system has.

import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ARCHIVE = 'storage.tar.gz'

/** Every SQLite file of a storage. */
export async function findDatabases(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true })
  return files.filter((file) => file.endsWith('.sqlite')).map((file) => join(folder, file))
}

/** After a kill the latest writes are in logs of their own. */
export async function foldLogs(folder: string): Promise<void> {
  for (const file of await findDatabases(folder)) {
    const database = new DatabaseSync(file)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
  }
  const left = (await readdir(folder, { recursive: true })).filter((name) =>
    /-(wal|shm)$/.test(name),
  )
  if (left.length > 0) throw new Error(`Not folded in: ${left.join(', ')}`)
}

export async function packStorage(folder: string, target: string): Promise<void> {
  await run('tar', ['-czf', join(target, ARCHIVE), '-C', folder, '.'], {
    env: { ...process.env, GZIP: '-9' },
  })
}

export async function unpackStorage(source: string, folder: string): Promise<void> {
  await run('tar', ['-xzf', join(source, ARCHIVE), '-C', folder])
}
