// The API keys of one account. Only digests are kept; a key can be shown once, when it is made.

import type { Sql } from '../../shared/ports.ts'
import { isThisMinute, type Minute } from '../platform/minutes.ts'
import { fromJson, insert, inWords, Table } from '../platform/table.ts'
import type { AccountBudget, BudgetPeriod, Spending } from './spending.ts'

export const scopes = ['generate', 'read', 'manage'] as const
export type Scope = (typeof scopes)[number]

/** Money in millionths of a US dollar, times in ms since the epoch. */
export interface KeyRow {
  readonly id: string
  readonly name: string
  /** Start and end of the key, enough to tell two apart. */
  readonly hint: string
  readonly scopes: readonly Scope[]
  readonly budget: number | null
  /** Requests per minute that can start a generation. */
  readonly rpm: number | null
  readonly concurrency: number | null
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly spent: number
  readonly held: number
  /** What `budget` is for; null or absent: for ever. */
  readonly budgetPeriod?: BudgetPeriod | null
  /** In that period, where it was asked for. */
  readonly period?: Spending
  /** Models it may generate with, by id; null: all. */
  readonly models: readonly string[] | null
  /** Networks it may be used from, as CIDR; null: all. */
  readonly ipAllow: readonly string[] | null
  /** The UTC day, ms since the epoch. */
  readonly lastUsedAt: number | null
  /** Where a caller last used it: a /24, or a /48 of IPv6. */
  readonly lastNetwork: string | null
}

export interface NewKey
  extends
    Pick<
      KeyRow,
      'id' | 'name' | 'hint' | 'scopes' | 'budget' | 'rpm' | 'concurrency' | 'expiresAt'
    >,
    Partial<Pick<KeyRow, 'models' | 'ipAllow'>> {
  readonly digest: string
  readonly budgetPeriod?: BudgetPeriod
}

/** What replaces a key's secret; the old one works until `oldUntil`, ms since the epoch. */
export interface KeyRotation {
  readonly digest: string
  readonly hint: string
  readonly oldUntil: number
}

export type KeyChange = Partial<
  Pick<
    NewKey,
    | 'name'
    | 'scopes'
    | 'budget'
    | 'rpm'
    | 'concurrency'
    | 'expiresAt'
    | 'budgetPeriod'
    | 'models'
    | 'ipAllow'
  > & {
    /** A correction of what it has spent. */
    readonly spent: number
  }
>

const columns = `id, name, hint, scopes, budget, rpm, concurrency, created_at AS createdAt,
  expires_at AS expiresAt, revoked_at AS revokedAt, spent, held, budget_period AS budgetPeriod,
  models, ip_allow AS ipAllow, last_used_at AS lastUsedAt, last_network AS lastNetwork`

export class Keys {
  readonly #sql: Sql
  readonly #table: Table<KeyRow>

  constructor(sql: Sql) {
    this.#sql = sql
    this.#table = new Table(sql, 'api_key', columns, {
      scopes: inWords(scopes),
      models: fromJson,
      ipAllow: fromJson,
    })
  }

  add(key: NewKey, now: number): void {
    const { id, digest, name, hint, budget, rpm, concurrency, expiresAt } = key
    const { models = null, ipAllow = null } = key
    const limits = { scopes: key.scopes.join(' '), budget, rpm, concurrency, expiresAt }
    const { budgetPeriod = null } = key
    const fields = {
      id,
      digest,
      name,
      hint,
      ...limits,
      models,
      ipAllow,
      createdAt: now,
      budgetPeriod,
    }
    insert(this.#sql, 'INSERT INTO api_key', fields)
  }

  list(): KeyRow[] {
    return this.#table.many('ORDER BY created_at, id')
  }

  get(id: string): KeyRow | null {
    return this.#table.one('WHERE id = ?', id)
  }

  /** The usable key with this digest, or that had it before a rotation whose overlap still runs. */
  findUsable(digest: string, now: number): KeyRow | null {
    const key = this.#table.one(
      `WHERE digest = ?
         OR id IN (SELECT key_id FROM old_digest WHERE digest = ? AND expires_at > ?)`,
      digest,
      digest,
      now,
    )
    return key !== null && isUsable(key, now) ? key : null
  }

  findUsableById(id: string, now: number): KeyRow | null {
    const key = this.get(id)
    return key !== null && isUsable(key, now) ? key : null
  }

  /** A new secret for the same key: limits, money and schedules go on. Older ones end by `oldUntil`. */
  rotate(id: string, { digest, hint, oldUntil }: KeyRotation, now: number): void {
    const insertion =
      'INSERT INTO old_digest (digest, key_id, expires_at) SELECT digest, id, ? FROM api_key WHERE id = ?'
    this.#sql.exec(insertion, oldUntil, id)
    const shortening = 'UPDATE old_digest SET expires_at = min(expires_at, ?) WHERE key_id = ?'
    this.#sql.exec(shortening, oldUntil, id)
    this.#sql.exec('DELETE FROM old_digest WHERE expires_at <= ?', now)
    this.#table.update({ digest, hint }, 'id = ?', id)
  }

  change(id: string, change: KeyChange): void {
    const key = this.get(id)
    if (key === null) return
    const changed = { ...key, ...change }
    const { name, scopes: granted, budget, rpm, concurrency, expiresAt, models, ipAllow } = changed
    const fields = { name, scopes: granted.join(' '), budget, rpm, concurrency, expiresAt }
    const { budgetPeriod = null, spent } = changed
    this.#table.update({ ...fields, models, ipAllow, budgetPeriod, spent }, 'id = ?', id)
  }

  setUsed(id: string, day: number, network: string | null): void {
    this.#table.update({ lastUsedAt: day, lastNetwork: network }, 'id = ?', id)
  }

  /** Of all keys, also of those that work no more. */
  sums(): { spent: number; held: number } {
    const sum = (column: string) => this.#table.number(`sum(${column})`, '') ?? 0
    return { spent: sum('spent'), held: sum('held') }
  }

  revoke(id: string, now: number): void {
    this.#table.update({ revokedAt: now }, 'id = ? AND revoked_at IS NULL', id)
  }

  hold(id: string, amount: number): void {
    this.#sql.exec('UPDATE api_key SET held = held + ? WHERE id = ?', amount, id)
  }

  /** Ends a hold; `spent` of it was really charged. */
  release(id: string, held: number, spent: number): void {
    const query = 'UPDATE api_key SET held = held - ?, spent = spent + ? WHERE id = ?'
    this.#sql.exec(query, held, spent, id)
  }

  /** Counts one request in the key's current minute. False when the minute is full. */
  takeFromMinute(key: KeyRow, now: number): { allowed: boolean; minute: Minute | null } {
    if (key.rpm === null) return { allowed: true, minute: null }
    const [row] = this.#sql.exec<{ window_at: number; window_used: number }>(
      'SELECT window_at, window_used FROM api_key WHERE id = ?',
      key.id,
    )
    const fresh = row === undefined || !isThisMinute(row.window_at, now)
    const startedAt = fresh ? now : row.window_at
    const used = fresh ? 0 : row.window_used
    const allowed = used < key.rpm
    if (allowed) {
      const fields = { windowAt: startedAt, windowUsed: used + 1 }
      this.#table.update(fields, 'id = ?', key.id)
    }
    return {
      allowed,
      minute: {
        limit: key.rpm,
        remaining: Math.max(0, key.rpm - used - (allowed ? 1 : 0)),
        resetMs: startedAt + MINUTE_MS - now,
      },
    }
  }
}

const MINUTE_MS = 60_000

function isUsable(key: KeyRow, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now)
}

export type AccessProblem = 'invalid_api_key' | 'insufficient_scope'

export type Access =
  | {
      readonly ok: true
      readonly key: KeyRow
      /** These two when they are asked for, and not by an account that still runs an older release. */
      readonly account?: AccountBudget
      /** Relays that this account does not ask now. */
      readonly suspended?: readonly string[]
    }
  /** `key`: it is good and lacks the scope; an account that still runs an older release does not say whose. */
  | { readonly ok: false; readonly code: AccessProblem; readonly key?: KeyRow }

/** May the holder of this key do what needs `scope`? `null`: there is no such key. */
export function toAccess(key: KeyRow | null, scope: Scope): Access {
  if (key === null) return { ok: false, code: 'invalid_api_key' }
  return key.scopes.includes(scope)
    ? { ok: true, key }
    : { ok: false, code: 'insufficient_scope', key }
}

/** The same sentence wherever a key is refused. */
export function explainAccess(code: AccessProblem, scope: Scope): string {
  return code === 'invalid_api_key'
    ? 'The API key is not valid. It may be mistyped, expired or revoked.'
    : `This API key may not do that: it lacks the scope \`${scope}\`.`
}
