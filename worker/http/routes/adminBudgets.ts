// /admin/accounts/{id}: what all keys of an account together may spend, ever or in a day or a month.

import * as z from 'zod/v4-mini'
import { budgetPeriods } from '../../account/spending.ts'
import { getAccount } from '../../objects.ts'
import { isAccountId } from '../../proofs/apiKey.ts'
import { readAs, withoutUndefined } from '../body.ts'
import { toBudgetFields } from '../budgetFields.ts'
import { type AppContext, readId } from '../context.ts'
import { notFound } from '../errors.ts'
import { toMicro } from '../usd.ts'

export const usdSchema = z.number().check(z.gte(0), z.lte(1_000_000_000))

export const accountChangeSchema = z.strictObject({
  budget_usd: z.optional(z.nullable(usdSchema)),
  budget_period: z.optional(z.enum(budgetPeriods)),
})

export async function getAccountBudget(context: AppContext): Promise<Response> {
  return await respond(context, {})
}

export async function changeAccount(context: AppContext): Promise<Response> {
  const asked = await readAs(context, accountChangeSchema, 'change the account')
  const { budget_usd: budget, budget_period: budgetPeriod } = asked
  return await respond(context, withoutUndefined({ budget: toMicro(budget), budgetPeriod }))
}

async function respond(
  context: AppContext,
  change: Parameters<ReturnType<typeof getAccount>['budget']>[0],
): Promise<Response> {
  const id = readId(context)
  const money = isAccountId(id) ? await getAccount(context.env, id).budget(change) : null
  if (money === null) throw notFound('There is no such account. GET /admin/keys lists them.')
  return context.json({ id, object: 'account', ...toBudgetFields(money) })
}
