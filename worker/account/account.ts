// One tenant: keys, admission, list, money. A plain class over ports; every method that decides
// something is one synchronous transaction, so two requests can never decide on the same state.

import { DueTable } from '../dueTable.ts'
import type { Settlement } from '../generation/ports.ts'
import type { Admission, AdmissionRequest } from './admission.ts'
import { AdmissionDesk } from './admission.ts'
import type { UsageRow } from './books.ts'
import { Books } from './books.ts'
import { Breaker } from './breaker.ts'
import type { GenerationRow } from './generations.ts'
import { Generations } from './generations.ts'
import { Idempotency } from './idempotency.ts'
import type { KeyChange, KeyRow, NewKey, Scope } from './keys.ts'
import { Keys } from './keys.ts'
import type { AccountPorts } from './ports.ts'
import { createSchema, hasSchema } from './schema.ts'

const DAY_MS = 24 * 60 * 60_000
/** A start that nobody confirmed by then is given up, and its hold freed. */
const ABANDON_MS = 60_000
/** Tombstones and idempotency bindings live at least this long. */
const KEEP_MS = 7 * DAY_MS
/** Rows per sweep: an alarm stays short however long the history is. */
const SWEEP_ROWS = 500
const AFTER_FAILURE_MS = 5_000

export type Access =
  | { readonly ok: true; readonly key: KeyRow }
  | { readonly ok: false; readonly code: 'invalid_api_key' | 'insufficient_scope' }

export interface Page {
  readonly rows: readonly GenerationRow[]
  readonly hasMore: boolean
}

export class Account {
  readonly #ports: AccountPorts
  readonly #due: DueTable<'abandon' | 'hold' | 'sweep'>
  readonly #keys: Keys
  readonly #generations: Generations
  readonly #idempotency: Idempotency
  readonly #books: Books
  readonly #breaker: Breaker
  readonly #desk: AdmissionDesk
  #exists: boolean

  /** Reads, never writes: a made-up account stays empty. */
  constructor(ports: AccountPorts) {
    const { sql, now, settings } = ports
    this.#ports = ports
    this.#due = new DueTable(sql, ports.alarm)
    this.#keys = new Keys(sql)
    this.#generations = new Generations(sql)
    this.#idempotency = new Idempotency(sql, Math.max(KEEP_MS, settings.retentionMs))
    this.#books = new Books(sql, this.#keys, this.#generations)
    this.#breaker = new Breaker(sql, settings.breaker)
    this.#desk = new AdmissionDesk({
      sql,
      now,
      keys: this.#keys,
      generations: this.#generations,
      idempotency: this.#idempotency,
      breaker: this.#breaker,
      cacheTtlMs: settings.cacheTtlMs,
    })
    this.#exists = hasSchema(sql)
  }

  createKey(account: string, key: NewKey): KeyRow | null {
    const { sql, now } = this.#ports
    sql.transaction(() => {
      if (!this.#exists) {
        createSchema(sql)
        sql.exec('INSERT INTO account (one, id) VALUES (1, ?)', account)
        this.#due.set('sweep', now() + DAY_MS)
        this.#exists = true
      }
      this.#keys.add(key, now())
    })
    return this.#keys.get(key.id)
  }

  listKeys(): KeyRow[] {
    return this.#exists ? this.#keys.list() : []
  }

  changeKey(id: string, change: KeyChange): KeyRow | null {
    if (!this.#exists) return null
    this.#keys.change(id, change)
    return this.#keys.get(id)
  }

  revokeKey(id: string): KeyRow | null {
    if (!this.#exists) return null
    this.#keys.revoke(id, this.#ports.now())
    return this.#keys.get(id)
  }

  /** Who holds the key with this digest, and may they? */
  authenticate(digest: string, scope: Scope): Access {
    const key = this.#exists ? this.#keys.findUsable(digest, this.#ports.now()) : null
    if (key === null) return { ok: false, code: 'invalid_api_key' }
    return key.scopes.includes(scope)
      ? { ok: true, key }
      : { ok: false, code: 'insufficient_scope' }
  }

  /** Decides on one request that may start a generation, and reserves what it may cost. */
  admit(digest: string, request: AdmissionRequest): Admission | Extract<Access, { ok: false }> {
    const access = this.authenticate(digest, 'generate')
    if (!access.ok) return access
    return this.#ports.sql.transaction(() => {
      const admission = this.#desk.admit(request, access.key)
      if (admission.kind === 'admitted') {
        this.#due.setEarlier('abandon', admission.identity.createdAt + ABANDON_MS)
      }
      return admission
    })
  }

  /** Takes note of how a generation ended. Idempotent: the generation repeats it until it returns. */
  async settle(id: string, settlement: Settlement): Promise<void> {
    const { sql } = this.#ports
    const row = this.#exists ? this.#generations.find(id) : null
    if (row === null || row.state === 'gone' || row.endedAt === settlement.endedAt) return
    sql.transaction(() => {
      const firstEnd = row.endedAt === null
      this.#generations.setEnded(id, {
        ...settlement,
        state: settlement.status,
      })
      // A video archived in the end was paid for when its download failed.
      if (firstEnd) {
        this.#books.settle(row, settlement.charge, settlement.status, settlement.endedAt)
        this.#breaker.record(settlement.code, this.#ports.now())
        const holdAt = this.#generations.nextHoldAt
        if (holdAt !== null) this.#due.set('hold', holdAt)
      }
    })
    await sql.flush()
  }

  /** The video is gone: by its owner's wish, or because its time was over. Idempotent. */
  async forget(id: string): Promise<void> {
    const { sql, now } = this.#ports
    const row = this.#exists ? this.#generations.find(id) : null
    if (row === null || row.state === 'gone') return
    const expired = row.expiresAt !== null && row.expiresAt <= now()
    sql.transaction(() => {
      if (row.hold > 0) this.#books.expireHold(row)
      this.#generations.setGone(id, now(), expired)
    })
    await sql.flush()
  }

  find(id: string): GenerationRow | null {
    return this.#exists ? this.#generations.find(id) : null
  }

  /** One page; null when `after` was never one of this account's videos. */
  list(options: { after: string | null; order: 'asc' | 'desc'; limit: number }): Page | null {
    if (!this.#exists) return options.after === null ? { rows: [], hasMore: false } : null
    const after = options.after === null ? null : this.#generations.find(options.after)
    if (options.after !== null && after === null) return null
    const rows = this.#generations.page(after?.number ?? null, options.order, options.limit + 1)
    return { rows: rows.slice(0, options.limit), hasMore: rows.length > options.limit }
  }

  usage(sinceDay: string): UsageRow[] {
    return this.#exists ? this.#books.usage(sinceDay) : []
  }

  /** Called by the platform: acts on what is due, at most a batch of each kind. */
  alarm(): void {
    if (!this.#exists) return
    const { now } = this.#ports
    for (const kind of this.#due.dueAt(now())) {
      switch (kind) {
        case 'abandon':
          // Planned again before acting: a crash in between comes back here.
          this.#due.set('abandon', now() + AFTER_FAILURE_MS)
          this.#ports.defer(this.#abandonUnstarted())
          break
        case 'hold':
          this.#expireHolds()
          break
        case 'sweep':
          this.#sweep()
          break
      }
    }
    this.#due.arm()
  }

  async #abandonUnstarted(): Promise<void> {
    const { now, generations, sql } = this.#ports
    const account = this.#account()
    const rows = this.#generations.admittedBefore(now() - ABANDON_MS, SWEEP_ROWS)
    for (const row of rows) {
      const fate = await generations.abandon({ account, identity: row.identity })
      // Abandoned ones come back as a settlement; until then they stay admitted and are not asked twice.
      if (fate === 'alive') this.#generations.setOpen(row.id)
    }
    sql.transaction(() => {
      const oldest = this.#generations.oldestAdmittedAt
      if (oldest === null) this.#due.clear('abandon')
      else this.#due.set('abandon', Math.max(oldest + ABANDON_MS, now() + AFTER_FAILURE_MS))
    })
  }

  #expireHolds(): void {
    const { sql, now } = this.#ports
    sql.transaction(() => {
      for (const row of this.#generations.heldBefore(now(), SWEEP_ROWS)) {
        this.#books.expireHold(row)
      }
      const next = this.#generations.nextHoldAt
      if (next === null) this.#due.clear('hold')
      else this.#due.set('hold', next)
    })
  }

  #sweep(): void {
    const { sql, now } = this.#ports
    sql.transaction(() => {
      const dropped =
        this.#generations.dropGone(now() - KEEP_MS, SWEEP_ROWS) +
        this.#idempotency.dropExpired(now(), SWEEP_ROWS)
      this.#due.set('sweep', dropped < SWEEP_ROWS ? now() + DAY_MS : now())
    })
  }

  #account(): string {
    const [row] = this.#ports.sql.exec<{ id: string }>('SELECT id FROM account')
    return row?.id ?? ''
  }
}
