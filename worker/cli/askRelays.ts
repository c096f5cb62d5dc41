// Asks each relay for its models, which is free: is it there, does it take the key, does it list what
// is configured. What is wrong is one sentence that names the setting to mend.

import type { Config } from '../settings/config.ts'
import { atRelay } from '../../shared/request/models.ts'
import { isJsonList, isJsonObject, tryParseJson, type JsonValue } from '../../shared/wire/json.ts'
import type { Relay } from '../settings/relays.ts'
import type { RelayNames } from './localSettings.ts'

export type RelayReport = { readonly relay: Relay } & (
  | { readonly is: 'wrong'; readonly sentence: string }
  | {
      readonly is: 'reached'
      /** Only where the same question without a key is refused. */
      readonly isKeyProven: boolean
      /** null: it has no list, or none that is understood. */
      readonly models: readonly string[] | null
      /** Configured names that are not in it. */
      readonly unlisted: readonly string[]
      /** An address that has a list where the configured one has none. */
      readonly listAt: string | null
    }
)

const ASK_MS = 10_000

export function askRelays(
  config: Config,
  names: readonly RelayNames[],
): Promise<readonly RelayReport[]> {
  return Promise.all(
    config.relays.map(async (relay, index): Promise<RelayReport> => {
      const its = names[index]
      if (its === undefined) throw new Error(`nobody knows where ${relay.id} is configured`)
      try {
        return await askRelay(relay, config, its)
      } catch (error) {
        return { relay, is: 'wrong', sentence: `${its.address}: ${describeNetwork(error, relay)}` }
      }
    }),
  )
}

async function askRelay(relay: Relay, config: Config, names: RelayNames): Promise<RelayReport> {
  const { origin } = new URL(relay.baseUrl)
  const wrong = (sentence: string): RelayReport => ({ relay, is: 'wrong', sentence })
  const { status, text, location } = await ask(relay, '/models', relay.headers)
  if (status === 401 || status === 403) {
    return wrong(
      `${names.key} is not accepted by ${origin} (${status}). Put the key there that this relay gave you.`,
    )
  }
  if (status >= 300 && status < 400) {
    return wrong(
      `${names.address} is answered by a redirect (${status})${location}, which is never followed with a key. Put the address there that it leads to.`,
    )
  }
  const hasList = status >= 200 && status < 300
  if (!hasList && status !== 404 && status !== 405) {
    return wrong(`${names.address}: ${origin} answered ${status} to /models. Try again later.`)
  }
  const listAt = hasList ? null : await findList(relay)
  if (listAt === `${relay.baseUrl}/v1`) {
    return wrong(
      `${names.address} has no /v1 at its end: there are no models at ${relay.baseUrl}/models (${status}), and some at ${listAt}/models. Put ${listAt} there.`,
    )
  }
  const list = tryParseJson(text)
  if (hasList && list === undefined) {
    return wrong(
      `${names.address} answers /models with something that is no JSON. Is the address whole, mostly with /v1 at its end?`,
    )
  }
  const others = relay.kind === 'openrouter' ? await askForVideoModels(relay) : undefined
  const models = toUnion(hasList ? readIds(list) : null, readIds(others))
  return {
    relay,
    is: 'reached',
    isKeyProven: hasList && (await isRefusedWithoutKey(relay)),
    models,
    unlisted: models === null ? [] : findUnlisted(relay, config, models),
    listAt,
  }
}

/** The usual address of a relay, where it has models, or wants another key for them. */
async function findList(relay: Relay): Promise<string | null> {
  const { origin } = new URL(relay.baseUrl)
  for (const baseUrl of new Set([`${relay.baseUrl}/v1`, `${origin}/v1`])) {
    if (baseUrl === relay.baseUrl) continue
    const { status, text } = await ask({ ...relay, baseUrl }, '/models', relay.headers)
    if (status === 401 || status === 403) return baseUrl
    if (status === 200 && readIds(tryParseJson(text)) !== null) return baseUrl
  }
  return null
}

/** What OpenRouter tells of its video models; undefined when it does not. */
export async function askForVideoModels(relay: Relay): Promise<JsonValue | undefined> {
  const { status, text } = await ask(relay, '/videos/models', relay.headers)
  return status === 200 ? tryParseJson(text) : undefined
}

async function isRefusedWithoutKey(relay: Relay): Promise<boolean> {
  const { authorization: _key, ...others } = relay.headers
  const { status } = await ask(relay, '/models', others)
  return status === 401 || status === 403
}

async function ask({ baseUrl }: Relay, path: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${baseUrl}${path}`, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(ASK_MS),
  })
  const location = response.headers.get('location')
  const target = location === null ? null : URL.parse(location, baseUrl)
  return {
    status: response.status,
    text: await response.text(),
    location: target === null ? '' : ` to ${target.origin}${target.pathname}`,
  }
}

/** OpenAI's list, and what others make of it. */
function readIds(list: JsonValue | undefined): readonly string[] | null {
  const entries = isJsonObject(list) ? (list['data'] ?? list['models']) : list
  if (!isJsonList(entries)) return null
  return entries.flatMap((entry) => {
    const id = isJsonObject(entry) ? (entry['id'] ?? entry['name']) : entry
    return typeof id === 'string' ? [id] : []
  })
}

function toUnion(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  return one === null ? other : [...new Set([...one, ...(other ?? [])])]
}

function findUnlisted(
  { id }: Relay,
  { models }: Config,
  listed: readonly string[],
): readonly string[] {
  const names = models.flatMap((model) => {
    const different = model.relays === null ? {} : model.relays.find(({ relay }) => relay === id)
    return different === undefined ? [] : [atRelay(model, different).relayModel]
  })
  return names.filter((name) => !listed.some((one) => toPattern(name).test(one)))
}

/** `{seconds}` and its like stand for whatever the relay has there. */
function toPattern(relayModel: string): RegExp {
  const parts = relayModel.split(/\{\w+\}/).map((part) => part.replaceAll(/[^\w]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+')}$`)
}

function describeNetwork(error: unknown, { baseUrl }: Relay): string {
  const { host, hostname } = new URL(baseUrl)
  const code = readCode(error)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `the host ${hostname} is not known. Is it spelt right, and is this machine online?`
  }
  if (code === 'ECONNREFUSED') {
    return `${host} refuses the connection. Is the relay running, and is this its port?`
  }
  if (code === 'TimeoutError') {
    return `${host} did not answer within ${ASK_MS / 1000} s. Is it the right address, and open to this machine?`
  }
  return `${host} cannot be asked (${code}). Is it the right address, with the right http or https?`
}

/** The system's code, wherever fetch has put it. */
function readCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError && error.errors.length > 0) return readCode(error.errors[0])
  if (error.cause !== undefined) return readCode(error.cause)
  return error.name === 'Error' ? error.message : error.name
}
