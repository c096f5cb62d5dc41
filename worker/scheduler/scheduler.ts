// The schedules of one account: one generation per slot, however often, late or interrupted an alarm
// comes. Its alarm rings at the next slot; the minute's trigger, by way of the index, only wakes it when
// that was overslept. Works in passes of twenty slots; the alarm begins the next pass.

import { LimitReached, settleWithin } from '../../shared/limits.ts'
import type { Alarm, Now, Sleep, Sql } from '../../shared/ports.ts'
import { countJsonBytes } from '../../shared/wire/json.ts'
import { DueTable } from '../platform/dueTable.ts'
import { createTables, wakeTables } from '../platform/schema.ts'
import type { Page } from '../platform/table.ts'
import { readValue } from '../platform/table.ts'
import type { Report } from '../report/report.ts'
import { adopt } from './adopt.ts'
import { eraseSchedules } from './eraseSchedules.ts'
import type { IndexPort } from './exchange.ts'
import { RUNS_TOLD } from './exchange.ts'
import { Indexed } from './indexed.ts'
import { schedulerSchema } from './schema.ts'
import type { Kept, NewSchedule, Schedule, ScheduleView } from './schedules.ts'
import { Schedules } from './schedules.ts'
import type { Start, StartResult } from './slots.ts'
import { LEASE_MS, Slots } from './slots.ts'
import { Untold } from './untold.ts'

/** A start that is not answered by then is tried again; the slot names it. */
const START_MS = 50_000
/** The trigger waits no longer for one account. */
const WAKE_MS = 2_000
/** Until the index is told again what it did not hear. */
const TELL_AGAIN_MS = 60_000
const DAY_MS = 24 * 60 * 60_000
const KEEP_RUNS_MS = 90 * DAY_MS
const SWEEP_ROWS = 500
/** Every schedule spends money without being asked again, so their number is limited. */
export const MOST_SCHEDULES = 1_000
/** Of all requests of an account; one may have 64 KiB. */
const MOST_BYTES = 4 * 1024 * 1024

export interface SchedulerPorts {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly sleep: Sleep
  /** Starts the generation of one slot. Idempotent: the slot names it. */
  readonly start: (schedule: Schedule, slot: number) => Promise<StartResult>
  readonly index: IndexPort
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
  /** How late a slot may still be started, ms. */
  readonly graceMs: number
}

export class Scheduler {
  readonly #ports: SchedulerPorts
  readonly #due: DueTable<'pass' | 'sweep'>
  readonly #schedules: Schedules
  readonly #untold: Untold
  readonly #indexed: Indexed
  readonly #slots: Slots
  #exists: boolean
  #passing: Promise<void> | null = null

  /** Reads, and writes at most what its tables lack. */
  constructor(ports: SchedulerPorts) {
    this.#ports = ports
    this.#due = new DueTable(ports.sql, ports.alarm)
    this.#schedules = new Schedules(ports.sql)
    this.#untold = new Untold(ports, this.#schedules)
    this.#indexed = new Indexed(ports, this.#untold)
    this.#slots = new Slots(ports, this.#schedules, this.#untold)
    this.#exists = wakeTables(ports.sql, schedulerSchema)
  }

  async add(schedule: NewSchedule): Promise<Kept> {
    const { account, id, request } = schedule
    await this.#learn(account)
    if (this.#exists && this.#schedules.count(account) >= MOST_SCHEDULES) return 'too many'
    if (!this.#hasRoom(account, countJsonBytes(request))) return 'too large'
    await this.#change(account, () => {
      this.#schedules.add(schedule)
      this.#untold.note(id, 'whole')
    })
    return 'kept'
  }

  async read(account: string, id: string): Promise<ScheduleView | null> {
    await this.#learn(account)
    const schedule = this.#exists ? this.#schedules.get(account, id) : null
    return schedule === null ? null : this.#toView(schedule)
  }

  /** Newest first; it also ends by bytes. null when `after` is not one of them. */
  async page(
    account: string,
    after: string | null,
    limit: number,
  ): Promise<Page<ScheduleView> | null> {
    await this.#learn(account)
    if (!this.#exists) return after === null ? { rows: [], hasMore: false } : null
    const from = after === null ? null : this.#schedules.get(account, after)
    if (after !== null && from === null) return null
    const { rows, hasMore } = this.#schedules.page(account, from?.number ?? null, limit)
    return { rows: rows.map((row) => this.#toView(row)), hasMore }
  }

  #toView(schedule: Schedule): ScheduleView {
    return { id: schedule.id, schedule, runs: this.#schedules.lastRuns(schedule.id, RUNS_TOLD) }
  }

  async change(schedule: Schedule): Promise<Kept> {
    const { account, id, request } = schedule
    const found = await this.read(account, id)
    // It was deleted meanwhile, as if after this.
    if (found === null) return 'kept'
    const longer = countJsonBytes(request) - countJsonBytes(found.schedule.request)
    if (longer > 0 && !this.#hasRoom(account, longer)) return 'too large'
    await this.#change(account, () => {
      this.#schedules.update(schedule)
      this.#schedules.setRefusals(id, null)
      this.#untold.note(id, 'whole')
    })
    return 'kept'
  }

  #hasRoom(account: string, bytes: number): boolean {
    const used = this.#exists ? this.#schedules.countBytes(account) : 0
    return used + bytes <= MOST_BYTES
  }

  async drop(account: string, id: string): Promise<boolean> {
    if ((await this.read(account, id)) === null) return false
    await this.#change(account, () => {
      this.#schedules.remove(id)
      this.#untold.note(id, 'whole')
    })
    return true
  }

  /** All of an account that is erased; says how many. */
  async removeAll(account: string): Promise<number> {
    this.#indexed.forget()
    await this.#learn(account)
    if (!this.#exists) return 0
    const count = await eraseSchedules(this.#ports.sql, this.#schedules, this.#untold, account)
    this.#due.clear('sweep')
    this.#planPass()
    return count
  }

  /** Records a run that somebody started by hand. */
  async noteRun(account: string, id: string, slot: number, videoId: string): Promise<void> {
    if ((await this.read(account, id)) === null) return
    const times = { slot, giveUpAt: slot, at: this.#ports.now(), retryAt: null }
    const reason = 'started by hand'
    await this.#change(account, () => {
      this.#schedules.addRun({ schedule: id, state: 'started', videoId, reason, ...times })
      this.#untold.note(id, 'times')
    })
  }

  /** In one transaction; then the index hears of it. */
  async #change(account: string, act: () => void): Promise<void> {
    this.#ports.sql.transaction(() => {
      this.#create(account)
      act()
    })
    this.#exists = true
    this.#planPass()
    await this.#tell(account)
  }

  #create(account: string): void {
    const { sql, now } = this.#ports
    if (!this.#exists) createTables(sql, schedulerSchema)
    if (this.#due.get('sweep') === null) this.#due.set('sweep', now() + DAY_MS)
    sql.exec('INSERT OR IGNORE INTO owner (one, account) VALUES (1, ?)', account)
  }

  /**
   * By the index: something is due here, or there is news for this account. `clock`: the time of the
   * minute's trigger, which slots are compared with; null without one.
   */
  async wake(account: string, clock: number | null): Promise<void> {
    const { now } = this.#ports
    this.#indexed.forget()
    await this.#learn(account)
    if (!this.#exists) return await this.#ports.index.keep(account, null, [])
    if (clock !== null) this.#slots.advanceClock(clock)
    // The pass that is under way sees when it ends that there is more.
    if (this.#passing !== null) return
    this.#due.set('pass', now() + LEASE_MS)
    const pass = this.#pass()
    try {
      await settleWithin(this.#ports, 'wake', WAKE_MS, pass)
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error
      this.#ports.defer(pass)
    }
  }

  alarm(): void {
    if (!this.#exists) return
    const { sql, now, defer } = this.#ports
    for (const kind of this.#due.dueAt(now())) {
      if (kind === 'sweep') this.#sweep()
      else {
        const slotAt = readValue<number>(sql, 'SELECT at FROM slot_alarm')
        // What was late before is the trigger's to wake.
        if (slotAt !== null && slotAt <= now()) this.#slots.advanceClock(now())
        this.#due.set('pass', now() + LEASE_MS)
        defer(this.#pass())
      }
    }
    this.#due.arm()
  }

  /** One at a time; whoever comes meanwhile waits for the same. */
  async #pass(): Promise<void> {
    this.#passing ??= this.#startDue().finally(() => (this.#passing = null))
    await this.#passing
    const account = this.#owner
    if (account !== null) await this.#tell(account)
  }

  async #startDue(): Promise<void> {
    try {
      const account = this.#owner
      if (account !== null) await this.#learn(account)
      const starts = this.#ports.sql.transaction(() => this.#slots.claim())
      await Promise.all(starts.map((start) => this.#start(start)))
    } finally {
      this.#planPass()
    }
  }

  async #start(begun: Start): Promise<void> {
    const { sql, start, report } = this.#ports
    const { run, schedule } = begun
    let result: StartResult
    try {
      result = await settleWithin(this.#ports, 'start', START_MS, start(schedule, run.slot))
    } catch (error) {
      report({ what: 'slot not started', id: schedule.id, error })
      result = { kind: 'later', reason: 'The gateway could not start it.', retryAfterMs: null }
    }
    sql.transaction(() => this.#slots.end(begun, result))
  }

  #planPass(): void {
    const { sql, now } = this.#ports
    if (!this.#exists) return
    sql.transaction(() => {
      const slotAt = this.#schedules.nextSlotAfter(now())
      if (slotAt === null) sql.exec('DELETE FROM slot_alarm')
      else sql.exec('INSERT OR REPLACE INTO slot_alarm (one, at) VALUES (1, ?)', slotAt)
      const more = this.#slots.hasMore() ? now() : null
      this.#due.plan('pass', earliest([more, this.#schedules.nextRunAt, slotAt]))
    })
  }

  async #learn(account: string): Promise<void> {
    await this.#indexed.learn(account, this.#owner !== null, (difference) => {
      this.#ports.sql.transaction(() => {
        this.#create(account)
        adopt(this.#schedules, this.#untold, difference)
      })
      this.#exists = true
      this.#planPass()
      return this.#nextAt
    })
  }

  /** Once all that is due has been started: a pass does not wait for it. */
  async #tell(account: string): Promise<void> {
    const { now } = this.#ports
    if ((this.#due.get('pass') ?? Infinity) <= now()) return
    const isHeard = await this.#indexed.tell(account, this.#nextAt)
    if (!isHeard) this.#due.setEarlier('pass', now() + TELL_AGAIN_MS)
  }

  get #owner(): string | null {
    return this.#exists ? readValue<string>(this.#ports.sql, 'SELECT account FROM owner') : null
  }

  /** Late or not. */
  get #nextAt(): number | null {
    return earliest([this.#schedules.nextSlotAfter(0), this.#schedules.nextRunAt])
  }

  #sweep(): void {
    const { now } = this.#ports
    const dropped = this.#schedules.dropRuns(now() - KEEP_RUNS_MS, SWEEP_ROWS)
    this.#due.set('sweep', dropped < SWEEP_ROWS ? now() + DAY_MS : now())
  }
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}
