// /admin/videos: what failed or is doubtful, over all accounts, and the operator's word on what the
// relay really billed. Ids, codes and money; what people asked for is none of an operator's business.

import type { Context } from 'hono'
import * as z from 'zod/v4-mini'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { charges } from '../../../shared/video/failures.ts'
import { isEnded } from '../../../shared/video/video.ts'
import type { GenerationFilter, GenerationRow } from '../../account/generations.ts'
import { listedStatuses } from '../../account/generations.ts'
import { HttpError, toRetryAfter } from '../errors.ts'
import { isAccountId } from '../../proofs/apiKey.ts'
import type { App } from '../context.ts'
import { getAccount, getDirectory, getGeneration } from '../../objects.ts'
import { hasVideoIdShape, isVideoId } from '../../proofs/videoId.ts'
import { readLimit } from '../lists.ts'
import { readAs } from '../readAs.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import { toUsd } from './usage.ts'
import type { AdminVideo } from '../answers.ts'

export const settlementSchema = z.strictObject({ charged: z.boolean() })

/** Accounts asked for one page: a page ends there, full or not, and the next goes on. */
const ACCOUNTS_PER_PAGE = 50
/** A settlement that is on its way to the books arrives within moments. */
const UNSETTLED_RETRY_MS = 5_000

/** Accounts in alphabetical order, the newest of each first. */
export async function listAllVideos(context: Context<App>): Promise<Response> {
  const limit = readLimit(context)
  const filter = readFilter(context)
  const account = context.req.query('account')
  if (account !== undefined && !isAccountId(account)) throw wrong('account', 'no account id')
  const cursor = readCursor(context.req.query('after')) ?? { account: '', number: Infinity }
  const accounts =
    account === undefined
      ? await getDirectory(context.env).accounts(cursor.account, ACCOUNTS_PER_PAGE + 1)
      : [account]

  const data: FromSchema<typeof AdminVideo>[] = []
  let next: string | null = null
  for (const [index, one] of accounts.entries()) {
    // Everything of it is still to come.
    if (data.length === limit || index === ACCOUNTS_PER_PAGE) {
      next = toCursor(one, Number.MAX_SAFE_INTEGER)
      break
    }
    const before = one === cursor.account ? cursor.number : Number.MAX_SAFE_INTEGER
    const left = limit - data.length
    const rows = await getAccount(context.env, one).listFor(filter, before, left + 1)
    data.push(...rows.slice(0, left).map((row) => toRow(row, one)))
    const last = rows.at(left - 1)
    if (rows.length > left && last !== undefined) {
      next = toCursor(one, last.number)
      break
    }
  }
  return context.json({ object: 'list', data, has_more: next !== null, next_after: next })
}

/** First the generation, which knows its account, then the books; both may be told again. */
export async function settleVideo(context: Context<App>): Promise<Response> {
  const id = context.req.param('id') ?? ''
  const { charged } = await readAs(context, settlementSchema, 'settle the video')
  const generation = getGeneration(context.env, id)
  const description = hasVideoIdShape(id) ? await generation.describe(null) : null
  const { signer } = context.var.gateway
  if (description === null || !(await isVideoId(signer, id, description.account))) {
    throw new HttpError('not_found', 'There is no such video. GET /admin/videos lists them.')
  }
  const { account, state } = description
  if (!isEnded(state)) {
    throw new HttpError('not_terminal', 'The video is still being made. Settle it when it ended.')
  }
  if (!(await generation.correctCharge(charged))) {
    throw new HttpError('not_settleable', 'Only a failed video can be settled by hand.')
  }
  const row = await getAccount(context.env, account).correct(id, charged)
  if (row === null) {
    throw new HttpError('try_again', 'The books do not know yet how this video ended. Try again.', {
      headers: { 'retry-after': toRetryAfter(UNSETTLED_RETRY_MS) },
    })
  }
  return context.json(toRow(row, account))
}

function readFilter(context: Context<App>): GenerationFilter {
  const { status = 'failed', charge } = context.req.query()
  const knownStatus = listedStatuses.find((one) => one === status)
  if (knownStatus === undefined) throw wrong('status', `not one of ${listedStatuses.join(', ')}`)
  const knownCharge = charges.find((one) => one === charge)
  if (charge !== undefined && knownCharge === undefined) {
    throw wrong('charge', `not one of ${charges.join(', ')}`)
  }
  return { status: knownStatus, charge: knownCharge ?? null }
}

function toCursor(account: string, number: number): string {
  return `${account}.${number}`
}

function readCursor(text: string | undefined): { account: string; number: number } | null {
  if (text === undefined) return null
  // An account has no full stop.
  const [account = '', number = '', ...rest] = text.split('.', 3)
  if (!isAccountId(account) || !/^\d{1,16}$/.test(number) || rest.length > 0) {
    throw wrong('after', 'not a `next_after` of this list')
  }
  return { account, number: Number(number) }
}

function wrong(param: string, what: string): HttpError {
  return new HttpError('invalid_request', `\`${param}\` is ${what}.`, { param })
}

function toRow(row: GenerationRow, account: string): FromSchema<typeof AdminVideo> {
  return {
    id: row.id,
    object: 'admin.video',
    account,
    key_id: row.keyId,
    model: row.identity.model,
    status: toStatus(row),
    charge: row.charge,
    outcome: row.outcome,
    code: row.code,
    price_usd: toUsd(row.price),
    held_usd: toUsd(row.hold),
    spent_usd: toUsd(row.spent),
    created_at: toUnixSeconds(row.createdAt),
    ended_at: toUnixSeconds(row.endedAt),
    expires_at: toUnixSeconds(row.expiresAt),
  }
}

function toStatus({ state }: GenerationRow) {
  return state === 'admitted' || state === 'open' ? 'running' : state
}
