// The rows of the outbox: one per message and receiver, written in the transaction of what it tells,
// sent later. A row is leased before it is sent, so a crash between sending and marking gives a
// duplicate with the same id, never a loss.

import type { Sql } from '../../shared/ports.ts'
import type { Fields, Page } from '../platform/table.ts'
import { insert, readValue, Table } from '../platform/table.ts'
import type { Waiting } from './receivers.ts'
import { receiverColumn, Receivers, toReceiver, toStoredUrl } from './receivers.ts'

/** Longer than a delivery may take, so that a leased row is never sent twice at once. */
const LEASE_MS = 20_000

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
  readonly #receivers: Receivers

  constructor(sql: Sql) {
    this.#sql = sql
    this.#table = new Table(sql, 'delivery', columns, {})
    this.#receivers = new Receivers(sql)
  }

  add(delivery: NewDelivery, now: number): void {
    const url = toStoredUrl(delivery.url)
    const fields = { ...delivery, url, nextAt: now, createdAt: now }
    insert(this.#sql, 'INSERT OR IGNORE INTO delivery', fields)
    this.#receivers.add({ receiver: toReceiver(url), dueAt: now, hangs: false })
  }

  get(id: string): DeliveryRow | null {
    return this.#table.one('WHERE id = ?', id)
  }

  /** Who has messages that wait. After a failed claim the rows are read again: see `Receivers`. */
  get receivers(): Pick<Receivers, 'all' | 'forget'> {
    return this.#receivers
  }

  /**
   * Leases the oldest due message of a receiver: due again when the lease is over and nothing was noted
   * meanwhile. null when it has none after all.
   */
  leaseNext({ receiver, hangs }: Waiting, now: number): DeliveryRow | null {
    const [row, following] = this.#table.many(
      `WHERE state = 'pending' AND ${receiverColumn} = ? ORDER BY next_at, number LIMIT 2`,
      receiver,
    )
    if (row === undefined) {
      this.#receivers.remove(receiver)
      return null
    }
    if (row.nextAt > now) {
      this.#receivers.set({ receiver, dueAt: row.nextAt, hangs })
      return null
    }
    const leasedUntil = now + LEASE_MS
    this.#set(row.number, { nextAt: leasedUntil, leasedUntil })
    this.#receivers.set({
      receiver,
      dueAt: Math.min(leasedUntil, following?.nextAt ?? leasedUntil),
      hangs,
    })
    return row
  }

  // An attempt counts when its answer is noted. After a crash before that it is made once more.

  setDelivered(row: DeliveryRow, status: number, now: number): void {
    this.#setEnded(row, { state: 'delivered', status, problem: null, endedAt: now })
  }

  setFailed(row: DeliveryRow, status: number | null, problem: string, now: number): void {
    this.#setEnded(row, { state: 'failed', status, problem, endedAt: now })
  }

  #setEnded({ number, attempts, endpointId }: DeliveryRow, end: Fields): void {
    this.#set(number, { ...end, attempts: attempts + 1, leasedUntil: 0 })
    if (endpointId !== null) return
    // A video that was deleted meanwhile takes along who asked for it.
    this.#sql.exec(
      `DELETE FROM delivery WHERE number = ? AND EXISTS (
         SELECT 1 FROM generation WHERE id = json_extract(body, '$.data.id') AND state = 'gone')`,
      number,
    )
  }

  /** `attempts`: how many count so far. */
  setNext(
    { number, receiver }: DeliveryRow,
    next: Pick<DeliveryRow, 'attempts' | 'status' | 'problem' | 'nextAt'>,
  ): void {
    const nextAt = Math.ceil(next.nextAt)
    this.#set(number, { ...next, nextAt, leasedUntil: 0 })
    this.#receivers.add({ receiver, dueAt: nextAt, hangs: next.status === null })
  }

  /** Makes it due now, with the same id, at its receiver's present address. */
  replay(number: number, to: { url: string; secret: string | null }, now: number): void {
    const again = { state: 'pending', attempts: 0, nextAt: now, leasedUntil: 0, endedAt: null }
    const url = toStoredUrl(to.url)
    this.#set(number, { url, secret: to.secret, ...again })
    this.#receivers.add({ receiver: toReceiver(url), dueAt: now, hangs: false })
  }

  /** Pending deliveries of an endpoint go to its new address. */
  moveAllOf(endpointId: string, address: string): void {
    const url = toStoredUrl(address)
    this.#table.update({ url }, pendingOf, endpointId)
    this.#receivers.add({ receiver: toReceiver(url), dueAt: 0, hangs: false })
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

  /** Up to `most`; those without an endpoint are of requests and callbacks. */
  countPendingOf(endpointId: string | null, most: number): number {
    const some = `SELECT 1 FROM delivery WHERE state = 'pending' AND endpoint_id IS ? LIMIT ?`
    return readValue<number>(this.#sql, `SELECT count(*) FROM (${some})`, endpointId, most) ?? 0
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

  /** Drops what was sent, or given up, of those whose id begins so and that have no endpoint. */
  dropEndedOf(prefix: string): void {
    const ended = "endpoint_id IS NULL AND state <> 'pending'"
    this.#table.drop(`WHERE id >= ? AND id < ? AND ${ended}`, prefix, `${prefix}~`)
  }

  /** Drops what ended before `at`, at most `limit`; says how many. */
  dropEnded(at: number, limit: number): number {
    return this.#table.drop('WHERE ended_at <= ? ORDER BY ended_at LIMIT ?', at, limit)
  }

  #set(number: number, fields: Fields): void {
    this.#table.update(fields, 'number = ?', number)
  }
}
