// The relays behind this gateway, as `RELAYS` lists them, or the one that RELAY_BASE_URL and its
// neighbours describe, whose id is `default`. A list never holds a key: it names the secret that does.

import * as z from 'zod/v4-mini'
import { kindIds, type KindId } from '../../shared/relay/kinds.ts'
import type { CallBody } from '../../shared/relay/relay.ts'
import { USUAL_POLL_MS } from '../../shared/relay/tasks/pace.ts'
import { describeIssue, toParam } from '../../shared/request/error.ts'
import { isJsonObject, tryParseJson } from '../../shared/wire/json.ts'
import { ConfigError, quote } from './configError.ts'

export interface Relay {
  readonly id: string
  readonly kind: KindId
  /** `{base}`, without a trailing slash. */
  readonly baseUrl: string
  /** Sent with every call to it: its key and the configured fixed headers. */
  readonly headers: Readonly<Record<string, string>>
  /** What it bills for a job that failed; undefined where nobody has said. */
  readonly failed: 'free' | 'billed' | undefined
  /** How an order is sent; undefined: as its kind usually does. */
  readonly body: CallBody['as'] | undefined
  /** The shortest distance between two looks at a job, ms. */
  readonly pollMs: number
  /** One attempt, ms; undefined: as long as everywhere. */
  readonly totalMs: number | undefined
}

export type Relays = readonly [Relay, ...Relay[]]

interface RelaySettings {
  /** A setting's text; undefined when it is not set. */
  readonly text: (name: string) => string | undefined
  readonly allowHttp: boolean
}

export const defaultRelayId = 'default'
const MINUTE_MS = 60_000

const name = z
  .string()
  .check(z.regex(/^[\w-]{1,40}$/, { error: 'must be 1 to 40 letters, digits, - or _' }))
const relaySchema = z.strictObject({
  id: name,
  kind: z.optional(z.enum(kindIds)),
  base_url: z.string(),
  key: z
    .string()
    .check(
      z.regex(/^[A-Za-z_]\w*$/, { error: 'must be the name of the secret that holds its key' }),
    ),
  headers: z.optional(z.record(z.string(), z.string())),
  failed: z.optional(z.enum(['free', 'billed'])),
  body: z.optional(z.enum(['json', 'multipart'])),
  poll_ms: z.optional(z.number().check(z.gte(100), z.lte(5 * MINUTE_MS))),
  total_ms: z.optional(z.number().check(z.gte(100), z.lte(24 * 60 * MINUTE_MS))),
})

/** @throws ConfigError naming the setting, and the field in it. */
export function parseRelays(settings: RelaySettings): Relays {
  const list = settings.text('RELAYS')
  return list === undefined ? [readOne(settings)] : readList(list, settings)
}

function readOne({ text, allowHttp }: RelaySettings): Relay {
  const required = (setting: string, what: string): string => {
    const value = text(setting)
    if (value === undefined) throw new ConfigError(`${setting} is missing: ${what}.`)
    return value
  }
  const kind = text('RELAY_KIND') ?? 'chat'
  const known = kindIds.find((id) => id === kind)
  if (known === undefined) {
    throw new ConfigError(`RELAY_KIND must be one of ${kindIds.join(', ')}, got ${quote(kind)}.`)
  }
  const address = required('RELAY_BASE_URL', 'the relay to use, such as https://relay.example/v1')
  const key = required('RELAY_API_KEY', "the relay's key for this gateway")
  return {
    id: defaultRelayId,
    kind: known,
    baseUrl: toBaseUrl(address, 'RELAY_BASE_URL', 'RELAY_API_KEY', allowHttp),
    headers: { ...toHeaders(text('RELAY_HEADERS')), authorization: `Bearer ${key}` },
    failed: undefined,
    body: undefined,
    pollMs: USUAL_POLL_MS,
    totalMs: undefined,
  }
}

function readList(list: string, { text, allowHttp }: RelaySettings): Relays {
  for (const other of ['RELAY_BASE_URL', 'RELAY_KIND', 'RELAY_HEADERS']) {
    if (text(other) === undefined) continue
    throw new ConfigError(
      `${other} and RELAYS are both set. RELAYS lists every relay: move this one into it as {"id": "${defaultRelayId}", …} and remove ${other}.`,
    )
  }
  const value = tryParseJson(list)
  if (value === undefined) throw new ConfigError('RELAYS is not JSON.')
  const result = z.array(relaySchema).check(z.minLength(1)).safeParse(value)
  if (!result.success) {
    const [issue] = result.error.issues
    const why = issue === undefined ? 'is not valid' : describeIssue(issue, value)
    throw new ConfigError(`${toSetting(issue?.path ?? [])} ${why}.`)
  }
  const relays = result.data.map((entry, index): Relay => {
    const setting = `RELAYS[${index}]`
    if (result.data.findIndex(({ id }) => id === entry.id) !== index) {
      throw new ConfigError(`${setting}.id is given twice: ${quote(entry.id)}.`)
    }
    const key = text(entry.key)
    if (key === undefined) {
      throw new ConfigError(`${setting}.key names the secret ${entry.key}, which is missing.`)
    }
    return {
      id: entry.id,
      kind: entry.kind ?? 'chat',
      baseUrl: toBaseUrl(entry.base_url, `${setting}.base_url`, entry.key, allowHttp),
      headers: {
        ...checkHeaders(entry.headers ?? {}, `${setting}.headers`),
        authorization: `Bearer ${key}`,
      },
      failed: entry.failed,
      body: entry.body === 'multipart' ? 'form' : entry.body,
      pollMs: entry.poll_ms ?? USUAL_POLL_MS,
      totalMs: entry.total_ms,
    }
  })
  const [first, ...rest] = relays
  if (first === undefined) throw new ConfigError('RELAYS must name at least one relay.')
  return [first, ...rest]
}

function toSetting([index, ...fields]: readonly PropertyKey[]): string {
  const entry = typeof index === 'number' ? `[${index}]` : ''
  return `RELAYS${entry}${entry === '' || fields.length === 0 ? '' : `.${toParam(fields)}`}`
}

function toBaseUrl(text: string, setting: string, secret: string, allowHttp: boolean): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new ConfigError(
      `${setting} must be an address such as https://relay.example/v1, got ${quote(text)}.`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError(`${setting} must not carry a password. Put the key into ${secret}.`)
  }
  if (url.protocol === 'http:' && !allowHttp) {
    throw new ConfigError(
      `${setting} must be https, or its key travels in the clear. Only PRIVATE_NETWORK=relay allows http, or ALLOW_PRIVATE_NETWORK=true in development.`,
    )
  }
  return url.href.replace(/\/$/, '')
}

/** Names that the gateway sets itself; a second value would be sent beside it. */
const ownHeaders = new Set([
  'authorization',
  'content-type',
  'content-length',
  'accept',
  'host',
  'idempotency-key',
])

function toHeaders(text: string | undefined): Record<string, string> {
  if (text === undefined) return {}
  const parsed = tryParseJson(text)
  if (!isJsonObject(parsed)) {
    throw new ConfigError('RELAY_HEADERS must be a JSON object of names and values.')
  }
  return checkHeaders(parsed, 'RELAY_HEADERS')
}

function checkHeaders(
  given: Readonly<Record<string, unknown>>,
  setting: string,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [header, value] of Object.entries(given)) {
    if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) {
      throw new ConfigError(`${setting}: the value of ${quote(header)} must be printable text.`)
    }
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header) || ownHeaders.has(header.toLowerCase())) {
      throw new ConfigError(`${setting} must not set ${quote(header)}.`)
    }
    headers[header.toLowerCase()] = value
  }
  return headers
}
