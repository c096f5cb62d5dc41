// Time limits: the one that passes first is named, news sets them back, and nothing of them stays:
// no timer, no listener, no rejection that nobody hears.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LimitReached, Limits, runWithin } from '../../shared/limits.ts'
import type { Sleep } from '../../shared/ports.ts'
import { createVirtualClock } from './virtualClock.ts'

const lengths = { total: 100_000, headers: 30_000, silence: 10_000 }

/** A virtual clock that counts the sleeps begun, and those that still go on. */
function createCountingClock() {
  const { now, sleep, run } = createVirtualClock()
  const startedAt = now()
  const count = { begun: 0, going: 0 }
  const counting: Sleep = async (ms, signal) => {
    count.begun += 1
    count.going += 1
    try {
      await sleep(ms, signal)
    } finally {
      count.going -= 1
    }
  }
  return { now, sleep: counting, wait: sleep, run, count, passed: () => now() - startedAt }
}

let clock: ReturnType<typeof createCountingClock>
let limits: Limits<keyof typeof lengths>
beforeEach(() => {
  clock = createCountingClock()
  limits = new Limits(clock, lengths)
})
afterEach(() => limits.end())

const never = () => new Promise<never>(() => undefined)
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

test('the first limit that passes is named, and aborts the signal', async () => {
  limits.start('total', 'headers')
  const race = clock.run(limits.race(never()))
  await expect(race).rejects.toMatchObject({ limit: 'headers', ms: 30_000 })
  expect(limits.signal.reason).toBeInstanceOf(LimitReached)
  expect(clock.passed()).toBe(30_000)
  await expect(limits.race(Promise.resolve())).rejects.toThrow('The headers limit of 30 s passed.')
})

test('of two that pass together, the one that was started first is named', async () => {
  const equal = new Limits(clock, { total: 5_000, silence: 5_000 })
  equal.start('total', 'silence')
  await expect(clock.run(equal.race(never()))).rejects.toMatchObject({ limit: 'total' })
})

test('one that is started later and passes earlier is met in time', async () => {
  limits.start('total')
  limits.start('silence')
  await expect(clock.run(limits.race(never()))).rejects.toMatchObject({ limit: 'silence' })
  expect(clock.passed()).toBe(10_000)
})

test('one that was stopped does not pass', async () => {
  limits.start('total', 'headers')
  limits.stop('headers')
  await expect(clock.run(limits.race(never()))).rejects.toMatchObject({ limit: 'total' })
  expect(clock.passed()).toBe(100_000)
})

test('news sets a limit back, again and again, and its end is counted from the last', async () => {
  limits.start('silence')
  for (let i = 0; i < 5; i++) {
    await clock.run(limits.race(clock.wait(9_000)))
    limits.start('silence')
  }
  await expect(clock.run(limits.race(never()))).rejects.toMatchObject({ limit: 'silence' })
  expect(clock.passed()).toBe(55_000)
})

test('a thousand pieces of news share one timer, and the end calls it off', async () => {
  const added = vi.spyOn(limits.signal, 'addEventListener')
  const removed = vi.spyOn(limits.signal, 'removeEventListener')
  limits.start('total', 'silence')
  for (let i = 0; i < 1_000; i++) {
    await limits.race(Promise.resolve(i))
    limits.start('silence')
  }
  await settle()
  expect(clock.count).toEqual({ begun: 1, going: 1 })
  // A listener that stayed would keep its piece alive.
  expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1_000, 1_000])
  limits.end()
  await settle()
  expect(clock.count.going).toBe(0)
})

test('an earlier end calls the timer off that would have rung too late', async () => {
  limits.start('total')
  limits.start('headers')
  limits.start('silence')
  await settle()
  expect(clock.count).toEqual({ begun: 3, going: 1 })
})

test('nothing is timed without a limit, nor after the end', async () => {
  const endless = new Limits(clock, { total: Infinity })
  endless.start('total')
  limits.end()
  limits.start('total')
  expect(clock.count.begun).toBe(0)
  await expect(endless.race(Promise.resolve('done'))).resolves.toBe('done')
})

test('a limit longer than any timer is slept in pieces', async () => {
  const days = new Limits(clock, { total: 2 ** 32 })
  days.start('total')
  await expect(clock.run(days.race(never()))).rejects.toMatchObject({ limit: 'total' })
  expect(clock.passed()).toBe(2 ** 32)
  expect(clock.count.begun).toBe(3)
})

test('a timer that rings before the clock says so is believed', async () => {
  const early = new Limits({ now: () => 0, sleep: async () => undefined }, { total: 1_000 })
  early.start('total')
  await expect(early.race(never())).rejects.toMatchObject({ limit: 'total' })
})

test('a clock that is set back between two pieces of news ends nothing early', async () => {
  let setBack = 0
  const now = () => clock.now() - setBack
  const reading = new Limits({ now, sleep: clock.sleep }, { total: 300_000, silence: 60_000 })
  reading.start('total', 'silence')
  const work = async () => {
    for (let n = 0; n < 5; n += 1) {
      await clock.wait(50_000)
      if (n === 1) setBack = 200_000
      reading.start('silence')
    }
    await never()
  }
  await expect(clock.run(reading.race(work()))).rejects.toMatchObject({ limit: 'silence' })
  expect(clock.passed()).toBe(310_000)
})

test('a clock that is set back by less than the time between two pieces of news ends nothing early', async () => {
  let setBack = 0
  const now = () => clock.now() - setBack
  const reading = new Limits({ now, sleep: clock.sleep }, { total: 300_000, silence: 60_000 })
  reading.start('total', 'silence')
  const work = async () => {
    await clock.wait(20_000)
    setBack = 40_000
    await clock.wait(30_000)
    // Neither this reading nor the one before tells of it: only the timer that rings at 60 s does.
    reading.start('silence')
    await clock.wait(55_000)
    reading.start('silence')
    await never()
  }
  await expect(clock.run(reading.race(work()))).rejects.toMatchObject({ limit: 'silence' })
  expect(clock.passed()).toBe(165_000)
})

test('a clock that is set back ends a limit that was started before it in time', async () => {
  let setBack = 0
  const now = () => clock.now() - setBack
  const reading = new Limits({ now, sleep: clock.sleep }, { total: 100_000 })
  reading.start('total')
  const work = async () => {
    await clock.wait(20_000)
    setBack = 40_000
    await never()
  }
  await expect(clock.run(reading.race(work()))).rejects.toMatchObject({ limit: 'total' })
  expect(clock.passed()).toBe(100_000)
})

test('a clock that is set forward ends nothing early, and what is silent in time', async () => {
  let ahead = 0
  const now = () => clock.now() + ahead
  const reading = new Limits({ now, sleep: clock.sleep }, { total: 300_000, silence: 60_000 })
  reading.start('total', 'silence')
  const work = async () => {
    for (let n = 0; n < 4; n += 1) {
      await clock.wait(50_000)
      if (n === 1) ahead = 3_600_000
      reading.start('silence')
    }
    await never()
  }
  await expect(clock.run(reading.race(work()))).rejects.toMatchObject({ limit: 'silence' })
  expect(clock.passed()).toBe(260_000)
})

test('a clock that is set forward lets the whole time pass', async () => {
  let ahead = 0
  const now = () => clock.now() + ahead
  const reading = new Limits({ now, sleep: clock.sleep }, { total: 100_000 })
  reading.start('total')
  const work = async () => {
    await clock.wait(20_000)
    ahead = 3_600_000
    await never()
  }
  await expect(clock.run(reading.race(work()))).rejects.toMatchObject({ limit: 'total' })
  expect(clock.passed()).toBe(100_000)
})

test('a clock that fails is heard', async () => {
  const broken = new Limits(
    { now: () => 0, sleep: () => Promise.reject(new Error('no clock')) },
    { total: 1_000 },
  )
  broken.start('total')
  await expect(broken.race(never())).rejects.toThrow('no clock')
})

test('work that fails rejects with its own error, and one that nobody waits for is silent', async () => {
  await expect(limits.race(Promise.reject(new Error('reset')))).rejects.toThrow('reset')
  limits.end()
  await expect(limits.race(Promise.reject(new Error('too late')))).rejects.toThrow('ended')
})

test('the caller ends the work with its own reason, also before it began', async () => {
  const caller = new AbortController()
  const linked = new Limits(clock, lengths, caller.signal)
  linked.start('total')
  const race = linked.race(never())
  caller.abort(new Error('stopped by the user'))
  await expect(race).rejects.toThrow('stopped by the user')
  await settle()
  expect(clock.count.going).toBe(0)
  const late = new Limits(clock, lengths, caller.signal)
  await expect(late.race(never())).rejects.toThrow('stopped by the user')
})

test('work within a time decides itself how it ends', async () => {
  const work = runWithin(clock, 1_000, async (signal) => {
    await clock.wait(2_000)
    return signal.aborted
  })
  await expect(clock.run(work)).resolves.toBe(true)
  await expect(runWithin(clock, 1_000, async (signal) => signal.aborted)).resolves.toBe(false)
  await settle()
  expect(clock.count.going).toBe(0)
})
