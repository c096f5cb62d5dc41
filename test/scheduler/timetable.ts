// One Scheduler over virtual time, with a gateway behind it that starts, refuses or hangs as the test
// says. What the gateway started is counted by slot, as its idempotency keys would. Its alarm oversleeps
// every slot unless the test says otherwise, so that all depends on the minute's trigger.

import type { Alarm, Sql } from '../../shared/ports.ts'
import type { Copy, Difference } from '../../worker/scheduler/exchange.ts'
import { type Schedule, Schedules } from '../../worker/scheduler/schedules.ts'
import type { StartResult } from '../../worker/scheduler/slots.ts'
import type { Report } from '../../worker/report/report.ts'
import { nextSlot } from '../../worker/scheduler/cron.ts'
import { Scheduler } from '../../worker/scheduler/scheduler.ts'
import { SoloHost } from '../objects/soloHost.ts'

export const MINUTE = 60_000
export const GRACE_MS = 15 * MINUTE
export const ACCOUNT = 'acct_1'

export interface Start {
  /** Virtual ms. */
  readonly at: number
  readonly schedule: string
  readonly slot: string
}

/** What the gateway does with a start; `undefined` starts it. */
export type Gateway = (start: Start, n: number) => StartResult | 'hangs' | 'throws' | undefined

export class Timetable {
  readonly starts: Start[] = []
  readonly reports: Report[] = []
  readonly host: SoloHost<Scheduler>
  /** Starts that are not answered yet, and the most there were at once. */
  mostAtOnce = 0
  gateway: Gateway = () => undefined
  #atOnce = 0
  #created = 0

  /** What the index was told, and what it has to say. */
  readonly told: { readonly nextAt: number | null; readonly copies: readonly Copy[] }[] = []
  difference: Difference = { schedules: [], gone: [] }
  isIndexLost = false

  constructor(startAt: string, { graceMs = GRACE_MS, oversleeps = true } = {}) {
    this.host = new SoloHost(
      (lent) =>
        new Scheduler({
          ...lent,
          alarm: oversleeps ? toOversleeping(lent) : lent.alarm,
          index: {
            differing: async () => {
              this.#reachIndex()
              const difference = this.difference
              this.difference = { schedules: [], gone: [] }
              return difference
            },
            keep: async (_, nextAt, copies) => {
              this.#reachIndex()
              this.told.push({ nextAt, copies })
            },
          },
          report: (line) => void this.reports.push(line),
          graceMs,
          start: async (schedule, slot) => {
            this.#atOnce += 1
            this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce)
            const start = { at: lent.now(), schedule: schedule.id, slot: toIso(slot) }
            this.starts.push(start)
            const result = this.gateway(start, this.starts.length - 1)
            await lent.wait(result === 'hangs' ? Infinity : 10, () => undefined)
            this.#atOnce -= 1
            if (result === 'throws') throw new Error('the object was not reached')
            if (result === undefined || result === 'hangs') {
              return { kind: 'started', videoId: `video_${schedule.id}_${slot}` }
            }
            return result
          },
        }),
      Date.parse(startAt),
    )
  }

  #reachIndex(): void {
    if (this.isIndexLost) throw new Error('the index was not reached')
  }

  get scheduler(): Scheduler {
    return this.host.object
  }

  /** @throws when there is no room for it */
  async add(cron: string, timezone = 'UTC', request = { prompt: 'a kite' }): Promise<string> {
    this.#created += 1
    const id = `sched_${this.#created}`
    const kept = await this.scheduler.add({
      id,
      account: ACCOUNT,
      keyId: 'key_1',
      name: id,
      cron,
      timezone,
      request,
      paused: false,
      nextAt: nextSlot({ cron, timezone }, this.host.now),
      createdAt: this.host.now,
    })
    if (kept !== 'kept') throw new Error(kept)
    return id
  }

  get(id: string): Schedule {
    const schedule = this.#rows.get(ACCOUNT, id)
    if (schedule === null) throw new Error(`there is no ${id}`)
    return schedule
  }

  get #rows(): Schedules {
    return new Schedules(this.host.sql)
  }

  /** The trigger of one minute, arriving `lateMs` after it; then everything it set in motion. */
  async tick(at: string, lateMs = 0): Promise<void> {
    await this.host.runUntil(Math.max(this.host.now, Date.parse(at) + lateMs))
    await this.host.run(this.scheduler.wake(ACCOUNT, Date.parse(at)))
    await this.host.runFor(1_000)
  }

  /** Every minute's trigger from `from` to `until`, both included. */
  async tickThrough(from: string, until: string): Promise<void> {
    for (let at = Date.parse(from); at <= Date.parse(until); at += MINUTE)
      await this.tick(toIso(at))
  }

  /** Oldest first: `09:00 started`, with the reason where there is one. */
  runs(id: string): string[] {
    return this.#rows
      .lastRuns(id, 100)
      .map(
        ({ slot, state, reason }) =>
          `${toIso(slot).slice(11, 16)} ${state}${reason === null ? '' : `: ${reason}`}`,
      )
      .toReversed()
  }

  /** What the operator was told was missed, and the latest of it that the schedule shows. */
  missed(id: string): { told: string[]; latest: string | null } {
    const told = this.reports.flatMap((line) =>
      line.what === 'slot missed' && line.id === id ? [toIso(line.slot).slice(11, 16)] : [],
    )
    const { lastMissedSlot: latest } = this.get(id)
    return { told, latest: latest === null ? null : toIso(latest).slice(11, 16) }
  }

  get slots(): string[] {
    return this.starts.map(({ slot }) => slot)
  }
}

/** An alarm that never rings for a slot, only for what else is planned. */
function toOversleeping({ alarm, sql }: { alarm: Alarm; sql: Sql }): Alarm {
  const isSlot = (at: number) =>
    sql.exec('SELECT 1 FROM schedule WHERE paused = 0 AND next_at = ?', at).length > 0
  const others = `SELECT min(at) AS at FROM
    (SELECT at FROM due WHERE kind <> 'pass' UNION ALL SELECT retry_at FROM run WHERE retry_at > 0)`
  const set = (at: number) => {
    const other = sql.exec<{ at: number | null }>(others)[0]?.at ?? null
    if (!isSlot(at)) alarm.set(at)
    else if (other === null) alarm.clear()
    else alarm.set(other)
  }
  return { ...alarm, set }
}

/** 2026-11-23T09:00Z */
export function toIso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`
}
