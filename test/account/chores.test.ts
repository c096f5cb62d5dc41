// What an account does by its alarm, while other things happen.

import { expect, test } from 'vitest'
import { Outbox } from './outbox.ts'

const SECOND = 1_000

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
