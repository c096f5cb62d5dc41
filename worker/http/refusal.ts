// What an account refuses, as the answer a caller gets, and what the headers of it say about the minute.

import type { Refusal } from '../account/refusal.ts'
import type { Minute } from '../platform/minutes.ts'
import { HttpError, type HttpErrorCode, toRetryAfter } from './errors.ts'

export function toRefusalError(refusal: Refusal<HttpErrorCode>): HttpError {
  const { code, message, retryAfterMs, minute, param } = refusal
  return new HttpError(code, message, {
    ...(param !== undefined && { param }),
    ...(code === 'outcome_unknown' && { param: 'accept_possible_charge' }),
    headers: {
      ...(retryAfterMs !== null && { 'retry-after': toRetryAfter(retryAfterMs) }),
      ...toRateLimitHeaders(minute),
    },
  })
}

/**
 * What a caller hears about the requests it may still send in this minute:
 * draft-ietf-httpapi-ratelimit-headers, and what OpenAI's clients look for.
 */
export function toRateLimitHeaders(minute: Minute | null): Record<string, string> {
  if (minute === null) return {}
  const { limit, remaining, resetMs, policy = 'rpm' } = minute
  const reset = toRetryAfter(resetMs)
  return {
    'ratelimit-policy': `"${policy}";q=${limit};w=60`,
    ratelimit: `"${policy}";r=${remaining};t=${reset}`,
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': `${reset}s`,
  }
}
