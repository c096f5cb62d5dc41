// One object's SQLite and its alarm, with the platform's rules made sharp: writes without an `await`
// between them are one unit, units become durable in order, a crash keeps a prefix of them, and a flush
// waits for what was written before it, not for what follows.

import type { SQLInputValue } from 'node:sqlite'
import type { Alarm, Sql, SqlRow, SqlValue } from '../../../shared/ports.ts'
import { WorldError } from './kernel.ts'
import type { Tables } from './tables.ts'

/** What a unit that never became durable gives back, besides its rows. */
interface Before {
  readonly alarm: number | null
  readonly exists: boolean
}

/** What a Durable Object's database takes in one row. */
const MOST_ROW_BYTES = 2_000_000

/** What the platform may refuse now and then. */
export interface StorageLimits {
  /** The database is full, for this write. */
  readonly refusesWrite: () => boolean
  /** The alarm is not taken, for which the platform resets the object. */
  readonly refusesAlarm: () => boolean
}

export class Storage implements Sql {
  readonly alarmSlot: Alarm
  readonly #tables: Tables
  readonly #onDirty: () => void
  readonly #limits: StorageLimits
  /** Those since everything was durable; the first ones of them may be durable by now. */
  readonly #units: Before[] = []
  /** Units so far, and how many of them are durable, each in the order in which they were written. */
  written = 0
  durable = 0
  /** Nothing of what is not durable yet will ever be. */
  isDoomed = false
  /** Grows with each change, also with one that is taken back. */
  version = 0
  #alarm: number | null = null
  /** Were the tables created, as far as the object can tell? */
  #exists = false
  #isUnitOpen = false
  #waiting: { readonly written: number; readonly resolve: () => void }[] = []

  /** `onDirty` is called when there is something that is not durable yet. */
  constructor(tables: Tables, limits: StorageLimits, onDirty: () => void) {
    this.#tables = tables
    this.#limits = limits
    this.#onDirty = onDirty
    this.alarmSlot = {
      get: async () => this.#alarm,
      set: (at) => this.#setAlarm(at),
      clear: () => this.#setAlarm(null),
    }
  }

  exec<Row extends SqlRow = SqlRow>(query: string, ...bindings: SqlValue[]): Row[] {
    const { kind, statement } = this.#tables.prepare(query)
    if (kind === 'create') {
      this.#openUnit()
      this.#exists = true
      return []
    }
    if (kind === 'exists') return (this.#exists ? [{}] : []) as Row[]
    if (!this.#exists) throw new Error(`no such table: ${query}`)
    if (kind === 'write') {
      this.#checkLimits(bindings)
      this.#openUnit()
    }
    return statement.all(...bindings.map(toInput)) as Row[]
  }

  transaction<T>(closure: () => T): T {
    this.#openUnit()
    const exists = this.#exists
    const alarm = this.#alarm
    this.#run('SAVEPOINT closure')
    try {
      const result = closure()
      this.#run('RELEASE closure')
      return result
    } catch (error) {
      this.#exists = exists
      this.#alarm = alarm
      this.#run('ROLLBACK TO closure')
      this.#run('RELEASE closure')
      throw error
    }
  }

  async flush(): Promise<void> {
    if (this.units === 0) return
    const { written } = this
    await new Promise<void>((resolve) => this.#waiting.push({ written, resolve }))
  }

  /** What is asked about an object from outside the simulated world; nothing where nothing is. */
  inspect<Row extends SqlRow>(query: string, ...bindings: SqlValue[]): Row[] {
    if (!this.#exists) return []
    return this.#tables.prepare(query).statement.all(...bindings.map(toInput)) as Row[]
  }

  get isEmpty(): boolean {
    return !this.#exists
  }

  get alarm(): number | null {
    return this.#alarm
  }

  /** The alarm that the platform knows of. */
  get durableAlarm(): number | null {
    const first = this.#units[this.#units.length - this.units]
    return first === undefined ? this.#alarm : first.alarm
  }

  /** Units that a crash could still take back. */
  get units(): number {
    return this.written - this.durable
  }

  /** The platform hands the alarm over: with the unit in which the handler acts. */
  takeAlarm(): void {
    this.#setAlarm(null)
  }

  erase(): void {
    this.#openUnit()
    this.#tables.clear()
    this.#alarm = null
    this.#exists = false
  }

  /** The first `written` units would now survive. */
  commit(written = this.written): void {
    if (written <= this.durable) return
    this.durable = written
    if (this.units === 0) this.#close()
    const reached = this.#waiting.filter((one) => one.written <= written)
    this.#waiting = this.#waiting.filter((one) => one.written > written)
    for (const { resolve } of reached) resolve()
  }

  /** The end of an incarnation: of its units `kept` more became durable, the others never did. */
  crash(kept: number): void {
    this.version++
    const first = this.#units.length - this.units + kept
    const before = this.#units[first]
    if (before !== undefined) {
      this.#alarm = before.alarm
      this.#exists = before.exists
      this.#run(`ROLLBACK TO unit${first}`)
    }
    this.#waiting = []
    this.isDoomed = false
    this.durable = this.written
    if (this.#units.length > 0) this.#close()
  }

  /** Gives the tables back for the next world. */
  close(): void {
    this.crash(0)
    this.#tables.giveBack()
  }

  #close(): void {
    this.#units.length = 0
    this.#isUnitOpen = false
    this.#run('COMMIT')
  }

  #checkLimits(bindings: readonly SqlValue[]): void {
    const bytes = bindings.reduce<number>((sum, value) => sum + toBytes(value), 0)
    if (bytes > MOST_ROW_BYTES) throw new WorldError('string or blob too big: SQLITE_TOOBIG')
    if (this.#limits.refusesWrite()) {
      throw new WorldError('database or disk is full: SQLITE_FULL')
    }
  }

  #setAlarm(at: number | null): void {
    if (at === this.#alarm) return
    this.#openUnit()
    if (at !== null && this.#limits.refusesAlarm()) this.isDoomed = true
    this.#alarm = at
  }

  #openUnit(): void {
    if (this.#isUnitOpen) return
    if (this.#units.length === 0) {
      this.#run('BEGIN')
      this.#onDirty()
    }
    this.#run(`SAVEPOINT unit${this.#units.length}`)
    this.version++
    this.written++
    this.#units.push({ alarm: this.#alarm, exists: this.#exists })
    this.#isUnitOpen = true
    // Runs before whatever an `await` after this write continues with.
    queueMicrotask(() => {
      this.#isUnitOpen = false
    })
  }

  #run(query: string): void {
    this.#tables.prepare(query).statement.run()
  }
}

function toInput(value: SqlValue): SQLInputValue {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value
}

function toBytes(value: SqlValue): number {
  if (typeof value === 'string') return value.length
  return value instanceof ArrayBuffer ? value.byteLength : 0
}
