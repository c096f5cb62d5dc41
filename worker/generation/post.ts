// Calls to a relay as they leave: the relay's address, key and headers, the request's id, and images
// that are encoded while they are sent, so that none is ever in memory twice.

import { toHex } from '../../shared/wire/bytes.ts'
import type { Random, TransportRequest } from '../../shared/ports.ts'
import type { RelayCall } from '../../shared/relay/relay.ts'
import { toTransportRequest } from '../../shared/relay/toTransportRequest.ts'
import type { Relay } from '../settings/relays.ts'
import type { Row } from './row.ts'

export function toPost(
  row: Row,
  relay: Relay,
  call: RelayCall,
  random: Random,
): Omit<TransportRequest, 'signal'> {
  const requestId = row.owner?.identity.requestId
  return toTransportRequest(call, {
    baseUrl: relay.baseUrl,
    headers: {
      // A configured header of the same name wins.
      ...(requestId !== undefined && { 'x-request-id': requestId }),
      ...relay.headers,
      // The same for every attempt of one generation: a relay that knows the header pays once, too.
      ...(call.method === 'POST' && { 'idempotency-key': row.owner?.identity.id ?? '' }),
    },
    getAttachment: (sha256) => row.attachments.bytesOf(sha256),
    boundary: toHex(random(16).buffer),
  })
}
