// What a key has spent and may spend, and the account's use by UTC day and model. USD everywhere.

import { toDay } from '../../account/ledger.ts'
import { invalid } from '../errors.ts'
import { toBudgetFields, toPeriodFields } from '../budgetFields.ts'
import { toUsd } from '../usd.ts'
import type { AppContext } from '../context.ts'

/** A month of days is what a person reads; `?days=` asks for more or less. */
const DAYS = 30
const MOST_DAYS = 366
const DAY_MS = 24 * 60 * 60_000

export async function getUsage(context: AppContext): Promise<Response> {
  const asked = context.req.query('days')
  const days = asked === undefined ? DAYS : Number(asked)
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw invalid('days', `\`days\` must be a whole number from 1 to ${MOST_DAYS}.`)
  }
  const { account, principal } = context.var
  const since = toDay(Date.now() - (days - 1) * DAY_MS)
  // Asked afresh: what an isolate remembers of a key is too old for money.
  const [access, rows] = await Promise.all([
    account.authenticate(principal.digest, 'read', true),
    account.usage(since),
  ])
  const key = access.ok ? access.key : principal.key
  const { spent, held } = key
  // An account that still runs an older release knows budgets for ever, and of keys alone.
  const period = key.period ?? { spent, held, endsAt: null }
  const money = access.ok ? access.account : undefined
  return context.json({
    object: 'usage',
    key: {
      id: key.id,
      name: key.name,
      scopes: key.scopes,
      spent_usd: toUsd(key.spent),
      held_usd: toUsd(key.held),
      ...toPeriodFields(period),
      limits: {
        budget_usd: toUsd(key.budget),
        budget_period: key.budgetPeriod ?? 'total',
        rpm: key.rpm,
        concurrency: key.concurrency,
      },
    },
    account: money === undefined ? null : toBudgetFields(money),
    days: rows.map(({ spent: amount, ...row }) => ({ ...row, spent_usd: toUsd(amount) })),
  })
}
