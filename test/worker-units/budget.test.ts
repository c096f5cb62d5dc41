// Room in an isolate: never more than there is, in the order of asking, and nobody who is gone keeps
// the others out.

import { expect, test } from 'vitest'
import { Budget } from '../../worker/platform/budget.ts'

/** Time that passes when it is told to. */
class TestClock {
  time = 0
  readonly #sleepers = new Set<{ at: number; wake: () => void }>()

  readonly now = () => this.time

  readonly sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      const sleeper = { at: this.time + ms, wake: resolve }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason)
      })
    })

  async pass(ms: number): Promise<void> {
    const end = this.time + ms
    for (;;) {
      await settle()
      const next = [...this.#sleepers].sort((one, other) => one.at - other.at)[0]
      if (next === undefined || next.at > end) break
      this.#sleepers.delete(next)
      this.time = next.at
      next.wake()
    }
    this.time = end
  }

  get sleepers(): number {
    return this.#sleepers.size
  }
}

/** Whatever can go on now has gone on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

function open() {
  const clock = new TestClock()
  const budget = new Budget(10)
  const order: string[] = []
  const take = async (name: string, bytes: number, signal?: AbortSignal, own = clock) => {
    const share = await budget.take(bytes, own, signal === undefined ? {} : { signal })
    order.push(name)
    return share
  }
  return { clock, budget, order, take }
}

test('whoever fits comes in at once, the next waits until one leaves', async () => {
  const { order, take, clock } = open()
  const first = await take('a', 6)
  await take('b', 4)
  void take('c', 6)
  await settle()
  expect(order).toEqual(['a', 'b'])
  first.end()
  first.end()
  await settle()
  expect(order).toEqual(['a', 'b', 'c'])
  expect(clock.sleepers).toBe(0)
})

test('a small one does not pass a large one that asked before', async () => {
  const { order, take } = open()
  const first = await take('a', 6)
  void take('large', 8)
  void take('small', 1)
  await settle()
  expect(order).toEqual(['a'])
  first.end()
  await settle()
  expect(order).toEqual(['a', 'large', 'small'])
})

test('what a holder gives back is there for the next', async () => {
  const { order, take } = open()
  const first = await take('a', 10)
  void take('b', 7)
  first.shrinkTo(3)
  await settle()
  expect(order).toEqual(['a', 'b'])
  // It cannot grow again.
  first.shrinkTo(10)
  void take('c', 1)
  await settle()
  expect(order).toEqual(['a', 'b'])
})

test('who wants more than there is comes in alone', async () => {
  const { order, take } = open()
  const first = await take('a', 1)
  void take('huge', 1000)
  await settle()
  first.end()
  await settle()
  void take('b', 1)
  await settle()
  expect(order).toEqual(['a', 'huge'])
})

test('one that gives up waiting lets the next one in', async () => {
  const { order, take, clock } = open()
  await take('a', 6)
  const leave = new AbortController()
  const gone = take('b', 10, leave.signal)
  void take('c', 4)
  await clock.pass(1_000)
  leave.abort(new Error('gone'))
  await expect(gone).rejects.toThrow('gone')
  await settle()
  expect(order).toEqual(['a', 'c'])
  const late = new AbortController()
  late.abort(new Error('late'))
  await expect(take('d', 4, late.signal)).rejects.toThrow('late')
})

test('a holder that is not heard of for minutes has crashed, one that is heard of has not', async () => {
  const { order, take, clock } = open()
  await take('crashed', 4)
  const alive = await take('alive', 6)
  void take('c', 4)
  void take('d', 6)
  for (let minutes = 0; minutes < 10; minutes++) {
    await clock.pass(60_000)
    alive.renew()
  }
  expect(order).toEqual(['crashed', 'alive', 'c'])
})

test('one that crashed while it waited does not hold up the line', async () => {
  const { order, take, clock } = open()
  const first = await take('a', 6)
  const stopped = new TestClock()
  void take('crashed', 10, undefined, stopped)
  void take('b', 6)
  await clock.pass(30_000)
  first.end()
  await clock.pass(10_000)
  expect(order).toEqual(['a', 'b'])
})

test('a holder that said how soon it counts as gone is gone then', async () => {
  const { budget, clock, order, take } = open()
  await budget.take(10, clock, { silentMs: 20_000 })
  void take('b', 10)
  await clock.pass(20_000)
  expect(order).toEqual([])
  await clock.pass(10_000)
  expect(order).toEqual(['b'])
})

test('what one owner asks for beyond half of it waits, and holds up nobody else', async () => {
  const { budget, clock, order } = open()
  const takeAs = async (name: string, owner: string, bytes: number) => {
    const share = await budget.take(bytes, clock, { owner })
    order.push(name)
    return share
  }
  // One alone may be larger than half of it.
  const first = await takeAs('greedy 1', 'greedy', 6)
  void takeAs('greedy 2', 'greedy', 1)
  void takeAs('greedy 3', 'greedy', 8)
  await takeAs('other', 'other', 3)
  const other = await takeAs('other 2', 'other', 1)
  expect(order).toEqual(['greedy 1', 'other', 'other 2'])
  first.end()
  await settle()
  expect(order).toEqual(['greedy 1', 'other', 'other 2', 'greedy 2'])
  other.end()
  void takeAs('other 3', 'other', 2)
  await settle()
  expect(order.at(-1)).toBe('other 3')
})
