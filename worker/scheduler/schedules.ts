// The rows of schedules, and one run per slot. A slot is claimed by inserting its run, so a trigger
// that comes twice finds it taken.

import type { JsonObject } from '../../shared/wire/json.ts'
import type { Sql } from '../../shared/ports.ts'
import { fromJson, insert, isSet, type Page, Table } from '../platform/table.ts'
import type { CronTime } from './cron.ts'

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
/** What became of a change: an account has no room for everything. */
export type Kept = 'kept' | 'too many' | 'too large'
export type RunState = 'claimed' | 'started' | 'missed' | 'refused'

export interface Run {
  readonly number: number
  readonly schedule: string
  readonly slot: number
  readonly state: RunState
  readonly videoId: string | null
  readonly reason: string | null
  /** When it is tried again; null when it is not. */
  readonly retryAt: number | null
  readonly giveUpAt: number
  readonly at: number
  /** How often its start was put off; null before the first time. */
  readonly tries: number | null
}

/** A schedule, and what became of its latest slots. */
export interface ScheduleView {
  readonly id: string
  readonly schedule: Schedule
  readonly runs: readonly Run[]
}

export type NewRun = Omit<Run, 'number' | 'tries'>

export interface RunChange {
  readonly state: RunState
  /** null when it is absent. */
  readonly videoId?: string
  readonly reason: string | null
  readonly retryAt: number | null
  readonly tries?: number
}

const scheduleColumns = `number, id, account, key_id AS keyId, name, cron, timezone, request, paused,
  next_at AS nextAt, created_at AS createdAt, last_missed_slot AS lastMissedSlot`
const runColumns = `number, schedule, slot, state, video_id AS videoId, reason, retry_at AS retryAt,
  give_up_at AS giveUpAt, at, tries`
const requestBytes = 'octet_length(request)'

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
    insert(this.#sql, 'INSERT INTO schedule', { id, account, ...toFields(schedule), createdAt })
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

  /** Of all their requests. */
  countBytes(account: string): number {
    return this.#schedules.number(`sum(${requestBytes})`, 'WHERE account = ?', account) ?? 0
  }

  /** Newest first, `after` exclusive. */
  list(account: string, after: number | null, limit: number): Schedule[] {
    return this.#schedules.many(
      'WHERE account = ? AND number < ? ORDER BY number DESC LIMIT ?',
      account,
      after ?? Number.MAX_SAFE_INTEGER,
      limit,
    )
  }

  /** The same, but it also ends by bytes. */
  page(account: string, after: number | null, limit: number): Page<Schedule> {
    return this.#schedules.page('account = ?', [account], { after, limit, bytes: requestBytes })
  }

  update(schedule: NewSchedule): void {
    this.#schedules.update(toFields(schedule), 'id = ?', schedule.id)
  }

  setPaused(id: string): void {
    this.#schedules.update({ paused: true }, 'id = ?', id)
  }

  /** How often in a row it was refused for its key; null when it was not. */
  refusals(id: string): number | null {
    return this.#schedules.number('refusals', 'WHERE id = ?', id)
  }

  setRefusals(id: string, refusals: number | null): void {
    this.#schedules.update({ refusals }, 'id = ?', id)
  }

  remove(id: string): void {
    this.#schedules.drop('WHERE id = ?', id)
    this.#runs.drop('WHERE schedule = ?', id)
  }

  idsOf(account: string): string[] {
    const query = 'SELECT id FROM schedule WHERE account = ?'
    return this.#sql.exec<{ id: string }>(query, account).map(({ id }) => id)
  }

  dueAt(at: number, limit: number): Schedule[] {
    return this.#schedules.many(
      'WHERE paused = 0 AND next_at IS NOT NULL AND next_at <= ? ORDER BY next_at, number LIMIT ?',
      at,
      limit,
    )
  }

  /** The earliest slot after `at`. */
  nextSlotAfter(at: number): number | null {
    return this.#schedules.number(
      'min(next_at)',
      'WHERE paused = 0 AND next_at IS NOT NULL AND next_at > ?',
      at,
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
  addRun(run: NewRun): void {
    insert(this.#sql, 'INSERT OR IGNORE INTO run', toRunFields(run))
  }

  /** What another object knows of a slot: more than this one does, as long as its run is open here. */
  takeRun(run: NewRun): void {
    this.addRun(run)
    const { state, videoId, reason, retryAt, giveUpAt } = run
    const fields = { state, videoId, reason, retryAt, giveUpAt }
    const where = "schedule = ? AND slot = ? AND state = 'claimed'"
    this.#runs.update(fields, where, run.schedule, run.slot)
  }

  runOf(schedule: string, slot: number): Run | null {
    return this.#runs.one('WHERE schedule = ? AND slot = ?', schedule, slot)
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

  /** Keeps the latest `most` runs of a schedule, and those that are open. */
  trimRuns(schedule: string, most: number): void {
    this.#runs.drop(
      `WHERE schedule = ? AND retry_at IS NULL AND slot <=
         (SELECT slot FROM run WHERE schedule = ? ORDER BY slot DESC LIMIT 1 OFFSET ?)`,
      schedule,
      schedule,
      most,
    )
  }
}

/** What a change of a schedule may change. */
function toFields(schedule: NewSchedule) {
  const { keyId, name, cron, timezone, request, paused, nextAt } = schedule
  return { keyId, name, cron, timezone, request, paused, nextAt }
}

function toRunFields({ schedule, slot, state, videoId, reason, retryAt, giveUpAt, at }: NewRun) {
  return { schedule, slot, state, videoId, reason, retryAt, giveUpAt, at }
}
