// What is to be started now: at most twenty slots at a time, half of them new ones, each leased before it
// is started; and what becomes of each.

import type { Now, Sql } from '../../shared/ports.ts'
import { readValue } from '../platform/table.ts'
import type { Report } from '../report/report.ts'
import { claimSlot } from './claimSlot.ts'
import type { Run, RunChange, Schedule, Schedules } from './schedules.ts'
import type { Untold } from './untold.ts'

const SLOTS_PER_PASS = 20
/** Those that wait for their next try never take more of a pass, while there are new ones. */
const AGAIN_PER_PASS = 10
/** Longer than a start may take: a lease ends unanswered only after a crash. */
export const LEASE_MS = 60_000
/** Before the second try of a start that was refused for now; then twice as long, and so on. */
const RETRY_MS = 30_000
const LONGEST_RETRY_MS = 120_000
/** A schedule that was refused so often in a row, for what time does not mend, is paused. */
export const REFUSALS_IN_A_ROW = 5

export type StartResult =
  | { readonly kind: 'started'; readonly videoId: string }
  /** Refused for now (429, 503): tried again until its grace ends. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number | null }
  /** `lasts`: so will the next slot be, unless somebody changes key or schedule. */
  | { readonly kind: 'refused'; readonly reason: string; readonly lasts?: true }

interface SlotPorts {
  readonly sql: Sql
  readonly now: Now
  readonly report: (line: Report) => void
  readonly graceMs: number
}

export interface Start {
  readonly run: Run
  readonly schedule: Schedule
}

export class Slots {
  readonly #ports: SlotPorts
  readonly #schedules: Schedules
  readonly #untold: Untold

  constructor(ports: SlotPorts, schedules: Schedules, untold: Untold) {
    this.#ports = ports
    this.#schedules = schedules
    this.#untold = untold
  }

  /** The time that slots are compared with: the latest trigger's, as long as one of its slots is due. */
  get #clock(): number {
    return readValue<number>(this.#ports.sql, 'SELECT at FROM clock') ?? 0
  }

  /** max(): a trigger that comes late must not hide slots that a later one made due. */
  advanceClock(at: number): void {
    this.#ports.sql.exec(
      'INSERT INTO clock (one, at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = max(at, excluded.at)',
      at,
    )
  }

  /** Whether there is more to claim. The clock's row is deleted with its last due slot. */
  hasMore(): boolean {
    const more = this.#schedules.dueAt(this.#clock, 1).length > 0
    if (!more) this.#ports.sql.exec('DELETE FROM clock')
    return more
  }

  /** Call inside a transaction. */
  claim(): Start[] {
    const now = this.#ports.now()
    const waiting = this.#schedules.runsDueAt(now, SLOTS_PER_PASS)
    const room = SLOTS_PER_PASS - Math.min(waiting.length, AGAIN_PER_PASS)
    const fresh = this.#schedules.dueAt(this.#clock, room).flatMap((one) => this.#claimNew(one))
    const again = waiting.slice(0, SLOTS_PER_PASS - fresh.length)
    return [...again, ...fresh].flatMap((run) => this.#lease(run))
  }

  #claimNew(schedule: Schedule): Run[] {
    const { now, graceMs } = this.#ports
    const trigger = { clock: this.#clock, now: now(), graceMs }
    const { slot, missed } = claimSlot(this.#schedules, schedule, trigger)
    for (const one of missed) this.#noteMissed(schedule.id, one)
    this.#untold.note(schedule.id, 'times')
    const run = slot === null ? null : this.#schedules.runOf(schedule.id, slot)
    // It may have been taken before.
    return run === null || run.retryAt === null ? [] : [run]
  }

  #lease(run: Run): Start[] {
    const now = this.#ports.now()
    const schedule = this.#schedules.find(run.schedule)
    if (schedule === null || schedule.paused || now > run.giveUpAt) {
      const reason = run.reason ?? 'Its start was interrupted; the videos tell whether it began.'
      this.#setRun(run, { state: 'missed', reason, retryAt: null })
      return []
    }
    this.#schedules.setRun(run.number, {
      state: 'claimed',
      reason: run.reason,
      retryAt: now + LEASE_MS,
    })
    return [{ run, schedule }]
  }

  /** Notes the answer to a start. Call inside a transaction. */
  end({ run, schedule }: Start, result: StartResult): void {
    if (result.kind === 'refused' && result.lasts === true) {
      return this.#endRefused(run, result.reason)
    }
    if (this.#schedules.refusals(schedule.id) !== null) {
      this.#schedules.setRefusals(schedule.id, null)
    }
    this.#setRun(run, toRunChange(result, this.#ports.now(), run))
  }

  #endRefused(run: Run, said: string): void {
    const { schedule: id } = run
    const refusals = (this.#schedules.refusals(id) ?? 0) + 1
    const isLast = refusals >= REFUSALS_IN_A_ROW
    const pause = ` The schedule is paused after ${refusals} such refusals in a row; resume it with a key that may generate.`
    this.#schedules.setRefusals(id, isLast ? null : refusals)
    this.#setRun(run, { state: 'refused', reason: isLast ? said + pause : said, retryAt: null })
    if (!isLast) return
    this.#schedules.setPaused(id)
    this.#untold.note(id, 'whole')
    this.#ports.report({ what: 'schedule paused', id })
  }

  #setRun({ number, schedule, slot }: Run, change: RunChange): void {
    this.#schedules.setRun(number, change)
    this.#untold.note(schedule, 'times')
    if (change.state === 'missed') this.#noteMissed(schedule, slot)
  }

  #noteMissed(schedule: string, slot: number): void {
    this.#schedules.noteMissed(schedule, slot)
    this.#ports.report({ what: 'slot missed', id: schedule, slot })
  }
}

function toRunChange(result: StartResult, now: number, { giveUpAt, tries }: Run): RunChange {
  switch (result.kind) {
    case 'started':
      return { state: 'started', videoId: result.videoId, reason: null, retryAt: null }
    case 'later': {
      const { reason, retryAfterMs } = result
      const backOff = Math.min(RETRY_MS * 2 ** (tries ?? 0), LONGEST_RETRY_MS)
      const retryAt = now + Math.max(backOff, retryAfterMs ?? 0)
      return retryAt > giveUpAt
        ? { state: 'missed', reason, retryAt: null }
        : { state: 'claimed', reason, retryAt, tries: (tries ?? 0) + 1 }
    }
    case 'refused':
      return { state: 'refused', reason: result.reason, retryAt: null }
  }
}
