// Takes a whole account away: its keys, webhooks and messages at once, its schedules and videos by the
// alarm in steps, the directory's rows and its own storage last. Every step may be repeated after a crash.

import { settleWithin } from '../../shared/limits.ts'
import { DueTable } from '../platform/dueTable.ts'
import { fromJson, insert, readValue, Table } from '../platform/table.ts'
import type { ErasedCounts } from '../protocol.ts'
import { accountId } from './accountId.ts'
import type { BriefRow, Generations } from './generations.ts'
import type { Ledger } from './ledger.ts'
import type { AccountPorts } from './ports.ts'

const ROWS_PER_STEP = 20
/** A video that is being stored ends first, and whoever does not answer is asked again. */
const AGAIN_MS = 5_000
const CALL_MS = 60_000

/** What is told of nobody any more, as soon as it is asked. */
const atOnce = [
  'old_digest',
  'webhook_endpoint',
  'request_webhook',
  'callback',
  'callback_video',
  'delivery',
  'idempotency',
] as const

export interface Erasing extends ErasedCounts {
  /** ms since the epoch. */
  readonly askedAt: number
  /** Videos that are still to go. */
  readonly left: number
}

/** A video that is still there. */
type Doomed = Pick<BriefRow, 'number' | 'id' | 'identity' | 'state'>

interface ErasureRow extends Omit<ErasedCounts, 'schedules'> {
  readonly askedAt: number
  /** null until they are gone. */
  readonly schedules: number | null
}

export const erasureTable = `CREATE TABLE erasure (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  asked_at INTEGER NOT NULL,
  videos INTEGER NOT NULL,
  keys INTEGER NOT NULL,
  endpoints INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  schedules INTEGER
)`

export class Erasure {
  readonly #ports: AccountPorts
  readonly #generations: Generations
  readonly #ledger: Ledger
  readonly #due: DueTable<'erase'>
  readonly #table: Table<ErasureRow>
  readonly #doomed: Table<Doomed>
  readonly #setExists: (exists: boolean) => void
  #isAtWork = false
  /** The number of the last video that was asked to go: one that does not answer holds up no other. */
  #after = 0

  constructor(
    ports: AccountPorts,
    generations: Generations,
    ledger: Ledger,
    setExists: (exists: boolean) => void,
  ) {
    this.#ports = ports
    this.#generations = generations
    this.#ledger = ledger
    this.#due = new DueTable(ports.sql, ports.alarm)
    const columns = 'asked_at AS askedAt, videos, keys, endpoints, deliveries, schedules'
    this.#table = new Table(ports.sql, 'erasure', columns, {})
    const doomed = 'number, id, identity, state'
    this.#doomed = new Table(ports.sql, 'generation', doomed, { identity: fromJson })
    this.#setExists = setExists
  }

  /** Videos that are there, running ones included. */
  get left(): number {
    return this.#doomed.number('count(*)', "WHERE state <> 'gone'") ?? 0
  }

  get state(): Erasing | null {
    const row = this.#table.one('')
    return row && { ...row, schedules: row.schedules ?? 0, left: this.left }
  }

  /** Call inside a transaction. Nothing new starts, and nobody is told anything, from here on. */
  begin(): void {
    const { sql, now } = this.#ports
    if (this.#table.one('') === null) {
      insert(sql, 'INSERT INTO erasure', {
        askedAt: now(),
        videos: this.left,
        keys: this.#count('api_key'),
        endpoints: this.#count('webhook_endpoint'),
        deliveries: this.#count('delivery'),
      })
    }
    sql.exec('UPDATE api_key SET revoked_at = ? WHERE revoked_at IS NULL', now())
    for (const table of atOnce) sql.exec(`DELETE FROM ${table}`)
    this.#due.set('erase', now())
  }

  /** Called by the alarm. */
  act(): void {
    const { now, defer } = this.#ports
    // Planned again before it acts: after a crash in between, the alarm fires again.
    this.#due.set('erase', now() + AGAIN_MS)
    if (!this.#isAtWork) defer(this.#goOn())
  }

  async #goOn(): Promise<void> {
    this.#isAtWork = true
    try {
      while (await this.#step());
    } finally {
      this.#isAtWork = false
    }
  }

  /** True when there is more that can be done now. */
  async #step(): Promise<boolean> {
    const { sql, erasure } = this.#ports
    const account = accountId(sql)
    const row = this.#table.one('')
    if (row === null) return false
    if (row.schedules === null) {
      const schedules = await this.#ask('schedules', erasure.schedules(account))
      this.#table.update({ schedules }, 'one = 1')
      return true
    }
    const rest = "WHERE state <> 'gone' AND number > ? ORDER BY number LIMIT ?"
    const rows = this.#doomed.many(rest, this.#after, ROWS_PER_STEP)
    await Promise.all(rows.map((one) => this.#erase(account, one)))
    this.#after = rows.at(-1)?.number ?? 0
    if (rows.length > 0) return true
    // Once through: the alarm comes back to those that could not go yet.
    if (this.left > 0) return false
    const { askedAt: _, ...counts } = row
    await this.#ask('directory', erasure.finish(account, { ...counts, schedules: row.schedules }))
    // Memory first: a call that comes while the storage is erased finds nothing, not half of it.
    this.#setExists(false)
    try {
      await erasure.storage()
    } catch (error) {
      this.#setExists(true)
      throw error
    }
    return false
  }

  async #erase(account: string, { id, identity, state }: Doomed): Promise<void> {
    const { generations, erasure, report, sql, now } = this.#ports
    try {
      // What was never started must not start later, either.
      if (state === 'admitted') {
        await this.#ask('generation', generations.abandon({ account, identity }))
      }
      const answer = await this.#ask('generation', erasure.generation(id))
      const row = this.#generations.find(id)
      if (row === null || row.state === 'gone' || answer === 'going') return
      sql.transaction(() => {
        if (row.hold > 0) this.#ledger.expireHold(row)
        this.#generations.setGone(row, now(), false)
      })
    } catch (error) {
      report({ what: 'object not reached', id, request: identity.requestId ?? null, error })
    }
  }

  async #ask<T>(what: string, answer: Promise<T>): Promise<T> {
    return await settleWithin(this.#ports, what, CALL_MS, answer)
  }

  #count(table: string): number {
    return readValue<number>(this.#ports.sql, `SELECT count(*) FROM ${table}`) ?? 0
  }
}
