// What a key has spent and may spend, and the account's use by UTC day and model. USD everywhere.

import type { Context } from 'hono'
import { toDay } from '../../account/ledger.ts'
import { HttpError } from '../errors.ts'
import type { App } from '../context.ts'
import { getAccount } from '../../objects.ts'

/** A month of days is what a person reads; `?days=` asks for more or less. */
const DAYS = 30
const MOST_DAYS = 366
const DAY_MS = 24 * 60 * 60_000

export async function getUsage(context: Context<App>): Promise<Response> {
  const asked = context.req.query('days')
  const days = asked === undefined ? DAYS : Number(asked)
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw new HttpError(
      'invalid_request',
      `\`days\` must be a whole number from 1 to ${MOST_DAYS}.`,
      {
        param: 'days',
      },
    )
  }
  const { account, digest } = context.var.principal
  const object = getAccount(context.env, account)
  const since = toDay(Date.now() - (days - 1) * DAY_MS)
  // Asked afresh: what an isolate remembers of a key is too old for money.
  const [access, rows] = await Promise.all([
    object.authenticate(digest, 'read'),
    object.usage(since),
  ])
  const key = access.ok ? access.key : context.var.principal.key
  return context.json({
    object: 'usage',
    key: {
      id: key.id,
      name: key.name,
      spent_usd: toUsd(key.spent),
      held_usd: toUsd(key.held),
      limits: {
        budget_usd: key.budget === null ? null : toUsd(key.budget),
        rpm: key.rpm,
        concurrency: key.concurrency,
      },
    },
    days: rows.map(({ spent, ...row }) => ({ ...row, spent_usd: toUsd(spent) })),
  })
}

/** Millionths to dollars. */
export function toUsd(amount: number): number {
  return amount / 1e6
}
