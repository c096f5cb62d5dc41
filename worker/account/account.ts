// One tenant: keys, admission, list, money. A plain class over ports; every method that decides
// something is one synchronous transaction, so two requests can never decide on the same state.

import { AlarmWatch } from '../platform/alarmWatch.ts'
import { createTables, wakeTables } from '../platform/schema.ts'
import type { FailureCode } from '../../shared/video/failures.ts'
import type { Alert, LateTruth, Settlement } from '../protocol.ts'
import { OPERATOR_OBJECT } from '../protocol.ts'
import { defaultRelayId } from '../settings/relays.ts'
import { accountId } from './accountId.ts'
import { admit, refuse } from './admit.ts'
import { announce } from './announce.ts'
import type { Admission, AdmissionRequest } from './admit.ts'
import { Chores } from './chores.ts'
import type { GenerationFilter, GenerationRow, OperatorRow } from './generations.ts'
import { explainAccess, toAccess } from './keys.ts'
import type { Access, KeyChange, KeyRotation, KeyRow, NewKey, Scope } from './keys.ts'
import type { UsageRow } from './ledger.ts'
import { Operator } from './operator.ts'
import { createParts } from './parts.ts'
import type { AccountParts } from './parts.ts'
import type { AccountPorts } from './ports.ts'
import { accountSchema } from './schema.ts'
import { toEndReport } from './toEndReport.ts'
import { VideoList, type ListedPage, type VideoFilter } from './videoList.ts'
import { Webhooks } from './webhooks.ts'

export class Account {
  readonly #ports: AccountPorts
  readonly #parts: AccountParts
  readonly #chores: Chores
  readonly #watch: AlarmWatch
  /** What a caller may do with webhooks. Asked only for accounts that exist. */
  readonly webhooks: Webhooks
  readonly operator: Operator
  #exists: boolean

  /** Reads, and writes at most what its tables lack: a made-up account stays empty. */
  constructor(ports: AccountPorts) {
    this.#ports = ports
    this.#parts = createParts(ports, (exists) => {
      this.#exists = exists
    })
    this.#chores = new Chores(this.#parts)
    this.webhooks = new Webhooks(this.#parts, this.#chores)
    this.#exists = wakeTables(ports.sql, accountSchema)
    const hasPlans = () => this.#exists && this.#chores.hasPlans
    this.#watch = new AlarmWatch(ports, hasPlans, () => this.alarm())
    this.operator = new Operator(this.#parts, this.#chores, this.#watch, () => this.#exists)
  }

  createKey(account: string, key: NewKey): KeyRow | null {
    const { now } = this.#ports
    // The erasing would take it away again.
    if (this.#exists && this.#parts.erasure.state !== null) return null
    this.#write(account, () => this.#parts.keys.add(key, now()))
    return this.#get(key.id)
  }

  /** Of the operator's own object: sends what all accounts tell. Idempotent. */
  async announce(alert: Alert, receiver: { url: string; secret: string }): Promise<void> {
    this.#write(OPERATOR_OBJECT, () => {
      announce(this.#parts, alert, receiver)
      this.#chores.planDelivery()
    })
    await this.#ports.sql.flush()
  }

  /** Makes the account with its first write. */
  #write(account: string, write: () => void): void {
    const { sql } = this.#ports
    sql.transaction(() => {
      if (!this.#exists) {
        createTables(sql, accountSchema)
        sql.exec('INSERT INTO account (one, id) VALUES (1, ?)', account)
        this.#chores.begin()
      }
      write()
    })
    this.#exists = true
  }

  listKeys(): KeyRow[] {
    return this.#exists ? this.#parts.keys.list().map((key) => this.#withPeriod(key)) : []
  }

  changeKey(id: string, change: KeyChange): KeyRow | null {
    const { sql, now } = this.#ports
    if (!this.#exists) return null
    sql.transaction(() => {
      const before = this.#parts.keys.get(id)
      this.#parts.keys.change(id, change)
      const { spent = before?.spent ?? 0 } = change
      if (before !== null) this.#parts.ledger.mend(id, spent - before.spent, now())
    })
    return this.#get(id)
  }

  /** The key with its new secret; null when there is none that works. */
  rotateKey(id: string, rotation: KeyRotation): KeyRow | null {
    const { sql, now } = this.#ports
    if (this.#findKey(id) === null) return null
    sql.transaction(() => this.#parts.keys.rotate(id, rotation, now()))
    return this.#get(id)
  }

  revokeKey(id: string): KeyRow | null {
    if (!this.#exists) return null
    this.#parts.keys.revoke(id, this.#ports.now())
    return this.#get(id)
  }

  #get(id: string): KeyRow | null {
    const key = this.#parts.keys.get(id)
    return key && this.#withPeriod(key)
  }

  #withPeriod(key: KeyRow): KeyRow {
    return this.#parts.budgets.withPeriod(key, this.#ports.now())
  }

  /** The key with this digest, if it works and has the scope. `withMoney`: and what it may spend. */
  authenticate(digest: string, scope: Scope, withMoney = false): Access {
    this.#watch.look()
    const { keys, budgets, breaker, ports } = this.#parts
    const access = toAccess(this.#exists ? keys.findUsable(digest, ports.now()) : null, scope)
    if (!withMoney || !access.ok) return access
    const account = budgets.ofAccount(ports.now())
    const suspended = breaker.suspended(ports.now())
    return { ok: true, key: this.#withPeriod(access.key), account, suspended }
  }

  /** Before it admits: was it restored, which its own storage cannot tell? */
  async learn(): Promise<void> {
    if (this.#exists) await this.#parts.restoration.learn()
  }

  /** Decides on one request that may start a generation, and reserves what it may cost. */
  admit(digest: string, request: AdmissionRequest): Admission {
    return this.#admit(this.authenticate(digest, 'generate'), request)
  }

  /** The same for a schedule, which stores a key's id and never the key itself. */
  admitFor(keyId: string, request: AdmissionRequest): Admission {
    if (this.#exists) this.#parts.keyUses.note(keyId, null)
    return this.#admit(toAccess(this.#findKey(keyId), 'generate'), request)
  }

  /** From a network, which is a /24 or a /48. */
  noteUse(keyId: string, network: string | null): void {
    if (this.#exists) this.#parts.keyUses.note(keyId, network)
  }

  #findKey(id: string): KeyRow | null {
    return this.#exists ? this.#parts.keys.findUsableById(id, this.#ports.now()) : null
  }

  #admit(access: Access, request: AdmissionRequest): Admission {
    const { sql, now } = this.#ports
    if (!access.ok) return refuse(access.code, explainAccess(access.code, 'generate'))
    return sql.transaction(() => {
      const admission = admit(this.#parts, request, access.key)
      if (admission.kind === 'admitted') {
        this.#chores.planAdmitted(admission.identity.createdAt)
      }
      const isBeyond = admission.kind === 'refused' && admission.code === 'insufficient_quota'
      if (isBeyond || admission.kind === 'admitted') {
        this.#parts.alerts.onAdmission(access.key, isBeyond ? request.cost : null)
      }
      const { webhook, submission: attemptedBy, not: exclude } = request
      if (webhook !== null && exclude !== null) this.#parts.outbox.onPassedOn(exclude, attemptedBy)
      if (admission.kind !== 'refused' && webhook !== null) {
        const row = this.#parts.generations.find(admission.identity.id)
        if (row !== null) {
          this.#parts.outbox.onAccepted(row, attemptedBy, webhook, now())
          this.#chores.planDelivery()
        }
      }
      return admission
    })
  }

  /** Records how a generation ended. Idempotent: the generation repeats it until it returns. */
  async settle(id: string, settlement: Settlement): Promise<void> {
    this.#watch.look()
    const { sql } = this.#ports
    const row = this.find(id)
    if (row === null || row.state === 'gone') return
    sql.transaction(() => {
      if (row.endedAt === settlement.endedAt) {
        this.#parts.outbox.onSettledAgain(row, this.#ports.now())
        return this.#chores.planDelivery()
      }
      this.#parts.generations.setEnded(id, settlement)
      if (row.endedAt === null) {
        const { run, code, charge } = settlement
        this.#parts.ledger.settle(row, settlement)
        // Words alone, and words within an answer that was begun, say nothing about the next request.
        const refusal = charge === 'none' && settlement.opensBreaker !== false ? code : null
        this.#parts.breaker.record(run?.relay ?? defaultRelayId, refusal, this.#ports.now())
      } else if (row.outcome === 'unknown') {
        // What was in doubt has turned out to be a video. An operator's word before it stays.
        this.#parts.ledger.correct(row, settlement.charge, settlement.cost)
      }
      this.#chores.planHolds()
      const ended = this.#parts.generations.find(id)
      if (ended !== null) {
        const { outbox } = this.#parts
        if (settlement.abandoned === true) outbox.onAbandoned(ended, this.#ports.now())
        else outbox.onEnded(ended, this.#ports.now())
      }
      this.#chores.planDelivery()
    })
    // In the turn that booked it: what is not durable yet is settled, and told, again.
    if (row.endedAt !== settlement.endedAt) {
      this.#ports.report(toEndReport(accountId(sql), row, settlement))
    }
    await sql.flush()
  }

  /** Nothing is sent to this relay for a while. */
  async suspend(relay: string, code: FailureCode): Promise<void> {
    if (!this.#exists) return
    this.#parts.breaker.record(relay, code, this.#ports.now())
    await this.#ports.sql.flush()
  }

  /** What a job turned out to have cost after its generation had ended. Idempotent. */
  async settleLate(id: string, { charge, cost }: LateTruth): Promise<void> {
    const { sql } = this.#ports
    const row = this.find(id)
    // An operator's correction leaves nothing that is only possible.
    if (row === null || row.state !== 'failed' || row.charge !== 'possible') return
    sql.transaction(() => {
      this.#parts.ledger.correct(row, charge, cost)
      this.#chores.planHolds()
    })
    await sql.flush()
  }

  /** The video is gone: deleted by its owner, or expired. Idempotent. */
  async forget(id: string): Promise<void> {
    const { sql, now } = this.#ports
    const row = this.find(id)
    if (row === null || row.state === 'gone') return
    const expired = row.expiresAt !== null && row.expiresAt <= now()
    sql.transaction(() => {
      if (row.hold > 0) this.#parts.ledger.expireHold(row)
      this.#parts.generations.setGone(row, now(), expired)
      this.#parts.outbox.onForgotten(row)
    })
    await sql.flush()
  }

  /** Manual correction of what the relay billed. null until the account knows that it failed. */
  async correct(id: string, charged: boolean): Promise<GenerationRow | null> {
    const { sql } = this.#ports
    const row = this.find(id)
    if (row === null || row.state !== 'failed') return null
    sql.transaction(() => this.#parts.ledger.correct(row, charged ? 'certain' : 'none'))
    await sql.flush()
    return this.#parts.generations.find(id)
  }

  find(id: string): GenerationRow | null {
    return this.#exists ? this.#parts.generations.find(id) : null
  }

  /** One page, as long as `limit` and an answer allow; null when `after` was never one of this account's videos. */
  list(options: {
    after: string | null
    order: 'asc' | 'desc'
    limit: number
    filter?: VideoFilter
  }): ListedPage | null {
    const { after, order, limit, filter = null } = options
    const from = after === null ? null : this.find(after)
    if (after !== null && from === null) return null
    if (!this.#exists) return { rows: [], hasMore: false }
    return new VideoList(this.#ports.sql).page(from?.number ?? null, order, limit, filter)
  }

  listFor(filter: GenerationFilter, before: number, limit: number): OperatorRow[] {
    return this.#exists ? this.#parts.generations.pageFor(filter, before, limit) : []
  }

  usage(sinceDay: string): UsageRow[] {
    return this.#exists ? this.#parts.ledger.usage(sinceDay) : []
  }

  /** Called by the platform: does what is due. */
  alarm(): void {
    if (this.#exists) this.#chores.act()
  }
}
