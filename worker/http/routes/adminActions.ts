// What an operator does without a tenant's key: cancel, wake, archive and replay one video, and find
// what was never delivered. The rules are those of the tenant's own routes.

import type { FromSchema } from '../../../shared/wire/schema.ts'
import { isEnded } from '../../../shared/video/video.ts'
import type { GenerationRow } from '../../account/generations.ts'
import type { ToldDelivery } from '../../account/operator.ts'
import type { Description } from '../../generation/generation.ts'
import { getAccount, getGeneration } from '../../objects.ts'
import { isAccountId } from '../../proofs/apiKey.ts'
import type { AdminDelivery } from '../answers.ts'
import { pageAcrossAccounts } from '../acrossAccounts.ts'
import { noteAudit } from '../audit.ts'
import { type AppContext, readId } from '../context.ts'
import { HttpError, invalid } from '../errors.ts'
import { toDeliveryFields } from '../toDeliveryFields.ts'
import { findAnyVideo, toResource, unknownVideo } from './adminVideos.ts'

/** Idempotent, as the tenant's: one that has ended stays as it is. */
export async function cancelAnyVideo(context: AppContext): Promise<Response> {
  const { account, id } = await findBooked(context)
  await getGeneration(context.env, id).cancel()
  return await respond(context, account, id)
}

/** `account` finds one whose own object is gone: only the account still knows it. */
export async function wakeAnyVideo(context: AppContext): Promise<Response> {
  const id = readId(context)
  const account = context.req.query('account') ?? (await findAnyVideo(context)).account
  if (!isAccountId(account)) throw unknownVideo()
  noteAudit(context, { account })
  const woken = await getAccount(context.env, account).wakeGeneration(id)
  switch (woken) {
    case null:
      throw unknownVideo()
    case 'unstarted':
      throw new HttpError(
        'not_wakeable',
        'Its start was never confirmed, so there is nothing to wake. Its account gives it up, unpaid, a minute after it was admitted; look again then.',
      )
    case 'not reached':
      throw new HttpError('try_again', 'The generation did not answer. Try again.', {
        headers: { 'retry-after': '5' },
      })
    case 'awake':
    case 'lost':
      return await respond(context, account, id)
  }
}

/** Unpaid: a link that was seen is downloaded again. */
export async function archiveAnyVideo(context: AppContext): Promise<Response> {
  const { account, id, state } = await findBooked(context)
  if (state.status !== 'completed' && !(await getGeneration(context.env, id).archiveAgain())) {
    const is = isEnded(state) ? `failed with ${state.error?.code ?? 'no code'}` : 'is still running'
    throw new HttpError(
      'not_archivable',
      `Only a video that failed with download_failed or storage_failed can be archived again; this one ${is}.`,
    )
  }
  return await respond(context, account, id)
}

/** Under the same event ids: a receiver that has seen one can tell. */
export async function replayEnd(context: AppContext): Promise<Response> {
  const { account, id, row } = await findBooked(context)
  if (row.endedAt === null) {
    throw new HttpError(
      'not_terminal',
      'The account does not know of an end yet, so nobody was told. Wait for it, or wake the video.',
    )
  }
  const replayed = await getAccount(context.env, account).replayEnd(id)
  if (replayed.length === 0) {
    throw new HttpError(
      'not_replayable',
      'Nobody was told of this end: no endpoint, webhook or callback that is still there asked for it.',
    )
  }
  const data = replayed.map((one) => toDelivery(one, account))
  return context.json({ object: 'list', data, has_more: false, next_after: null })
}

/** Accounts in alphabetical order, the newest of each first. */
export async function listUndelivered(context: AppContext): Promise<Response> {
  const { status = 'failed' } = context.req.query()
  if (status !== 'failed' && status !== 'pending') {
    throw invalid('status', '`status` is not one of failed, pending.')
  }
  const { found, next } = await pageAcrossAccounts(context, (account, before, limit) =>
    getAccount(context.env, account).listUndelivered(status, before, limit),
  )
  const data = found.map(({ row, account }) => toDelivery(row, account))
  return context.json({ object: 'list', data, has_more: next !== null, next_after: next })
}

/** A video that its generation and its account's books both know. */
async function findBooked(
  context: AppContext,
): Promise<Description & { readonly id: string; readonly row: GenerationRow }> {
  const description = await findAnyVideo(context)
  const { id } = description.identity
  const row = await getAccount(context.env, description.account).find(id)
  if (row === null) throw unknownVideo()
  return { ...description, id, row }
}

/** As it is now; what its account has not heard yet is taken from the log. */
async function respond(context: AppContext, account: string, id: string): Promise<Response> {
  const [row, description] = await Promise.all([
    getAccount(context.env, account).find(id),
    getGeneration(context.env, id).describe(account),
  ])
  if (row === null) throw unknownVideo()
  const current = description === null ? row : withState(row, description)
  return context.json(await toResource(context.env, { row: current, account }))
}

function withState(row: GenerationRow, { state, video }: Description): GenerationRow {
  if (isEnded(state) === (row.endedAt !== null)) return row
  if (!isEnded(state)) {
    return { ...row, state: 'open', code: null, charge: null, outcome: null, endedAt: null, video }
  }
  const status = state.status === 'completed' ? 'completed' : 'failed'
  const { charge, outcome, endedAt } = state
  return { ...row, state: status, code: state.error?.code ?? null, charge, outcome, endedAt, video }
}

function toDelivery(row: ToldDelivery, account: string): FromSchema<typeof AdminDelivery> {
  const { origin } = row
  return { ...toDeliveryFields(row), object: 'admin.delivery', account, origin }
}
