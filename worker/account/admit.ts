// Admission of one request, as one synchronous decision: an idempotency key first, then an identical
// generation, then the limits, then a row with its hold. One generation per key.

import { isUnstored } from '../../shared/video/failures.ts'
import type { VideoIdentity } from '../../shared/video/video.ts'
import type { Minute } from '../platform/minutes.ts'
import { defaultRelayId } from '../settings/relays.ts'
import type { RequestWebhook } from './outbox.ts'
import type { GenerationRow } from './generations.ts'
import type { KeyRow } from './keys.ts'
import type { AccountParts } from './parts.ts'
import { refuse, type Refusal, type RefusalCode } from './refusal.ts'
import { refuseFree } from './refuseFree.ts'
import { explainAddress, explainModel } from './restrictions.ts'

export { refuse, type Refusal, type RefusalCode }

/** How long a doubtful failure answers identical requests instead of a second payment. */
export const DOUBT_MS = 24 * 60 * 60_000
/** How long a client's own retry finds what its first try admitted in spite of no-cache or no-store. */
const RETRY_WINDOW_MS = 10 * 60_000

/** RFC 9111 request directives, as far as they mean something here. */
export interface CacheDirectives {
  readonly noCache: boolean
  readonly noStore: boolean
  readonly onlyIfCached: boolean
  readonly maxAgeSeconds: number | null
}

export const withoutDirectives: CacheDirectives = {
  noCache: false,
  noStore: false,
  onlyIfCached: false,
  maxAgeSeconds: null,
}

/** What a new generation would be: its account dates it, and has no use for the prompt. */
export type NewVideo = Omit<VideoIdentity, 'createdAt' | 'prompt'>

/**
 * What crosses to the account, also from or to the release before, while a deploy is under way: fields
 * keep their names, and new ones are optional.
 */
export interface AdmissionRequest {
  /** Canonical key of the request within this account. */
  readonly key: string
  /** The id is used only when a new one is admitted. */
  readonly identity: NewVideo
  /** Millionths of a US dollar. */
  readonly cost: number
  /** Ids of the relays that may be asked, in order. Absent from 0.1, which knew one. */
  readonly relays?: readonly string[]
  /** SHA-256 of the caller's Idempotency-Key. */
  readonly idempotencyHash: string | null
  readonly directives: CacheDirectives
  /** Counts in the key's minute also when it is found: what it leaves behind is not free. */
  readonly countsAlways?: boolean | undefined
  /** The client says that this is not its first try. */
  readonly isRetry: boolean
  readonly acceptPossibleCharge: boolean
  /** Gets a message when whatever this request gets has ended. */
  readonly webhook: RequestWebhook | null
  /** Id of the submission: the same in each of its tries. */
  readonly submission: string
  /** Where the caller is, null when nobody knows; absent for schedules, and from 0.1. */
  readonly address?: string | null
  /** A generation not to be found again: its log turned out to be failed, deleted or unreadable. */
  readonly not: string | null
}

/** How an existing generation was found: decides the headers, and what a failure in its log means. */
export type FoundBy = 'idempotency' | 'cache' | 'collapsed' | 'doubtful'

export type Admission =
  | {
      readonly kind: 'admitted'
      readonly identity: VideoIdentity
      readonly minute: Minute | null
      /** Relays not to be asked now. Absent from 0.1. */
      readonly suspended?: readonly string[]
    }
  | {
      readonly kind: 'existing'
      readonly id: string
      readonly identity: VideoIdentity
      readonly via: FoundBy
      /** Nobody confirmed its start yet: start it again. */
      readonly start: boolean
      readonly ttlSeconds: number | null
      readonly suspended?: readonly string[]
    }
  | Refusal

/** Call inside a transaction: everything it writes belongs together. */
export function admit(parts: AccountParts, request: AdmissionRequest, key: KeyRow): Admission {
  const { idempotency, ports } = parts
  const restriction = refuseRestricted(request, key)
  if (restriction !== null) return restriction
  const found = findBound(parts, request) ?? findIdentical(parts, request)
  const admission =
    (found === null ? null : countFound(parts, request, key, found)) ??
    refuseRestored(parts, request) ??
    admitNew(parts, request, key)
  if (request.idempotencyHash !== null && admission.kind !== 'refused') {
    const { id } = admission.identity
    idempotency.bind(request.idempotencyHash, request.key, id, ports.now())
  }
  return admission
}

/** Asked here again: what an isolate remembers of a key is too old for what may cost money. */
function refuseRestricted(request: AdmissionRequest, key: KeyRow): Refusal | null {
  const { identity, address } = request
  const ofModel = explainModel(key, identity.model)
  if (ofModel !== null) return { ...refuse('insufficient_scope', ofModel), param: 'model' }
  const ofAddress = address === undefined ? null : explainAddress(key, address)
  return ofAddress === null ? null : refuse('insufficient_scope', ofAddress)
}

/** What is there already costs nothing, and is limited all the same. */
function countFound(
  parts: AccountParts,
  request: AdmissionRequest,
  key: KeyRow,
  found: Admission,
): Admission {
  const refusal = found.kind === 'existing' ? refuseFree(parts, request, key.id, found) : null
  if (refusal !== null) return refusal
  if (request.countsAlways !== true) return found
  const { keys, ports } = parts
  const { allowed, minute } = keys.takeFromMinute(key, ports.now())
  return allowed ? found : refuseMinute(key, minute)
}

function refuseMinute(key: KeyRow, minute: Minute | null): Refusal {
  return refuse(
    'rate_limit_exceeded',
    `This key may start ${key.rpm} generations per minute. Try again when the minute is over.`,
    minute?.resetMs ?? null,
    minute,
  )
}

/** What the caller's Idempotency-Key is bound to, unless that binding is released. */
function findBound(parts: AccountParts, request: AdmissionRequest): Admission | null {
  const { idempotency, generations } = parts
  if (request.idempotencyHash === null) return null
  const bound = idempotency.find(request.idempotencyHash, parts.ports.now())
  if (bound === null) return null
  const row = generations.find(bound.id)
  // A failure that is known to have cost nothing releases its key, also for another body.
  if (row?.state === 'failed' && row.outcome === 'known' && row.charge === 'none') return null
  if (bound.key !== request.key) {
    return refuse(
      'idempotency_mismatch',
      'This Idempotency-Key was used with another request body. Use a new key for a new request.',
    )
  }
  if (bound.id === request.not) return null
  if (row === null || row.state === 'gone') return refuse('video_expired', goneVideo)
  const mayHaveCost = row.outcome === 'unknown' || isUnstored(row.code)
  if (row.state === 'failed' && mayHaveCost && request.acceptPossibleCharge) return null
  return reuse(parts, row, 'idempotency')
}

function findIdentical(parts: AccountParts, request: AdmissionRequest): Admission | null {
  const { generations } = parts
  const now = parts.ports.now()
  const { directives, key } = request
  const exclude = request.not ?? ''
  if (directives.noCache || directives.noStore) {
    const recent = request.isRetry
      ? generations.findRecent(key, now - RETRY_WINDOW_MS, exclude)
      : null
    if (recent !== null) return reuse(parts, recent, 'collapsed')
  } else {
    const open = directives.onlyIfCached ? null : generations.findOpen(key, exclude)
    if (open !== null) return reuse(parts, open, 'collapsed')
    const cached = generations.findCached(key, exclude)
    if (cached !== null && isFresh(parts, cached, directives)) return reuse(parts, cached, 'cache')
  }
  if (!request.acceptPossibleCharge) {
    const unstored = generations.findUnstored(key, exclude)
    if (unstored !== null) return reuse(parts, unstored, 'collapsed')
    const doubtful = generations.findDoubtful(key, now - DOUBT_MS, exclude)
    if (doubtful?.state === 'gone') return refuse('outcome_unknown', deletedDoubt)
    if (doubtful !== null) return reuse(parts, doubtful, 'doubtful')
  }
  if (directives.onlyIfCached) {
    return refuse(
      'not_cached',
      'There is no stored video for this request, and only-if-cached was asked.',
    )
  }
  return null
}

function isFresh(
  { ports: { now, settings } }: AccountParts,
  { endedAt }: GenerationRow,
  { maxAgeSeconds }: CacheDirectives,
): boolean {
  const age = now() - (endedAt ?? 0)
  return age < settings.cacheTtlMs && (maxAgeSeconds === null || age <= maxAgeSeconds * 1000)
}

function reuse(
  { breaker, ports: { now, settings } }: AccountParts,
  row: GenerationRow,
  foundBy: FoundBy,
): Admission {
  const freshUntil = Math.min((row.endedAt ?? 0) + settings.cacheTtlMs, row.expiresAt ?? Infinity)
  return {
    kind: 'existing',
    id: row.id,
    identity: row.identity,
    via: foundBy === 'collapsed' && row.state === 'completed' ? 'cache' : foundBy,
    start: row.state === 'admitted',
    suspended: breaker.suspended(now()),
    ttlSeconds:
      row.state === 'completed' ? Math.max(0, Math.floor((freshUntil - now()) / 1000)) : null,
  }
}

/** What a restored account has forgotten may be what is asked for. */
function refuseRestored(
  { restoration }: AccountParts,
  { acceptPossibleCharge }: AdmissionRequest,
): Refusal | null {
  if (acceptPossibleCharge || restoration.restoredAt === null) return null
  return refuse('outcome_unknown', restoredDoubt)
}

function admitNew(parts: AccountParts, request: AdmissionRequest, key: KeyRow): Admission {
  const { keys, generations, breaker, budgets } = parts
  const now = parts.ports.now()
  const open = breaker.openFor(request.relays ?? [defaultRelayId], now)
  if (open !== null) return refuse('relay_suspended', open.message, open.ms)
  const beyond = budgets.refuse(key, request.cost, now)
  if (beyond !== null) return refuse('insufficient_quota', beyond.message, beyond.retryAfterMs)
  if (key.concurrency !== null && generations.countRunning(key.id) >= key.concurrency) {
    return refuse(
      'rate_limit_exceeded',
      `This key may run ${key.concurrency} generations at once, and they are running. Wait for one to end.`,
      CONCURRENCY_RETRY_MS,
    )
  }
  const { allowed, minute } = keys.takeFromMinute(key, now)
  if (!allowed) return refuseMinute(key, minute)
  const identity: VideoIdentity = {
    ...request.identity,
    // The prompt is kept by the generation alone.
    prompt: null,
    createdAt: Math.max(now, generations.newestAt),
  }
  generations.add({
    id: identity.id,
    key: request.key,
    keyId: key.id,
    identity,
    cacheable: !request.directives.noStore,
    price: request.cost,
  })
  keys.hold(key.id, request.cost)
  return { kind: 'admitted', identity, minute, suspended: breaker.suspended(now) }
}

export const goneVideo =
  'The video this Idempotency-Key stands for is gone. Use a new key to generate it again.'

/** Deleting a doubtful generation forgets its words, not that it may have been paid. */
export const deletedDoubt =
  'An identical request, deleted since, ended without a known outcome and may have been charged. ' +
  'Set accept_possible_charge to true to start another.'

const restoredDoubt =
  'This account was restored from a back-up and has forgotten its latest generations: an identical ' +
  'request may have been paid. For 24 hours after the restore nothing new starts unless ' +
  'accept_possible_charge is true.'

/** A generation takes minutes; asking more often than this cannot help. */
const CONCURRENCY_RETRY_MS = 15_000
