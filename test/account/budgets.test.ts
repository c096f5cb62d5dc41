// What a key, and all keys of an account, may spend in a day, a month or ever. Money counts where its
// generation was admitted, whenever it is settled or corrected. Days pass here in milliseconds.

import { expect, test } from 'vitest'
import type { KeyChange } from '../../worker/account/keys.ts'
import { createAdmissionRequest } from './createAdmissionRequest.ts'
import { ACCOUNT, Outbox } from './outbox.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const USD = 1_000_000

let count = 0

function start(at: number): Outbox {
  const outbox = new Outbox()
  outbox.host.now = at
  for (const id of ['key_2', 'key_3']) {
    const limits = { budget: null, rpm: null, concurrency: null, expiresAt: null }
    const rest = { name: '', hint: '', scopes: ['generate'] as const, digest: id }
    outbox.account.createKey(ACCOUNT, { id, ...rest, ...limits })
  }
  return outbox
}

/** The id when it was admitted, else what was answered. */
function ask({ account }: Outbox, usd: number, keyId = 'key_2') {
  const id = `video_b${++count}`
  const answer = account.admitFor(keyId, createAdmissionRequest(id, { cost: usd * USD }))
  return answer.kind === 'refused' ? answer : id
}

const limit = ({ account }: Outbox, change: KeyChange) => account.changeKey('key_2', change)
const period = (outbox: Outbox) => outbox.account.changeKey('key_2', {})?.period
const refused = (more: object) => expect.objectContaining({ code: 'insufficient_quota', ...more })

test('a budget of a day begins anew with the next UTC day, and says when', async () => {
  const outbox = start(Date.UTC(2026, 10, 28, 20))
  limit(outbox, { budget: 2 * USD, budgetPeriod: 'day' })
  await outbox.end(String(ask(outbox, 1)))
  const held = String(ask(outbox, 1))
  expect(ask(outbox, 1)).toEqual(
    refused({
      retryAfterMs: 4 * HOUR,
      message:
        "This key's budget does not cover the request: 0.00 USD left, 1.00 USD needed. It begins anew at 2026-11-29T00:00:00Z.",
    }),
  )
  // No day covers it, so waiting does not help.
  expect(ask(outbox, 3)).toEqual(refused({ retryAfterMs: null }))
  const endsAt = Date.UTC(2026, 10, 29)
  expect(period(outbox)).toEqual({ spent: USD, held: USD, endsAt })

  await outbox.host.runFor(4 * HOUR)
  expect(period(outbox)).toEqual({ spent: 0, held: 0, endsAt: endsAt + DAY })
  await outbox.end(held)
  expect(period(outbox)).toMatchObject({ spent: 0, held: 0 })
  expect([ask(outbox, 1), ask(outbox, 1), ask(outbox, 1)]).toEqual([
    expect.any(String),
    expect.any(String),
    refused({ retryAfterMs: DAY }),
  ])
  // What it is in all goes on.
  expect(outbox.account.changeKey('key_2', {})).toMatchObject({ spent: 2 * USD, held: 2 * USD })
})

test('a budget of a month ends with the month, leap years and Decembers included', () => {
  for (const [at, end] of [
    [Date.UTC(2028, 1, 29, 12), Date.UTC(2028, 2)],
    [Date.UTC(2026, 11, 31, 23), Date.UTC(2027, 0)],
  ] as const) {
    const outbox = start(at)
    limit(outbox, { budget: USD, budgetPeriod: 'month' })
    expect(ask(outbox, 1)).toEqual(expect.any(String))
    expect(ask(outbox, 1)).toEqual(refused({ retryAfterMs: end - at }))
    outbox.host.now = end
    expect(ask(outbox, 1)).toEqual(expect.any(String))
  }
})

test('a budget without a period is for ever, as it always was', async () => {
  const outbox = start(Date.UTC(2026, 10, 28))
  expect(limit(outbox, { budget: USD })?.budgetPeriod).toBeNull()
  await outbox.end(String(ask(outbox, 1)))
  await outbox.host.runFor(70 * DAY)
  expect(ask(outbox, 1)).toEqual(refused({ retryAfterMs: null }))
  expect(period(outbox)).toEqual({ spent: USD, held: 0, endsAt: null })
})

test('a late correction counts in the day of the admission', async () => {
  const outbox = start(Date.UTC(2026, 10, 28, 23))
  limit(outbox, { budget: USD, budgetPeriod: 'day' })
  const id = String(ask(outbox, 1))
  await outbox.end(id, 'failed')
  expect(period(outbox)).toMatchObject({ spent: 0, held: 0 })
  await outbox.host.runFor(2 * HOUR)
  await outbox.account.correct(id, true)
  expect(period(outbox)).toMatchObject({ spent: 0, held: 0 })
  expect(outbox.account.changeKey('key_2', {})?.spent).toBe(USD)
  outbox.host.now = Date.UTC(2026, 10, 28, 23)
  expect(period(outbox)).toMatchObject({ spent: USD })
})

test.each(['total', 'month', 'day'] as const)(
  'what all keys spend together is bounded, too (%s)',
  async (budgetPeriod) => {
    const outbox = start(Date.UTC(2026, 10, 28, 12))
    outbox.account.operator.budget({ budget: 3 * USD, budgetPeriod })
    limit(outbox, { budget: USD })
    await outbox.end(String(ask(outbox, 1)))
    expect(ask(outbox, 1)).toEqual(refused({ message: expect.stringMatching(/^This key's/) }))
    expect(ask(outbox, 2, 'key_3')).toEqual(expect.any(String))
    const retryAfterMs = { total: null, day: 12 * HOUR, month: 2 * DAY + 12 * HOUR }[budgetPeriod]
    const message = expect.stringMatching(/^The account's budget .* 0\.00 USD left, 0\.50 USD/)
    expect(ask(outbox, 0.5, 'key_3')).toEqual(refused({ retryAfterMs, message }))
    expect(ask(outbox, 0.5, 'key_1')).toEqual(refused({ retryAfterMs }))
    const money = outbox.account.operator.budget()
    expect(money).toMatchObject({ budget: 3 * USD, budgetPeriod, spent: USD, held: 2 * USD })
    expect(money?.period).toMatchObject({ spent: USD, held: 2 * USD })
    // A key that works no more has spent all the same.
    outbox.account.revokeKey('key_2')
    expect(ask(outbox, 0.5, 'key_3')).toEqual(refused({ retryAfterMs }))
    outbox.account.operator.budget({ budget: null })
    expect(ask(outbox, 50, 'key_3')).toEqual(expect.any(String))
  },
)

test('what cannot be counted exactly is refused, and an operator can mend it', () => {
  const outbox = start(Date.UTC(2026, 10, 28))
  limit(outbox, { spent: Number.MAX_SAFE_INTEGER - USD })
  expect(ask(outbox, 1)).toEqual(expect.any(String))
  expect(ask(outbox, 1)).toEqual(refused({ message: expect.stringContaining('`spent_usd`') }))
  limit(outbox, { spent: 0 })
  expect(ask(outbox, 1)).toEqual(expect.any(String))
  const days = outbox.account.usage('2026-11-28')
  expect(days).toEqual([expect.objectContaining({ model: 'correction', spent: 0 })])
})

test('a correction of what was spent counts in the period, too', () => {
  const outbox = start(Date.UTC(2026, 10, 28))
  limit(outbox, { budget: USD, budgetPeriod: 'month', spent: USD })
  expect(ask(outbox, 1)).toEqual(refused({}))
  limit(outbox, { spent: 0 })
  expect(ask(outbox, 1)).toEqual(expect.any(String))
})

test('nonsense that a relay reports as its cost is no amount', async () => {
  const outbox = start(Date.UTC(2026, 10, 28))
  for (const cost of [1e300, Infinity, -1, 0.5, Number.NaN]) {
    const id = String(ask(outbox, 1))
    await outbox.end(id, 'completed', false, cost)
    expect(outbox.account.find(id)).toMatchObject({ price: USD, spent: USD })
  }
  expect(outbox.account.changeKey('key_2', {})?.spent).toBe(5 * USD)
})

test('the line of an end tells what the relay says that it billed, else the price', async () => {
  const outbox = start(Date.UTC(2026, 10, 28))
  await outbox.end(String(ask(outbox, 1)), 'completed', false, USD / 4)
  await outbox.end(String(ask(outbox, 1)))
  const lines = outbox.reports.filter(({ what }) => what === 'generation ended')
  expect(lines).toMatchObject([{ usd: 0.25 }, { usd: 1 }])
})
