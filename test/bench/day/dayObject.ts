// A Durable Object of a day: storage and alarm that stay, an incarnation that is made when it is needed
// and dropped when nothing has happened for ten seconds. Counts what the platform would bill.

import type { Alarm, Now, Sleep, Sql } from '../../../shared/ports.ts'
import { ring } from '../../../worker/platform/ring.ts'
import type { Report } from '../../../worker/report/report.ts'
import { Life } from '../../simulation/kernel/life.ts'
import type { Ticket } from '../../simulation/kernel/timeline.ts'
import type { CountedTables } from './countedTables.ts'
import type { DayClock } from './dayClock.ts'
import type { Meter } from './meter.ts'

/** After so long without anything open an object is not in memory any more. */
const IDLE_MS = 10_000

/** The object was evicted before it answered. */
export class ObjectLost extends Error {}

/** What an incarnation borrows. */
export interface Lent {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly sleep: Sleep
  readonly defer: (work: Promise<void>) => void
  readonly meter: Meter
  /** A request to somebody outside, or a wait for more of an answer: it is there after `ms`. */
  readonly arrive: <T>(ms: number, produce: () => T, signal?: AbortSignal) => Promise<T>
  /** One call of another object. */
  readonly call: <T extends Incarnation, R>(
    other: DayObject<T>,
    invoke: (object: T, lent: Lent) => Promise<R> | R,
  ) => Promise<R>
}

interface Incarnation {
  alarm(): void
}

interface Woken<T> {
  readonly life: Life
  readonly object: T
  readonly lent: Lent
}

interface DayObjectOptions<T> {
  readonly clock: DayClock
  readonly meter: Meter
  readonly takeTables: () => CountedTables
  readonly create: (lent: Lent) => T
  readonly report: (line: Report) => void
}

export class DayObject<T extends Incarnation> {
  readonly meter: Meter
  readonly #options: DayObjectOptions<T>
  #tables: CountedTables | null = null
  #current: Woken<T> | null = null
  #alarmAt: number | null = null
  #ticket: Ticket | null = null
  /** What is open in it: calls, timers, requests, streams. */
  #open = 0
  #openSince = 0
  #usedAt = 0
  #isRetired = false

  constructor(options: DayObjectOptions<T>) {
    this.#options = options
    this.meter = options.meter
  }

  get alarmAt(): number | null {
    return this.#alarmAt
  }

  get isOpen(): boolean {
    return this.#open > 0
  }

  /** One request, by `caller`, who dies with `life`. */
  request<R>(
    caller: Meter,
    life: Life | null,
    invoke: (object: T, lent: Lent) => Promise<R> | R,
  ): Promise<R> {
    const { clock } = this.#options
    return new Promise((resolve, reject) => {
      const reply = (settle: () => void) => void clock.plan(clock.hopMs(), life, caller, settle)
      clock.plan(clock.hopMs(), null, this.meter, () => {
        this.meter.noteCall(clock.now)
        const woken = this.#wake()
        const close = this.#hold(woken.life)
        const forget = woken.life.onEnd(() => reply(() => reject(new ObjectLost())))
        const answer = (settle: () => void) => {
          if (!woken.life.alive) return
          forget()
          close()
          reply(settle)
        }
        Promise.resolve()
          .then(() => invoke(woken.object, woken.lent))
          .then(
            (value) => answer(() => resolve(value)),
            (error: unknown) => answer(() => reject(error)),
          )
      })
    })
  }

  /** Looks into it without being a request of the day. */
  inspect<R>(look: (object: T) => R): R {
    return look(this.#wake().object)
  }

  /** Everything in memory is gone, and what was on its way to it is never heard. */
  evict(): void {
    const current = this.#current
    if (current === null) return
    this.#close()
    this.#current = null
    current.life.end(0)
  }

  /** Nothing comes any more: gives its tables back. */
  retire(): CountedTables | null {
    this.evict()
    this.#ticket?.cancel()
    this.#isRetired = true
    this.countRows()
    const tables = this.#tables
    this.#tables = null
    return tables
  }

  countRows(): void {
    if (this.#tables !== null) this.meter.addRows(this.#tables.takeRows())
  }

  /** Time that is open now counts up to now. */
  countAwake(): void {
    if (this.#open === 0) return
    const { now } = this.#options.clock
    this.meter.awakeMs += now - this.#openSince
    this.#openSince = now
  }

  #wake(): Woken<T> {
    if (this.#isRetired) throw new Error(`${this.meter.name} was given back`)
    const { now } = this.#options.clock
    if (this.#open === 0 && now - this.#usedAt > IDLE_MS) this.evict()
    this.#usedAt = now
    if (this.#current !== null) return this.#current
    const life = new Life(this.meter.name)
    const lent = this.#lend(life)
    this.#current = { life, lent, object: this.#options.create(lent) }
    return this.#current
  }

  #hold(life: Life): () => void {
    const { clock } = this.#options
    if (this.#open === 0) this.#openSince = clock.now
    this.#open += 1
    let isHeld = true
    return () => {
      if (!isHeld || !life.alive) return
      isHeld = false
      this.#open -= 1
      this.#usedAt = clock.now
      if (this.#open === 0) this.meter.awakeMs += clock.now - this.#openSince
    }
  }

  #close(): void {
    this.countAwake()
    this.#open = 0
  }

  #setAlarm(at: number | null): void {
    if (at === this.#alarmAt) return
    this.#alarmAt = at
    this.#ticket?.cancel()
    this.#ticket = null
    if (at === null) return
    this.meter.alarmRows += 1
    const { clock } = this.#options
    this.#ticket = clock.plan(at - clock.now, null, this.meter, () => this.#ring())
  }

  #ring(): void {
    const { clock, report } = this.#options
    this.#alarmAt = null
    this.#ticket = null
    this.meter.alarms += 1
    const { object } = this.#wake()
    const alarm = { set: (at: number) => this.#setAlarm(at) }
    ring({ alarm, now: () => clock.now, report }, () => object.alarm())
  }

  #lend(life: Life): Lent {
    const { clock, report, takeTables } = this.#options
    const { meter } = this
    const sql = (this.#tables ??= takeTables())
    const arrive: Lent['arrive'] = (ms, produce, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        const close = this.#hold(life)
        const ticket = clock.plan(ms, life, meter, () => {
          signal?.removeEventListener('abort', onAbort)
          close()
          try {
            resolve(produce())
          } catch (error) {
            reject(error)
          }
        })
        function onAbort(): void {
          ticket.cancel()
          close()
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    return {
      sql,
      alarm: {
        get: async () => this.#alarmAt,
        set: (at) => this.#setAlarm(at),
        clear: () => this.#setAlarm(null),
      },
      now: () => clock.now,
      sleep: (ms, signal) => arrive(ms, () => undefined, signal as AbortSignal | undefined),
      defer: (work) => {
        work.catch((error: unknown) => {
          if (life.alive) report({ what: 'generation work failed', id: meter.name, error })
        })
      },
      meter,
      arrive,
      call: async (other, invoke) => {
        const close = this.#hold(life)
        try {
          return await other.request(meter, life, invoke)
        } finally {
          close()
        }
      },
    }
  }
}
