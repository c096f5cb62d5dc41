// What one object, or all of a kind, has used. Processor time is this machine's. An object does one thing
// at a time, so what comes while it is busy waits: counted here beside the virtual clock, on which nothing
// happens later for it, as if each event took the object's mean.

import type { RowsByTable } from './countedTables.ts'

export class Meter {
  readonly name: string
  /** Requests to it, as they are billed: calls by other objects and by the Worker. */
  calls = 0
  alarms = 0
  /** `setAlarm`, a row each. */
  alarmRows = 0
  readonly rows: Record<string, number> = {}
  cpuMs = 0
  /** While something was open in it: paid for, by 128 MB. */
  awakeMs = 0
  /** Requests of its own to anybody outside. */
  subrequests = 0
  /** Operations of the store: that change something, and that read. */
  classA = 0
  classB = 0
  /** Events that found it busy, those that waited for 10 ms or more, and the longest wait. */
  waited = 0
  waitedLong = 0
  longestWaitMs = 0
  mostWaiting = 0
  events = 0
  busiest = { second: 0, calls: 0, cpuMs: 0 }
  #second = { second: 0, calls: 0, cpuMs: 0 }
  /** When each event that is under way or waits will have ended. */
  #ends: number[] = []

  constructor(name: string) {
    this.name = name
  }

  /** An event that came at `now` and took so long. */
  spend(now: number, ms: number): void {
    this.events += 1
    this.cpuMs += ms
    this.#inSecond(now).cpuMs += ms
    const ends = this.#ends
    while (ends[0] !== undefined && ends[0] <= now) ends.shift()
    const begins = Math.max(now, ends.at(-1) ?? now)
    const waitMs = begins - now
    if (ends.length > 0) this.waited += 1
    if (waitMs >= 10) this.waitedLong += 1
    this.longestWaitMs = Math.max(this.longestWaitMs, waitMs)
    this.mostWaiting = Math.max(this.mostWaiting, ends.length)
    ends.push(begins + this.cpuMs / this.events)
  }

  noteCall(now: number): void {
    this.calls += 1
    this.#inSecond(now).calls += 1
  }

  addRows(rows: RowsByTable): void {
    for (const [table, count] of Object.entries(rows)) {
      if (count > 0) this.rows[table] = (this.rows[table] ?? 0) + count
    }
  }

  /** What another has used counts here, too. */
  add(other: Meter): void {
    this.calls += other.calls
    this.alarms += other.alarms
    this.alarmRows += other.alarmRows
    this.cpuMs += other.cpuMs
    this.awakeMs += other.awakeMs
    this.subrequests += other.subrequests
    this.classA += other.classA
    this.classB += other.classB
    this.events += other.events
    this.addRows(other.rows)
  }

  #inSecond(now: number): { calls: number; cpuMs: number } {
    const second = Math.floor(now / 1000)
    if (this.#second.second !== second) this.#second = { second, calls: 0, cpuMs: 0 }
    // A tie goes to the later one, which may still grow.
    if (this.#second.calls >= this.busiest.calls) this.busiest = this.#second
    return this.#second
  }
}

/** Rows written, alarms included. */
export function countRows({ rows, alarmRows }: Pick<Meter, 'rows' | 'alarmRows'>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, alarmRows)
}
