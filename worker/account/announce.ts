// The operator's own object: an account without keys, whose only endpoint is the operator's. Alerts of all
// accounts arrive here and leave as every webhook does: signed, leased, tried for three days.

import type { Alert } from '../protocol.ts'
import type { AccountParts } from './parts.ts'

const endpointId = 'we_operator'

/** Call inside a transaction. The same alert twice is one message. */
export function announce(
  { ports, endpoints, deliveries }: AccountParts,
  { id, type, at, data }: Alert,
  { url, secret }: { readonly url: string; readonly secret: string },
): void {
  const now = ports.now()
  const known = endpoints.get(endpointId)
  if (known === null) {
    endpoints.add({ id: endpointId, name: 'operator', url, eventTypes: [], secret }, now)
  } else {
    // Also enables it, after a 410: who operates the gateway decides where alerts go.
    endpoints.change(known, { url }, now)
    if (known.url !== url) deliveries.moveAllOf(endpointId, url)
    if (known.secret !== secret) endpoints.rotate(known, secret, false, now)
  }
  const created_at = Math.floor(at / 1000)
  const event = { id: `evt_${id}`, object: 'event', type, created_at, data }
  const message = { id: event.id, endpointId, url, secret: null, type }
  deliveries.add({ ...message, body: JSON.stringify(event) }, now)
}
