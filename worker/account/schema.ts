// The tables of one Account object. Created with the first write, so that a made-up key or account
// leaves nothing behind. Money is in millionths of a US dollar: integers do not drift.

import { dueTableSchema } from '../platform/dueTable.ts'
import type { Schema } from '../platform/schema.ts'
import { alertTable } from './alerts.ts'
import { erasureTable } from './erasure.ts'
import { receiverColumn } from './receivers.ts'

const tables = [
  dueTableSchema,
  `CREATE TABLE IF NOT EXISTS account (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    breaker_until INTEGER NOT NULL DEFAULT 0,
    breaker_code TEXT
  )`,
  `CREATE TABLE IF NOT EXISTS api_key (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    budget INTEGER,
    rpm INTEGER,
    concurrency INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    spent INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0,
    window_at INTEGER NOT NULL DEFAULT 0,
    window_used INTEGER NOT NULL DEFAULT 0
  )`,
  // Digests that a key had before its rotations, until their overlap ends.
  `CREATE TABLE IF NOT EXISTS old_digest (
    digest TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  // `number` orders lists and breaks ties; `state`: admitted | open | completed | failed | gone.
  `CREATE TABLE IF NOT EXISTS generation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    key_id TEXT NOT NULL,
    identity TEXT NOT NULL,
    state TEXT NOT NULL,
    cacheable INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    expires_at INTEGER,
    code TEXT,
    charge TEXT,
    outcome TEXT,
    price INTEGER NOT NULL,
    hold INTEGER NOT NULL,
    hold_until INTEGER,
    spent INTEGER NOT NULL DEFAULT 0,
    video TEXT,
    gone_at INTEGER,
    expired INTEGER NOT NULL DEFAULT 0
  )`,
  // Partial indexes: admission, lists and sweeps must not grow with the account's history.
  "CREATE INDEX IF NOT EXISTS generation_open ON generation (key, number) WHERE state IN ('admitted', 'open')",
  "CREATE INDEX IF NOT EXISTS generation_cached ON generation (key, number) WHERE state = 'completed' AND cacheable = 1",
  "CREATE INDEX IF NOT EXISTS generation_doubtful ON generation (key, number) WHERE outcome = 'unknown'",
  'CREATE INDEX IF NOT EXISTS generation_recent ON generation (key, created_at)',
  "CREATE INDEX IF NOT EXISTS generation_running ON generation (key_id) WHERE state IN ('admitted', 'open')",
  "CREATE INDEX IF NOT EXISTS generation_admitted ON generation (created_at) WHERE state = 'admitted'",
  'CREATE INDEX IF NOT EXISTS generation_held ON generation (hold_until) WHERE hold_until IS NOT NULL',
  'CREATE INDEX IF NOT EXISTS generation_gone ON generation (gone_at) WHERE gone_at IS NOT NULL',
  "CREATE INDEX IF NOT EXISTS generation_failed ON generation (number) WHERE state = 'failed'",
  "CREATE INDEX IF NOT EXISTS generation_listed ON generation (number) WHERE state <> 'gone'",
  `CREATE TABLE IF NOT EXISTS idempotency (
    hash TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS idempotency_expiry ON idempotency (expires_at)',
  `CREATE TABLE IF NOT EXISTS usage (
    day TEXT NOT NULL,
    model TEXT NOT NULL,
    key_id TEXT NOT NULL,
    generations INTEGER NOT NULL DEFAULT 0,
    completed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    spent INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, model, key_id)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS webhook_endpoint (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    event_types TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    disabled_at INTEGER
  )`,
  // One row per submission: one that goes on to another generation takes only its own away.
  `CREATE TABLE IF NOT EXISTS request_webhook (
    number INTEGER PRIMARY KEY,
    video_id TEXT NOT NULL,
    submission TEXT NOT NULL,
    url TEXT NOT NULL,
    secret TEXT,
    UNIQUE (video_id, submission)
  )`,
  `CREATE TABLE IF NOT EXISTS callback (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT,
    video_ids TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS callback_video (
    video_id TEXT NOT NULL,
    callback TEXT NOT NULL,
    PRIMARY KEY (video_id, callback)
  ) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS callback_waiting ON callback_video (callback)',
  `CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    endpoint_id TEXT,
    url TEXT NOT NULL,
    secret TEXT,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    problem TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER
  )`,
  "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_at) WHERE state = 'pending'",
  `CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery (${receiverColumn}, next_at, number) WHERE state = 'pending'`,
  'CREATE INDEX IF NOT EXISTS delivery_busy ON delivery (url, leased_until) WHERE leased_until > 0',
  'CREATE INDEX IF NOT EXISTS delivery_of ON delivery (endpoint_id, number)',
  'CREATE INDEX IF NOT EXISTS delivery_ended ON delivery (ended_at) WHERE ended_at IS NOT NULL',
]

export const accountSchema: Schema = {
  mark: 'account',
  tables,
  steps: [
    'ALTER TABLE account ADD COLUMN restored_until INTEGER',
    "CREATE INDEX IF NOT EXISTS delivery_failed ON delivery (number) WHERE state = 'failed'",
    // Relays that refused the gateway's key or money, per relay since there may be several.
    'CREATE TABLE suspension (relay TEXT PRIMARY KEY, until INTEGER NOT NULL, code TEXT NOT NULL) WITHOUT ROWID',
    // Budgets for a period, and for all keys together.
    'ALTER TABLE api_key ADD COLUMN budget_period TEXT',
    'ALTER TABLE account ADD COLUMN budget INTEGER',
    'ALTER TABLE account ADD COLUMN budget_period TEXT',
    'CREATE INDEX IF NOT EXISTS usage_of ON usage (key_id, day)',
    'CREATE INDEX IF NOT EXISTS generation_holding ON generation (created_at) WHERE hold > 0',
    // What waits to be sent is counted.
    "CREATE INDEX IF NOT EXISTS delivery_pending ON delivery (endpoint_id) WHERE state = 'pending'",
    // What a key is bound to, and when and from where it was last used.
    'ALTER TABLE api_key ADD COLUMN models TEXT',
    'ALTER TABLE api_key ADD COLUMN ip_allow TEXT',
    'ALTER TABLE api_key ADD COLUMN last_used_at INTEGER',
    'ALTER TABLE api_key ADD COLUMN last_network TEXT',
    erasureTable,
    alertTable,
    // Who was asked last and how long it took, for the operator's overview.
    'ALTER TABLE generation ADD COLUMN relay TEXT',
    'ALTER TABLE generation ADD COLUMN running_ms INTEGER',
  ],
}
