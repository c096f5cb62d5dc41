// What a caller hears about the requests it may still send in this minute.

import type { Minute } from '../account/keys.ts'

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
