// The only way to a new generation, for every route and for schedules: admit, start, and look at the
// log of what was found. Over ports, because its every step can be the last one before a crash; the
// simulator runs this very loop. What became of it is a value: HTTP statuses are made at the edge.

import type { Models } from '../../shared/request/models.ts'
import { findModel } from '../../shared/request/models.ts'
import { isUnstored } from '../../shared/video/failures.ts'
import type { CallerOptions, GenerationRequest } from '../../shared/request/request.ts'
import type {
  Admission,
  AdmissionRequest,
  FoundBy,
  Refusal,
  RefusalCode,
} from '../account/admit.ts'
import { deletedDoubt, goneVideo, refuse } from '../account/admit.ts'
import type { Minute } from '../platform/minutes.ts'
import type { Description } from '../generation/generation.ts'
import { toCandidates, toPrice } from '../candidates.ts'
import type { RemoteGeneration } from '../objects.ts'
import type { Relays } from '../settings/relays.ts'

/** A caller's key by its digest, or a schedule's by its id. */
export type Credential = { readonly digest: string } | { readonly keyId: string }

export interface SubmissionInput extends Pick<
  AdmissionRequest,
  'directives' | 'idempotencyHash' | 'isRetry' | 'countsAlways' | 'address'
> {
  readonly account: string
  readonly credential: Credential
  readonly request: GenerationRequest
  readonly options: CallerOptions
  readonly remixedFrom: string | null
  /** What asked for it: an HTTP request, or a schedule's slot. Goes with the generation to the relay. */
  readonly requestId: string
}

export interface SubmissionPorts {
  readonly relays: Relays
  readonly models: Models
  /** The canonical key of a request within its account. */
  toKey(account: string, request: GenerationRequest): Promise<string>
  createId(account: string): Promise<string>
  admit(account: string, credential: Credential, request: AdmissionRequest): Promise<Admission>
  generation(
    id: string,
  ): Pick<RemoteGeneration, 'describe' | 'start' | 'archiveAgain' | 'settleAgain'>
  /** Called when an object could not be reached: the caller only learns that it may try again. */
  onUnreached(error: unknown, requestId: string): void
}

export type Submission =
  | { readonly kind: 'created'; readonly description: Description; readonly minute: Minute | null }
  | {
      readonly kind: 'found'
      readonly description: Description
      readonly foundBy: FoundBy
      readonly ttlSeconds: number | null
    }
  | Refusal<RefusalCode | 'model_not_found' | 'try_again'>
  /** No relay of its model can be told this field. */
  | (Refusal<'invalid_request'> & { readonly param: string })

/** A submission that has a generation to show. */
export type Accepted = Exclude<Submission, { kind: 'refused' }>

/** An index that keeps pointing at logs that are gone is repaired by trying again, but not for ever. */
const MOST_TRIES = 4

export async function submit(ports: SubmissionPorts, input: SubmissionInput): Promise<Submission> {
  const { account, credential, request, options, remixedFrom, requestId, ...preferences } = input
  const { attachments, ...stored } = request
  const model = findModel(ports.models, request.model)
  if (model === null) return refuse('model_not_found', `There is no model ${request.model}.`)
  const asked = toCandidates(ports, stored)
  if (!asked.ok) return refuseUntold(asked.param)
  // Whoever takes it, the hold covers what that one bills.
  const cost = Math.max(...asked.candidates.map((one) => toPrice(one, stored)))
  if (!Number.isSafeInteger(cost)) return { ...refuse('invalid_request', tooDear), param: 'n' }
  const firstId = await ports.createId(account)
  let admissionRequest: AdmissionRequest = {
    key: await ports.toKey(account, request),
    identity: {
      id: firstId,
      model: request.model,
      size: request.size,
      seconds: request.seconds,
      remixedFrom,
      metadata: options.metadata,
      requestId,
    },
    cost,
    relays: asked.candidates.map(({ relay }) => relay.id),
    ...preferences,
    acceptPossibleCharge: options.acceptPossibleCharge,
    webhook: options.webhook,
    submission: firstId,
    not: null,
  }
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const admission = await ports.admit(account, credential, admissionRequest)
      if (admission.kind === 'refused') return admission
      const identity = { ...admission.identity, prompt: request.prompt }
      const generation = ports.generation(identity.id)
      const toSpec = ({ suspended = [] }: Exclude<Admission, { kind: 'refused' }>) => ({
        account,
        identity,
        request: stored,
        suspended,
      })
      const isStarted = admission.kind === 'existing' && !admission.start
      const description = isStarted
        ? await generation.describe(account)
        : await generation.start(toSpec(admission), attachments)
      if (description === null) {
        const refusal = refuseDeleted(admission, input)
        if (refusal !== null) return refusal
      } else if (description !== 'abandoned') {
        if (admission.kind === 'admitted') {
          return { kind: 'created', description, minute: admission.minute }
        }
        if (!isPast(description, input)) {
          const { via: foundBy, ttlSeconds } = admission
          const current = await archiveAgain(generation, account, description)
          if (current !== null) {
            return { kind: 'found', description: current, foundBy, ttlSeconds }
          }
        }
      }
      // The generation failed, was deleted or never started, which its account does not know yet.
      const nextId = await ports.createId(account)
      const nextIdentity = { ...admissionRequest.identity, id: nextId }
      admissionRequest = { ...admissionRequest, identity: nextIdentity, not: identity.id }
    }
  } catch (error) {
    // An object that cannot be reached has done nothing that a second try would double.
    ports.onUnreached(error, requestId)
  }
  return refuse(
    'try_again',
    'The gateway could not start this generation just now. Send the same request again; it is not paid twice.',
    TRY_AGAIN_MS,
  )
}

const TRY_AGAIN_MS = 1_000

const tooDear =
  'Cannot generate: `n` and what multiplies its price make an amount that cannot be counted exactly.'

function refuseUntold(param: string): Extract<Submission, { code: 'invalid_request' }> {
  const why =
    param === 'messages'
      ? 'must be one user message of text and images: the relay of this model takes a prompt, not a conversation'
      : 'cannot be told to the relay of this model; leave it out or choose another model'
  return { ...refuse('invalid_request', `Cannot generate: \`${param}\` ${why}.`), param }
}

/** The generation is gone, and its account is about to be told: the answer it will give then. */
function refuseDeleted(admission: Admission, input: SubmissionInput): Refusal | null {
  if (admission.kind === 'existing' && admission.via === 'doubtful') {
    return refuse('outcome_unknown', deletedDoubt)
  }
  if (input.idempotencyHash === null) return null
  return refuse('video_expired', goneVideo)
}

/** A video that was paid and not stored is not bought again: its link is tried once more, unpaid. */
async function archiveAgain(
  generation: ReturnType<SubmissionPorts['generation']>,
  account: string,
  description: Description,
): Promise<Description | null> {
  const { state } = description
  if (state.status !== 'failed' || !isUnstored(state.error?.code)) return description
  if (state.isLinkDead === true) {
    await generation.settleAgain()
    return description
  }
  await generation.archiveAgain()
  return await generation.describe(account)
}

/** Must an identical request go past this one, to a generation of its own? */
function isPast({ state }: Description, { options, idempotencyHash }: SubmissionInput): boolean {
  if (state.status !== 'failed') return false
  if (state.outcome === 'unknown' || isUnstored(state.error?.code)) {
    return options.acceptPossibleCharge
  }
  // An Idempotency-Key stands for one generation, for all its callers, unless nothing can have been paid.
  return idempotencyHash === null || state.charge === 'none'
}
