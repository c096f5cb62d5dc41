// `reelay/webhooks`: is this delivery from our gateway, and what does it say.

import { type WebhookHeaders, verifyWebhook as verify } from '../wire/webhook.ts'
import { ReelayError } from './error.ts'
import type { WebhookEvent } from './wire.ts'

export type { WebhookEvent } from './wire.ts'
export { ReelayError } from './error.ts'

/** What came in. The body must be the text as received: JSON that was parsed and written has other bytes. */
export interface Delivery {
  readonly body: string
  /** `Headers`, or an object as Node's servers have it. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
}

const problems = {
  malformed_header: 'It has no signature of a webhook. Does somebody else call this address?',
  too_old: 'It is too old: it may be a repeated one, or this machine’s clock is wrong.',
  too_new: 'It comes from the future: this machine’s clock is wrong.',
  no_matching_signature: 'Its signature is not of this secret, or its body was changed on the way.',
}

/**
 * The event of a delivery that is proven to come from the gateway.
 * @param secret the endpoint's, `whsec_…`; several while it rotates
 * @throws ReelayError `invalid_webhook`: answer 400 and do nothing
 */
export async function verifyWebhook(
  { body, headers }: Delivery,
  secret: string | readonly string[],
  options: { readonly toleranceSeconds?: number } = {},
): Promise<WebhookEvent> {
  const secrets = typeof secret === 'string' ? [secret] : secret
  const verdict = await verify(toHeaders(headers), body, secrets, { now: Date.now, ...options })
  if (verdict.ok) return JSON.parse(body) as WebhookEvent
  throw new ReelayError(`This webhook is not to be believed. ${problems[verdict.reason]}`, {
    code: 'invalid_webhook',
    status: 400,
    advice: 'Answer 400 and do nothing.',
  })
}

function toHeaders(headers: Delivery['headers']): WebhookHeaders {
  if (headers instanceof Headers) return headers
  const byName = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    get(name) {
      const value = byName.get(name)
      return typeof value === 'object' ? value[0] : value
    },
  }
}
