// What readers of a log may see: only what is durable, and every entry of it, in memory or not.

import { expect, test } from 'vitest'
import type { Sql } from '../../shared/ports.ts'
import { Log } from '../../worker/generation/log.ts'
import { openSql } from '../objects/openSql.ts'

const ENTRIES = 2_000

function createLog(flush?: Sql['flush']): Log {
  const sql = openSql(':memory:')
  sql.exec('CREATE TABLE log (offset INTEGER PRIMARY KEY, at INTEGER, event TEXT)')
  return new Log({ ...sql, ...(flush !== undefined && { flush }) }, () => 1, null)
}

test('what is written while a flush runs is not announced by it', async () => {
  const flushes: (() => void)[] = []
  const log = createLog(() => new Promise((resolve) => void flushes.push(resolve)))
  log.append({ type: 'queued' })
  const first = log.announce()
  log.append({ type: 'started', attempt: 1 })
  const second = log.announce()
  expect(flushes).toHaveLength(2)
  flushes[0]?.()
  await first
  expect(log.end).toBe(1)
  flushes[1]?.()
  await second
  expect(log.end).toBe(2)
})

test('every reader gets every entry of a long log, wherever it begins and while it grows', async () => {
  const log = createLog()
  // Each has read up to its own place: the slowest never finds its entries in memory.
  const readers = [1, 7, 255, 256, 257, 300, 511, 513, 1_000].map((pace) => ({ pace, at: 0 }))
  for (let n = 1; n <= ENTRIES; n += 1) {
    log.append({ type: 'progress', progress: n })
    await log.announce()
    for (const reader of readers) {
      if (n % reader.pace !== 0) continue
      while (reader.at < log.end) reader.at = readOn(log, reader.at)
    }
  }
  for (const after of [0, 1, 255, 256, 1_487, 1_488, 1_743, 1_744, ENTRIES - 1]) {
    let at = after
    while (at < log.end) at = readOn(log, at)
    expect(at).toBe(ENTRIES)
  }
})

/** Reads one batch after `after`, which must be what was appended there; gives its last offset. */
function readOn(log: Log, after: number): number {
  const entries = log.read(after)
  expect(entries.length).toBeGreaterThan(0)
  expect(entries.map(({ offset }) => offset)).toEqual(entries.map((_, index) => after + 1 + index))
  expect(entries.map(({ event }) => event)).toEqual(
    entries.map((_, index) => ({ type: 'progress', progress: after + 1 + index })),
  )
  return after + entries.length
}
