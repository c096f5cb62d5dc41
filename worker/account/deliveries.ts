// The rows of the outbox: one per message and receiver, written in the transaction of what it tells,
// sent later. A row is leased before it is sent, so a crash between sending and marking gives a
// duplicate with the same id, never a loss.

import type { Sql } from '../../shared/ports.ts'
import type { Fields, Page } from '../platform/table.ts'
import { insert, readValue, Table } from '../platform/table.ts'

/** Longer than a delivery may take, so that a leased row is never sent twice at once. */
const LEASE_MS = 20_000
/**
 * Scheme and host of a URL: one host is one receiver, however many addresses it has. n8n gives every
 * execution its own. The ninth character stands behind `https://` and inside any name after `http://`.
 */
export const receiverColumn = "substr(url, 1, 8 + instr(substr(url, 9) || '/', '/'))"

export type DeliveryState = 'pending' | 'delivered' | 'failed'

export interface DeliveryRow {
  readonly number: number
  /** `webhook-id`: the same for every attempt. */
  readonly id: string
  /** null for a webhook that came with a request or a callback. */
  readonly endpointId: string | null
  readonly url: string
  /** Scheme and host of the URL. */
  readonly receiver: string
  readonly secret: string | null
  readonly type: string
  readonly body: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly nextAt: number
  readonly status: number | null
  readonly problem: string | null
  readonly createdAt: number
  readonly endedAt: number | null
}

const columns = `number, id, endpoint_id AS endpointId, url, ${receiverColumn} AS receiver, secret, type,
  body, state, attempts, next_at AS nextAt, status, problem, created_at AS createdAt, ended_at AS endedAt`

export type NewDelivery = Pick<
  DeliveryRow,
  'id' | 'endpointId' | 'url' | 'secret' | 'type' | 'body'
>

const pendingOf = "endpoint_id = ? AND state = 'pending'"

export class Deliveries {
  readonly #sql: Sql
  readonly #table: Table<DeliveryRow>

  constructor(sql: Sql) {
    this.#sql = sql
    this.#table = new Table(sql, 'delivery', columns, {})
  }

  add(delivery: NewDelivery, now: number): void {
    const fields = { ...delivery, nextAt: now, createdAt: now }
    insert(this.#sql, 'INSERT OR IGNORE INTO delivery', fields)
  }

  get(id: string): DeliveryRow | null {
    return this.#table.one('WHERE id = ?', id)
  }

  /** The oldest due rows of each receiver, two at most: never reads all that wait. */
  findDue(now: number): DeliveryRow[] {
    return [...this.#receivers()].flatMap((receiver) =>
      this.#table.many(
        `WHERE state = 'pending' AND ${receiverColumn} = ? AND next_at <= ?
           ORDER BY next_at, number LIMIT 2`,
        receiver,
        now,
      ),
    )
  }

  /** It is on its way: due again when the lease is over and nothing was noted meanwhile. */
  lease(number: number, now: number): void {
    this.#set(number, { nextAt: now + LEASE_MS, leasedUntil: now + LEASE_MS })
  }

  *#receivers(): Generator<string> {
    for (let last = ''; ;) {
      const next = readValue<string>(
        this.#sql,
        `SELECT min(${receiverColumn}) FROM delivery
           WHERE state = 'pending' AND ${receiverColumn} > ?`,
        last,
      )
      if (next === null) return
      last = next
      yield last
    }
  }

  // An attempt counts when its answer is noted. After a crash before that it is made once more.

  setDelivered({ number, attempts }: DeliveryRow, status: number, now: number): void {
    const end = { state: 'delivered', status, problem: null, endedAt: now }
    this.#set(number, { ...end, attempts: attempts + 1, leasedUntil: 0 })
  }

  setFailed(
    { number, attempts }: DeliveryRow,
    status: number | null,
    problem: string,
    now: number,
  ): void {
    const end = { state: 'failed', status, problem, endedAt: now }
    this.#set(number, { ...end, attempts: attempts + 1, leasedUntil: 0 })
  }

  /** `attempts`: how many count so far. */
  setNext(
    number: number,
    next: Pick<DeliveryRow, 'attempts' | 'status' | 'problem' | 'nextAt'>,
  ): void {
    this.#set(number, { ...next, nextAt: Math.ceil(next.nextAt), leasedUntil: 0 })
  }

  /** Makes it due now, with the same id, at its receiver's present address. */
  replay(number: number, to: { url: string; secret: string | null }, now: number): void {
    const again = { state: 'pending', attempts: 0, nextAt: now, leasedUntil: 0, endedAt: null }
    this.#set(number, { url: to.url, secret: to.secret, ...again })
  }

  /** Pending deliveries of an endpoint go to its new address. */
  moveAllOf(endpointId: string, url: string): void {
    this.#table.update({ url }, pendingOf, endpointId)
  }

  /** Pending deliveries of an endpoint are not sent any more; says how many. */
  failAllOf(endpointId: string, problem: string, now: number): number {
    const failed = { state: 'failed', problem, endedAt: now }
    const count = this.#table.number('count(*)', `WHERE ${pendingOf}`, endpointId) ?? 0
    this.#table.update(failed, pendingOf, endpointId)
    return count
  }

  /** How many wait to be delivered, and since when the oldest does. */
  get waiting(): { readonly count: number; readonly since: number | null } {
    const count = this.#table.number('count(*)', "WHERE state = 'pending'") ?? 0
    return { count, since: this.#table.number('min(created_at)', "WHERE state = 'pending'") }
  }

  get nextAt(): number | null {
    return this.#table.number('min(next_at)', "WHERE state = 'pending'")
  }

  /**
   * When to claim again after a claim at `now`. A row that is due already waits for a send to end, and
   * a lease longer at most: whoever sends may die unseen.
   */
  nextAfter(now: number): number | null {
    return readValue<number>(
      this.#sql,
      `SELECT min(at) AS at FROM (
         SELECT min(next_at) AS at FROM delivery WHERE state = 'pending' AND next_at > ?
         UNION ALL
         SELECT min(leased_until) FROM delivery WHERE leased_until > 0 AND leased_until > ?
         UNION ALL
         SELECT ? WHERE EXISTS (SELECT 1 FROM delivery WHERE state = 'pending' AND next_at <= ?))`,
      now,
      now,
      now + LEASE_MS,
      now,
    )
  }

  /** Newest first, `after` exclusive. */
  page(endpointId: string, after: number | null, limit: number): Page<DeliveryRow> {
    return this.#table.page('endpoint_id = ?', [endpointId], { after, limit })
  }

  /** Over all receivers, newest first, `before` a number, exclusive. */
  listUndelivered(state: 'pending' | 'failed', before: number, limit: number): DeliveryRow[] {
    // Literals, not a binding: SQLite uses a partial index only for a condition that it can read.
    const condition = state === 'failed' ? "state = 'failed'" : "state = 'pending'"
    const rest = `WHERE ${condition} AND number < ? ORDER BY number DESC LIMIT ?`
    return this.#table.many(rest, before, limit)
  }

  countPending(): number {
    return this.#table.number('count(*)', "WHERE state = 'pending'") ?? 0
  }

  get oldestPendingAt(): number | null {
    return this.#table.number('min(created_at)', "WHERE state = 'pending'")
  }

  /** Those whose id begins so: ids end in letters, digits and `_`, all of which come before `~`. */
  findByPrefix(prefix: string): DeliveryRow[] {
    return this.#table.many('WHERE id >= ? AND id < ? ORDER BY number', prefix, `${prefix}~`)
  }

  /** Those of callbacks that named this video. Looks through all of them: for an operator's hand. */
  findOfCallbacks(videoId: string): DeliveryRow[] {
    return this.#table.many(
      `WHERE endpoint_id IS NULL AND type = 'videos.finished' AND instr(body, ?) > 0
         ORDER BY number`,
      `"${videoId}"`,
    )
  }

  /** Drops what ended before `at`, at most `limit`; says how many. */
  dropEnded(at: number, limit: number): number {
    return this.#table.drop('WHERE ended_at <= ? ORDER BY ended_at LIMIT ?', at, limit)
  }

  #set(number: number, fields: Fields): void {
    this.#table.update(fields, 'number = ?', number)
  }
}
