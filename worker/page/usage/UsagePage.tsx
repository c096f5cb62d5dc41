// What was spent: against the budget, by day and model, and what is held and why.

import '../styles/desk.css'
import { BudgetBar } from '../layout/BudgetBar.tsx'
import { toSpending } from '../layout/KeyChip.tsx'
import { toDateTime, toMoney } from '../parts/format.ts'
import { useLoaded } from '../parts/useLoaded.ts'
import { Problem } from '../parts/Problem.tsx'
import type { Usage } from '../../../shared/package/wire.ts'
import { useSession } from '../session/session.ts'
import { t } from '../strings/t.ts'
import { DayChart } from './DayChart.tsx'
import { Held } from './Held.tsx'
import { ModelTable } from './ModelTable.tsx'

export function UsagePage() {
  const { api, isSimulated } = useSession()
  const { value: usage, error } = useLoaded(
    async () => (await api.call('GET', '/usage?days=30')) as unknown as Usage,
    [api],
  )
  return (
    <main id="main" class="page narrow">
      <h1>{t('nav.usage')}</h1>
      {isSimulated && <p class="notice">{t('usage.simulated')}</p>}
      {error !== null && <Problem error={error} />}
      {usage !== null && (
        <>
          <section class="card stack" aria-labelledby="budget-title">
            <h2 id="budget-title">{t('usage.key', { name: usage.key.name })}</h2>
            <p class="figure">{toSpending(usage.key)}</p>
            <BudgetBar usage={usage} />
            <p class="small quiet">
              {usage.key.period_ends_at !== null &&
                t('usage.resets', { at: toDateTime(usage.key.period_ends_at, 'UTC') })}{' '}
              {t('usage.limits', {
                rpm: usage.key.limits.rpm ?? t('usage.none'),
                concurrency: usage.key.limits.concurrency ?? t('usage.none'),
              })}
            </p>
            {usage.account?.budget_usd != null && (
              <p class="small quiet">
                {t('usage.account', {
                  spent: toMoney(usage.account.period_spent_usd + usage.account.period_held_usd),
                  budget: toMoney(usage.account.budget_usd),
                })}
              </p>
            )}
          </section>
          <section class="card stack" aria-labelledby="days-title">
            <h2 id="days-title">{t('usage.days')}</h2>
            <DayChart days={usage.days} />
            <ModelTable days={usage.days} />
          </section>
          <Held />
        </>
      )}
    </main>
  )
}
