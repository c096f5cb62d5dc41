// A gateway in front of several simulated relays, each of a kind of its own.

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import type { RelayKindId } from '../relay/relayRequest.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'

export interface MarketRelay {
  readonly id: string
  readonly kind: RelayKindId
  /** Further fields of its entry in RELAYS. */
  readonly more?: object
}

export interface MarketSite {
  readonly gateway: RunningGateway
  readonly key: string
  relayOf(id: string): RelaySimulator
  /** Posts a video and waits for its end. */
  makeVideo(body: object, headers?: Readonly<Record<string, string>>): Promise<Response>
  close(): Promise<void>
}

export async function startMarketSite(
  relays: readonly MarketRelay[],
  vars: Readonly<Record<string, string>> = {},
  onLog?: (line: string) => void,
): Promise<MarketSite> {
  const simulators = new Map<string, RelaySimulator>()
  for (const { id } of relays) {
    simulators.set(id, await startRelaySimulator({ apiKey: `key-of-${id}` }))
  }
  const relayOf = (id: string) => {
    const found = simulators.get(id)
    if (found === undefined) throw new Error(`no relay ${id}`)
    return found
  }
  const list = relays.map(({ id, kind, more }) => ({
    id,
    kind,
    base_url: relayOf(id).baseUrlOf(kind),
    key: `KEY_${id}`,
    poll_ms: 100,
    ...more,
  }))
  const gateway = await startGateway({
    relay: relayOf(relays[0]?.id ?? ''),
    everyHost: false,
    vars: {
      RELAY_BASE_URL: '',
      RELAYS: JSON.stringify(list),
      ...Object.fromEntries(relays.map(({ id }) => [`KEY_${id}`, `key-of-${id}`])),
      ...vars,
    },
    ...(onLog !== undefined && { onLog }),
  })
  const { key } = await gateway.createKey()
  return {
    gateway,
    key,
    relayOf,
    makeVideo: (body, headers = {}) =>
      gateway.fetch('/v1/videos', key, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { prefer: 'wait=30', ...headers },
      }),
    async close() {
      await gateway.close()
      for (const simulator of simulators.values()) await simulator.close()
    },
  }
}
