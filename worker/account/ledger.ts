// The account's money: every hold ends as spent or released, and spent plus held is never less
// than what the relay may bill. Usage is kept by UTC day and model.

import type { Sql } from '../../shared/ports.ts'
import type { Charge } from '../../shared/video/failures.ts'
import type { Settlement } from '../protocol.ts'
import type { BriefRow, GenerationRow, Generations } from './generations.ts'
import type { Keys } from './keys.ts'

/** A possible charge is held for this long before it counts as spent. */
const POSSIBLE_HOLD_MS = 24 * 60 * 60_000

export interface UsageRow extends Record<string, string | number> {
  readonly day: string
  readonly model: string
  readonly generations: number
  readonly completed: number
  readonly failed: number
  /** Millionths of a US dollar. */
  readonly spent: number
}

export class Ledger {
  readonly #sql: Sql
  readonly #keys: Keys
  readonly #generations: Generations

  constructor(sql: Sql, keys: Keys, generations: Generations) {
    this.#sql = sql
    this.#keys = keys
    this.#generations = generations
  }

  /** Settles the hold of a generation that has just ended. */
  settle(
    held: GenerationRow,
    { charge, status, endedAt, cost }: Pick<Settlement, 'charge' | 'status' | 'endedAt' | 'cost'>,
  ): void {
    this.#count(held, status)
    const row = this.#reprice(held, cost)
    switch (charge) {
      case 'none':
        return this.#close(row, 0)
      case 'certain':
        return this.#close(row, row.hold)
      case 'possible':
        return this.#generations.setHoldUntil(row.id, endedAt + POSSIBLE_HOLD_MS)
    }
  }

  /** A hold that ends without a correction counts as spent. */
  expireHold(row: BriefRow): void {
    this.#close(row, row.hold)
  }

  /** What is known better than before, also after the hold has ended. Idempotent. */
  correct(before: GenerationRow, charge: Charge, cost?: number): void {
    const row = this.#reprice(before, cost)
    if (charge === 'possible') return this.#generations.setCorrected(row, charge)
    const spent = charge === 'certain' ? row.price : 0
    this.#keys.release(row.keyId, row.hold, spent - row.spent)
    this.#spend(row, spent - row.spent)
    this.#generations.setSpent(row.id, spent)
    this.#generations.setCorrected(row, charge)
  }

  /** An operator says what a key has spent; the difference stands in the day's books under its own name. */
  mend(keyId: string, difference: number, now: number): void {
    if (difference !== 0) this.#add(toDay(now), 'correction', keyId, difference)
  }

  usage(sinceDay: string): UsageRow[] {
    return this.#sql.exec<UsageRow>(
      `SELECT day, model, sum(generations) AS generations, sum(completed) AS completed,
         sum(failed) AS failed, sum(spent) AS spent
         FROM usage WHERE day >= ? GROUP BY day, model ORDER BY day DESC, model`,
      sinceDay,
    )
  }

  /** Until it is known who took it, the dearest is held; a cost that the relay reports may be higher. */
  #reprice(row: GenerationRow, cost: number | undefined): GenerationRow {
    if (cost === undefined || cost === row.price) return row
    // Nonsense of a relay's is no amount.
    if (!Number.isSafeInteger(cost) || cost < 0) return row
    const hold = row.hold === 0 ? 0 : cost
    this.#keys.release(row.keyId, row.hold - hold, 0)
    this.#generations.setPrice(row.id, cost, hold)
    return { ...row, price: cost, hold }
  }

  #close(row: BriefRow, spent: number): void {
    this.#keys.release(row.keyId, row.hold, spent)
    this.#generations.setSpent(row.id, spent)
    this.#spend(row, spent)
  }

  #spend(row: BriefRow, spent: number): void {
    this.#add(toDay(row.createdAt), row.identity.model, row.keyId, spent)
  }

  #add(day: string, model: string, keyId: string, spent: number): void {
    this.#sql.exec(
      `INSERT INTO usage (day, model, key_id, spent) VALUES (?, ?, ?, ?)
         ON CONFLICT (day, model, key_id) DO UPDATE SET spent = spent + excluded.spent`,
      day,
      model,
      keyId,
      spent,
    )
  }

  #count(row: BriefRow, status: Settlement['status']): void {
    this.#sql.exec(
      `INSERT INTO usage (day, model, key_id, generations, completed, failed) VALUES (?, ?, ?, 1, ?, ?)
         ON CONFLICT (day, model, key_id) DO UPDATE SET generations = generations + 1,
           completed = completed + excluded.completed, failed = failed + excluded.failed`,
      toDay(row.createdAt),
      row.identity.model,
      row.keyId,
      status === 'completed' ? 1 : 0,
      status === 'failed' ? 1 : 0,
    )
  }
}

/** The UTC day of an instant, `2026-11-23`. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
