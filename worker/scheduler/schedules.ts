// The rows of the scheduler: schedules, and one run per slot. A slot is claimed by inserting its
// run, so a trigger that comes twice finds it taken.

import type { JsonObject } from '../../shared/wire/json.ts'
import type { Sql } from '../../shared/ports.ts'
import { fromJson, insert, isSet, Table } from '../platform/table.ts'
import type { CronTime } from './cron.ts'

export const scheduleTables = [
  `CREATE TABLE IF NOT EXISTS schedule (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    key_id TEXT NOT NULL,
    name TEXT NOT NULL,
    cron TEXT NOT NULL,
    timezone TEXT NOT NULL,
    request TEXT NOT NULL,
    paused INTEGER NOT NULL,
    next_at INTEGER,
    created_at INTEGER NOT NULL
  )`,
  'CREATE INDEX IF NOT EXISTS schedule_due ON schedule (next_at) WHERE paused = 0 AND next_at IS NOT NULL',
  'CREATE INDEX IF NOT EXISTS schedule_of ON schedule (account, number)',
  // `state`: claimed | started | missed | refused. `retry_at` is set while it is claimed.
  `CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule TEXT NOT NULL,
    slot INTEGER NOT NULL,
    state TEXT NOT NULL,
    video_id TEXT,
    reason TEXT,
    retry_at INTEGER,
    give_up_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (schedule, slot)
  )`,
  'CREATE INDEX IF NOT EXISTS run_claimed ON run (retry_at) WHERE retry_at IS NOT NULL',
  'CREATE INDEX IF NOT EXISTS run_old ON run (at)',
]

export interface Schedule extends CronTime {
  readonly number: number
  readonly id: string
  readonly account: string
  /** Id of the key whose budget it spends; the key itself is not stored. */
  readonly keyId: string
  readonly name: string
  /** The body of POST /v1/videos, placeholders and webhook included. */
  readonly request: JsonObject
  readonly paused: boolean
  readonly nextAt: number | null
  readonly createdAt: number
  /** The latest slot that was missed; null when none was since this is noted. */
  readonly lastMissedSlot: number | null
}

export type NewSchedule = Omit<Schedule, 'number' | 'lastMissedSlot'>
export type RunState = 'claimed' | 'started' | 'missed' | 'refused'

export interface Run {
  readonly number: number
  readonly schedule: string
  readonly slot: number
  readonly state: RunState
  readonly videoId: string | null
  readonly reason: string | null
  readonly giveUpAt: number
  readonly at: number
}

export interface RunChange {
  readonly state: RunState
  /** null when it is absent. */
  readonly videoId?: string
  readonly reason: string | null
  readonly retryAt: number | null
}

const scheduleColumns = `number, id, account, key_id AS keyId, name, cron, timezone, request, paused,
  next_at AS nextAt, created_at AS createdAt, last_missed_slot AS lastMissedSlot`
const runColumns =
  'number, schedule, slot, state, video_id AS videoId, reason, give_up_at AS giveUpAt, at'

export class Schedules {
  readonly #sql: Sql
  readonly #schedules: Table<Schedule>
  readonly #runs: Table<Run>

  constructor(sql: Sql) {
    this.#sql = sql
    this.#schedules = new Table(sql, 'schedule', scheduleColumns, {
      request: fromJson,
      paused: isSet,
    })
    this.#runs = new Table(sql, 'run', runColumns, {})
  }

  add(schedule: NewSchedule): void {
    const { id, account, createdAt } = schedule
    const fields = { id, account, ...toFields(schedule), createdAt }
    insert(this.#sql, 'INSERT INTO schedule', fields)
  }

  /** Only of its own account. */
  get(account: string, id: string): Schedule | null {
    return this.#schedules.one('WHERE account = ? AND id = ?', account, id)
  }

  find(id: string): Schedule | null {
    return this.#schedules.one('WHERE id = ?', id)
  }

  count(account: string): number {
    return this.#schedules.number('count(*)', 'WHERE account = ?', account) ?? 0
  }

  /** Newest first, `after` exclusive. */
  page(account: string, after: number | null, limit: number): Schedule[] {
    return this.#schedules.many(
      'WHERE account = ? AND number < ? ORDER BY number DESC LIMIT ?',
      account,
      after ?? Number.MAX_SAFE_INTEGER,
      limit,
    )
  }

  update(schedule: Schedule): void {
    this.#schedules.update(toFields(schedule), 'id = ?', schedule.id)
  }

  remove(id: string): void {
    this.#schedules.drop('WHERE id = ?', id)
    this.#runs.drop('WHERE schedule = ?', id)
  }

  removeAll(account: string): number {
    this.#runs.drop('WHERE schedule IN (SELECT id FROM schedule WHERE account = ?)', account)
    return this.#schedules.drop('WHERE account = ?', account)
  }

  dueAt(at: number, limit: number): Schedule[] {
    return this.#schedules.many(
      'WHERE paused = 0 AND next_at IS NOT NULL AND next_at <= ? ORDER BY next_at, number LIMIT ?',
      at,
      limit,
    )
  }

  setNext(id: string, nextAt: number | null): void {
    this.#schedules.update({ nextAt }, 'id = ?', id)
  }

  noteMissed(id: string, slot: number): void {
    this.#sql.exec(
      'UPDATE schedule SET last_missed_slot = max(coalesce(last_missed_slot, 0), ?) WHERE id = ?',
      slot,
      id,
    )
  }

  /** Takes a slot, unless it was taken before. */
  addRun(run: Omit<Run, 'number'> & { readonly retryAt: number | null }): void {
    insert(this.#sql, 'INSERT OR IGNORE INTO run', run)
  }

  /** Claimed runs whose lease or wait is over. */
  runsDueAt(at: number, limit: number): Run[] {
    return this.#runs.many(
      'WHERE retry_at IS NOT NULL AND retry_at <= ? ORDER BY retry_at, number LIMIT ?',
      at,
      limit,
    )
  }

  get nextRunAt(): number | null {
    return this.#runs.number('min(retry_at)', 'WHERE retry_at IS NOT NULL')
  }

  setRun(number: number, change: RunChange): void {
    this.#runs.update({ videoId: null, ...change }, 'number = ?', number)
  }

  lastRuns(schedule: string, limit: number): Run[] {
    return this.#runs.many('WHERE schedule = ? ORDER BY slot DESC LIMIT ?', schedule, limit)
  }

  /** Drops runs older than `at`, at most `limit`; says how many. */
  dropRuns(at: number, limit: number): number {
    return this.#runs.drop('WHERE at <= ? AND retry_at IS NULL ORDER BY at LIMIT ?', at, limit)
  }
}

/** What a change of a schedule may change. */
function toFields(schedule: NewSchedule) {
  const { keyId, name, cron, timezone, request, paused, nextAt } = schedule
  return { keyId, name, cron, timezone, request, paused, nextAt }
}
