// /admin/accounts/{id}: how much there is of one account, what all its keys together may spend, and
// erasing it whole. The erasing goes on by itself; asking again says how far it is.

import * as z from 'zod/v4-mini'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { type AccountBudget, budgetPeriods } from '../../account/spending.ts'
import { getAccount, getDirectory } from '../../objects.ts'
import { isAccountId } from '../../proofs/apiKey.ts'
import type { AdminAccount } from '../answers.ts'
import { noteAudit } from '../audit.ts'
import { readAs, withoutUndefined } from '../body.ts'
import { toBudgetFields } from '../budgetFields.ts'
import { type AppContext, readId } from '../context.ts'
import { type HttpError, invalid, notFound } from '../errors.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import { toMicro, usdSchema } from '../usd.ts'

export const accountChangeSchema = z.strictObject({
  budget_usd: z.optional(z.nullable(usdSchema)),
  budget_period: z.optional(z.enum(budgetPeriods)),
})

export const erasureSchema = z.strictObject({
  /** The account's id once more: nothing brings it back. */
  confirm: z.string(),
})

export async function getAnyAccount(context: AppContext): Promise<Response> {
  const resource = await findResource(context, readId(context))
  if (resource === null) throw unknownAccount()
  return context.json(resource)
}

export async function changeAccount(context: AppContext): Promise<Response> {
  const asked = await readAs(context, accountChangeSchema, 'change the account')
  const { budget_usd: budget, budget_period: budgetPeriod } = asked
  const id = readId(context)
  const change = withoutUndefined({ budget: toMicro(budget), budgetPeriod })
  noteAudit(context, { detail: Object.keys(asked).join(' ') })
  const money = isAccountId(id) ? await getAccount(context.env, id).budget(change) : null
  const resource = money === null ? null : await findResource(context, id)
  if (resource === null) throw unknownAccount()
  return context.json(resource)
}

export async function eraseAccount(context: AppContext): Promise<Response> {
  const { confirm } = await readAs(context, erasureSchema, 'erase the account')
  const id = readId(context)
  if ((await findResource(context, id)) === null) throw unknownAccount()
  if (confirm !== id) throw invalid('confirm', '`confirm` must be the id of the account to erase.')
  const account = getAccount(context.env, id)
  if ((await account.summary()) !== null) {
    await getDirectory(context.env).beginErasure(id, Date.now())
    await account.beginErasure()
  }
  const resource = await findResource(context, id)
  if (resource === null) throw unknownAccount()
  return context.json(resource, resource.status === 'erased' ? 200 : 202)
}

function unknownAccount(): HttpError {
  return notFound('There is no such account. GET /admin/keys lists them.')
}

/** Of an account that is gone. */
const noMoney: AccountBudget = {
  budget: null,
  budgetPeriod: 'total',
  period: { spent: 0, held: 0, endsAt: null },
  spent: 0,
  held: 0,
}

/** null when there is none, and none is remembered. */
async function findResource(
  { env }: AppContext,
  id: string,
): Promise<FromSchema<typeof AdminAccount> | null> {
  if (!isAccountId(id)) return null
  const [summary, erased] = await Promise.all([
    getAccount(env, id).summary(),
    getDirectory(env).erasure(id),
  ])
  if (summary === null && erased === null) return null
  const { keys = 0, endpoints = 0, videos = 0, running = 0, money = noMoney } = summary ?? {}
  const going = summary?.erasing ?? null
  const counts = going ?? (summary === null ? erased : null)
  return {
    id,
    object: 'account',
    status: going !== null ? 'erasing' : summary === null ? 'erased' : 'active',
    keys,
    webhook_endpoints: endpoints,
    videos,
    running,
    ...toBudgetFields(money),
    erasure: counts && {
      asked_at: toUnixSeconds(counts.askedAt),
      done_at: going === null ? toUnixSeconds(erased?.doneAt ?? null) : null,
      videos_left: going?.left ?? 0,
      videos: counts.videos,
      keys: counts.keys,
      webhook_endpoints: counts.endpoints,
      deliveries: counts.deliveries,
      schedules: counts.schedules,
    },
  }
}
