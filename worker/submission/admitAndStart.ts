// The loop between an account and its generations: admit, start, and look at the log of what was
// found. Over ports, because its every step can be the last one before a crash; the simulator runs
// this very loop.

import type { GenerationRequest } from '../../shared/request/request.ts'
import type { Access } from '../account/account.ts'
import type { Admission, AdmissionRequest, RefusalCode } from '../account/admit.ts'
import { deletedDoubt } from '../account/admit.ts'
import type { Minute } from '../account/keys.ts'
import { HttpError, toRetryAfter } from '../http/errors.ts'
import { toAccessError } from '../http/auth.ts'
import type { Description } from '../generation/generation.ts'
import type { GenerationCalls } from '../objects.ts'
import { toRateLimitHeaders } from '../http/rateLimitHeaders.ts'

export interface SubmissionPorts {
  createId(): Promise<string>
  admit(request: AdmissionRequest): Promise<Admission | Extract<Access, { ok: false }>>
  generation(id: string): Pick<GenerationCalls, 'describe' | 'start'>
  /** Told when an object could not be reached: the caller only learns that it may try again. */
  onUnreached(error: unknown): void
}

export interface SubmissionOrder {
  readonly account: string
  readonly request: GenerationRequest
  readonly asked: Omit<AdmissionRequest, 'exclude' | 'attemptedBy'>
}

export interface Submission {
  readonly description: Description
  /** How it came about: `new`, or how an existing one was found. */
  readonly via: 'new' | 'idempotency' | 'cache' | 'collapsed' | 'doubtful'
  readonly ttlSeconds: number | null
  readonly minute: Minute | null
}

/** An index that keeps pointing at logs that are gone is repaired by asking again, but not for ever. */
const MOST_TRIES = 4

/** @throws HttpError when nothing was or will be sent. */
export async function admitAndStart(
  ports: SubmissionPorts,
  { account, request, asked }: SubmissionOrder,
): Promise<Submission> {
  const { attachments, ...kept } = request
  let exclude: string | null = null
  let attemptedBy: string | null = null
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const id = await ports.createId()
    attemptedBy ??= id
    const tried: AdmissionRequest = {
      ...asked,
      identity: { ...asked.identity, id },
      attemptedBy,
      exclude,
    }
    const admission = await reach(ports, () => ports.admit(tried))
    if ('ok' in admission) throw toAccessError(admission.code, 'generate')
    if (admission.kind === 'refused') throw toRefusal(admission)
    const found = admission.kind === 'existing' ? admission : null
    const identity = { ...admission.identity, prompt: request.prompt }
    const generation = ports.generation(identity.id)
    const description =
      found !== null && !found.start
        ? await reach(ports, () => generation.describe(account))
        : await reach(ports, () =>
            generation.start({ account, identity, request: kept }, attachments),
          )
    // Its account is about to be told; the answer is the one it will give then.
    if (description === null && found?.via === 'doubtful') {
      throw new HttpError('outcome_unknown', deletedDoubt, { param: 'accept_possible_charge' })
    }
    if (description === null && asked.idempotencyHash !== null) throw toExpired()
    if (
      description !== null &&
      description !== 'abandoned' &&
      !isPast(description, found?.via ?? 'new', asked)
    ) {
      return {
        description,
        via: found?.via ?? 'new',
        ttlSeconds: found?.ttlSeconds ?? null,
        minute: admission.kind === 'admitted' ? admission.minute : null,
      }
    }
    // Failed, deleted or never started, which the account has not been told yet.
    exclude = identity.id
  }
  throw tryAgain()
}

/** Must an identical request go past this one, to a generation of its own? */
function isPast(
  { state }: Description,
  via: Submission['via'],
  { acceptPossibleCharge, idempotencyHash }: SubmissionOrder['asked'],
): boolean {
  if (state.status !== 'failed' || via === 'new') return false
  if (state.outcome === 'unknown') return acceptPossibleCharge
  // A key stands for one generation, whichever of its callers asks, unless nothing can have been paid.
  return idempotencyHash === null || state.charge === 'none'
}

/** An object that cannot be reached has done nothing that asking again would double. */
async function reach<T>(ports: SubmissionPorts, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    ports.onUnreached(error)
    throw tryAgain()
  }
}

function tryAgain(): HttpError {
  return new HttpError(
    'try_again',
    'The gateway could not start this generation just now. Send the same request again; it is not paid twice.',
    { headers: { 'retry-after': '1' } },
  )
}

function toExpired(): HttpError {
  return new HttpError(
    'video_expired',
    'The video this Idempotency-Key stands for is gone. Use a new key to generate it again.',
  )
}

function toRefusal(refusal: Extract<Admission, { kind: 'refused' }>): HttpError {
  const { retryAfterMs, minute } = refusal
  const code: RefusalCode = refusal.code
  return new HttpError(code, refusal.message, {
    headers: {
      ...(retryAfterMs !== null && { 'retry-after': toRetryAfter(retryAfterMs) }),
      ...toRateLimitHeaders(minute),
    },
  })
}
