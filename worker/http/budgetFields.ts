// A budget and what is used of it, as an answer shows them.

import type { AccountBudget, Spending } from '../account/spending.ts'
import { toUnixSeconds } from './unixSeconds.ts'
import { toUsd } from './usd.ts'

export function toBudgetFields(money: AccountBudget) {
  return {
    budget_usd: toUsd(money.budget),
    budget_period: money.budgetPeriod,
    spent_usd: toUsd(money.spent),
    held_usd: toUsd(money.held),
    ...toPeriodFields(money.period),
  }
}

export function toPeriodFields({ spent, held, endsAt }: Spending) {
  return {
    period_spent_usd: toUsd(spent),
    period_held_usd: toUsd(held),
    period_ends_at: toUnixSeconds(endsAt),
  }
}
