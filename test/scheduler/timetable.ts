// One Scheduler over virtual time, with a gateway behind it that starts, refuses or hangs as the test
// says. What the gateway started is counted by slot, as its idempotency keys would.

import type { Schedule } from '../../worker/scheduler/schedules.ts'
import type { StartResult } from '../../worker/scheduler/scheduler.ts'
import type { Report } from '../../worker/report.ts'
import { nextSlot } from '../../worker/scheduler/cron.ts'
import { Scheduler } from '../../worker/scheduler/scheduler.ts'
import { SoloHost } from '../objects/soloHost.ts'

export const MINUTE = 60_000
export const GRACE_MS = 15 * MINUTE
const ACCOUNT = 'acct_1'

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

  constructor(startAt: string, graceMs = GRACE_MS) {
    this.host = new SoloHost(
      (lent) =>
        new Scheduler({
          ...lent,
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

  get scheduler(): Scheduler {
    return this.host.object
  }

  add(cron: string, timezone = 'UTC', account = ACCOUNT): string {
    this.#created += 1
    const id = `sched_${this.#created}`
    this.scheduler.create({
      id,
      account,
      keyId: 'key_1',
      name: id,
      cron,
      timezone,
      request: { prompt: 'a kite' },
      paused: false,
      nextAt: nextSlot({ cron, timezone }, this.host.now),
      createdAt: this.host.now,
    })
    return id
  }

  get(id: string): Schedule {
    const schedule = this.scheduler.get(ACCOUNT, id)
    if (schedule === null) throw new Error(`there is no ${id}`)
    return schedule
  }

  /** The trigger of one minute, arriving `lateMs` after it; then everything it set in motion. */
  async tick(at: string, lateMs = 0): Promise<void> {
    await this.host.runUntil(Math.max(this.host.now, Date.parse(at) + lateMs))
    await this.host.run(this.scheduler.tick(Date.parse(at)))
    await this.host.runFor(1_000)
  }

  /** Every minute's trigger from `from` to `until`, both included. */
  async tickThrough(from: string, until: string): Promise<void> {
    for (let at = Date.parse(from); at <= Date.parse(until); at += MINUTE)
      await this.tick(toIso(at))
  }

  /** Oldest first: `09:00 started`, with the reason where there is one. */
  runs(id: string): string[] {
    return this.scheduler
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

/** 2026-11-23T09:00Z */
export function toIso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`
}
