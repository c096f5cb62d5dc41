// What the credential points at: a Reelay gateway with everything, or a plain relay that can only
// generate. Found out by asking, once per run, so that nobody has to choose in the panel.

import { NodeOperationError } from 'n8n-workflow'

import { readText, toConnectionError } from '../../../shared/client/error.ts'
import { createClient, type Client } from '../../../shared/client/client.ts'
import { kindIds, type KindId } from '../../../shared/relay/kinds.ts'
import { USUAL_POLL_MS } from '../../../shared/relay/tasks/pace.ts'
import { isJsonObject, tryParseJson } from '../../../shared/wire/json.ts'
import { clock } from './clock.ts'
import { createTransport, type NodeTransport, type RequestContext } from './transport.ts'

export interface Gateway {
  readonly kind: 'gateway'
  readonly baseUrl: string
  readonly client: Client
  readonly transport: NodeTransport
}

/** What a gateway has in RELAYS, and here is in the credential. */
export interface PlainRelay {
  readonly kind: 'relay'
  readonly baseUrl: string
  readonly relayKind: KindId
  /** How an order is sent; undefined: as its kind usually does. */
  readonly orderAs: 'json' | undefined
  /** The shortest distance between two looks at a job, ms. */
  readonly pollMs: number
  /** What no message may repeat. */
  readonly redact: readonly string[]
}

export type Connection = Gateway | PlainRelay

// The gateway sends a comment every 15 s; four missed ones are a dead connection, and one that is
// dropped is resumed.
const gatewayIdleMs = 60_000

/**
 * Makes one form of what people paste: with or without scheme, `/v1`, a slash or a whole endpoint.
 * Null when it is no http(s) address; guessing further would send a key somewhere odd.
 */
export function normalizeBaseUrl(text: string): string | null {
  const address = text.includes('://') ? text.trim() : `https://${text.trim()}`
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return null
  const { origin, pathname } = new URL(address)
  const segments = pathname.split('/').filter((segment) => segment !== '')
  const version = segments.indexOf('v1')
  const prefix = version === -1 ? segments : segments.slice(0, version)
  return [origin, ...prefix, 'v1'].join('/')
}

/** A client of the gateway, without asking whether it is one. */
export async function openGateway(context: RequestContext): Promise<Gateway> {
  const { baseUrl: text } = await context.getCredentials<{ baseUrl?: unknown }>('reelayApi')
  const baseUrl = typeof text === 'string' ? normalizeBaseUrl(text) : null
  if (baseUrl === null) {
    throw new NodeOperationError(context.getNode(), 'The credential has no usable base URL', {
      description: 'Open the credential and enter an address such as https://reelay.example.com.',
    })
  }
  const transport = createTransport(context, { authenticate: true, idleMs: gatewayIdleMs })
  const client = createClient({ transport, baseUrl, ...clock })
  return { kind: 'gateway', baseUrl, client, transport }
}

export async function connect(context: RequestContext): Promise<Connection> {
  const gateway = await openGateway(context)
  return (await isGateway(gateway)) ? gateway : await readRelay(context, gateway.baseUrl)
}

interface RelayFields {
  readonly apiKey?: unknown
  readonly relayKind?: unknown
  readonly sendAsJson?: unknown
  readonly lookEvery?: unknown
}

/** Credentials of earlier releases have a base URL and a key only. */
async function readRelay(context: RequestContext, baseUrl: string): Promise<PlainRelay> {
  const { apiKey, relayKind, sendAsJson, lookEvery } =
    await context.getCredentials<RelayFields>('reelayApi')
  return {
    kind: 'relay',
    baseUrl,
    relayKind: kindIds.find((id) => id === relayKind) ?? 'chat',
    orderAs: sendAsJson === true ? 'json' : undefined,
    pollMs: typeof lookEvery === 'number' && lookEvery > 0 ? lookEvery * 1000 : USUAL_POLL_MS,
    redact: typeof apiKey === 'string' ? [apiKey] : [],
  }
}

/** Whether an address is the relay's own, where its key may go. */
export function isAtRelay({ baseUrl }: PlainRelay, url: string): boolean {
  return URL.canParse(url) && new URL(url).origin === new URL(baseUrl).origin
}

/** For what a plain relay cannot do. `what` begins a sentence: "Cancelling a video". */
export async function requireGateway(context: RequestContext, what: string): Promise<Gateway> {
  const connection = await connect(context)
  if (connection.kind === 'gateway') return connection
  throw new NodeOperationError(context.getNode(), `${what} needs a Reelay gateway`, {
    description:
      'The base URL in the credential answers like a plain relay, which keeps nothing. Generate and Download work with it; for the rest, put the address of a Reelay gateway into the credential.',
  })
}

/** Only a gateway has a health page in JSON under the root and signs it with a request id of ours. */
async function isGateway({ transport, baseUrl }: Gateway): Promise<boolean> {
  const url = `${baseUrl.slice(0, -'/v1'.length)}/health`
  const response = await transport
    .send({ method: 'GET', url, headers: { accept: 'application/json' } })
    .catch((error: unknown) => Promise.reject(toConnectionError(error)))
  // A relay's home page is not JSON.
  const health = tryParseJson(await readText(response, 65_536))
  const isSigned = response.header('x-request-id')?.startsWith('req_') === true
  return isSigned && isJsonObject(health) && typeof health['status'] === 'string'
}
