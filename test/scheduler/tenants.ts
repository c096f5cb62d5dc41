// The index and the schedulers of several accounts, each over its own SQLite and alarm, on one virtual
// clock. They call each other as the objects do; the gateway behind them answers as the test says.

import type { Now, Sleep, Sql } from '../../shared/ports.ts'
import type { Report } from '../../worker/report/report.ts'
import { ScheduleIndex } from '../../worker/scheduler/scheduleIndex.ts'
import { Scheduler } from '../../worker/scheduler/scheduler.ts'
import { schedulerSchema } from '../../worker/scheduler/schema.ts'
import { type NewSchedule, Schedules } from '../../worker/scheduler/schedules.ts'
import type { StartResult } from '../../worker/scheduler/slots.ts'
import { openSql } from '../objects/openSql.ts'
import { GRACE_MS, toIso } from './timetable.ts'

/** What a start is answered with, after so many ms. */
export interface Answer {
  readonly after: number
  readonly result: StartResult
}

interface Timer {
  readonly at: number
  readonly fire: () => void
}

/** What one object borrows. */
interface Lent {
  readonly sql: Sql
  readonly alarm: { get(): Promise<number | null>; set(at: number): void; clear(): void }
  readonly now: Now
  readonly sleep: Sleep
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
}

export class Tenants {
  now: number
  answers: (account: string) => Answer = () => ({
    after: 10,
    result: { kind: 'started', videoId: 'video_1' },
  })
  readonly reports: Report[] = []
  /** Accounts in the order in which the index woke them. */
  readonly wakes: string[] = []
  /** Accounts that the index does not reach. */
  readonly lost = new Set<string>()
  readonly indexSql = openSql(':memory:')
  index: ScheduleIndex
  readonly #rings: boolean
  readonly #timers = new Set<Timer>()
  readonly #schedulers = new Map<string, Scheduler>()
  readonly #starts: { account: string; schedule: string; slot: number; at: number }[] = []

  /** `rings`: false for a platform that oversleeps every alarm. */
  constructor(startAt: number, { rings }: { readonly rings: boolean }) {
    this.now = startAt
    this.#rings = rings
    this.index = this.#createIndex()
  }

  scheduler(account: string): Scheduler {
    const known = this.#schedulers.get(account)
    if (known !== undefined) return known
    const made: Scheduler = new Scheduler({
      ...this.#lend(openSql(':memory:'), () => made.alarm()),
      graceMs: GRACE_MS,
      index: {
        differing: async (of) => this.index.differing(of),
        keep: async (of, nextAt, copies) => this.index.keep(of, nextAt, copies),
      },
      start: async ({ id }, slot) => {
        this.#starts.push({ account, schedule: id, slot, at: this.now })
        const { after, result } = this.answers(account)
        await this.#sleep(after)
        return result
      },
    })
    this.#schedulers.set(account, made)
    return made
  }

  async add(schedule: NewSchedule): Promise<void> {
    const kept = await this.scheduler(schedule.account).add(schedule)
    if (kept !== 'kept') throw new Error(kept)
  }

  /** As 0.1 left it, before this release came. */
  leave(schedule: NewSchedule): Schedules {
    for (const statement of schedulerSchema.tables) this.indexSql.exec(statement)
    const schedules = new Schedules(this.indexSql)
    schedules.add(schedule)
    this.restartIndex()
    return schedules
  }

  restartIndex(): void {
    this.index = this.#createIndex()
  }

  /** The minute's trigger, and what it sets in motion at once. */
  async tick(at: number): Promise<void> {
    const ticked = this.index.tick(at)
    await this.runUntil(this.now + 2_500)
    await ticked
  }

  async runUntil(until: number): Promise<void> {
    for (;;) {
      await turn()
      const [next] = [...this.#timers].sort((one, other) => one.at - other.at)
      if (next === undefined || next.at > until) break
      this.#timers.delete(next)
      this.now = Math.max(this.now, next.at)
      next.fire()
    }
    this.now = Math.max(this.now, until)
  }

  startsOf(account: string): { schedule: string; slot: string; lateMs: number }[] {
    return this.#starts
      .filter((start) => start.account === account)
      .map(({ schedule, slot, at }) => ({ schedule, slot: toIso(slot), lateMs: at - slot }))
  }

  #createIndex(): ScheduleIndex {
    const made: ScheduleIndex = new ScheduleIndex({
      ...this.#lend(this.indexSql, () => made.alarm()),
      wake: async (account, clock) => {
        this.wakes.push(account)
        if (this.lost.has(account)) throw new Error('the account was not reached')
        await this.scheduler(account).wake(account, clock)
      },
    })
    return made
  }

  #lend(sql: Sql, ring: () => void): Lent {
    let alarm: Timer | null = null
    const clear = () => {
      if (alarm !== null) this.#timers.delete(alarm)
      alarm = null
    }
    const set = (at: number) => {
      clear()
      alarm = { at, fire: ring }
      if (this.#rings) this.#timers.add(alarm)
    }
    return {
      sql,
      alarm: { get: async () => alarm?.at ?? null, set, clear },
      now: () => this.now,
      sleep: this.#sleep,
      defer: (work) => void work.catch(() => this.reports.push({ what: 'step failed', id: '' })),
      report: (line) => void this.reports.push(line),
    }
  }

  readonly #sleep: Sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer: Timer = { at: this.now + ms, fire: resolve }
      this.#timers.add(timer)
      signal?.addEventListener('abort', () => {
        this.#timers.delete(timer)
        reject(signal.reason)
      })
    })
}

/** Everything that needs no time happens. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
