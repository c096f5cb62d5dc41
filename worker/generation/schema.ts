// The tables of one Generation object. Created with the first write, never by a constructor, so
// that reading an id that does not exist leaves nothing behind. Few, because every start makes them.

import { dueTableSchema } from '../platform/dueTable.ts'
import type { Schema } from '../platform/schema.ts'

const tables = [
  dueTableSchema,
  // One row: who this is, what the relay is asked, and the private evidence of what it said.
  `CREATE TABLE IF NOT EXISTS generation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    account TEXT NOT NULL,
    identity TEXT NOT NULL,
    request TEXT,
    link TEXT,
    task_id TEXT,
    status_url TEXT,
    tail TEXT,
    text TEXT,
    usage TEXT,
    -- JSON of the last attempt, written before its POST leaves; endedAt says that its answer was understood.
    attempt TEXT,
    -- JSON while a link is being archived, or was and failed.
    archive TEXT,
    -- JSON while a public task page is asked how a broken-off answer went on.
    lookup TEXT,
    correction TEXT,
    settled INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0
  )`,
  'CREATE TABLE IF NOT EXISTS log (offset INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL)',
]

export const generationSchema: Schema = {
  mark: 'generation',
  tables,
  steps: [
    // JSON of a job at the relay, from the answer that named it to the end of this object.
    'ALTER TABLE generation ADD COLUMN job TEXT',
    // JSON while a job is asked for after the generation has ended.
    'ALTER TABLE generation ADD COLUMN late TEXT',
    // JSON list of relays that were not to be asked when it was admitted.
    'ALTER TABLE generation ADD COLUMN suspended TEXT',
    // What the relay says that it billed, millionths of a US dollar.
    'ALTER TABLE generation ADD COLUMN cost INTEGER',
    // JSON list: further videos of one answer. Absent means none.
    'ALTER TABLE generation ADD COLUMN others TEXT',
    // JSON of what the log amounts to up to and with this entry; null at most of them.
    'ALTER TABLE log ADD COLUMN folded TEXT',
  ],
}
