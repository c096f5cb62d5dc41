// From a valid request to a generation that surely exists: admit, start, and look at the log of
// what was found. The only way to a new generation, for every route and for schedules.

import type { CallerOptions, GenerationRequest } from '../../shared/request/request.ts'
import { toKey } from '../../shared/request/key.ts'
import { findModel, priceOf } from '../../shared/request/models.ts'
import type { VideoIdentity } from '../../shared/video/video.ts'
import type { CacheDirectives } from '../account/admit.ts'
import type { Submission, SubmissionOrder, SubmissionPorts } from './admitAndStart.ts'
import { admitAndStart } from './admitAndStart.ts'
import { HttpError } from '../http/errors.ts'
import type { Env } from '../env.ts'
import type { Gateway } from '../gateway.ts'
import { getAccount, getGeneration } from '../objects.ts'
import { random } from '../platform/platform.ts'
import { report } from '../report.ts'
import { createVideoId } from '../proofs/videoId.ts'

export interface SubmitRequest {
  readonly account: string
  /** A caller's key by its digest, or a schedule's by its id. */
  readonly credential: { readonly digest: string } | { readonly keyId: string }
  readonly request: GenerationRequest
  readonly ours: CallerOptions
  readonly directives: CacheDirectives
  readonly idempotencyHash: string | null
  readonly isRetry: boolean
  readonly remixedFrom: string | null
}

/** @throws HttpError when nothing was or will be sent. */
export async function submit(env: Env, gateway: Gateway, wish: SubmitRequest): Promise<Submission> {
  const { account, request, credential } = wish
  const ports: SubmissionPorts = {
    createId: () => createVideoId(gateway.signer, random, account),
    admit: (asked) =>
      'digest' in credential
        ? getAccount(env, account).admit(credential.digest, asked)
        : getAccount(env, account).admitFor(credential.keyId, asked),
    generation: (id) => getGeneration(env, id),
    onUnreached: (error) => report({ what: 'object not reached', id: '', error }),
  }
  return await admitAndStart(ports, {
    account,
    request,
    asked: await toAdmissionRequest(gateway, wish),
  })
}

async function toAdmissionRequest(
  gateway: Gateway,
  wish: SubmitRequest,
): Promise<SubmissionOrder['asked']> {
  const { request, ours } = wish
  const model = findModel(gateway.config.models, request.model)
  if (model === null) throw new HttpError('model_not_found', `There is no model ${request.model}.`)
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

export function toCacheStatus(submission: Submission, directives: CacheDirectives): string {
  if (submission.via === 'cache' || submission.ttlSeconds !== null) {
    return `reelay; hit; ttl=${submission.ttlSeconds ?? 0}`
  }
  if (submission.via !== 'new') return 'reelay; fwd=uri-miss; collapsed'
  if (directives.noStore) return 'reelay; fwd=request'
  return directives.noCache ? 'reelay; fwd=request; stored' : 'reelay; fwd=uri-miss; stored'
}
