// A small day of the bench: what it counts must add up, or its tables and the bill say nothing.

import { describe, expect, test } from 'vitest'
import { runDay } from '../bench/day/runDay.ts'
import { prices, smallDay } from '../bench/day/plan.ts'

describe('a small day', () => {
  test('every generation ends once, is paid once, and its money is where it belongs', async () => {
    const day = await runDay({
      ...smallDay,
      generations: 120,
      hostile: { ...smallDay.hostile, forMs: 60_000 },
    })
    const { ended, endsOf, orders, answers, kinds } = day
    expect(day.surprises).toEqual([])
    expect(answers.created).toBeGreaterThanOrEqual(120)
    expect([...endsOf.values()].every((ends) => ends === 1)).toBe(true)
    expect(endsOf.size).toBe(ended.length)
    // Whoever was never sent to a relay that took it was billed nothing.
    expect(orders.twice).toBe(0)
    expect(orders.taken).toBe(ended.filter(({ relay }) => relay !== null).length)
    expect(day.atLast).toEqual({ ...day.expected })
    expect(day.atMidnight.spent + day.atMidnight.held).toBeGreaterThanOrEqual(day.atMidnight.billed)
    const certain = ended.filter(({ charge }) => charge === 'certain')
    expect(certain.reduce((sum, { relay }) => sum + (prices[relay ?? ''] ?? 0), 0)).toBe(
      day.atLast.billed,
    )
    const counted = [...kinds.values()].reduce((sum, { generations }) => sum + generations, 0)
    expect(counted).toBe(ended.length)
    // Each was admitted and settled by a call of its own.
    const calls = day.accounts.reduce((sum, account) => sum + account.calls, 0)
    expect(calls).toBeGreaterThanOrEqual(2 * ended.length)
  })
})
