// From a valid request to a generation that surely exists: admit, start, and look at the log of
// what was found. The only way to a new generation, for every route and for schedules.

import type { CallerOptions, GenerationRequest } from '../shared/request.ts'
import { toKey } from '../shared/key.ts'
import { findModel, priceOf } from '../shared/models.ts'
import type { VideoIdentity } from '../shared/video.ts'
import type {
  Admission,
  AdmissionRequest,
  CacheDirectives,
  RefusalCode,
} from './account/admission.ts'
import type { Minute } from './account/keys.ts'
import { ApiError, toRetryAfter } from './apiError.ts'
import { toAccessError } from './auth.ts'
import type { Env } from './env.ts'
import type { Gateway } from './gateway.ts'
import type { Description } from './generation/generation.ts'
import { random } from './platform.ts'
import { report } from './report.ts'
import { createVideoId } from './videoId.ts'
import { getAccount, getGeneration } from './objects.ts'

export interface SubmitRequest {
  readonly account: string
  readonly digest: string
  readonly request: GenerationRequest
  readonly ours: CallerOptions
  readonly directives: CacheDirectives
  readonly idempotencyHash: string | null
  readonly isRetry: boolean
  readonly remixedFrom: string | null
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

/** @throws ApiError when nothing was or will be sent. */
export async function submit(env: Env, gateway: Gateway, wish: SubmitRequest): Promise<Submission> {
  const { account, request } = wish
  const { attachments, ...kept } = request
  const asked = await toAdmissionRequest(gateway, wish)
  let not: string | null = null
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const id = await createVideoId(gateway.signer, random, account)
    const admission = await reach(() =>
      getAccount(env, account).admit(wish.digest, {
        ...asked,
        identity: { ...asked.identity, id },
        not,
      }),
    )
    if ('ok' in admission) throw toAccessError(admission.code, 'generate')
    if (admission.kind === 'refused') throw toRefusal(admission)
    const found = admission.kind === 'existing' ? admission : null
    const identity = { ...admission.identity, prompt: request.prompt }
    const generation = getGeneration(env, identity.id)
    const description =
      found !== null && !found.start
        ? await reach(() => generation.describe(account))
        : await reach(() => generation.start({ account, identity, request: kept }, attachments))
    if (description !== null && !isPast(description, found?.via ?? 'new', wish)) {
      return {
        description,
        via: found?.via ?? 'new',
        ttlSeconds: found?.ttlSeconds ?? null,
        minute: admission.kind === 'admitted' ? admission.minute : null,
      }
    }
    // Failed, deleted or never started, which the account has not been told yet.
    not = identity.id
  }
  throw tryAgain()
}

/** Must an identical request go past this one, to a generation of its own? */
function isPast({ state }: Description, via: Submission['via'], { ours }: SubmitRequest): boolean {
  if (state.status !== 'failed' || via === 'new') return false
  if (state.outcome === 'unknown') return ours.acceptPossibleCharge
  return via === 'idempotency' ? state.charge === 'none' : true
}

async function toAdmissionRequest(
  gateway: Gateway,
  wish: SubmitRequest,
): Promise<Omit<AdmissionRequest, 'not'>> {
  const { request, ours } = wish
  const model = findModel(gateway.config.models, request.model)
  if (model === null) throw new ApiError('model_not_found', `There is no model ${request.model}.`)
  const identity: VideoIdentity = {
    id: '',
    model: request.model,
    prompt: request.prompt,
    size: request.size,
    seconds: request.seconds,
    remixedFrom: wish.remixedFrom,
    metadata: ours.metadata,
    createdAt: 0,
  }
  return {
    key: await toKey(wish.account, request),
    identity,
    // Rounded up: a hold may be too large by a fraction, never too small.
    cost: Math.ceil(priceOf(model, request.pricedSeconds, request.n) * 1e6),
    idempotencyHash: wish.idempotencyHash,
    directives: wish.directives,
    isRetry: wish.isRetry,
    acceptPossibleCharge: ours.acceptPossibleCharge,
    webhook: ours.webhook,
  }
}

/** An object that cannot be reached has done nothing that asking again would double. */
async function reach<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    report({ what: 'object not reached', id: '', error })
    throw tryAgain()
  }
}

function tryAgain(): ApiError {
  return new ApiError(
    'try_again',
    'The gateway could not start this generation just now. Send the same request again; it is not paid twice.',
    { headers: { 'retry-after': '1' } },
  )
}

function toRefusal(refusal: Extract<Admission, { kind: 'refused' }>): ApiError {
  const { retryAfterMs, minute } = refusal
  const code: RefusalCode = refusal.code
  return new ApiError(code, refusal.message, {
    headers: {
      ...(retryAfterMs !== null && { 'retry-after': toRetryAfter(retryAfterMs) }),
      ...toRateLimitHeaders(minute),
    },
  })
}

/** draft-ietf-httpapi-ratelimit-headers, and what OpenAI's clients look for. */
export function toRateLimitHeaders(minute: Minute | null): Record<string, string> {
  if (minute === null) return {}
  const reset = Math.max(1, Math.ceil(minute.resetMs / 1000))
  return {
    'ratelimit-policy': `"rpm";q=${minute.limit};w=60`,
    ratelimit: `"rpm";r=${minute.remaining};t=${reset}`,
    'x-ratelimit-limit-requests': String(minute.limit),
    'x-ratelimit-remaining-requests': String(minute.remaining),
    'x-ratelimit-reset-requests': `${reset}s`,
  }
}

export function toCacheStatus(submission: Submission, directives: CacheDirectives): string {
  if (submission.via === 'cache' || submission.ttlSeconds !== null) {
    return `reelay; hit; ttl=${submission.ttlSeconds ?? 0}`
  }
  if (submission.via !== 'new') return 'reelay; fwd=uri-miss; collapsed'
  if (directives.noStore) return 'reelay; fwd=request'
  return directives.noCache ? 'reelay; fwd=request; stored' : 'reelay; fwd=uri-miss; stored'
}
