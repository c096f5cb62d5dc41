// A simulated relay and the real gateway in front of it, with one key: what nearly every test of
// the HTTP face begins with.

import type { GatewayOptions, KeyOptions, RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import type { RelaySimulator, RelaySimulatorOptions } from '../relay/relaySimulator.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { requireDescribed } from '../gateway/validateExchange.ts'

export interface SiteOptions extends Omit<GatewayOptions, 'relay'> {
  readonly relay?: RelaySimulatorOptions
  readonly key?: KeyOptions
}

export interface CallOptions {
  /** Another key than the site's own; null sends none. */
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly signal?: AbortSignal
}

export interface Site {
  readonly relay: RelaySimulator
  readonly gateway: RunningGateway
  readonly url: string
  readonly key: string
  readonly account: string
  get(path: string, options?: CallOptions): Promise<Response>
  /** `body`: JSON unless it is text already. */
  post(path: string, body: unknown, options?: CallOptions): Promise<Response>
  close(): Promise<void>
}

export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const { relay: relayOptions, key: keyOptions, ...gatewayOptions } = options
  const relay = await startRelaySimulator(relayOptions)
  const gateway = await startGateway({ ...gatewayOptions, relay })
  const { key, account } = await gateway.createKey(keyOptions)

  const call = async (
    path: string,
    { key: asked, headers, method: wanted, signal }: CallOptions,
    body?: string,
  ) => {
    const method = wanted ?? (body === undefined ? 'GET' : 'POST')
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        ...(asked !== null && { authorization: `Bearer ${asked ?? key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    })
    return await requireDescribed(method, path, response)
  }

  return {
    relay,
    gateway,
    url: gateway.url,
    key,
    account,
    get: (path, callOptions = {}) => call(path, callOptions),
    post: (path, body, callOptions = {}) =>
      call(path, callOptions, typeof body === 'string' ? body : JSON.stringify(body)),
    async close() {
      await gateway.close()
      await relay.close()
    },
  }
}
