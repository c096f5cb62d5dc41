// What an account does by its alarm, while other things happen.

import { expect, test } from 'vitest'
import type { SqlValue } from '../../shared/ports.ts'
import { Outbox } from './outbox.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

test('a look at unstarted generations asks none that ended while it waited for another', async () => {
  const outbox = new Outbox()
  outbox.abandonMs = 30 * SECOND
  const first = outbox.admit()
  const second = outbox.admit()
  const third = outbox.admit()
  await outbox.host.runFor(65 * SECOND)
  expect(outbox.askedToAbandon).toEqual([first])
  await outbox.end(second)
  await outbox.account.forget(second)
  await outbox.host.runFor(60 * SECOND)
  expect(outbox.askedToAbandon).toEqual([first, third])
})

test('a start has a minute of its own, whoever else is looked at meanwhile', async () => {
  const outbox = new Outbox()
  const first = outbox.admit()
  await outbox.host.runFor(40 * SECOND)
  const second = outbox.admit()
  await outbox.host.runFor(25 * SECOND)
  expect(outbox.askedToAbandon).toEqual([first])
  await outbox.host.runFor(40 * SECOND)
  expect(outbox.askedToAbandon).toEqual([first, second])
})

test('one that was not started when it was asked is not lost, though it is abandoned meanwhile', async () => {
  const outbox = new Outbox()
  const id = outbox.admit()
  outbox.goneMs = 2 * SECOND
  const woken = outbox.account.operator.wakeGeneration(id)
  await outbox.host.run(woken)
  await outbox.end(id, 'failed', true)
  await outbox.host.runFor(5 * SECOND)
  expect(outbox.account.find(id)?.state).toBe('failed')
})

test('what it looks for every hour it finds by an index, however many videos it has had', async () => {
  const outbox = new Outbox()
  const open = outbox.admit()
  const { sql } = outbox.host
  const { exec } = sql
  const queries = new Map<string, readonly SqlValue[]>()
  sql.exec = (query, ...bindings) => {
    const isLook = query.startsWith('SELECT') && query.includes('FROM generation WHERE')
    if (isLook)
      queries.set(
        query,
        bindings.filter((value) => !(value instanceof ArrayBuffer)),
      )
    return exec(query, ...bindings)
  }
  await outbox.host.runFor(2 * HOUR)
  sql.exec = exec
  const scans = [...queries].filter(([query, bindings]) =>
    exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...bindings).some(
      ({ detail }) => detail === 'SCAN generation',
    ),
  )
  expect(queries.size).toBeGreaterThan(5)
  expect(scans.map(([query]) => query)).toEqual([])
  await outbox.end(open)
})

test('a hundred generations that do not answer keep the account from waking no other', async () => {
  const outbox = new Outbox()
  const ids = Array.from({ length: 250 }, () => outbox.admit())
  const broken = new Set(ids.slice(0, 200))
  outbox.isBroken = (id) => broken.has(id)
  await outbox.host.runFor(3 * HOUR)
  expect([...outbox.askedToWake].toSorted()).toEqual(ids.toSorted())
})

test('one chore that fails each time keeps no message from leaving', async () => {
  const outbox = new Outbox()
  outbox.receive('https://a.example', (_, n) => ({ status: n < 4 ? 500 : 200 }))
  outbox.addEndpoint('we_a', 'https://a.example/hook')
  await outbox.endOne()
  const { sql } = outbox.host
  const { exec } = sql
  let failed = 0
  sql.exec = (query, ...bindings) => {
    if (query.startsWith('DELETE FROM idempotency')) {
      failed += 1
      throw new Error('no such column')
    }
    return exec(query, ...bindings)
  }
  // The look comes after an hour, the fifth attempt after two and a half.
  await outbox.host.runFor(3 * HOUR)
  expect(failed).toBeGreaterThan(1)
  expect(outbox.arrivals).toHaveLength(5)
  sql.exec = exec
  const looks = outbox.host.alarms
  await outbox.host.runFor(HOUR)
  expect(outbox.host.alarms - looks).toBeLessThan(5)
})
