// The virtual clock of a day: one event at a time, then everything that needs no time. What an event
// takes of this machine's processor is charged to whom it happens to.

import type { Chance } from '../../simulation/kernel/chance.ts'
import { hasPendingCrypto } from '../../simulation/kernel/pendingCrypto.ts'
import type { Owner, Ticket } from '../../simulation/kernel/timeline.ts'
import { Timeline } from '../../simulation/kernel/timeline.ts'
import type { Meter } from './meter.ts'

/** Between two objects, or an object and the Worker, ms. */
const HOP_MS = { least: 1, most: 8 } as const

export class DayClock {
  readonly chance: Chance
  events = 0
  readonly #timeline: Timeline
  #charged: Meter | null = null

  constructor(startAt: number, chance: Chance) {
    this.chance = chance
    this.#timeline = new Timeline(chance.fork('order'))
    this.#timeline.now = startAt
  }

  get now(): number {
    return this.#timeline.now
  }

  /** Not for the dead. */
  plan(delayMs: number, owner: Owner | null, meter: Meter | null, run: () => void): Ticket {
    return this.#timeline.add(delayMs, owner, () => {
      this.#charged = meter
      run()
    })
  }

  hopMs(): number {
    return this.chance.between(HOP_MS.least, HOP_MS.most)
  }

  /** Resolves after so long; `meter`: who goes on then. */
  sleep(ms: number, meter: Meter | null = null): Promise<void> {
    return new Promise((resolve) => void this.plan(ms, null, meter, resolve))
  }

  async runUntil(until: number): Promise<void> {
    for (;;) {
      const event = this.#timeline.next(until)
      if (event === null) break
      this.events += 1
      const { now } = this
      const beganAt = cpuMs()
      event()
      do await new Promise((resolve) => setImmediate(resolve))
      while (hasPendingCrypto())
      this.#charged?.spend(now, cpuMs() - beganAt)
    }
    this.#timeline.now = until
  }
}

/** Of this thread, so that others of the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
