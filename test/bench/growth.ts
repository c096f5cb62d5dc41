// Does history cost anything? An account with 1,000 and with 100,000 videos does the same work, in
// turns, over real SQLite.

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Account } from '../../worker/account/account.ts'
import type { AdmissionRequest } from '../../worker/account/admit.ts'
import { openSql } from '../objects/openSql.ts'
import type { Pace } from './measure.ts'
import { median, medianRatio, takeTurns } from './measure.ts'
import type { Row } from './row.ts'
import { atMost, toCount, toTimes } from './row.ts'
import { storage } from './site.ts'
import { noErasure } from '../objects/noErasure.ts'

const section = 'Cost as it grows'
const DAY_MS = 24 * 60 * 60_000
/** Longer than all the days that the sweeps below take. */
const KEPT_MS = 1_000_000 * DAY_MS
const SMALL = 1_000
const LARGE = 100_000
/** Calls per sample: one takes microseconds, less than the clock is good for. */
const CALLS = 200

export async function measureGrowth({ isQuick }: Pace): Promise<Row[]> {
  const large = isQuick ? LARGE / 10 : LARGE
  const [few, many] = [createHistory(SMALL), createHistory(large)]
  const compare = async (what: string, work: (history: History) => void): Promise<Row> => {
    const times = await takeTurns(isQuick ? 15 : 60, {
      few: () => timeCalls(() => work(few)),
      many: () => timeCalls(() => work(many)),
    })
    const growth = medianRatio(times.many, times.few)
    return {
      section,
      what: `${what}, ${toCount(large, 'videos')} in the account`,
      ours: `${(median(times.many) * 1000).toFixed(0)} µs`,
      against: `${(median(times.few) * 1000).toFixed(0)} µs with ${toCount(SMALL, 'videos')}`,
      verdict: toTimes(growth),
      target: atMost(1.2, growth, '×'),
    }
  }
  const rows = [
    await compare('list the newest 20', ({ account }) => {
      account.list({ after: null, order: 'desc', limit: 20 })
    }),
    await compare('list 20 from the middle', ({ account }) => {
      account.list({ after: 'video_500', order: 'desc', limit: 20 })
    }),
    await compare('find a cached one', ({ account }) => {
      account.admit('digest', toRequest('key_700'))
    }),
    await compare('sweep', (history) => {
      // A day later, when the sweep is due again; nothing here is old enough to be dropped.
      history.now += DAY_MS
      history.account.alarm()
    }),
    // Last, for it adds to both.
    await compare('admit a new request', ({ account }) => {
      account.admit('digest', toRequest(randomUUID()))
    }),
  ]
  few.remove()
  many.remove()
  return rows
}

interface History {
  readonly account: Account
  now: number
  remove(): void
}

function createHistory(videos: number): History {
  const folder = mkdtempSync(join(storage, 'reelay-bench-'))
  const sql = openSql(join(folder, 'account.sqlite'))
  const account = new Account({
    sql,
    now: () => history.now,
    alarm: { get: async () => null, set: () => undefined, clear: () => undefined },
    random: (bytes) => new Uint8Array(bytes),
    defer: () => undefined,
    post: () => Promise.reject(new Error('nobody is told anything here')),
    erasure: noErasure,
    tellOperator: null,
    askRestoredUntil: () => Promise.resolve(null),
    generations: {
      abandon: () => Promise.resolve('alive'),
      wake: () => Promise.resolve('awake'),
    },
    sleep: () => Promise.resolve(),
    report: () => undefined,
    settings: {
      cacheTtlMs: KEPT_MS,
      retentionMs: KEPT_MS,
      breaker: false,
      writesPerMinute: 1e9,
      longestMs: KEPT_MS,
    },
  })
  const history: History = {
    account,
    now: Date.UTC(2026, 10, 23),
    remove() {
      sql.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  account.createKey('bench', {
    id: 'key_bench',
    digest: 'digest',
    name: 'bench',
    hint: '',
    scopes: ['generate', 'read', 'manage'],
    budget: null,
    rpm: null,
    concurrency: null,
    expiresAt: null,
  })
  // History as settling leaves it: seven in eight completed, the others failed.
  sql.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO generation (id, key, key_id, identity, state, cacheable, created_at, ended_at,
         expires_at, charge, outcome, price, hold, video)
       SELECT 'video_' || i, 'key_' || i, 'key_bench', ?, iif(i % 8 = 1, 'failed', 'completed'), 1,
         ? + i, ? + i, ?, 'certain', 'known', 100000, 0, ? FROM n`,
    videos,
    JSON.stringify(toRequest('').identity),
    history.now - DAY_MS,
    history.now - DAY_MS,
    history.now + KEPT_MS,
    JSON.stringify({ object: 'video', text: 'x'.repeat(400) }),
  )
  sql.exec(
    `INSERT INTO idempotency (hash, key, id, expires_at)
       SELECT 'hash_' || number, key, id, ? FROM generation`,
    history.now + KEPT_MS,
  )
  return history
}

function toRequest(key: string): AdmissionRequest {
  return {
    key,
    identity: {
      id: `video_${key}`,
      model: 'sora-2',
      size: '1280x720',
      seconds: '4',
      remixedFrom: null,
      metadata: {},
    },
    cost: 100_000,
    idempotencyHash: null,
    directives: { noCache: false, noStore: false, onlyIfCached: false, maxAgeSeconds: null },
    isRetry: false,
    acceptPossibleCharge: false,
    webhook: null,
    submission: `video_${key}`,
    not: null,
  }
}

function timeCalls(work: () => void): number {
  const startedAt = performance.now()
  for (let i = 0; i < CALLS; i += 1) work()
  return (performance.now() - startedAt) / CALLS
}
