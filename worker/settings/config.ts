// The environment as one typed value, parsed once per isolate. A missing or malformed setting is
// one sentence that names it; the gateway then refuses to work rather than guess.

import type { AskLimits } from '../../shared/relay/ask.ts'
import type { Models } from '../../shared/request/models.ts'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { ConfigError, quote } from './configError.ts'
import { parseOperatorSettings, type OperatorSettings } from './operatorSettings.ts'
import { parseRelays, type Relays } from './relays.ts'
import { checkSecret, toSecrets } from './secretText.ts'

export interface Config extends OperatorSettings {
  readonly relays: Relays
  readonly models: Models
  readonly adminToken: string
  /** Sign, the first of them; the others are accepted. None: the admin token signs. */
  readonly signingSecrets: readonly string[]
  /** Accepted only, however short: what an earlier release took for a secret. */
  readonly retiredSecret: string | undefined
  readonly publicUrl: string | null
  readonly allowedOrigins: readonly string[]
  /** What may be on loopback or a private network, and over http. */
  readonly privateNetwork: ReadonlySet<PrivateUse>
  readonly authFailuresPerMinute: number | null
  /** All requests of a key, whatever they ask. */
  readonly requestsPerMinute: number
  readonly linkTtlMs: number
  /** Comment distance on event streams, ms. */
  readonly commentMs: number
  /** How late a slot of a schedule may still be started, ms. */
  readonly scheduleGraceMs: number
  /** The relay is the embedded simulator: pages say so. */
  readonly isSimulated: boolean
  readonly account: AccountSettings
  readonly generation: GenerationLimits
}

/** Whose addresses: the operator's relays, links that relays name, webhooks that callers name. */
const privateUses = ['relay', 'downloads', 'webhooks'] as const
export type PrivateUse = (typeof privateUses)[number]

export interface AccountSettings {
  /** How long a completed generation answers identical requests, ms; 0 turns the cache off. */
  readonly cacheTtlMs: number
  readonly retentionMs: number
  readonly breaker: boolean
  /** What a key may leave or send in a minute without paying for it. */
  readonly writesPerMinute: number
  /** What still runs after this has lost its alarm, ms. */
  readonly longestMs: number
}

/** Durations in ms; each ends in a typed failure, never in silence. */
export interface GenerationLimits extends AskLimits {
  /** One attempt from dispatch to its last byte; also how long an unsent one may wait. */
  readonly totalMs: number
  /** Alarm distance while something runs; below 70 s, where idle objects are evicted. */
  readonly heartbeatMs: number
  /** How often a refused POST is sent again. */
  readonly retries: number
  /** The longest wait before a retry; a relay that asks for more is told to the caller instead. */
  readonly retryMs: number
  readonly archiveMs: number
  readonly lookupMs: number
  /** Largest video that is stored, in bytes. */
  readonly assetBytes: number
  /** How long an ended generation is kept. */
  readonly retentionMs: number
}

/** The settings as Cloudflare hands them over: text, all of it. */
export type Settings = Readonly<Record<string, unknown>>

const DAY_MS = 24 * 60 * 60_000
const MINUTE_MS = 60_000
/** 4.5 GiB. */
const MOST_VIDEO_BYTES = 4.5 * 1024 ** 3
const whyNotLarger =
  ' (4.5 GiB: R2 takes at most 5 GiB in one put, and 5 MiB parts of more would be over 1,000 calls)'

export function parseConfig(env: Settings): Config {
  const text = (name: string): string | undefined => {
    const value = env[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
  }
  const required = (name: string, what: string): string => {
    const value = text(name)
    if (value === undefined) throw new ConfigError(`${name} is missing: ${what}.`)
    return value
  }
  const number = (name: string, fallback: number, min: number, max: number, why = ''): number => {
    const value = text(name)
    if (value === undefined) return fallback
    const parsed = Number(value)
    if (!Number.isFinite(parsed) || parsed < min || parsed > max) {
      throw new ConfigError(
        `${name} must be a number from ${min} to ${max}${why}, got ${quote(value)}.`,
      )
    }
    return parsed
  }
  const either = (name: string, yes: string, no: string, fallback: string): boolean => {
    const value = text(name) ?? fallback
    if (value === yes || value === no) return value === yes
    throw new ConfigError(`${name} must be ${yes} or ${no}, got ${quote(value)}.`)
  }
  const flag = (name: string): boolean => either(name, 'true', 'false', 'false')

  const adminToken = checkSecret(
    'ADMIN_TOKEN',
    required('ADMIN_TOKEN', 'the secret that opens /admin'),
  )
  const models = safeParseModels(text('MODELS'))
  if (!models.ok) throw new ConfigError(models.message)
  const isDevelopment = flag('ALLOW_PRIVATE_NETWORK')
  const privateNetwork = isDevelopment
    ? new Set(privateUses)
    : toPrivateNetwork(text('PRIVATE_NETWORK'))
  const relays = parseRelays({ text, allowHttp: privateNetwork.has('relay') })
  checkModelRelays(models.models, relays)
  const retentionMs = number('RETENTION_DAYS', 30, 0.0001, 3650) * DAY_MS

  const generation: GenerationLimits = {
    headersMs: number('RELAY_HEADERS_MS', 2 * MINUTE_MS, 100, 30 * MINUTE_MS),
    silenceMs: number('RELAY_SILENCE_MS', 2 * MINUTE_MS, 100, 30 * MINUTE_MS),
    progressMs: number('RELAY_PROGRESS_MS', 10 * MINUTE_MS, 100, 60 * MINUTE_MS),
    totalMs: number('RELAY_TOTAL_MS', 25 * MINUTE_MS, 100, 120 * MINUTE_MS),
    // An object without alarms is evicted after 70 s at the earliest; two must fit in before.
    heartbeatMs: number('HEARTBEAT_MS', 30_000, 100, 35_000),
    retries: number('RELAY_RETRIES', 2, 0, 10),
    retryMs: number('RELAY_RETRY_MS', 2 * MINUTE_MS, 0, 10 * MINUTE_MS),
    archiveMs: number('ARCHIVE_MS', 30 * MINUTE_MS, 100, 24 * 60 * MINUTE_MS),
    lookupMs: number('LOOKUP_MS', 20 * MINUTE_MS, 0, 20 * MINUTE_MS),
    assetBytes: number('MAX_VIDEO_BYTES', 1024 ** 3, 1024, MOST_VIDEO_BYTES, whyNotLarger),
    retentionMs,
  }

  return {
    relays,
    models: models.models,
    adminToken,
    ...parseOperatorSettings({
      text,
      adminToken,
      allowPrivateNetwork: privateNetwork.has('webhooks'),
    }),
    signingSecrets: toSecrets('SIGNING_SECRET', text('SIGNING_SECRET')),
    retiredSecret: text('RETIRED_SIGNING_SECRET'),
    publicUrl: toPublicUrl(text('PUBLIC_URL')),
    allowedOrigins: toOrigins(text('ALLOWED_ORIGINS')),
    privateNetwork,
    authFailuresPerMinute:
      text('AUTH_FAILURES_PER_MINUTE') === undefined && isDevelopment
        ? null
        : number('AUTH_FAILURES_PER_MINUTE', 20, 1, 1_000_000),
    requestsPerMinute: number('REQUESTS_PER_MINUTE', 1_200, 1, 1_000_000_000),
    linkTtlMs: number('LINK_TTL_SECONDS', 86_400, 60, 7 * 86_400) * 1000,
    commentMs: number('COMMENT_MS', 15_000, 50, 60_000),
    scheduleGraceMs: number('SCHEDULE_GRACE_SECONDS', 900, 0, 86_400) * 1000,
    isSimulated: flag('RELAY_IS_SIMULATED'),
    account: {
      cacheTtlMs: number('CACHE_TTL_SECONDS', retentionMs / 1000, 0, 3650 * 86_400) * 1000,
      retentionMs,
      breaker: either('RELAY_BREAKER', 'on', 'off', 'on'),
      writesPerMinute: number('WRITES_PER_MINUTE', 300, 1, 1_000_000_000),
      longestMs: generation.totalMs + generation.lookupMs + generation.archiveMs,
    },
    generation,
  }
}

function checkModelRelays(models: Models, relays: Relays): void {
  for (const [index, model] of models.entries()) {
    for (const { relay } of model.relays ?? []) {
      if (relays.some(({ id }) => id === relay)) continue
      const known = relays.map(({ id }) => id).join(', ')
      throw new ConfigError(
        `MODELS[${index}].relays names ${quote(relay)}, which is none of the relays: ${known}.`,
      )
    }
  }
}

function toPrivateNetwork(list = ''): ReadonlySet<PrivateUse> {
  const names = list.split(',').map((name) => name.trim())
  const uses = names.filter((name) => name !== '')
  return new Set(
    uses.map((use) => {
      const known = privateUses.find((one) => one === use)
      if (known !== undefined) return known
      const all = privateUses.join(', ')
      throw new ConfigError(`PRIVATE_NETWORK must name some of ${all}, got ${quote(use)}.`)
    }),
  )
}

function toPublicUrl(text: string | undefined): string | null {
  if (text === undefined) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || /[?#@]/.test(text)) {
    throw new ConfigError(
      `PUBLIC_URL must be an address such as https://video.example, got ${quote(text)}.`,
    )
  }
  // A path is where a proxy has put the gateway; links begin with it.
  return url.href.replace(/\/+$/, '')
}

function toOrigins(text: string | undefined): string[] {
  if (text === undefined) return []
  return text.split(',').map((part) => {
    const url = URL.parse(part.trim())
    if (url === null || url.origin !== part.trim()) {
      throw new ConfigError(
        `ALLOWED_ORIGINS must be origins separated by commas, such as https://app.example, got ${quote(part)}.`,
      )
    }
    return url.origin
  })
}
