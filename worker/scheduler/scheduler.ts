// Starts what is due: one generation per slot, however often, late or interrupted the trigger comes.
// Works in passes of twenty slots, each leased before it is started; the alarm begins the next pass.

import { settleWithin } from '../../shared/limits.ts'
import type { Alarm, Now, Sleep, Sql } from '../../shared/ports.ts'
import { AlarmWatch } from '../platform/alarmWatch.ts'
import { DueTable, dueTableSchema } from '../platform/dueTable.ts'
import type { Schema } from '../platform/schema.ts'
import { createTables, wakeTables } from '../platform/schema.ts'
import { hasTable, readValue } from '../platform/table.ts'
import type { Report } from '../report.ts'
import { claimSlot } from './claimSlot.ts'
import type { NewSchedule, Run, RunChange, Schedule } from './schedules.ts'
import { Schedules, scheduleTables } from './schedules.ts'

const SLOTS_PER_PASS = 20
/** A start that is not answered by then is tried again; the slot names it. */
const START_MS = 50_000
/** Longer than a start may take: a lease ends unanswered only after a crash. */
const LEASE_MS = 60_000
/** Between two tries of a start that was refused for now. */
const RETRY_MS = 30_000
const DAY_MS = 24 * 60 * 60_000
const KEEP_RUNS_MS = 90 * DAY_MS
const SWEEP_ROWS = 500
/** Every schedule spends money without being asked again, so their number is limited. */
export const MOST_SCHEDULES = 1_000

export type StartResult =
  | { readonly kind: 'started'; readonly videoId: string }
  /** Refused for now (429, 503): tried again until its grace ends. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'refused'; readonly reason: string }

export interface SchedulerPorts {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly sleep: Sleep
  /** Starts the generation of one slot. Idempotent: the slot names it. */
  readonly start: (schedule: Schedule, slot: number) => Promise<StartResult>
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
  /** How late a slot may still be started, ms. */
  readonly graceMs: number
}

export class Scheduler {
  readonly #ports: SchedulerPorts
  readonly #due: DueTable<'pass' | 'sweep'>
  readonly #schedules: Schedules
  readonly #watch: AlarmWatch
  #exists: boolean
  #passing = false

  /** Reads, and writes at most what its tables lack. */
  constructor(ports: SchedulerPorts) {
    this.#ports = ports
    this.#due = new DueTable(ports.sql, ports.alarm)
    this.#schedules = new Schedules(ports.sql)
    this.#exists = wakeTables(ports.sql, schedulerSchema)
    const hasPlans = () => this.#exists && !this.#due.isEmpty
    this.#watch = new AlarmWatch(ports, hasPlans, () => this.alarm())
  }

  /** False when the account has too many already. */
  create(schedule: NewSchedule): boolean {
    const { sql, now } = this.#ports
    const isAdded = sql.transaction(() => {
      if (!this.#exists) {
        createTables(sql, schedulerSchema)
        this.#due.set('sweep', now() + DAY_MS)
      }
      if (this.#schedules.count(schedule.account) >= MOST_SCHEDULES) return false
      this.#schedules.add(schedule)
      return true
    })
    this.#exists = true
    return isAdded
  }

  get(account: string, id: string): Schedule | null {
    return this.#exists ? this.#schedules.get(account, id) : null
  }

  lastRuns(id: string, limit: number): Run[] {
    return this.#exists ? this.#schedules.lastRuns(id, limit) : []
  }

  /** null when `after` is not one of them. */
  list(account: string, after: string | null, limit: number): Schedule[] | null {
    const from = after === null ? null : this.get(account, after)
    if (after !== null && from === null) return null
    return this.#exists ? this.#schedules.page(account, from?.number ?? null, limit) : []
  }

  update(schedule: Schedule): void {
    this.#schedules.update(schedule)
  }

  remove(account: string, id: string): boolean {
    if (this.get(account, id) === null) return false
    this.#ports.sql.transaction(() => this.#schedules.remove(id))
    return true
  }

  /** All of an account that is erased; says how many. */
  removeAll(account: string): number {
    if (!this.#exists) return 0
    return this.#ports.sql.transaction(() => this.#schedules.removeAll(account))
  }

  /** Records a run that somebody started by hand. */
  noteManualRun(id: string, slot: number, videoId: string): void {
    this.#schedules.addRun({
      schedule: id,
      slot,
      videoId,
      state: 'started',
      reason: 'started by hand',
      retryAt: null,
      giveUpAt: slot,
      at: this.#ports.now(),
    })
  }

  /** The minute's trigger. `tickAt` is the trigger's own time, which slots are compared with. */
  async tick(tickAt: number): Promise<void> {
    this.#noteTick(tickAt)
    if (!this.#exists) return
    this.#watch.look()
    const { sql, now } = this.#ports
    sql.transaction(() => {
      // max(): a trigger that comes late must not hide slots that a later one made due.
      sql.exec(
        'INSERT INTO clock (one, at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = max(at, excluded.at)',
        tickAt,
      )
      this.#due.set('pass', now())
    })
    await this.#pass()
  }

  /** Also where there is no schedule yet: a trigger that does not come is found by this. */
  #noteTick(tickAt: number): void {
    const { sql } = this.#ports
    sql.exec(tickTable)
    sql.exec('INSERT OR REPLACE INTO tick (one, at) VALUES (1, ?)', tickAt)
  }

  /** When the latest trigger came, by its own time, ms since the epoch. */
  lastTick(): number | null {
    const { sql } = this.#ports
    return hasTable(sql, 'tick') ? readValue<number>(sql, 'SELECT at FROM tick') : null
  }

  alarm(): void {
    if (!this.#exists) return
    const { now, defer } = this.#ports
    for (const kind of this.#due.dueAt(now())) {
      if (kind === 'sweep') this.#sweep()
      else {
        this.#due.set('pass', now() + LEASE_MS)
        defer(this.#pass())
      }
    }
    this.#due.arm()
  }

  async #pass(): Promise<void> {
    if (this.#passing) return
    this.#passing = true
    try {
      const runs = this.#claim()
      await Promise.all(runs.map((run) => this.#start(run)))
    } finally {
      this.#passing = false
      this.#planPass()
    }
  }

  /** Leases up to twenty slots: first those whose start was put off or interrupted, then new ones. */
  #claim(): { run: Run; schedule: Schedule }[] {
    const { sql, now, graceMs } = this.#ports
    return sql.transaction(() => {
      const again = this.#schedules.runsDueAt(now(), SLOTS_PER_PASS)
      for (const schedule of this.#schedules.dueAt(this.#clock, SLOTS_PER_PASS - again.length)) {
        const trigger = { clock: this.#clock, now: now(), graceMs }
        for (const slot of claimSlot(this.#schedules, schedule, trigger)) {
          this.#noteMissed(schedule.id, slot)
        }
      }
      const claimed = this.#schedules.runsDueAt(now(), SLOTS_PER_PASS)
      const starts: { run: Run; schedule: Schedule }[] = []
      for (const run of claimed) {
        const schedule = this.#schedules.find(run.schedule)
        if (schedule === null || schedule.paused || now() > run.giveUpAt) {
          const reason =
            run.reason ?? 'Its start was interrupted; the videos tell whether it began.'
          this.#setRun(run, { state: 'missed', reason, retryAt: null })
          continue
        }
        const { reason } = run
        const retryAt = now() + LEASE_MS
        this.#setRun(run, { state: 'claimed', reason, retryAt })
        starts.push({ run, schedule })
      }
      return starts
    })
  }

  async #start({ run, schedule }: { run: Run; schedule: Schedule }): Promise<void> {
    const { now, start, report } = this.#ports
    let result: StartResult
    try {
      result = await settleWithin(this.#ports, 'start', START_MS, start(schedule, run.slot))
    } catch {
      report({ what: 'slot not started', id: schedule.id })
      result = { kind: 'later', reason: 'The gateway could not start it.', retryAfterMs: null }
    }
    this.#setRun(run, toRunChange(result, now(), run.giveUpAt))
  }

  #setRun({ number, schedule, slot }: Run, change: RunChange): void {
    this.#schedules.setRun(number, change)
    if (change.state === 'missed') this.#noteMissed(schedule, slot)
  }

  #noteMissed(schedule: string, slot: number): void {
    this.#schedules.noteMissed(schedule, slot)
    this.#ports.report({ what: 'slot missed', id: schedule, slot })
  }

  #planPass(): void {
    const { sql, now } = this.#ports
    sql.transaction(() => {
      const more = this.#schedules.dueAt(this.#clock, 1).length > 0
      // The clock's row is deleted with its last due slot; the next trigger sets it anew.
      if (!more) sql.exec('DELETE FROM clock')
      this.#due.plan('pass', more ? now() : this.#schedules.nextRunAt)
    })
  }

  #sweep(): void {
    const { now } = this.#ports
    const dropped = this.#schedules.dropRuns(now() - KEEP_RUNS_MS, SWEEP_ROWS)
    this.#due.set('sweep', dropped < SWEEP_ROWS ? now() + DAY_MS : now())
  }

  get #clock(): number {
    return readValue<number>(this.#ports.sql, 'SELECT at FROM clock') ?? 0
  }
}

function toRunChange(result: StartResult, now: number, giveUpAt: number): RunChange {
  switch (result.kind) {
    case 'started':
      return { state: 'started', videoId: result.videoId, reason: null, retryAt: null }
    case 'later': {
      const { reason } = result
      const retryAt = now + Math.max(RETRY_MS, result.retryAfterMs ?? 0)
      return retryAt > giveUpAt
        ? { state: 'missed', reason, retryAt: null }
        : { state: 'claimed', reason, retryAt }
    }
    case 'refused':
      return { state: 'refused', reason: result.reason, retryAt: null }
  }
}

const clockTable =
  'CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)'

const tickTable =
  'CREATE TABLE IF NOT EXISTS tick (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)'

export const schedulerSchema: Schema = {
  mark: 'schedule',
  tables: [dueTableSchema, ...scheduleTables, clockTable],
  steps: ['ALTER TABLE schedule ADD COLUMN last_missed_slot INTEGER', tickTable],
}
