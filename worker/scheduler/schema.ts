// The tables of the scheduler's objects. An account's own object and the index of all accounts are of
// one class, which 0.1 knew only as one object for everybody, so they have the same tables.

import { dueTableSchema } from '../platform/dueTable.ts'
import type { Schema } from '../platform/schema.ts'

const scheduleTables = [
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

const clockTable =
  'CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)'

/** The latest trigger; in the index alone, also before there is any schedule. */
export const tickTable =
  'CREATE TABLE IF NOT EXISTS tick (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)'

/** The slot that the alarm is set for. Not in the due table: 0.1 would not know what to do with it. */
const slotAlarmTable =
  'CREATE TABLE IF NOT EXISTS slot_alarm (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)'

/** Whose object it is: an alarm does not say. */
const ownerTable =
  'CREATE TABLE IF NOT EXISTS owner (one INTEGER PRIMARY KEY CHECK (one = 1), account TEXT NOT NULL)'

/** What the index has not been told. `whole`: also what was asked, not only when it comes and came. */
const untoldTable = `CREATE TABLE IF NOT EXISTS untold (
    schedule TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    whole INTEGER NOT NULL
  ) WITHOUT ROWID`

/** In the index: which of its schedules are copies of an account's, and as of which slot. */
const copyTable =
  'CREATE TABLE IF NOT EXISTS copy (schedule TEXT PRIMARY KEY, account TEXT NOT NULL, next_at INTEGER) WITHOUT ROWID'

/** In the index: when each account has something to do, so that the trigger wakes who overslept. */
const wakeTable =
  'CREATE TABLE IF NOT EXISTS wake (account TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID'

export const schedulerSchema: Schema = {
  mark: 'schedule',
  tables: [dueTableSchema, ...scheduleTables, clockTable],
  steps: [
    'ALTER TABLE schedule ADD COLUMN last_missed_slot INTEGER',
    tickTable,
    'ALTER TABLE schedule ADD COLUMN refusals INTEGER',
    'ALTER TABLE run ADD COLUMN tries INTEGER',
    slotAlarmTable,
    ownerTable,
    untoldTable,
    copyTable,
    'CREATE INDEX IF NOT EXISTS copy_of ON copy (account)',
    wakeTable,
    'CREATE INDEX IF NOT EXISTS wake_due ON wake (at)',
  ],
}
