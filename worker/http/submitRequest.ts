// A caller's request as a submission: the wishes in its headers go in, what became of them comes
// out in the answer's headers. The same for chat, videos and remixes.

import type { Context } from 'hono'
import type { CallerOptions, GenerationRequest } from '../../shared/request/request.ts'
import type { Submission } from '../submission/admitAndStart.ts'
import type { App } from './context.ts'
import { requireWebhook } from './callerUrl.ts'
import { parseCacheControl, readIdempotencyKey } from './preferences.ts'
import { toRateLimitHeaders } from './rateLimitHeaders.ts'
import { submit, toCacheStatus } from '../submission/submit.ts'

export async function submitRequest(
  context: Context<App>,
  request: GenerationRequest,
  ours: CallerOptions,
  remixedFrom: string | null,
): Promise<Submission> {
  const { gateway, principal } = context.var
  requireWebhook(context, ours.webhook)
  const directives = parseCacheControl(context.req.header('cache-control'))
  const submission = await submit(context.env, gateway, {
    account: principal.account,
    credential: { digest: principal.digest },
    request,
    ours,
    directives,
    idempotencyHash: await readIdempotencyKey(context.req.header('idempotency-key')),
    // The SDK says how often it has tried before.
    isRetry: Number(context.req.header('x-stainless-retry-count') ?? 0) > 0,
    remixedFrom,
  })
  context.header('cache-status', toCacheStatus(submission, directives))
  if (submission.via === 'idempotency') context.header('idempotent-replayed', 'true')
  for (const [name, value] of Object.entries(toRateLimitHeaders(submission.minute))) {
    context.header(name, value)
  }
  return submission
}
