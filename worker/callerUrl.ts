// A URL that a caller gave for us to call. Checked when it is given, so that the mistake is told to
// whoever made it, and again by the outbox at every delivery, because names change hands.

import { ApiError } from './apiError.ts'
import type { Gateway } from './gateway.ts'
import { checkUrl } from './outbound/checkUrl.ts'
import { isWebhookSecret } from '../shared/webhook.ts'

export function requireCallableUrl({ config }: Gateway, url: string, param: string): void {
  const verdict = checkUrl(url, {
    ownHosts: config.publicUrl === null ? [] : [new URL(config.publicUrl).host],
    allowPrivateNetwork: config.allowPrivateNetwork,
  })
  if (!verdict.ok)
    throw new ApiError('invalid_request', `\`${param}\`: ${verdict.message}`, { param })
}

/** The webhook that came with a request, if any: its URL may be called and its secret can sign. */
export function requireWebhook(
  gateway: Gateway,
  webhook: { url: string; secret: string | null } | null,
  param = 'webhook',
): void {
  if (webhook === null) return
  const prefix = param === '' ? '' : `${param}.`
  requireCallableUrl(gateway, webhook.url, `${prefix}url`)
  if (webhook.secret !== null && !isWebhookSecret(webhook.secret)) {
    throw new ApiError(
      'invalid_request',
      `\`${prefix}secret\` must be \`whsec_\` and base64 of 24 to 64 bytes, or 1 to 256 characters of text.`,
      { param: `${prefix}secret` },
    )
  }
}
