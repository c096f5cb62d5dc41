// /admin/accounts/{id}: how much there is of one account, and erasing it whole. The erasing goes on by
// itself; asking again says how far it is.

import * as z from 'zod/v4-mini'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { getAccount, getDirectory } from '../../objects.ts'
import { isAccountId } from '../../proofs/apiKey.ts'
import type { AdminAccount } from '../answers.ts'
import { readAs } from '../body.ts'
import { type AppContext, readId } from '../context.ts'
import { type HttpError, invalid, notFound } from '../errors.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import { toUsd } from './usage.ts'

export const erasureSchema = z.strictObject({
  /** The account's id once more: nothing brings it back. */
  confirm: z.string(),
})

export async function getAnyAccount(context: AppContext): Promise<Response> {
  const resource = await findResource(context, readId(context))
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
  const { keys = 0, endpoints = 0, videos = 0, running = 0, held = 0, spent = 0 } = summary ?? {}
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
    held_usd: toUsd(held),
    spent_usd: toUsd(spent),
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
