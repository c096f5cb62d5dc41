// What a key has spent and may spend, and the account's use by UTC day and model. USD everywhere.

import { toDay } from '../../account/ledger.ts'
import { invalid } from '../errors.ts'
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
    account.authenticate(principal.digest, 'read'),
    account.usage(since),
  ])
  const key = access.ok ? access.key : principal.key
  return context.json({
    object: 'usage',
    key: {
      id: key.id,
      name: key.name,
      spent_usd: toUsd(key.spent),
      held_usd: toUsd(key.held),
      limits: {
        budget_usd: toUsd(key.budget),
        rpm: key.rpm,
        concurrency: key.concurrency,
      },
    },
    days: rows.map(({ spent, ...row }) => ({ ...row, spent_usd: toUsd(spent) })),
  })
}

/** Millionths to dollars; null for no limit. */
export function toUsd(amount: number): number
export function toUsd(amount: number | null): number | null
export function toUsd(amount: number | null): number | null {
  return amount === null ? null : amount / 1e6
}
