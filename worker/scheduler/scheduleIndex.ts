// One for the gateway: when each account's schedules have something to do, so that the minute's trigger
// wakes who overslept; and what 0.1 knows, which had all schedules here: after a rollback it finds a copy
// of each, and what it changes there is handed over when this release comes again.

import { settleWithin } from '../../shared/limits.ts'
import type { Alarm, Now, Sleep, Sql } from '../../shared/ports.ts'
import { DueTable } from '../platform/dueTable.ts'
import { createTables, wakeTables } from '../platform/schema.ts'
import { hasTable, readValue } from '../platform/table.ts'
import type { Report } from '../report/report.ts'
import { Copies } from './copies.ts'
import type { Copy, Difference } from './exchange.ts'
import { RUNS_TOLD } from './exchange.ts'
import { MOST_SCHEDULES } from './scheduler.ts'
import { schedulerSchema, tickTable } from './schema.ts'
import type { NewSchedule, Run, Schedule } from './schedules.ts'
import { Schedules } from './schedules.ts'

/** Accounts that are woken at once; each answers within seconds. */
const WAKES_AT_ONCE = 20
const WAKE_MS = 15_000
const DAY_MS = 24 * 60 * 60_000

interface IndexPorts {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly sleep: Sleep
  /** Lets an account do what is due; `clock` is the trigger's time, null when none came. */
  readonly wake: (account: string, clock: number | null) => Promise<void>
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
}

export class ScheduleIndex {
  readonly #ports: IndexPorts
  readonly #due: DueTable<'pass' | 'sweep'>
  readonly #schedules: Schedules
  readonly #copies: Copies
  #exists: boolean
  /** Did it look for what 0.1 left or changed? Code changes only where an object starts anew. */
  #hasLooked = false

  /** Reads, and writes at most what its tables lack. */
  constructor(ports: IndexPorts) {
    this.#ports = ports
    this.#due = new DueTable(ports.sql, ports.alarm)
    this.#schedules = new Schedules(ports.sql)
    this.#copies = new Copies(ports.sql, this.#schedules)
    this.#exists = wakeTables(ports.sql, schedulerSchema)
  }

  /** The minute's trigger. `tickAt` is its own time, which slots are compared with. */
  async tick(tickAt: number): Promise<void> {
    const { sql } = this.#ports
    sql.exec(tickTable)
    sql.exec('INSERT OR REPLACE INTO tick (one, at) VALUES (1, ?)', tickAt)
    if (!this.#exists) return
    this.#look()
    await this.#wakeAll(this.#copies.dueAt(tickAt), tickAt)
  }

  /** When the latest trigger came, by its own time, ms since the epoch. */
  lastTick(): number | null {
    const { sql } = this.#ports
    return hasTable(sql, 'tick') ? readValue<number>(sql, 'SELECT at FROM tick') : null
  }

  /** By an account: what it has, and when it has something to do. */
  keep(account: string, nextAt: number | null, copies: readonly Copy[]): void {
    if (!this.#exists && copies.length === 0 && nextAt === null) return
    this.#change(() => {
      for (const copy of copies) this.#copies.keep(account, copy)
      this.#copies.setWake(account, nextAt)
    })
  }

  /** By an account: what is not as it was told, because 0.1 made or changed it. */
  differing(account: string): Difference {
    return this.#exists ? this.#copies.differing(account) : { schedules: [], gone: [] }
  }

  /** What 0.1 had planned is its accounts' now. */
  alarm(): void {
    if (!this.#exists) return
    const { now, defer } = this.#ports
    this.#look()
    for (const kind of this.#due.dueAt(now())) {
      if (kind === 'sweep') this.#due.set('sweep', now() + DAY_MS)
      else {
        this.#due.clear('pass')
        defer(this.#wakeAll(this.#copies.dueAt(0), null))
      }
    }
    this.#due.arm()
  }

  /** Who has a difference has something to do at once. */
  #look(): void {
    if (this.#hasLooked) return
    this.#ports.sql.transaction(() => {
      for (const account of this.#copies.accountsDiffering()) this.#copies.setWake(account, 0)
    })
    this.#hasLooked = true
  }

  /** A slow account holds up no more than its own place. */
  async #wakeAll(accounts: readonly string[], clock: number | null): Promise<void> {
    const left = accounts.values()
    const wakeOneByOne = async () => {
      for (const account of left) await this.#wake(account, clock)
    }
    await Promise.all(Array.from({ length: WAKES_AT_ONCE }, wakeOneByOne))
  }

  async #wake(account: string, clock: number | null): Promise<void> {
    const { wake, report } = this.#ports
    try {
      await settleWithin(this.#ports, 'wake', WAKE_MS, wake(account, clock))
    } catch (error) {
      // The next trigger wakes it again.
      report({ what: 'object not reached', id: account, error })
    }
  }

  #change(act: () => void): void {
    const { sql, now } = this.#ports
    sql.transaction(() => {
      if (!this.#exists) {
        createTables(sql, schedulerSchema)
        // 0.1 would look for it after a rollback.
        this.#due.set('sweep', now() + DAY_MS)
      }
      act()
    })
    this.#exists = true
  }

  // From here on what a Worker of 0.1 calls, for some minutes after a deploy or a rollback.

  /** False when the account has too many already. */
  create(schedule: NewSchedule): boolean {
    const { account } = schedule
    if (this.#exists && this.#schedules.count(account) >= MOST_SCHEDULES) return false
    this.#change(() => this.#schedules.add(schedule))
    this.#handOver(account)
    return true
  }

  get(account: string, id: string): Schedule | null {
    return this.#exists ? this.#schedules.get(account, id) : null
  }

  lastRuns(id: string, limit: number): Run[] {
    return this.#exists ? this.#schedules.lastRuns(id, Math.min(limit, RUNS_TOLD)) : []
  }

  /** null when `after` is not one of them. */
  list(account: string, after: string | null, limit: number): Schedule[] | null {
    const from = after === null ? null : this.get(account, after)
    if (after !== null && from === null) return null
    return this.#exists ? this.#schedules.list(account, from?.number ?? null, limit) : []
  }

  update(schedule: Schedule): void {
    this.#schedules.update(schedule)
    this.#handOver(schedule.account)
  }

  remove(account: string, id: string): boolean {
    if (this.get(account, id) === null) return false
    this.#ports.sql.transaction(() => this.#schedules.remove(id))
    this.#handOver(account)
    return true
  }

  noteManualRun(id: string, slot: number, videoId: string): void {
    const schedule = this.#exists ? this.#schedules.find(id) : null
    if (schedule === null) return
    const times = { slot, giveUpAt: slot, at: this.#ports.now(), retryAt: null }
    const reason = 'started by hand'
    this.#schedules.addRun({ schedule: id, state: 'started', videoId, reason, ...times })
    this.#copies.forget(id)
    this.#handOver(schedule.account)
  }

  #handOver(account: string): void {
    this.#copies.setWake(account, 0)
    this.#ports.defer(this.#wake(account, null))
  }
}
