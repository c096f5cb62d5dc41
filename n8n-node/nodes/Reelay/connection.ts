// What the credential points at: a Reelay gateway with everything, or a plain relay that can only
// generate. Found out by asking, once per run, so that nobody has to choose in the panel.

import { NodeOperationError } from 'n8n-workflow'

import { readText, toConnectionError } from '../../../shared/client/error.ts'
import { createClient, type Client } from '../../../shared/client/client.ts'
import { isJsonObject } from '../../../shared/wire/json.ts'
import type { Transport } from '../../../shared/ports.ts'
import { normalizeBaseUrl } from './baseUrl.ts'
import { sleep } from './sleep.ts'
import { createTransport, type NodeTransport, type RequestContext } from './transport.ts'

export interface Gateway {
  readonly kind: 'gateway'
  readonly baseUrl: string
  readonly client: Client
  readonly transport: NodeTransport
}

export interface PlainRelay {
  readonly kind: 'relay'
  readonly baseUrl: string
}

export type Connection = Gateway | PlainRelay

export const now = (): number => Date.now()

// The gateway sends a comment every 15 s; four missed ones are a dead connection, and one that is
// dropped is resumed.
const gatewayIdleMs = 60_000

async function readBaseUrl(context: RequestContext): Promise<string> {
  const { baseUrl } = await context.getCredentials<{ baseUrl?: unknown }>('reelayApi')
  const normalized = typeof baseUrl === 'string' ? normalizeBaseUrl(baseUrl) : null
  if (normalized !== null) return normalized
  throw new NodeOperationError(context.getNode(), 'The credential has no usable base URL', {
    description: 'Open the credential and enter an address such as https://reelay.example.com.',
  })
}

/** A client of the gateway, without asking whether it is one. */
export async function openGateway(context: RequestContext): Promise<Gateway> {
  const baseUrl = await readBaseUrl(context)
  const transport = createTransport(context, { authenticate: true, idleMs: gatewayIdleMs })
  const client = createClient({ transport, baseUrl, sleep, now })
  return { kind: 'gateway', baseUrl, client, transport }
}

export async function connect(context: RequestContext): Promise<Connection> {
  const gateway = await openGateway(context)
  const isOurs = await isGateway(gateway.transport, gateway.baseUrl)
  return isOurs ? gateway : { kind: 'relay', baseUrl: gateway.baseUrl }
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
async function isGateway(transport: Transport, baseUrl: string): Promise<boolean> {
  const url = `${baseUrl.slice(0, -'/v1'.length)}/health`
  const headers = { accept: 'application/json' }
  const response = await transport
    .send({ method: 'GET', url, headers })
    .catch((error: unknown) => Promise.reject(toConnectionError(error)))
  const text = await readText(response, 65_536)
  if (response.header('x-request-id')?.startsWith('req_') !== true) return false
  try {
    const health: unknown = JSON.parse(text)
    return isJsonObject(health) && typeof health['status'] === 'string'
  } catch {
    // A relay's home page is not JSON.
    return false
  }
}
