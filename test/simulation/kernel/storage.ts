// One object's SQLite and its alarm, with the platform's rule made sharp: writes without an `await`
// between them are one unit, units become durable in order, and a crash keeps a prefix of them.

import type { SQLInputValue } from 'node:sqlite'
import type { Alarm, Sql, SqlRow, SqlValue } from '../../../shared/ports.ts'
import type { Tables } from './tables.ts'

/** What a unit that never became durable gives back, besides its rows. */
interface Before {
  readonly alarm: number | null
  readonly exists: boolean
}

export class Storage implements Sql {
  readonly alarmSlot: Alarm
  readonly #tables: Tables
  readonly #onDirty: () => void
  readonly #units: Before[] = []
  /** Grows with each change, also with one that is taken back. */
  version = 0
  #alarm: number | null = null
  /** Were the tables created, as far as the object can tell? */
  #exists = false
  #isUnitOpen = false
  #waiting: (() => void)[] = []

  /** `onDirty` is called when there is something that is not durable yet. */
  constructor(tables: Tables, onDirty: () => void) {
    this.#tables = tables
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
    if (kind === 'write') this.#openUnit()
    return statement.all(...bindings.map(toInput)) as Row[]
  }

  transaction<T>(closure: () => T): T {
    this.#openUnit()
    const exists = this.#exists
    this.#run('SAVEPOINT closure')
    try {
      const result = closure()
      this.#run('RELEASE closure')
      return result
    } catch (error) {
      this.#exists = exists
      this.#run('ROLLBACK TO closure')
      this.#run('RELEASE closure')
      throw error
    }
  }

  async flush(): Promise<void> {
    if (this.#units.length === 0) return
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
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

  /** Units that a crash could still take back. */
  get units(): number {
    return this.#units.length
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

  /** Everything so far would now survive. */
  commit(): void {
    if (this.#units.length === 0) return
    this.#units.length = 0
    this.#isUnitOpen = false
    this.#run('COMMIT')
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  /** The end of an incarnation: of its units the first `kept` were durable, the others never were. */
  crash(kept: number): void {
    this.version++
    const before = this.#units[kept]
    if (before !== undefined) {
      this.#alarm = before.alarm
      this.#exists = before.exists
      this.#run(`ROLLBACK TO unit${kept}`)
    }
    this.#waiting = []
    if (this.#units.length > 0) this.#run('COMMIT')
    this.#units.length = 0
    this.#isUnitOpen = false
  }

  /** Gives the tables back for the next world. */
  close(): void {
    this.crash(0)
    this.#tables.giveBack()
  }

  #setAlarm(at: number | null): void {
    if (at === this.#alarm) return
    this.#openUnit()
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
