// What the operator is to hear of this account, each once: written with what it tells of, and told later
// by the alarm, so that nobody waits for it and no crash loses it. Without a receiver nothing is written.

import { settleWithin } from '../../shared/limits.ts'
import type { JsonObject } from '../../shared/wire/json.ts'
import { DueTable } from '../platform/dueTable.ts'
import { fromJson, insert, Table } from '../platform/table.ts'
import type { Alert } from '../protocol.ts'
import { accountId } from './accountId.ts'
import type { Budgets } from './budgets.ts'
import type { KeyRow, Keys } from './keys.ts'
import type { AccountPorts } from './ports.ts'
import type { BudgetPeriod, Spending } from './spending.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const AGAIN_MS = 60_000
const CALL_MS = 30_000
const ROWS_PER_STEP = 20
/** From here on a budget is worth a word, and one that covers no more is used up. */
const EARLY_PERCENT = 80

/** What may be spent, and what of it is. */
interface Used {
  readonly budget: number | null
  readonly budgetPeriod?: BudgetPeriod | null | undefined
  readonly period: Spending
}

export const alertTable = `CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  at INTEGER NOT NULL,
  keep_until INTEGER,
  told_at INTEGER
) WITHOUT ROWID`

export class Alerts {
  readonly #ports: AccountPorts
  readonly #keys: Keys
  readonly #budgets: Budgets
  readonly #table: Table<Alert>
  readonly #due: DueTable<'alert'>
  #isTelling = false

  constructor(ports: AccountPorts, keys: Keys, budgets: Budgets) {
    this.#ports = ports
    this.#keys = keys
    this.#budgets = budgets
    this.#table = new Table(ports.sql, 'alert', 'id, type, data, at', {
      data: fromJson<JsonObject>,
    })
    this.#due = new DueTable(ports.sql, ports.alarm)
  }

  /** Once an hour, whatever account finds it: the receiver drops the same id. */
  onSuspended(relay: string, code: string): void {
    const { now, sql } = this.#ports
    const hour = Math.floor(now() / HOUR_MS)
    const data = { relay, code, account: accountId(sql) }
    this.#note('gateway.relay_suspended', `suspended_${relay}_${hour}`, data, now() + DAY_MS)
  }

  /**
   * Call after a request was admitted, or refused because a budget does not cover it; then `refusedCost` is
   * what it would have cost.
   */
  onAdmission({ id }: KeyRow, refusedCost: number | null): void {
    const { sql, now, tellOperator } = this.#ports
    const key = tellOperator === null ? null : this.#keys.get(id)
    if (key === null) return
    const { period } = this.#budgets.withPeriod(key, now())
    const { budget, budgetPeriod } = key
    if (period !== undefined) {
      this.#onUsed(id, { key_id: id }, { budget, budgetPeriod, period }, refusedCost)
    }
    const ofAccount = this.#budgets.ofAccount(now())
    this.#onUsed(`account_${accountId(sql)}`, { key_id: null }, ofAccount, refusedCost)
  }

  #onUsed(
    whose: string,
    about: JsonObject,
    { budget, budgetPeriod, period: { spent, held, endsAt } }: Used,
    refusedCost: number | null,
  ): void {
    if (budget === null) return
    const used = spent + held
    if (used * 100 < budget * EARLY_PERCENT) return
    const isFull = used >= budget || (refusedCost !== null && used + refusedCost > budget)
    const data = {
      account: accountId(this.#ports.sql),
      ...about,
      budget_period: budgetPeriod ?? 'total',
      budget_usd: budget / 1e6,
      used_usd: used / 1e6,
    }
    // A raised budget is another one, and so is the next period's.
    const name = `budget_${whose}_${budgetPeriod ?? 'total'}${endsAt === null ? '' : `_${endsAt}`}_${budget}`
    const keepUntil = endsAt === null ? null : endsAt + DAY_MS
    for (const percent of isFull ? [EARLY_PERCENT, 100] : [EARLY_PERCENT]) {
      this.#note('gateway.budget_used', `${name}_${percent}`, { ...data, percent }, keepUntil)
    }
  }

  /** Called by the alarm. */
  act(): void {
    const { now, defer } = this.#ports
    this.#due.set('alert', now() + AGAIN_MS)
    if (!this.#isTelling) defer(this.#tell())
  }

  /** `keepUntil` null: it is never told again. */
  #note(type: Alert['type'], name: string, data: JsonObject, keepUntil: number | null): void {
    const { now, sql, tellOperator } = this.#ports
    const id = name.replaceAll(/[^\w-]/g, '_')
    if (tellOperator === null || this.#table.number('1', 'WHERE id = ?', id) !== null) return
    sql.exec('DELETE FROM alert WHERE keep_until < ? AND told_at IS NOT NULL', now())
    insert(sql, 'INSERT INTO alert', { id, type, data, at: now(), keepUntil })
    this.#due.setEarlier('alert', now())
  }

  async #tell(): Promise<void> {
    const { sql, now, tellOperator } = this.#ports
    this.#isTelling = true
    try {
      for (;;) {
        const rows = this.#table.many('WHERE told_at IS NULL ORDER BY at LIMIT ?', ROWS_PER_STEP)
        if (rows.length === 0 || tellOperator === null) return this.#due.clear('alert')
        for (const alert of rows) {
          await settleWithin(this.#ports, 'operator', CALL_MS, tellOperator(alert))
          sql.exec('UPDATE alert SET told_at = ? WHERE id = ?', now(), alert.id)
        }
      }
    } finally {
      this.#isTelling = false
    }
  }
}
