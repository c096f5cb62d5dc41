// A caller's request as a submission: what its headers ask for goes in, what became of it comes out
// in the answer's headers, or as an error. The same for chat, videos, remixes and schedules.

import type { CallerOptions, GenerationRequest } from '../../shared/request/request.ts'
import { type CacheDirectives, withoutDirectives } from '../account/admit.ts'
import type { Accepted, SubmissionInput } from '../submission/submit.ts'
import { submit } from '../submission/submit.ts'
import { toSubmissionPorts } from '../submission/submissionPorts.ts'
import { readAddress } from './address.ts'
import { requireWebhook } from './callerUrl.ts'
import type { AppContext } from './context.ts'
import { parseCacheControl, readIdempotencyKey } from './preferences.ts'
import { toRateLimitHeaders, toRefusalError } from './refusal.ts'
import { endUpload, letGo } from './upload.ts'

/** @throws HttpError when nothing was or will be sent. */
export async function submitRequest(
  context: AppContext,
  request: GenerationRequest,
  options: CallerOptions,
  remixedFrom: string | null = null,
): Promise<Accepted> {
  requireWebhook(context, options.webhook)
  return await submitAs(context, {
    request,
    options,
    remixedFrom,
    directives: parseCacheControl(context.req.header('cache-control')),
    idempotencyHash: await readIdempotencyKey(context.req.header('idempotency-key')),
    // The SDK says how often it has tried before.
    isRetry: Number(context.req.header('x-stainless-retry-count') ?? 0) > 0,
  })
}

/** The same for a request that was stored, and whose caller asks nothing by header. */
export async function submitStored(
  context: AppContext,
  request: GenerationRequest,
  options: CallerOptions,
  { countsAlways }: Pick<SubmissionInput, 'countsAlways'>,
): Promise<Accepted> {
  return await submitAs(context, {
    request,
    options,
    countsAlways,
    remixedFrom: null,
    directives: withoutDirectives,
    idempotencyHash: null,
    isRetry: false,
  })
}

async function submitAs(
  context: AppContext,
  input: Omit<SubmissionInput, 'account' | 'credential' | 'requestId'>,
): Promise<Accepted> {
  const { gateway, principal, requestId } = context.var
  const submission = await submit(toSubmissionPorts(context.env, gateway), {
    ...input,
    account: principal.account,
    requestId,
    credential: { digest: principal.digest },
    address: readAddress(context) ?? null,
  })
  // The images stand in the generation now; the caller may wait for its end.
  for (const { bytes } of input.request.attachments) letGo(bytes)
  endUpload(context)
  if (submission.kind === 'refused') throw toRefusalError(submission)
  context.header('cache-status', toCacheStatus(submission, input.directives))
  if (submission.kind === 'created') {
    for (const [name, value] of Object.entries(toRateLimitHeaders(submission.minute))) {
      context.header(name, value)
    }
  } else if (submission.foundBy === 'idempotency') context.header('idempotent-replayed', 'true')
  return submission
}

/** RFC 9211. */
function toCacheStatus(submission: Accepted, directives: CacheDirectives): string {
  if (submission.kind === 'found') {
    const { foundBy, ttlSeconds } = submission
    return foundBy === 'cache' || ttlSeconds !== null
      ? `reelay; hit; ttl=${ttlSeconds ?? 0}`
      : 'reelay; fwd=uri-miss; collapsed'
  }
  if (directives.noStore) return 'reelay; fwd=request'
  return directives.noCache ? 'reelay; fwd=request; stored' : 'reelay; fwd=uri-miss; stored'
}
