// The account's index of its generations: enough to find an identical one, to list and to settle. It
// decides about money and order; how a generation stands is read from its log.

import type { Charge, FailureCode, Outcome } from '../../shared/video/failures.ts'
import type { Sql, SqlValue } from '../../shared/ports.ts'
import type { VideoIdentity, VideoResource } from '../../shared/video/video.ts'
import { fromJson, insert, isSet, Table } from '../platform/table.ts'
import type { Settlement } from '../protocol.ts'

export type GenerationState = 'admitted' | 'open' | 'completed' | 'failed' | 'gone'

export interface GenerationRow {
  readonly number: number
  readonly id: string
  readonly key: string
  readonly keyId: string
  readonly identity: VideoIdentity
  readonly state: GenerationState
  readonly cacheable: boolean
  readonly createdAt: number
  readonly endedAt: number | null
  readonly expiresAt: number | null
  readonly code: FailureCode | null
  readonly charge: Charge | null
  readonly outcome: Outcome | null
  /** What it costs if the relay bills it, millionths of a US dollar. */
  readonly price: number
  /** Millionths of a US dollar that are reserved; 0 once settled. */
  readonly hold: number
  readonly spent: number
  /** Gone because it expired, not because somebody deleted it. */
  readonly expired: boolean
  readonly video: VideoResource | null
}

/** What a list of a caller's videos is made of. Where `video` is null, its own log is asked. */
export type ListedRow = Pick<
  GenerationRow,
  'number' | 'id' | 'identity' | 'state' | 'code' | 'video'
>

/** Without what was asked and answered, which can be long: for work on many rows at once. */
export type BriefRow = Omit<GenerationRow, 'video'>

/** What an operator sees of one: nothing of what was asked. */
export interface OperatorRow extends Omit<GenerationRow, 'identity' | 'video'> {
  readonly identity: Pick<VideoIdentity, 'model' | 'requestId'>
  readonly video: Pick<VideoResource, 'error'> | null
}

/** Which generations an operator wants to see. `running`: admitted or at work. */
export const listedStatuses = ['failed', 'completed', 'running', 'all'] as const
export type ListedStatus = (typeof listedStatuses)[number]

export interface GenerationFilter {
  readonly status: ListedStatus
  readonly charge: Charge | null
}

// Literals, not bindings: SQLite uses a partial index only for a condition that it can read.
const stateConditions: Readonly<Record<ListedStatus, string>> = {
  failed: "state = 'failed'",
  completed: "state = 'completed'",
  running: "state IN ('admitted', 'open')",
  all: "state <> 'gone'",
}

const shortColumns = `number, id, key, key_id AS keyId, state, cacheable, created_at AS createdAt,
  ended_at AS endedAt, expires_at AS expiresAt, code, charge, outcome, price, hold, spent, expired`
const briefColumns = `${shortColumns}, identity`
const columns = `${briefColumns}, video`
const operatorColumns = `${shortColumns},
  json_object('model', json_extract(identity, '$.model'), 'requestId', json_extract(identity, '$.requestId'))
    AS identity,
  iif(video IS NULL, NULL, json_object('error', json_extract(video, '$.error'))) AS video`

export class Generations {
  readonly #sql: Sql
  readonly #table: Table<GenerationRow>
  readonly #brief: Table<BriefRow>
  readonly #operators: Table<OperatorRow>

  constructor(sql: Sql) {
    this.#sql = sql
    const short = { cacheable: isSet, expired: isSet, identity: fromJson<VideoIdentity> }
    const video = fromJson
    this.#table = new Table(sql, 'generation', columns, { ...short, video })
    this.#brief = new Table(sql, 'generation', briefColumns, short)
    this.#operators = new Table(sql, 'generation', operatorColumns, { ...short, video })
  }

  find(id: string): GenerationRow | null {
    return this.#table.one('WHERE id = ?', id)
  }

  /** The newest one with this key that still runs and may be joined. */
  findOpen(key: string, exclude: string): GenerationRow | null {
    return this.#findNewest(key, exclude, "state IN ('admitted', 'open') AND cacheable = 1")
  }

  findCached(key: string, exclude: string): GenerationRow | null {
    return this.#findNewest(key, exclude, "state = 'completed' AND cacheable = 1")
  }

  /** The newest one with this key since `since`, whatever its cache directives were. */
  findRecent(key: string, since: number, exclude: string): GenerationRow | null {
    return this.#table.one(
      `WHERE key = ? AND created_at > ? AND state IN ('admitted', 'open', 'completed') AND id <> ?
         ORDER BY created_at DESC, number DESC LIMIT 1`,
      key,
      since,
      exclude,
    )
  }

  /**
   * The newest doubtful one since `since`, unless a later one of the same key completed. Deleted ones
   * count: their tombstone remembers that they may have been paid.
   */
  findDoubtful(key: string, since: number, exclude: string): GenerationRow | null {
    const condition = `state IN ('failed', 'gone') AND outcome = 'unknown' AND ended_at > ?
      AND number > coalesce(
        (SELECT max(number) FROM generation
           WHERE key = ? AND state = 'completed' AND cacheable = 1), 0)`
    return this.#findNewest(key, exclude, condition, since, key)
  }

  /** The newest one whose video was paid and not stored, unless a later one of the same key completed. */
  findUnstored(key: string, exclude: string): GenerationRow | null {
    const condition = `state = 'failed' AND code IN ('download_failed', 'storage_failed')
      AND number > coalesce(
        (SELECT max(number) FROM generation
           WHERE key = ? AND state = 'completed' AND cacheable = 1), 0)`
    return this.#findNewest(key, exclude, condition, key)
  }

  #findNewest(
    key: string,
    exclude: string,
    condition: string,
    ...bindings: SqlValue[]
  ): GenerationRow | null {
    const rest = `WHERE key = ? AND id <> ? AND ${condition} ORDER BY number DESC LIMIT 1`
    return this.#table.one(rest, key, exclude, ...bindings)
  }

  countRunning(keyId: string): number {
    return (
      this.#table.number('count(*)', "WHERE key_id = ? AND state IN ('admitted', 'open')", keyId) ??
      0
    )
  }

  /** Inserts an admitted one with its price on hold, never dated before an earlier number. */
  add(row: Pick<GenerationRow, 'id' | 'key' | 'keyId' | 'identity' | 'cacheable' | 'price'>): void {
    insert(this.#sql, 'INSERT INTO generation', {
      ...row,
      state: 'admitted',
      createdAt: row.identity.createdAt,
      hold: row.price,
    })
  }

  get newestAt(): number {
    return this.#table.number('created_at', 'ORDER BY number DESC LIMIT 1') ?? 0
  }

  /** Admitted ones whose start nobody confirmed, oldest first. */
  admittedBefore(at: number, limit: number): BriefRow[] {
    return this.#brief.many(
      "WHERE state = 'admitted' AND created_at <= ? ORDER BY created_at LIMIT ?",
      at,
      limit,
    )
  }

  get oldestAdmittedAt(): number | null {
    return this.#table.number('min(created_at)', "WHERE state = 'admitted'")
  }

  get hasRunning(): boolean {
    return this.#table.number('1', "WHERE state IN ('admitted', 'open') LIMIT 1") !== null
  }

  /** How many have not ended, and since when the oldest runs. */
  get running(): { readonly count: number; readonly since: number | null } {
    const rest = `WHERE ${stateConditions.running}`
    const count = this.#table.number('count(*)', rest) ?? 0
    return { count, since: this.#table.number('min(created_at)', rest) }
  }

  /** What is held for those of which nobody knows whether the relay billed them. */
  get heldInDoubt(): number {
    return this.#table.number('sum(hold)', 'WHERE hold_until IS NOT NULL') ?? 0
  }

  /** Running ones that were admitted before `at`, oldest first. */
  runningBefore(at: number, limit: number): BriefRow[] {
    return this.#brief.many(
      // By number it would read the whole table in its order.
      "WHERE state IN ('admitted', 'open') AND created_at <= ? ORDER BY created_at LIMIT ?",
      at,
      limit,
    )
  }

  /** Those of the `limit` oldest that should have been forgotten before `at`. */
  expiredBefore(at: number, limit: number): BriefRow[] {
    return this.#brief.many(
      `WHERE expires_at <= ? AND number IN (
         SELECT number FROM generation WHERE state <> 'gone' ORDER BY number LIMIT ?)`,
      at,
      limit,
    )
  }

  setOpen(id: string): void {
    this.#table.update({ state: 'open' }, "id = ? AND state = 'admitted'", id)
  }

  /** All admitted ones: nobody says of them any more that they never started. */
  setAllOpen(): void {
    this.#table.update({ state: 'open' }, "state = 'admitted'")
  }

  /** The oldest that runs. */
  get oldestRunning(): GenerationRow | null {
    return this.#table.one("WHERE state IN ('admitted', 'open') ORDER BY number LIMIT 1")
  }

  setEnded(id: string, end: Settlement): void {
    const { status, code, charge, outcome, endedAt, expiresAt, video, run } = end
    const ran = { relay: run?.relay ?? null, runningMs: run?.runningMs ?? null }
    const fields = { state: status, code, charge, outcome, endedAt, expiresAt, video, ...ran }
    this.#table.update(fields, 'id = ?', id)
  }

  setPrice(id: string, price: number, hold: number): void {
    this.#table.update({ price, hold }, 'id = ?', id)
  }

  /** The hold is over; `spent` of it was charged. */
  setSpent(id: string, spent: number): void {
    this.#table.update({ hold: 0, holdUntil: null, spent }, 'id = ?', id)
  }

  /** Manual correction of the charge: the outcome counts as known afterwards. */
  setCorrected(row: GenerationRow, charge: Charge): void {
    const outcome = 'known'
    const video = row.video && { ...row.video, charge, outcome }
    this.#table.update({ charge, outcome, video }, 'id = ?', row.id)
  }

  setHoldUntil(id: string, at: number): void {
    this.#table.update({ holdUntil: at }, 'id = ?', id)
  }

  heldBefore(at: number, limit: number): BriefRow[] {
    return this.#brief.many('WHERE hold_until <= ? ORDER BY hold_until LIMIT ?', at, limit)
  }

  get nextHoldAt(): number | null {
    return this.#table.number('min(hold_until)', 'WHERE hold_until IS NOT NULL')
  }

  /** Leaves a tombstone: lists go on after it, and a late reader learns what happened. */
  setGone({ id, identity }: GenerationRow, at: number, expired: boolean): void {
    const stripped = { ...identity, metadata: {} }
    const fields = { state: 'gone', goneAt: at, expired, video: null, identity: stripped }
    this.#table.update(fields, 'id = ?', id)
  }

  /** Drops tombstones older than `at`, at most `limit`; says how many. */
  dropGone(at: number, limit: number): number {
    return this.#table.drop('WHERE gone_at <= ? ORDER BY gone_at LIMIT ?', at, limit)
  }

  /** For operators: newest first, `before` a number, exclusive. */
  pageFor(filter: GenerationFilter, before: number, limit: number): OperatorRow[] {
    const { charge } = filter
    return this.#operators.many(
      `WHERE ${stateConditions[filter.status]} AND number < ? AND (? IS NULL OR charge = ?)
         ORDER BY number DESC LIMIT ?`,
      before,
      charge,
      charge,
      limit,
    )
  }
}
