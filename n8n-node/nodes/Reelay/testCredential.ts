// What the button "Test" of the credential says: what was found at the address and what the key may do,
// or the one thing that is wrong. Nothing it sends can be paid.

import type {
  ICredentialDataDecryptedObject,
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow'

import { createClient, type Client } from '../../../shared/client/client.ts'
import { ApiError, toConnectionError } from '../../../shared/client/error.ts'
import type { Transport } from '../../../shared/ports.ts'
import { clock } from './clock.ts'
import { guessKind, isHealth, normalizeBaseUrl } from './connection.ts'
import { readUsage } from './getUsage.ts'
import { readUnsentCode } from './transport.ts'

export async function testCredential(
  this: ICredentialTestFunctions,
  { data = {} }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
  try {
    return { status: 'OK', message: await describeServer(this, data) }
  } catch (error) {
    return { status: 'Error', message: explain(error) }
  }
}

/** Wrong in a way that one sentence says. */
class Wrong extends Error {
  override readonly name = 'Wrong'
}

async function describeServer(
  context: ICredentialTestFunctions,
  { baseUrl: text, apiKey, relayKind }: ICredentialDataDecryptedObject,
): Promise<string> {
  const baseUrl = typeof text === 'string' ? normalizeBaseUrl(text) : null
  if (baseUrl === null) {
    throw new Wrong('The base URL is no address. Enter one such as https://reelay.example.com.')
  }
  const transport = createTestTransport(context, String(apiKey ?? ''))
  const client = createClient({ transport, baseUrl, ...clock, sleep: giveUp })
  if (relayKind === 'gateway' || (await isGatewayAt(transport, baseUrl))) {
    return await describeGateway(client)
  }
  const isGuessed = relayKind === undefined || relayKind === 'auto'
  const kind = isGuessed ? guessKind(baseUrl) : String(relayKind)
  const models = await countModels(client, isGuessed)
  const found = models === null ? 'no list of models, so the key could not be tested' : models
  return `Plain relay, ${found}, spoken to as ${kind}.`
}

async function isGatewayAt(transport: Transport, baseUrl: string): Promise<boolean> {
  const url = `${baseUrl.slice(0, -'/v1'.length)}/health`
  const headers = { accept: 'application/json' }
  const answer = await transport
    .send({ method: 'GET', url, headers })
    .catch((error: unknown) => Promise.reject(toConnectionError(error)))
  return answer.status < 500 && (await isHealth(answer))
}

async function describeGateway(client: Client): Promise<string> {
  const models = await countModels(client, true)
  const { leftUsd } = await readUsage({ client })
  const mayGenerate = await askWhetherItMayGenerate(client)
  const left = leftUsd === null ? 'no budget set' : `$${leftUsd.toFixed(2)} left`
  return `Reelay gateway, ${models}, this key may ${mayGenerate ? '' : 'not '}generate, ${left}.`
}

/** null where a relay has no such list, which is nothing wrong where somebody knows that it is one. */
async function countModels(client: Client, isNeeded: boolean): Promise<string | null> {
  const ids = await client.models().catch((error: unknown) => {
    const isMissing = error instanceof ApiError && [404, 405].includes(error.status)
    return isMissing && !isNeeded ? null : Promise.reject(error)
  })
  return ids === null ? null : ids.length === 1 ? '1 model' : `${ids.length} models`
}

/** An order without a prompt is refused, but first for the key's sake. */
async function askWhetherItMayGenerate(client: Client): Promise<boolean> {
  return await client.call('POST', '/videos', {}).then(
    () => true,
    (error: unknown) =>
      error instanceof ApiError ? error.code !== 'insufficient_scope' : Promise.reject(error),
  )
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : 'Unknown'
  const unsent = readUnsentCode(error)
  if (unsent !== null) return unsentSentences[unsent] ?? `The server cannot be reached (${unsent}).`
  if (error.code === 'unexpected_answer') {
    return 'A server answers at this base URL, but not as an API. Enter the address up to /v1, nothing after it.'
  }
  return refusals[error.status] ?? error.message
}

const unsentSentences: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'Nobody listens at this base URL (ECONNREFUSED). Check the port, and whether it runs.',
  ENOTFOUND: 'There is no such host (ENOTFOUND). Check the name in the base URL.',
  EPROTO: 'The server does not speak https there (EPROTO). Begin the base URL with http://.',
}

const refusals: Readonly<Record<number, string>> = {
  401: 'The server answered, but refused the API key. Copy the key again, without spaces.',
  403: 'The API key is valid but not allowed to do this. Ask for one with all scopes.',
  404: 'There is no API at this base URL. Enter the address up to /v1, nothing after it.',
  429: 'The server answered, but is busy or out of quota for this key. Try again later.',
  502: 'The gateway answered, but cannot reach its relay. Try again later.',
  503: 'The server is there, but not ready. Try again later.',
}

// A person waits for the answer.
const timeoutMs = 10_000

/** A test has only n8n's oldest way to send a request, without streams and without the credential. */
function createTestTransport({ helpers }: ICredentialTestFunctions, apiKey: string): Transport {
  return {
    async send({ method, url, headers, body }) {
      const isAsked = !url.endsWith('/health')
      const answer = (await helpers.request({
        method,
        uri: url,
        headers: { ...headers, ...(isAsked && { authorization: `Bearer ${apiKey}` }) },
        ...(typeof body === 'string' && { body }),
        resolveWithFullResponse: true,
        simple: false,
        followRedirect: false,
        timeout: timeoutMs,
      })) as { statusCode: number; headers: Record<string, unknown>; body: unknown }
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      return {
        status: answer.statusCode,
        header(name) {
          const value = answer.headers[name.toLowerCase()]
          return typeof value === 'string' ? value : null
        },
        body: toParts(text),
      }
    },
  }
}

async function* toParts(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield new TextEncoder().encode(text)
}

/** What does not work at once is what the test is to say. */
async function giveUp(): Promise<void> {
  throw new Wrong('The server answers, but is not well. Try again later.')
}
