// What may be spent, by a key and by all keys of the account together, ever or in the UTC day or month.
// Nothing is counted twice: a period's money is read from the books and from what is held, both dated
// by the admission, so a late correction counts where its generation began.

import type { Sql } from '../../shared/ports.ts'
import { readValue } from '../platform/table.ts'
import type { KeyRow, Keys } from './keys.ts'
import { toDay } from './ledger.ts'
import { type AccountBudget, type BudgetPeriod, budgetPeriods, type Spending } from './spending.ts'

export type BudgetChange = Partial<Pick<AccountBudget, 'budget' | 'budgetPeriod'>>

export interface BudgetRefusal {
  readonly message: string
  /** When it may be asked again with success; null: not by waiting. */
  readonly retryAfterMs: number | null
}

export class Budgets {
  readonly #sql: Sql
  readonly #keys: Keys

  constructor(sql: Sql, keys: Keys) {
    this.#sql = sql
    this.#keys = keys
  }

  withPeriod(key: KeyRow, now: number): KeyRow {
    return { ...key, period: this.#ofKey(key, now) }
  }

  ofAccount(now: number): AccountBudget {
    const [row] = this.#sql.exec<{ budget: number | null; period: string | null }>(
      'SELECT budget, budget_period AS period FROM account',
    )
    const budgetPeriod = toPeriod(row?.period)
    const total = { ...this.#keys.sums(), endsAt: null }
    const period = budgetPeriod === 'total' ? total : this.#since(budgetPeriod, null, now)
    const { spent, held } = total
    return { budget: row?.budget ?? null, budgetPeriod, period, spent, held }
  }

  change({ budget, budgetPeriod }: BudgetChange): void {
    if (budget !== undefined) this.#sql.exec('UPDATE account SET budget = ?', budget)
    if (budgetPeriod === undefined) return
    this.#sql.exec('UPDATE account SET budget_period = ?', budgetPeriod)
  }

  /** null when key and account may spend `cost` more. */
  refuse(key: KeyRow, cost: number, now: number): BudgetRefusal | null {
    // Beyond, an amount is not what was added to it.
    if (!Number.isSafeInteger(key.spent + key.held + cost)) return uncountable
    const keys = refuseBeyond("This key's", key.budget, cost, () => this.#ofKey(key, now), now)
    if (keys !== null) return keys
    const [row] = this.#sql.exec<{ budget: number | null }>('SELECT budget FROM account')
    const budget = row?.budget ?? null
    return refuseBeyond("The account's", budget, cost, () => this.ofAccount(now).period, now)
  }

  #ofKey(key: KeyRow, now: number): Spending {
    const period = toPeriod(key.budgetPeriod)
    if (period !== 'total') return this.#since(period, key.id, now)
    return { spent: key.spent, held: key.held, endsAt: null }
  }

  /** `keyId`: null for all. */
  #since(period: Exclude<BudgetPeriod, 'total'>, keyId: string | null, now: number): Spending {
    const { startsAt, endsAt } = toBounds(period, now)
    const [and, ids] = keyId === null ? ['', []] : ['AND key_id = ?', [keyId]]
    const sum = (what: string, where: string, from: number | string) =>
      readValue<number>(this.#sql, `SELECT sum(${what}) FROM ${where} ${and}`, from, ...ids) ?? 0
    return {
      spent: sum('spent', 'usage WHERE day >= ?', toDay(startsAt)),
      held: sum('hold', 'generation WHERE hold > 0 AND created_at >= ?', startsAt),
      endsAt,
    }
  }
}

function toPeriod(stored: string | null | undefined): BudgetPeriod {
  return budgetPeriods.find((period) => period === stored) ?? 'total'
}

function toBounds(period: 'month' | 'day', now: number): { startsAt: number; endsAt: number } {
  const date = new Date(now)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  return period === 'month'
    ? { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) }
    : { startsAt: Date.UTC(year, month, day), endsAt: Date.UTC(year, month, day + 1) }
}

function refuseBeyond(
  whose: string,
  budget: number | null,
  cost: number,
  ask: () => Spending,
  now: number,
): BudgetRefusal | null {
  if (budget === null) return null
  const { spent, held, endsAt } = ask()
  if (spent + held + cost <= budget) return null
  const left = `${toUsd(budget - spent - held)} USD left, ${toUsd(cost)} USD needed.`
  const message = `${whose} budget does not cover the request: ${left}`
  if (endsAt === null) return { message, retryAfterMs: null }
  const end = new Date(endsAt).toISOString().replace('.000', '')
  // A request that no whole period covers is not helped by the next one.
  const retryAfterMs = cost <= budget ? endsAt - now : null
  return { message: `${message} It begins anew at ${end}.`, retryAfterMs }
}

const uncountable: BudgetRefusal = {
  message:
    'What this key has spent cannot be counted exactly any more. Whoever runs the gateway can set it with `spent_usd`.',
  retryAfterMs: null,
}

function toUsd(amount: number): string {
  return (Math.max(0, amount) / 1e6).toFixed(2)
}
