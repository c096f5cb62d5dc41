// A Durable Object without a platform: SQLite and alarm that outlive every incarnation, and a clock
// that jumps to the next thing that happens. Writes are durable at once; what of them a crash may
// take back is the simulation's business, here a crash is the end of everything in memory.

import type { Alarm, Now, Random, Sleep, Sql } from '../../shared/ports.ts'
import { openSql } from './openSql.ts'

/** What an incarnation borrows. Nothing of it answers after the incarnation's end. */
export interface Lent {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly sleep: Sleep
  readonly random: Random
  readonly defer: (work: Promise<void>) => void
  /** Something outside that answers after `ms`, or never. Everything slow must pass through here. */
  readonly wait: <T>(ms: number, produce: () => T, signal?: AbortSignal) => Promise<T>
}

interface Timer {
  readonly at: number
  readonly fire: () => void
}

export class SoloHost<T extends { alarm(): void }> {
  now: number
  /** How often the alarm rang. */
  alarms = 0
  readonly sql: Sql
  object: T
  readonly #create: (lent: Lent) => T
  #alarmAt: number | null = null
  #timers = new Set<Timer>()
  #running = new Set<Promise<unknown>>()
  /** Calls to the outside that are not answered yet. */
  #outside = 0
  #incarnation = 0

  constructor(create: (lent: Lent) => T, startAt = Date.UTC(2026, 10, 23, 9)) {
    this.now = startAt
    this.sql = openSql(':memory:')
    this.#create = create
    this.object = create(this.#lend())
  }

  get alarmAt(): number | null {
    return this.#alarmAt
  }

  /** Everything in memory is gone, and whatever was on its way back is never heard. */
  crash(): void {
    this.#incarnation += 1
    this.#timers = new Set()
    this.#running = new Set()
    this.#outside = 0
    this.object = this.#create(this.#lend())
  }

  /** Lets `work` go as far as it can while time stands still. */
  async run(work: Promise<unknown>): Promise<void> {
    this.#running.add(forget(work, this.#running))
    await this.settle()
  }

  /** Lets everything happen until `at`, and no later. */
  async runUntil(at: number): Promise<void> {
    await this.settle()
    while (this.#advance(at)) await this.settle()
    this.now = Math.max(this.now, at)
  }

  async runFor(ms: number): Promise<void> {
    await this.runUntil(this.now + ms)
  }

  /** Until everything under way waits for the outside: real cryptography takes real turns. */
  async settle(): Promise<void> {
    do await turn()
    while (this.#running.size > this.#outside)
  }

  /** The next timer or alarm up to `until`; false when there is none. */
  #advance(until: number): boolean {
    const [timer] = [...this.#timers].sort((a, b) => a.at - b.at)
    const alarmAt = this.#alarmAt ?? Infinity
    const at = Math.min(timer?.at ?? Infinity, alarmAt)
    if (at === Infinity || at > until) return false
    this.now = Math.max(this.now, at)
    if (timer !== undefined && timer.at <= alarmAt) {
      this.#timers.delete(timer)
      timer.fire()
      return true
    }
    this.#alarmAt = null
    this.alarms += 1
    this.object.alarm()
    return true
  }

  #lend(): Lent {
    const incarnation = this.#incarnation
    const isAlive = () => incarnation === this.#incarnation
    const timers = this.#timers
    const running = this.#running
    const sleep: Sleep = (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        const timer: Timer = { at: this.now + ms, fire: resolve }
        signal?.addEventListener('abort', () => {
          timers.delete(timer)
          reject(signal.reason)
        })
        timers.add(timer)
      })
    return {
      sql: this.sql,
      alarm: {
        get: async () => this.#alarmAt,
        set: (at) => void (this.#alarmAt = at),
        clear: () => void (this.#alarmAt = null),
      },
      now: () => this.now,
      sleep,
      random: (bytes) => new Uint8Array(bytes),
      defer: (work) => void running.add(forget(work, running)),
      wait: async (ms, produce, signal) => {
        this.#outside += 1
        try {
          await sleep(ms, signal)
          return produce()
        } finally {
          if (isAlive()) this.#outside -= 1
        }
      },
    }
  }
}

/** `work` until it is done; a rejection is the test's to notice by what did not happen. */
function forget(work: Promise<unknown>, running: Set<Promise<unknown>>): Promise<unknown> {
  const noted: Promise<unknown> = work.catch(() => undefined).finally(() => running.delete(noted))
  return noted
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
