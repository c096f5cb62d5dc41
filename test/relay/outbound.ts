// Answers for every host: hand it to miniflare as `outboundService` and the gateway under test can
// follow the links of any recording. Plain Node request and response, not fetch: a broken connection
// stays a broken connection instead of turning into a tidy error response.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RelaySimulator } from './relaySimulator.ts'

export interface Outbound {
  readonly node: (message: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** The relay's API answers under every host name, so `RELAY_BASE_URL` may be any https address. */
export function createOutbound(simulator: RelaySimulator): Outbound {
  return {
    node(message, response) {
      delete message.headers['mf-custom-node-service']
      return simulator.handle(message, response, toUrl(message))
    },
  }
}

/** workerd hands over path and Host but not the scheme: a host with a port is taken for http. */
function toUrl(message: IncomingMessage): URL {
  const host = message.headers.host ?? ''
  return new URL(message.url ?? '/', `${host.includes(':') ? 'http' : 'https'}://${host}`)
}
