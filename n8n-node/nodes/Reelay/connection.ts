// What the credential points at: a Reelay gateway with everything, or a plain relay that can only
// generate. Found out by asking, once per run, so that nobody has to choose in the panel.

import { NodeOperationError } from 'n8n-workflow'

import { readApiError, readText, toConnectionError } from '../../../shared/client/error.ts'
import { createClient, type Client } from '../../../shared/client/client.ts'
import { kindIds, type KindId } from '../../../shared/relay/kinds.ts'
import { USUAL_POLL_MS } from '../../../shared/relay/tasks/pace.ts'
import { isJsonObject, tryParseJson } from '../../../shared/wire/json.ts'
import type { TransportResponse } from '../../../shared/ports.ts'
import { clock } from './clock.ts'
import { ItemProblem, toItemProblem } from './itemProblem.ts'
import { toStoppedProblem } from './stopping.ts'
import {
  createTransport,
  wasNeverSent,
  type NodeTransport,
  type RequestContext,
} from './transport.ts'

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
  const { relayKind } = await context.getCredentials<RelayFields>('reelayApi')
  if (relayKind === 'gateway') return gateway
  const isKnownRelay = kindIds.some((id) => id === relayKind)
  return (await isGateway(context, gateway, isKnownRelay)) ? gateway : await readRelay(context)
}

interface RelayFields {
  readonly apiKey?: unknown
  readonly relayKind?: unknown
  readonly sendAsJson?: unknown
  readonly lookEvery?: unknown
}

/** Credentials of earlier releases have a base URL and a key only. */
export async function readRelay(context: RequestContext): Promise<PlainRelay> {
  const { baseUrl } = await openGateway(context)
  const { apiKey, relayKind, sendAsJson, lookEvery } =
    await context.getCredentials<RelayFields>('reelayApi')
  return {
    kind: 'relay',
    baseUrl,
    relayKind: kindIds.find((id) => id === relayKind) ?? guessKind(baseUrl),
    orderAs: sendAsJson === true ? 'json' : undefined,
    pollMs: typeof lookEvery === 'number' && lookEvery > 0 ? lookEvery * 1000 : USUAL_POLL_MS,
    redact: typeof apiKey === 'string' ? [apiKey] : [],
  }
}

/** What a relay speaks that nobody has said anything about: what is known of its host, else chat. */
export function guessKind(baseUrl: string): KindId {
  const { hostname } = new URL(baseUrl)
  return Object.hasOwn(kindsByHost, hostname) ? (kindsByHost[hostname] ?? 'chat') : 'chat'
}

const kindsByHost: Readonly<Record<string, KindId>> = {
  'api.openai.com': 'videos',
  'api.x.ai': 'xai',
  'openrouter.ai': 'openrouter',
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

// As long as a deploy takes; a person waits for the answer.
const healthPausesMs = [1000, 2000]

/**
 * Only a gateway has a health page in JSON under the root. A server that is down for a moment must
 * not be taken for a relay, so a 5xx is no answer, unless the credential says that it is a relay.
 */
async function isGateway(
  context: RequestContext,
  { transport, baseUrl }: Gateway,
  isKnownRelay: boolean,
): Promise<boolean> {
  const signal = readStopSignal(context)
  const request = {
    method: 'GET',
    url: `${baseUrl.slice(0, -'/v1'.length)}/health`,
    headers: { accept: 'application/json' },
    signal,
  } as const
  for (const pauseMs of [...healthPausesMs, null]) {
    const answer = await transport.send(request).catch((error: unknown) => {
      if (signal?.aborted === true) throw toStoppedProblem({}, 'unsent')
      if (wasNeverSent(error) || pauseMs === null) throw toUnheardProblem(toConnectionError(error))
      return null
    })
    if (answer !== null && answer.status < 500) return await isHealth(answer)
    if (isKnownRelay) return false
    if (pauseMs !== null) await clock.sleep(pauseMs, signal)
    else if (answer !== null) {
      throw toUnheardProblem(toItemProblem(await readApiError(answer, clock.now())))
    }
  }
  return false
}

export async function isHealth(answer: TransportResponse): Promise<boolean> {
  // A relay's home page is not JSON.
  const health = tryParseJson(await readText(answer, 65_536))
  if (!isJsonObject(health) || typeof health['status'] !== 'string') return false
  // Some proxies take the header away.
  const isSigned = answer.header('x-request-id')?.startsWith('req_') === true
  return isSigned || typeof health['simulated_relay'] === 'boolean'
}

function toUnheardProblem(cause: unknown): ItemProblem {
  const { message, status } = toItemProblem(cause)
  return new ItemProblem(
    message,
    'Nothing was sent, nothing was charged. Check the base URL in the credential; if the server is well and no Reelay gateway, choose its kind in the field Server.',
    {},
    status,
  )
}

/** Aborted when somebody presses Stop; undefined where nobody can. */
export function readStopSignal(context: RequestContext): AbortSignal | undefined {
  return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined
}
