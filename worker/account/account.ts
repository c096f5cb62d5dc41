// One tenant: keys, admission, list, money. A plain class over ports; every method that decides
// something is one synchronous transaction, so two requests can never decide on the same state.

import { hasTable } from '../platform/table.ts'
import type { Settlement } from '../protocol.ts'
import type { Admission, AdmissionParts, AdmissionRequest } from './admit.ts'
import { admit, refuse } from './admit.ts'
import { Outbox } from './outbox.ts'
import type { UsageRow } from './ledger.ts'
import { Ledger } from './ledger.ts'
import { Breaker } from './breaker.ts'
import { Sender } from './sender.ts'
import { Deliveries } from './deliveries.ts'
import { Chores, KEEP_MS } from './chores.ts'
import { Endpoints } from './endpoints.ts'
import type { GenerationFilter, GenerationRow } from './generations.ts'
import { Generations } from './generations.ts'
import { Idempotency } from './idempotency.ts'
import type { Access, KeyChange, KeyRotation, KeyRow, NewKey, Scope } from './keys.ts'
import { explainAccess, Keys, toAccess } from './keys.ts'
import type { AccountPorts } from './ports.ts'
import { createSchema } from './schema.ts'
import { Webhooks } from './webhooks.ts'

export interface Page {
  readonly rows: readonly GenerationRow[]
  readonly hasMore: boolean
}

export class Account {
  readonly #ports: AccountPorts
  readonly #keys: Keys
  readonly #generations: Generations
  readonly #ledger: Ledger
  readonly #breaker: Breaker
  readonly #admission: AdmissionParts
  readonly #outbox: Outbox
  readonly #chores: Chores
  /** What a caller may do with webhooks. Asked only for accounts that exist. */
  readonly webhooks: Webhooks
  #exists: boolean

  /** Reads, never writes: a made-up account stays empty. */
  constructor(ports: AccountPorts) {
    const { sql, now, settings } = ports
    const keys = new Keys(sql)
    const generations = new Generations(sql)
    const idempotency = new Idempotency(sql, Math.max(KEEP_MS, settings.retentionMs))
    const ledger = new Ledger(sql, keys, generations)
    const breaker = new Breaker(sql, settings.breaker)
    const endpoints = new Endpoints(sql)
    const deliveries = new Deliveries(sql)
    const outbox = new Outbox(sql, endpoints, deliveries, generations)
    const sender = new Sender(ports, endpoints, deliveries)
    const chores = new Chores(ports, { generations, idempotency, ledger, deliveries, sender })
    const { cacheTtlMs } = settings
    this.#ports = ports
    this.#keys = keys
    this.#generations = generations
    this.#ledger = ledger
    this.#breaker = breaker
    this.#outbox = outbox
    this.#chores = chores
    this.#admission = { now, keys, generations, idempotency, breaker, cacheTtlMs }
    this.webhooks = new Webhooks(ports, { endpoints, deliveries, outbox, generations, chores })
    this.#exists = hasTable(sql, 'account')
  }

  createKey(account: string, key: NewKey): KeyRow | null {
    const { sql, now } = this.#ports
    sql.transaction(() => {
      if (!this.#exists) {
        createSchema(sql)
        sql.exec('INSERT INTO account (one, id) VALUES (1, ?)', account)
        this.#chores.begin()
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

  /** The key with its new secret; null when there is none that works. */
  rotateKey(id: string, rotation: KeyRotation): KeyRow | null {
    const { sql, now } = this.#ports
    const key = this.#exists ? this.#keys.findUsableById(id, now()) : null
    if (key !== null) sql.transaction(() => this.#keys.rotate(id, rotation, now()))
    return key === null ? null : this.#keys.get(id)
  }

  revokeKey(id: string): KeyRow | null {
    if (!this.#exists) return null
    this.#keys.revoke(id, this.#ports.now())
    return this.#keys.get(id)
  }

  /** The key with this digest, if it works and has the scope. */
  authenticate(digest: string, scope: Scope): Access {
    return toAccess(this.#exists ? this.#keys.findUsable(digest, this.#ports.now()) : null, scope)
  }

  /** Decides on one request that may start a generation, and reserves what it may cost. */
  admit(digest: string, request: AdmissionRequest): Admission {
    return this.#admit(this.authenticate(digest, 'generate'), request)
  }

  /** The same for a schedule, which stores a key's id and never the key itself. */
  admitFor(keyId: string, request: AdmissionRequest): Admission {
    const key = this.#exists ? this.#keys.findUsableById(keyId, this.#ports.now()) : null
    return this.#admit(toAccess(key, 'generate'), request)
  }

  #admit(access: Access, request: AdmissionRequest): Admission {
    const { sql, now } = this.#ports
    if (!access.ok) return refuse(access.code, explainAccess(access.code, 'generate'))
    return sql.transaction(() => {
      const admission = admit(this.#admission, request, access.key)
      if (admission.kind === 'admitted') {
        this.#chores.planAbandon(admission.identity.createdAt)
      }
      const { webhook, submission: attemptedBy, not: exclude } = request
      if (webhook !== null && exclude !== null) this.#outbox.onPassedOn(exclude, attemptedBy)
      if (admission.kind !== 'refused' && webhook !== null) {
        const id = admission.kind === 'existing' ? admission.id : admission.identity.id
        const row = this.#generations.find(id)
        if (row !== null) {
          this.#outbox.onAccepted(row, attemptedBy, webhook, now())
          this.#chores.planDelivery()
        }
      }
      return admission
    })
  }

  /** Records how a generation ended. Idempotent: the generation repeats it until it returns. */
  async settle(id: string, settlement: Settlement): Promise<void> {
    const { sql } = this.#ports
    const row = this.#exists ? this.#generations.find(id) : null
    if (row === null || row.state === 'gone' || row.endedAt === settlement.endedAt) return
    sql.transaction(() => {
      const firstEnd = row.endedAt === null
      this.#generations.setEnded(id, settlement)
      // A second end archives a video whose failed download was settled already.
      if (firstEnd) {
        this.#ledger.settle(row, settlement.charge, settlement.status, settlement.endedAt)
        this.#breaker.record(settlement.code, this.#ports.now())
        this.#chores.planHolds()
      }
      const ended = this.#generations.find(id)
      if (ended !== null) this.#outbox.onEnded(ended, this.#ports.now())
      this.#chores.planDelivery()
    })
    await sql.flush()
  }

  /** The video is gone: deleted by its owner, or expired. Idempotent. */
  async forget(id: string): Promise<void> {
    const { sql, now } = this.#ports
    const row = this.#exists ? this.#generations.find(id) : null
    if (row === null || row.state === 'gone') return
    const expired = row.expiresAt !== null && row.expiresAt <= now()
    sql.transaction(() => {
      if (row.hold > 0) this.#ledger.expireHold(row)
      this.#generations.setGone(id, now(), expired)
    })
    await sql.flush()
  }

  /** Manual correction of what the relay billed. null until the account knows that it failed. */
  async correct(id: string, charged: boolean): Promise<GenerationRow | null> {
    const { sql } = this.#ports
    const row = this.#exists ? this.#generations.find(id) : null
    if (row === null || row.state !== 'failed') return null
    sql.transaction(() => this.#ledger.correct(row, charged))
    await sql.flush()
    return this.#generations.find(id)
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

  listFor(filter: GenerationFilter, before: number, limit: number): GenerationRow[] {
    return this.#exists ? this.#generations.pageFor(filter, before, limit) : []
  }

  usage(sinceDay: string): UsageRow[] {
    return this.#exists ? this.#ledger.usage(sinceDay) : []
  }

  /** Called by the platform: does what is due. */
  alarm(): void {
    if (this.#exists) this.#chores.act()
  }
}
