// How much of a budget is gone: what is spent, and what is held, one behind the other.

import type { Usage } from '../../../shared/package/wire.ts'
import { t } from '../strings/t.ts'

export function BudgetBar({ usage }: { readonly usage: Usage }) {
  const { limits, period_spent_usd: spent, period_held_usd: held } = usage.key
  const budget = limits.budget_usd
  if (budget === null || budget === 0) return null
  const share = (usd: number) => `${Math.min(100, (usd / budget) * 100)}%`
  return (
    <span
      class="budget"
      role="meter"
      aria-label={t('budget.label')}
      aria-valuemin={0}
      aria-valuemax={budget}
      aria-valuenow={Math.min(budget, spent + held)}
    >
      <span class="held" style={{ width: share(spent + held) }} />
      <span class="spent" style={{ width: share(spent) }} />
    </span>
  )
}
