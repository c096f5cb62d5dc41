// A URL that a caller gave for us to call. Checked when it is given, so that the mistake is told to
// whoever made it, and again by the outbox at every delivery, because names change hands.

import { invalid } from './errors.ts'
import type { AppContext } from './context.ts'
import { checkUrl } from '../outbound/checkUrl.ts'
import { isWebhookSecret } from '../../shared/wire/webhook.ts'

export function requireCallableUrl(context: AppContext, url: string, param: string): void {
  const { publicUrl, privateNetwork, webhookHosts } = context.var.gateway.config
  const allowPrivateNetwork = privateNetwork.has('webhooks')
  // Also the name this caller knows us by: a gateway without PUBLIC_URL knows no other.
  const names = [context.req.url, ...(publicUrl === null ? [] : [publicUrl])]
  const ownHosts = names.map((name) => new URL(name).host)
  const verdict = checkUrl(url, { ownHosts, allowPrivateNetwork, onlyHosts: webhookHosts })
  if (!verdict.ok) throw invalid(param, `\`${param}\`: ${verdict.message}`)
}

/** The webhook that came with a request, if any: its URL may be called and its secret can sign. */
export function requireWebhook(
  context: AppContext,
  webhook: { url: string; secret: string | null } | null,
  param = 'webhook',
): void {
  if (webhook === null) return
  const prefix = param === '' ? '' : `${param}.`
  requireCallableUrl(context, webhook.url, `${prefix}url`)
  if (webhook.secret !== null && !isWebhookSecret(webhook.secret)) {
    throw invalid(
      `${prefix}secret`,
      `\`${prefix}secret\` must be \`whsec_\` and base64 of 24 to 64 bytes, or 1 to 256 characters of text.`,
    )
  }
}
