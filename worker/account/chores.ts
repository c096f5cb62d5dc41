// What an account does when its alarm fires: abandons unconfirmed starts, sends due deliveries, ends
// holds, drops old rows. At most a batch of each, planned again before it acts, so that a crash
// anywhere comes back to it.

import { DueTable } from '../platform/dueTable.ts'
import { readValue } from '../platform/table.ts'
import type { Ledger } from './ledger.ts'
import type { Sender } from './sender.ts'
import type { Deliveries } from './deliveries.ts'
import type { Generations } from './generations.ts'
import type { Idempotency } from './idempotency.ts'
import type { AccountPorts } from './ports.ts'

const DAY_MS = 24 * 60 * 60_000
/** An admission whose start nobody confirmed for so long is abandoned, and its hold freed. */
const ABANDON_MS = 60_000
/** Tombstones and idempotency bindings live at least this long. */
export const KEEP_MS = 7 * DAY_MS
/** Rows per batch: an alarm stays short however long the history is. */
const BATCH_ROWS = 500
const AFTER_FAILURE_MS = 5_000

interface ChoreParts {
  readonly generations: Generations
  readonly idempotency: Idempotency
  readonly ledger: Ledger
  readonly deliveries: Deliveries
  readonly sender: Sender
}

export class Chores {
  readonly #ports: AccountPorts
  readonly #parts: ChoreParts
  readonly #due: DueTable<'abandon' | 'deliver' | 'hold' | 'sweep'>

  constructor(ports: AccountPorts, parts: ChoreParts) {
    this.#ports = ports
    this.#parts = parts
    this.#due = new DueTable(ports.sql, ports.alarm)
  }

  /** The first plan of a new account. */
  begin(): void {
    this.#due.set('sweep', this.#ports.now() + DAY_MS)
  }

  planAbandon(admittedAt: number): void {
    this.#due.setEarlier('abandon', admittedAt + ABANDON_MS)
  }

  planHolds(): void {
    this.#due.plan('hold', this.#parts.generations.nextHoldAt)
  }

  /** Plans the next claim of deliveries. */
  planDelivery(at = this.#parts.deliveries.nextAt): void {
    this.#due.plan('deliver', at)
  }

  /** Called by the platform. */
  act(): void {
    const { now, defer } = this.#ports
    for (const kind of this.#due.dueAt(now())) {
      switch (kind) {
        case 'abandon':
          // Planned again before it acts: after a crash in between, the alarm fires again.
          this.#due.set('abandon', now() + AFTER_FAILURE_MS)
          defer(this.#abandonUnstarted())
          break
        case 'deliver':
          this.#deliver()
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

  #deliver(): void {
    const { sql, defer, now } = this.#ports
    const { sender, deliveries } = this.#parts
    const sending = sql.transaction(() => {
      const claimed = sender.claim()
      this.planDelivery(deliveries.nextAfter(now()))
      return claimed
    })
    for (const work of sending) {
      // Each finished send frees a slot; claim again.
      defer(work.finally(() => this.#deliver()))
    }
  }

  async #abandonUnstarted(): Promise<void> {
    const { now, sql, generations: objects } = this.#ports
    const { generations } = this.#parts
    const account = this.#account()
    const rows = generations.admittedBefore(now() - ABANDON_MS, BATCH_ROWS)
    for (const row of rows) {
      const result = await objects.abandon({ account, identity: row.identity })
      // An abandoned generation settles soon, and stays admitted until it has.
      if (result === 'alive') generations.setOpen(row.id)
    }
    sql.transaction(() => {
      const oldest = generations.oldestAdmittedAt
      const at = oldest === null ? null : Math.max(oldest + ABANDON_MS, now() + AFTER_FAILURE_MS)
      this.#due.plan('abandon', at)
    })
  }

  #expireHolds(): void {
    const { sql, now } = this.#ports
    const { generations, ledger } = this.#parts
    sql.transaction(() => {
      for (const row of generations.heldBefore(now(), BATCH_ROWS)) ledger.expireHold(row)
      this.planHolds()
    })
  }

  #sweep(): void {
    const { sql, now, settings } = this.#ports
    const { generations, idempotency, deliveries } = this.#parts
    sql.transaction(() => {
      const dropped =
        generations.dropGone(now() - KEEP_MS, BATCH_ROWS) +
        idempotency.dropExpired(now(), BATCH_ROWS) +
        deliveries.dropEnded(now() - settings.retentionMs, BATCH_ROWS)
      this.#due.set('sweep', dropped < BATCH_ROWS ? now() + DAY_MS : now())
    })
  }

  #account(): string {
    return readValue<string>(this.#ports.sql, 'SELECT id FROM account') ?? ''
  }
}
