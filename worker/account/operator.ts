// What the operator of the gateway asks of one account, without a tenant's key: how it stands, what
// was not delivered, its books; and what is put right by hand. An account that does not exist is empty.

import type { AlarmWatch } from '../platform/alarmWatch.ts'
import type { BookedDay, BookedGeneration } from './books.ts'
import type { BudgetChange } from './budgets.ts'
import { Books } from './books.ts'
import type { Chores } from './chores.ts'
import type { DeliveryRow } from './deliveries.ts'
import type { Endpoint } from './endpoints.ts'
import type { Erasing } from './erasure.ts'
import type { AccountOverview } from './overview.ts'
import { overview } from './overview.ts'
import type { AccountParts } from './parts.ts'
import type { AccountBudget } from './spending.ts'
import { MOST_ENDPOINTS } from './webhooks.ts'

/** Times in ms since the epoch. */
export interface AccountHealth {
  readonly oldestRunning: { readonly id: string; readonly createdAt: number } | null
  /** Something is planned, and nothing would ring for it. */
  readonly isAlarmLost: boolean
  readonly outbox: {
    readonly pending: number
    readonly oldestAt: number | null
    /** When the message that waits longest should have left. */
    readonly dueAt: number | null
  }
  readonly restoredAt: number | null
}

/** What was told to whom, without what signs it and where exactly it goes. */
export type ToldDelivery = Omit<DeliveryRow, 'url' | 'receiver' | 'secret' | 'body'> & {
  readonly origin: string
}

export type ExportedEndpoint = Omit<Endpoint, 'secret' | 'oldSecret'>

/** How much there is of an account. Money in millionths of a US dollar. */
export interface AccountSummary {
  readonly keys: number
  readonly endpoints: number
  readonly videos: number
  readonly running: number
  readonly money: AccountBudget
  readonly erasing: Erasing | null
}

/** `unstarted`: nobody confirmed its start yet, and the account gives it up by itself. */
export type Woken = 'awake' | 'lost' | 'unstarted' | 'not reached'

export class Operator {
  readonly #parts: AccountParts
  readonly #chores: Chores
  readonly #watch: AlarmWatch
  readonly #books: Books
  readonly #exists: () => boolean

  constructor(parts: AccountParts, chores: Chores, watch: AlarmWatch, exists: () => boolean) {
    this.#parts = parts
    this.#chores = chores
    this.#watch = watch
    this.#books = new Books(parts.ports.sql)
    this.#exists = exists
  }

  /** What all its keys together may spend, after a change of it; null when there is no such account. */
  budget(change: BudgetChange = {}): AccountBudget | null {
    if (!this.#exists()) return null
    const { budgets, ports } = this.#parts
    return ports.sql.transaction(() => {
      budgets.change(change)
      return budgets.ofAccount(ports.now())
    })
  }

  /** null when there is no such account. An alarm that is found lost rings now. */
  async health(): Promise<AccountHealth | null> {
    if (!this.#exists()) return null
    const isAlarmLost = await this.#watch.isLost()
    this.#watch.look()
    const { generations, deliveries, restoration } = this.#parts
    const oldest = generations.oldestRunning
    return {
      oldestRunning: oldest && { id: oldest.id, createdAt: oldest.createdAt },
      isAlarmLost,
      outbox: {
        pending: deliveries.countPending(),
        oldestAt: deliveries.oldestPendingAt,
        dueAt: deliveries.nextAt,
      },
      restoredAt: restoration.restoredAt,
    }
  }

  /** Newest first, `before` a number, exclusive. */
  listUndelivered(state: 'pending' | 'failed', before: number, limit: number): ToldDelivery[] {
    if (!this.#exists()) return []
    return this.#parts.deliveries.listUndelivered(state, before, limit).map(toTold)
  }

  /**
   * Tells everybody once more who was told how it ended, under the same ids: endpoints that are still
   * there, requests, and callbacks that named it.
   */
  replayEnd(id: string): ToldDelivery[] {
    const { sql, now } = this.#parts.ports
    const { generations, deliveries, endpoints, outbox } = this.#parts
    const row = this.#exists() ? generations.find(id) : null
    if (row === null) return []
    return sql.transaction(() => {
      const replayed = outbox.findTold(row).flatMap(({ id, number, endpointId, url, secret }) => {
        const endpoint = endpointId === null ? null : endpoints.get(endpointId)
        if (endpointId !== null && endpoint === null) return []
        deliveries.replay(number, { url: endpoint?.url ?? url, secret }, now())
        return [deliveries.get(id)]
      })
      this.#chores.planDelivery()
      return replayed.filter((one) => one !== null).map(toTold)
    })
  }

  /** Makes a generation do what is due; null when the account does not know it. */
  async wakeGeneration(id: string): Promise<Woken | null> {
    const row = this.#exists() ? this.#parts.generations.find(id) : null
    if (row === null || row.state === 'gone') return null
    const answer = await this.#chores.wake(row)
    if (answer === 'gone') {
      if (row.state !== 'admitted') return 'lost'
      this.#chores.planAdmitted(row.createdAt)
      return 'unstarted'
    }
    return answer ?? 'not reached'
  }

  /** null when there is no such account. */
  summary(): AccountSummary | null {
    if (!this.#exists()) return null
    const { keys, budgets, endpoints, generations, erasure, ports } = this.#parts
    return {
      keys: keys.list().length,
      endpoints: endpoints.count(),
      videos: erasure.left,
      running: generations.running.count,
      money: budgets.ofAccount(ports.now()),
      erasing: erasure.state,
    }
  }

  /** `since`: ms since the epoch. null when there is no such account. */
  overview(since: number): AccountOverview | null {
    return this.#exists() ? overview(this.#parts, since) : null
  }

  /** Begins to take everything away; false when there is nothing. Idempotent. */
  async beginErasure(): Promise<boolean> {
    if (!this.#exists()) return false
    const { sql } = this.#parts.ports
    sql.transaction(() => this.#parts.erasure.begin())
    await sql.flush()
    return true
  }

  /** Idempotent: whoever restored an account repeats it until it returns. */
  beginRestored(until: number): void {
    const { sql } = this.#parts.ports
    if (this.#exists()) sql.transaction(() => this.#parts.restoration.begin(until))
  }

  exportEndpoints(): ExportedEndpoint[] {
    if (!this.#exists()) return []
    const { rows } = this.#parts.endpoints.page(null, MOST_ENDPOINTS)
    return rows.map(({ secret: _secret, oldSecret: _oldSecret, ...endpoint }) => endpoint)
  }

  exportGenerations(after: number, limit: number): BookedGeneration[] {
    return this.#exists() ? this.#books.generations(after, limit) : []
  }

  exportDays(after: Pick<BookedDay, 'day' | 'model' | 'keyId'> | null, limit: number): BookedDay[] {
    return this.#exists() ? this.#books.days(after, limit) : []
  }
}

function toTold(row: DeliveryRow): ToldDelivery {
  const { url, receiver: _receiver, secret: _secret, body: _body, ...told } = row
  return { ...told, origin: new URL(url).origin }
}
