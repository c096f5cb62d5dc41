// Settings for whoever operates the gateway: a token that only reads, where webhooks may go, whom to tell of
// a problem, and where alerts are sent. All of them may be left out.

import { isWebhookSecret } from '../../shared/wire/webhook.ts'
import { ConfigError, quote } from './configError.ts'
import { checkUrl } from '../outbound/checkUrl.ts'
import { parseHostPatterns } from '../outbound/hostPatterns.ts'
import type { AnalyticsSettings } from '../platform/analytics.ts'
import { checkSecret } from './secretText.ts'

export interface OperatorSettings {
  /** Opens what only reads of /admin; null: nobody has one. */
  readonly adminReadToken: string | null
  /** Where callers' webhooks may go, as patterns of hosts; empty: to every public one. */
  readonly webhookHosts: readonly string[]
  /** A URI, for /.well-known/security.txt; null: there is none. */
  readonly securityContact: string | null
  /** Where alerts go; null: nobody is told. */
  readonly operatorWebhook: { readonly url: string; readonly secret: string } | null
  /** How Analytics Engine is asked; null: the accounts are. */
  readonly analytics: AnalyticsSettings | null
}

interface Known {
  readonly text: (name: string) => string | undefined
  readonly adminToken: string
  readonly allowPrivateNetwork: boolean
}

/** @throws ConfigError naming the setting that is malformed. */
export function parseOperatorSettings(known: Known): OperatorSettings {
  const { text, adminToken } = known
  return {
    adminReadToken: toReadToken(text('ADMIN_READ_TOKEN'), adminToken),
    webhookHosts: toWebhookHosts(text('WEBHOOK_HOSTS')),
    securityContact: toContact(text('SECURITY_CONTACT')),
    operatorWebhook: toWebhook(known),
    analytics: toAnalytics(known),
  }
}

/** Shorter ones are guessed; the same one would be no other. */
function toReadToken(token: string | undefined, adminToken: string): string | null {
  if (token === undefined) return null
  checkSecret('ADMIN_READ_TOKEN', token)
  if (token === adminToken) {
    throw new ConfigError('ADMIN_READ_TOKEN must differ from ADMIN_TOKEN, which may do everything.')
  }
  return token
}

function toWebhookHosts(text: string | undefined): string[] {
  const patterns = text === undefined ? [] : parseHostPatterns(text)
  if (patterns !== null) return patterns
  throw new ConfigError(
    `WEBHOOK_HOSTS must be host names separated by commas, such as hooks.example.com or *.example.com, got ${quote(text ?? '')}.`,
  )
}

/** An address of e-mail, or a link. */
function toContact(text: string | undefined): string | null {
  if (text === undefined) return null
  const contact = /^[^\s@:/]+@[^\s@:/]+$/.test(text) ? `mailto:${text}` : text
  if (/^(?:mailto:|tel:|https:\/\/)\S+$/.test(contact)) return contact
  throw new ConfigError(
    `SECURITY_CONTACT must be an e-mail address or an https link, got ${quote(text)}.`,
  )
}

/** Its URL may hold a token, so it is not quoted. */
function toWebhook({ text, allowPrivateNetwork }: Known): OperatorSettings['operatorWebhook'] {
  const url = text('OPERATOR_WEBHOOK_URL')
  const secret = text('OPERATOR_WEBHOOK_SECRET')
  if (url === undefined && secret === undefined) return null
  if (url === undefined) {
    throw new ConfigError('OPERATOR_WEBHOOK_SECRET is set without OPERATOR_WEBHOOK_URL.')
  }
  if (secret === undefined || !isWebhookSecret(secret) || secret.length < 24) {
    throw new ConfigError(
      'OPERATOR_WEBHOOK_SECRET must be `whsec_` and base64 of 24 to 64 bytes, or 24 to 256 characters of text: it signs what is sent to OPERATOR_WEBHOOK_URL.',
    )
  }
  const verdict = checkUrl(url, { ownHosts: [], allowPrivateNetwork })
  if (!verdict.ok) throw new ConfigError(`OPERATOR_WEBHOOK_URL: ${verdict.message}`)
  return { url, secret }
}

function toAnalytics({ text }: Known): AnalyticsSettings | null {
  const accountId = text('ANALYTICS_ACCOUNT_ID')
  const token = text('ANALYTICS_TOKEN')
  const dataset = text('ANALYTICS_DATASET') ?? 'reelay'
  if (accountId === undefined && token === undefined) return null
  if (accountId === undefined || token === undefined) {
    throw new ConfigError(
      'ANALYTICS_ACCOUNT_ID and ANALYTICS_TOKEN belong together: Cloudflare’s id of the account, and a token that may read Account Analytics.',
    )
  }
  if (!/^[0-9a-f]{32}$/.test(accountId)) {
    throw new ConfigError(`ANALYTICS_ACCOUNT_ID must be 32 hex digits, got ${quote(accountId)}.`)
  }
  if (!/^\w{1,100}$/.test(dataset)) {
    throw new ConfigError(`ANALYTICS_DATASET must be the name of a dataset, got ${quote(dataset)}.`)
  }
  return { accountId, token, dataset }
}
