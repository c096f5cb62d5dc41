// What may be had for nothing has an end, too: a hit or a join that leaves a row or sends a message is
// counted, and what waits to be sent is limited. A new generation pays for its own webhook and is never
// refused here; neither is what an end has to tell.

import type { GenerationRow } from './generations.ts'
import { isOver, type RequestWebhook } from './outbox.ts'
import type { AccountParts } from './parts.ts'
import { refuse, type Refusal } from './refusal.ts'

interface FreeRequest {
  readonly idempotencyHash: string | null
  readonly webhook: RequestWebhook | null
}

/** Messages that wait for a receiver: of one endpoint, or of all requests and callbacks. */
export const MOST_PENDING = 1_000
/** Callbacks that wait for their videos. */
export const MOST_CALLBACKS = 1_000
/** Requests with a webhook of their own that wait for the same video. */
const MOST_WAITING_FOR_ONE = 100
const FULL_RETRY_MS = 60_000

/** null when this answer with an existing generation may be given. */
export function refuseFree(
  parts: AccountParts,
  { webhook, idempotencyHash }: FreeRequest,
  keyId: string,
  { id, via }: { readonly id: string; readonly via: string },
): Refusal | null {
  const isBound = via === 'idempotency'
  if (webhook === null && (idempotencyHash === null || isBound)) return null
  const minute = parts.writes.take(keyId, '')
  if (minute !== null) {
    return refuse('rate_limit_exceeded', tooManyWrites(minute.limit), minute.resetMs, minute)
  }
  const row = webhook === null ? null : parts.generations.find(id)
  return row === null ? null : refuseWebhook(parts, row)
}

function refuseWebhook(parts: AccountParts, row: GenerationRow): Refusal | null {
  if (isOver(row)) return refusePending(parts, null)
  if (parts.outbox.countWaiting(row.id) < MOST_WAITING_FOR_ONE) return null
  return refuse(
    'rate_limit_exceeded',
    `${MOST_WAITING_FOR_ONE} requests with a webhook wait for this video already. Follow its events, or leave out \`webhook\`.`,
    FULL_RETRY_MS,
  )
}

/** `endpointId`: null for the messages of requests and callbacks. */
export function refusePending(
  { deliveries }: AccountParts,
  endpointId: string | null,
): Refusal<'rate_limit_exceeded'> | null {
  if (deliveries.countPendingOf(endpointId, MOST_PENDING) < MOST_PENDING) return null
  return refuse(
    'rate_limit_exceeded',
    `${MOST_PENDING} messages wait for their receivers already. Mend the receivers, or ask without a webhook or callback.`,
    FULL_RETRY_MS,
  )
}

export function refuseCallback(parts: AccountParts): Refusal<'rate_limit_exceeded'> | null {
  if (parts.outbox.countCallbacks() < MOST_CALLBACKS) return refusePending(parts, null)
  return refuse(
    'rate_limit_exceeded',
    `This account has ${MOST_CALLBACKS} callbacks that wait for their videos. Name more videos in one, or wait.`,
    FULL_RETRY_MS,
  )
}

/** The same sentence wherever what costs nothing is refused. */
export function tooManyWrites(limit: number): string {
  return `More than ${limit} requests in this minute that start nothing but leave or send something. Try again when it is over.`
}
