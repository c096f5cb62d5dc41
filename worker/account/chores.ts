// What an account does when its alarm fires: abandons unconfirmed starts, sends due deliveries, ends
// holds, drops old rows. At most a batch of each, planned again before it acts, so that a crash
// anywhere comes back to it.

import { settleWithin } from '../../shared/limits.ts'
import { DueTable } from '../platform/dueTable.ts'
import { accountId } from './accountId.ts'
import { endLost } from './endLost.ts'
import { KEEP_MS } from './idempotency.ts'
import type { BriefRow } from './generations.ts'
import type { AccountParts } from './parts.ts'
import { toAccountReport } from './toAccountReport.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** An admission whose start nobody confirmed for so long is abandoned, and its hold freed. */
const ABANDON_MS = 60_000
/** Rows per batch: an alarm stays short however long the history is. */
const BATCH_ROWS = 500
const AFTER_FAILURE_MS = 5_000
/** A mistake of ours is made again by the next try. */
const AFTER_ERROR_MS = 30_000
/** A generation that does not answer must not hold up the others. */
const CALL_MS = 60_000
/** Generations woken at once. */
const WAKE_ROWS = 100
/** Generations woken by one look: a hundred that are broken for good must not hide those behind them. */
const MOST_WOKEN = 2_000

type Chore = 'abandon' | 'alert' | 'deliver' | 'erase' | 'hold' | 'sweep'

export class Chores {
  readonly #parts: AccountParts
  readonly #due: DueTable<Chore>
  #abandoning = false

  constructor(parts: AccountParts) {
    this.#parts = parts
    this.#due = new DueTable(parts.ports.sql, parts.ports.alarm)
  }

  /** The first plan of a new account. */
  begin(): void {
    this.#due.set('sweep', this.#parts.ports.now() + DAY_MS)
  }

  /** What a new admission needs: somebody who looks after it if nothing comes of it. */
  planAdmitted(admittedAt: number): void {
    this.#due.setEarlier('abandon', admittedAt + ABANDON_MS)
    this.#due.setEarlier('sweep', admittedAt + HOUR_MS)
  }

  get hasPlans(): boolean {
    return !this.#due.isEmpty
  }

  planHolds(): void {
    this.#due.plan('hold', this.#parts.generations.nextHoldAt)
  }

  /** Plans the next claim of deliveries. */
  planDelivery(at = this.#parts.deliveries.nextAt): void {
    this.#due.plan('deliver', at)
  }

  /** Called by the platform. One that fails does not keep the others from their turn. */
  act(): void {
    const { now, sql, report } = this.#parts.ports
    for (const kind of this.#due.dueAt(now())) {
      try {
        this.#do(kind)
      } catch (error) {
        report({ what: 'alarm failed', id: accountId(sql), error })
        this.#due.set(kind, now() + AFTER_ERROR_MS)
      }
    }
    this.#due.arm()
  }

  #do(kind: Chore): void {
    const { now, defer } = this.#parts.ports
    switch (kind) {
      case 'abandon':
        // Planned again before it acts: after a crash in between, the alarm fires again.
        this.#due.set('abandon', now() + AFTER_FAILURE_MS)
        return defer(this.#abandonUnstarted())
      case 'alert':
        return this.#parts.alerts.act()
      case 'deliver':
        return this.#deliver()
      case 'erase':
        return this.#parts.erasure.act()
      case 'hold':
        return this.#expireHolds()
      case 'sweep':
        return this.#sweep()
    }
  }

  #deliver(): void {
    const { defer, now } = this.#parts.ports
    const { sender, deliveries } = this.#parts
    const sending = sender.claim(() => this.planDelivery(deliveries.nextAfter(now())))
    for (const work of sending) {
      // Each finished send frees a slot; claim again.
      defer(work.finally(() => this.#deliver()))
    }
  }

  async #abandonUnstarted(): Promise<void> {
    if (this.#abandoning) return
    const { now, sql, generations: objects } = this.#parts.ports
    const { generations, restoration } = this.#parts
    const account = accountId(sql)
    this.#abandoning = true
    try {
      // Whether a start is still to be confirmed is what a restored account does not know.
      if (!(await restoration.learn())) return
      for (const row of generations.admittedBefore(now() - ABANDON_MS, BATCH_ROWS)) {
        // The calls before it took a while: it may have ended, and be forgotten by its own object.
        if (generations.find(row.id)?.state !== 'admitted') continue
        const result = await this.#ask(row, objects.abandon({ account, identity: row.identity }))
        // An abandoned generation settles soon, and stays admitted until it has.
        if (result === 'alive') generations.setOpen(row.id)
      }
    } finally {
      this.#abandoning = false
    }
    sql.transaction(() => {
      const oldest = generations.oldestAdmittedAt
      const at = oldest === null ? null : Math.max(oldest + ABANDON_MS, now() + AFTER_FAILURE_MS)
      this.#due.plan('abandon', at)
    })
  }

  /** null when it could not be reached: it is asked again with the next look. */
  async #ask<T>({ id, identity }: BriefRow, answer: Promise<T>): Promise<T | null> {
    const { ports } = this.#parts
    try {
      return await settleWithin(ports, 'generation', CALL_MS, answer)
    } catch (error) {
      const request = identity.requestId ?? null
      ports.report({ what: 'object not reached', id, request, error })
      return null
    }
  }

  /**
   * Generations whose own alarm was lost: those that should have ended, or been forgotten. What a
   * restored account holds open may have ended before it was restored.
   */
  async #wakeOverdue(): Promise<void> {
    const { now, settings } = this.#parts.ports
    const { generations, restoration } = this.#parts
    const overdueAt = Math.max(now() - settings.longestMs, restoration.restoredAt ?? 0)
    const running = generations.runningBefore(overdueAt, MOST_WOKEN)
    const expired = generations.expiredBefore(now() - HOUR_MS, WAKE_ROWS)
    const overdue = [...running, ...expired]
    while (overdue.length > 0) {
      await Promise.all(overdue.splice(0, WAKE_ROWS).map((row) => this.wake(row)))
    }
  }

  /** Makes it do what is due. null when it could not be reached; one that is gone ends here. */
  async wake(row: BriefRow): Promise<'awake' | 'gone' | null> {
    const { now, sql, report, generations: objects } = this.#parts.ports
    const { id, identity, createdAt } = row
    const answer = await this.#ask(row, objects.wake(id))
    const told = { id, request: identity.requestId ?? null, account: accountId(sql) }
    if (answer === 'awake') report({ what: 'generation woken', ...told, ageMs: now() - createdAt })
    // One that was not started when it was asked is abandoned by its own rules, maybe meanwhile.
    const known = this.#parts.generations.find(id)
    const isLost = row.state !== 'admitted' && known !== null && known.state !== 'gone'
    if (answer === 'gone' && isLost) {
      report({ what: 'generation lost', ...told, ageMs: now() - createdAt })
      sql.transaction(() => {
        endLost(this.#parts, known)
        this.planHolds()
        this.planDelivery()
      })
    }
    return answer
  }

  #expireHolds(): void {
    const { sql, now } = this.#parts.ports
    const { generations, ledger } = this.#parts
    sql.transaction(() => {
      for (const row of generations.heldBefore(now(), BATCH_ROWS)) ledger.expireHold(row)
      this.planHolds()
    })
  }

  #sweep(): void {
    const { sql, now, defer, settings, report } = this.#parts.ports
    const { generations, idempotency, deliveries, restoration } = this.#parts
    const isBusy = generations.hasRunning || deliveries.nextAt !== null
    const calmMs = isBusy ? HOUR_MS : DAY_MS
    const everyMs = generations.hasRunning && restoration.restoredAt !== null ? MINUTE_MS : calmMs
    const isLastBatch = sql.transaction(() => {
      const dropped =
        generations.dropGone(now() - KEEP_MS, BATCH_ROWS) +
        idempotency.dropExpired(now(), BATCH_ROWS) +
        deliveries.dropEnded(now() - settings.retentionMs, BATCH_ROWS)
      const isLast = dropped < BATCH_ROWS
      this.#due.set('sweep', isLast ? now() + everyMs : now())
      return isLast
    })
    // Once a look, not once a batch.
    if (!isLastBatch) return
    report(toAccountReport(this.#parts))
    defer(this.#wakeOverdue())
  }
}
