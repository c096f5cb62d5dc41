// /admin/videos: what failed, is doubtful or runs, over all accounts, why, and the operator's
// correction of what the relay billed. What people asked for is none of an operator's business.

import * as z from 'zod/v4-mini'
import type { FromSchema } from '../../../shared/wire/schema.ts'
import { charges } from '../../../shared/video/failures.ts'
import { isEnded } from '../../../shared/video/video.ts'
import {
  type GenerationFilter,
  listedStatuses,
  type OperatorRow,
} from '../../account/generations.ts'
import type { Env } from '../../env.ts'
import type { Description } from '../../generation/generation.ts'
import type { Inspection } from '../../generation/inspect.ts'
import { report } from '../../report/report.ts'
import { pageAcrossAccounts } from '../acrossAccounts.ts'
import { noteAudit } from '../audit.ts'
import { HttpError, invalid, notFound, toRetryAfter } from '../errors.ts'
import { type AppContext, readId } from '../context.ts'
import { getAccount, getGeneration } from '../../objects.ts'
import { hasVideoIdShape, isVideoId } from '../../proofs/videoId.ts'
import { readAs } from '../body.ts'
import { toUnixSeconds } from '../unixSeconds.ts'
import { toUsd } from '../usd.ts'
import type { AdminVideo } from '../answers.ts'

export const settlementSchema = z.strictObject({ charged: z.boolean() })

/** A settlement that is on its way to the account arrives within moments. */
const UNSETTLED_RETRY_MS = 5_000

/** Accounts in alphabetical order, the newest of each first. */
export async function listAllVideos(context: AppContext): Promise<Response> {
  const filter = readFilter(context)
  const { found, next } = await pageAcrossAccounts(context, (account, before, limit) =>
    getAccount(context.env, account).listFor(filter, before, limit),
  )
  const data = await Promise.all(found.map(async (one) => toResource(context.env, one)))
  return context.json({ object: 'list', data, has_more: next !== null, next_after: next })
}

export async function getAnyVideo(context: AppContext): Promise<Response> {
  const { account, identity } = await findAnyVideo(context)
  const row = await getAccount(context.env, account).find(identity.id)
  if (row === null) throw unknownVideo()
  return context.json(await toResource(context.env, { row, account }))
}

/** First the generation, which knows its account, then the account; both may be told again. */
export async function settleVideo(context: AppContext): Promise<Response> {
  const { charged } = await readAs(context, settlementSchema, 'settle the video')
  const { account, identity, state } = await findAnyVideo(context)
  const { id } = identity
  noteAudit(context, { detail: charged ? 'charged' : 'not charged' })
  if (!isEnded(state)) {
    throw new HttpError('not_terminal', 'The video is still being made. Settle it when it ended.')
  }
  if (!(await getGeneration(context.env, id).correctCharge(charged))) {
    throw new HttpError('not_settleable', 'Only a failed video can be settled by hand.')
  }
  const row = await getAccount(context.env, account).correct(id, charged)
  if (row === null) {
    throw new HttpError(
      'try_again',
      'The account does not know yet how this video ended. Try again.',
      {
        headers: { 'retry-after': toRetryAfter(UNSETTLED_RETRY_MS) },
      },
    )
  }
  return context.json(await toResource(context.env, { row, account }))
}

/** Of whatever account, which its generation knows. */
export async function findAnyVideo(context: AppContext): Promise<Description> {
  const id = readId(context)
  const { signer } = context.var.gateway
  const description = hasVideoIdShape(id)
    ? await getGeneration(context.env, id).describe(null)
    : null
  if (description === null || !(await isVideoId(signer, id, description.account))) {
    throw unknownVideo()
  }
  noteAudit(context, { account: description.account })
  return description
}

export function unknownVideo(): HttpError {
  return notFound('There is no such video. GET /admin/videos lists them.')
}

function readFilter(context: AppContext): GenerationFilter {
  const { status = 'failed', charge } = context.req.query()
  const knownStatus = listedStatuses.find((one) => one === status)
  if (knownStatus === undefined)
    throw invalid('status', `\`status\` is not one of ${listedStatuses.join(', ')}.`)
  const knownCharge = charges.find((one) => one === charge)
  if (charge !== undefined && knownCharge === undefined) {
    throw invalid('charge', `\`charge\` is not one of ${charges.join(', ')}.`)
  }
  return { status: knownStatus, charge: knownCharge ?? null }
}

/** What its account knows, and what only its own log does. */
export async function toResource(
  env: Env,
  { row, account }: { row: OperatorRow; account: string },
): Promise<FromSchema<typeof AdminVideo>> {
  let inspection: Inspection | null = null
  try {
    inspection = await getGeneration(env, row.id).inspect()
  } catch (error) {
    // One object that is not reached must not hide the others.
    const request = row.identity.requestId ?? null
    report({ what: 'object not reached', id: row.id, request, error })
  }
  return {
    id: row.id,
    object: 'admin.video',
    account,
    key_id: row.keyId,
    request_id: row.identity.requestId ?? null,
    model: row.identity.model,
    status: toStatus(row),
    charge: row.charge,
    outcome: row.outcome,
    code: row.code,
    message: row.video?.error?.message ?? null,
    attempts: (inspection?.attempts ?? []).map(({ n, startedAt, endedAt, code }) => ({
      attempt: n,
      started_at: toUnixSeconds(startedAt),
      ended_at: toUnixSeconds(endedAt),
      code,
    })),
    relay: inspection?.relay ?? null,
    relay_text: inspection?.relayText ?? '',
    next_look_at: toUnixSeconds(inspection?.nextLookAt ?? null),
    price_usd: toUsd(row.price),
    held_usd: toUsd(row.hold),
    spent_usd: toUsd(row.spent),
    created_at: toUnixSeconds(row.createdAt),
    ended_at: toUnixSeconds(row.endedAt),
    expires_at: toUnixSeconds(row.expiresAt),
  }
}

function toStatus({ state }: OperatorRow) {
  return state === 'admitted' || state === 'open' ? 'running' : state
}
