// A Durable Object without a platform: storage and alarm that stay, incarnations that come and go.
// An incarnation is made by the next call or alarm, never before.

import { ring } from '../../../worker/platform/ring.ts'
import type { Report } from '../../../worker/report/report.ts'
import type { Now } from '../../../shared/ports.ts'
import type { Kernel, Writer } from './kernel.ts'
import { WorldError } from './kernel.ts'
import { Life } from './life.ts'
import type { StorageLimits } from './storage.ts'
import { Storage } from './storage.ts'
import type { TablePool } from './tables.ts'
import type { Ticket } from './timeline.ts'

/** The platform tries a failed alarm again after this. */
const ALARM_RETRY_MS = 2_000
/** An object that hears nothing is evicted after 70 to 140 s, open streams or not. */
const QUIET_MS = 70_000

/** The platform may ring late, or lose an alarm, whose slot then is empty or stays as it was. */
export type AlarmFate =
  | { readonly kind: 'rings'; readonly lateMs: number }
  | { readonly kind: 'lost'; readonly isSlotEmpty: boolean }

export interface HostOptions<T> {
  readonly kernel: Kernel
  readonly name: string
  readonly tables: TablePool
  /** What the clock of its machine says. */
  readonly now: Now
  readonly limits: StorageLimits
  /** Share of alarms that ring twice: they are delivered at least once. */
  readonly doubleAlarmShare: number
  /** Share of calls that do not get through, or whose answer is lost. */
  readonly lostCallShare: number
  /** What becomes of the next alarm when its time has come: `lateMs` 0 for most. */
  readonly alarmFate: () => AlarmFate
  /** Until then nothing can be made of it: a bad setting was deployed. */
  readonly isBroken: () => boolean
  readonly report: (who: string, line: Report) => void
  readonly create: (life: Life, storage: Storage) => T
  /** Called for a new incarnation, and after whatever may have changed it. */
  readonly onSeen: (object: T, isNew: boolean) => void
  readonly onCrash: (storage: Storage) => void
}

export class ObjectHost<T extends { alarm(): void }> implements Writer {
  readonly storage: Storage
  readonly #options: HostOptions<T>
  readonly #kernel: Kernel
  #current: { readonly life: Life; readonly object: T } | null = null
  #planned: { readonly at: number; readonly ticket: Ticket } | null = null
  /** The alarm that will not ring, although it stands in the slot. */
  #lostAt: number | null = null
  /** Since it should have rung: what is lost meanwhile is the platform's fault. */
  #isAlarmMissed = false
  #calls = 0
  #heardAt = 0
  #incarnations = 0

  constructor(options: HostOptions<T>) {
    this.#options = options
    this.#kernel = options.kernel
    this.storage = new Storage(options.tables.take(), options.limits, () =>
      this.#kernel.markDirty(this),
    )
  }

  get life(): Life | null {
    return this.#current?.life ?? null
  }

  get object(): T | null {
    return this.#current?.object ?? null
  }

  get units(): number {
    return this.storage.units
  }

  get written(): number {
    return this.storage.written
  }

  get isDoomed(): boolean {
    return this.storage.isDoomed
  }

  /** One call from `caller`, answered once, or refused when either message or object is lost. */
  call<R>(caller: Life, what: string, invoke: (object: T) => Promise<R>): Promise<R> {
    const kernel = this.#kernel
    const { name, lostCallShare } = this.#options
    return new Promise<R>((resolve, reject) => {
      const reply = (settle: () => void) =>
        kernel.timeline.add(kernel.latency(), caller, () => {
          if (!kernel.endsHere(caller, `before the answer of ${what}`)) settle()
        })
      const lose = () => reply(() => reject(new WorldError(`${name} was not reached`)))
      caller.send(() => {
        kernel.timeline.add(kernel.latency(), null, () => {
          if (caller.alive && kernel.endsHere(caller, `before ${what}`)) return
          if (kernel.chance.happens(lostCallShare)) return void lose()
          kernel.say(caller.name, `${what} → ${name}`)
          this.#deliver(
            invoke,
            (settle) => {
              if (kernel.chance.happens(lostCallShare)) lose()
              else reply(settle)
            },
            lose,
            resolve,
            reject,
          )
        })
      })
    })
  }

  #deliver<R>(
    invoke: (object: T) => Promise<R>,
    reply: (settle: () => void) => void,
    lose: () => void,
    resolve: (value: R) => void,
    reject: (error: unknown) => void,
  ): void {
    const woken = this.#tryWake()
    if (woken === null) return lose()
    const { life, object } = woken
    const kernel = this.#kernel
    this.#calls++
    const settled = life.onEnd(() => {
      this.#calls--
      lose()
    })
    const answer = (settle: () => void) => {
      this.#options.onSeen(object, false)
      life.send(() => {
        kernel.timeline.add(0, life, () => {
          if (kernel.endsHere(life, 'before it answers')) return
          settled()
          this.#calls--
          reply(settle)
        })
      })
    }
    invoke(object).then(
      (value) => answer(() => resolve(value)),
      (error: unknown) => answer(() => reject(error)),
    )
    this.#options.onSeen(object, false)
  }

  /** The end of the current incarnation by order, with all it wrote. */
  evict(): void {
    if (this.#current !== null) this.crash(this.storage.units)
  }

  commit(written = this.written): void {
    this.storage.commit(written)
    this.life?.openGate()
    this.#planAlarm(0)
  }

  crash(kept: number): void {
    this.#end(kept)
    this.#options.onCrash(this.storage)
  }

  #end(kept: number): void {
    const durable = this.storage.durable + kept
    this.storage.crash(kept)
    const life = this.life
    this.#current = null
    life?.end(durable)
    this.#planAlarm(ALARM_RETRY_MS)
  }

  /** null while it is broken. */
  #tryWake(): { readonly life: Life; readonly object: T } | null {
    this.#heardAt = this.#kernel.now
    if (this.#current !== null) return this.#current
    if (this.#options.isBroken()) return null
    const life = new Life(`${this.#options.name}#${++this.#incarnations}`, this.storage)
    this.#kernel.addWriter(life, this)
    // The platform may have taken a lost alarm from the slot a moment ago.
    const { units } = this.storage
    this.#current = { life, object: this.#options.create(life, this.storage) }
    if (this.storage.units > units) {
      this.#kernel.breach('I10', `${this.#options.name} writes while it is made`)
    }
    this.#options.onSeen(this.#current.object, true)
    this.#watchQuiet(life)
    return this.#current
  }

  #watchQuiet(life: Life): void {
    const { chance, timeline } = this.#kernel
    timeline.add(QUIET_MS + chance.below(QUIET_MS), life, () => {
      if (this.#calls > 0 || this.#kernel.now - this.#heardAt < QUIET_MS) {
        return this.#watchQuiet(life)
      }
      this.#kernel.say(life.name, 'evicted')
      // Nothing that the code under test could not have prevented: no excuse for what is lost.
      if (this.#isAlarmMissed) this.crash(this.storage.units)
      else this.#end(this.storage.units)
    })
  }

  #planAlarm(leastMs: number): void {
    const { durableAlarm: alarm } = this.storage
    const { timeline } = this.#kernel
    if (alarm !== this.#lostAt) this.#lostAt = null
    else if (alarm !== null) return
    if (this.#planned !== null && this.#planned.at === alarm) return
    this.#planned?.ticket.cancel()
    this.#planned = null
    if (alarm === null) return
    const delay = Math.max(alarm - this.#options.now(), leastMs)
    this.#planned = { at: alarm, ticket: timeline.add(delay, null, () => this.#onTime(alarm)) }
  }

  #onTime(at: number): void {
    const fate = this.#options.alarmFate()
    if (fate.kind === 'rings' && fate.lateMs === 0) return this.#ring()
    this.#isAlarmMissed = true
    if (fate.kind === 'rings') {
      this.#kernel.say(this.#options.name, 'its alarm is late')
      const ticket = this.#kernel.timeline.add(fate.lateMs, null, () => this.#ring())
      this.#planned = { at, ticket }
      return
    }
    this.#kernel.say(this.#options.name, 'its alarm is lost')
    this.#planned = null
    if (fate.isSlotEmpty) this.storage.takeAlarm()
    else this.#lostAt = at
  }

  #ring(): void {
    this.#planned = null
    this.#isAlarmMissed = false
    const { chance, timeline } = this.#kernel
    const woken = this.#tryWake()
    const who = woken?.life.name ?? this.#options.name
    if (woken !== null && this.#kernel.endsHere(woken.life, 'before its alarm')) return
    this.#kernel.say(who, 'alarm')
    this.storage.takeAlarm()
    const report = (line: Report) => this.#options.report(who, line)
    // What the shell of the object does.
    const ports = { alarm: this.storage.alarmSlot, now: this.#options.now, report }
    ring(ports, () => {
      if (woken === null) throw new WorldError(`${who} cannot be made`)
      woken.object.alarm()
    })
    if (woken === null) return
    const { life, object } = woken
    this.#options.onSeen(object, false)
    if (!chance.happens(this.#options.doubleAlarmShare)) return
    timeline.add(this.#kernel.latency(), life, () => {
      this.#kernel.say(life.name, 'alarm, again')
      ring(ports, () => object.alarm())
      this.#options.onSeen(object, false)
    })
  }
}
