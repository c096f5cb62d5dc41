// The POST that costs money: the stored body, its images encoded while it streams, so that no image
// is ever in memory twice.

import { bodyLength, encodeBody } from '../../shared/relay/encodeBody.ts'
import type { TransportRequest } from '../../shared/ports.ts'
import type { GenerationPorts } from './ports.ts'
import type { Row } from './row.ts'

export function toPost(
  row: Row,
  upstream: GenerationPorts['upstream'],
): Omit<TransportRequest, 'signal'> {
  const body = row.request?.body ?? {}
  const requestId = row.owner?.identity.requestId
  return {
    method: 'POST',
    url: `${upstream.baseUrl}/chat/completions`,
    headers: {
      // A configured header of the same name wins.
      ...(requestId !== undefined && { 'x-request-id': requestId }),
      ...upstream.headers,
      'content-type': 'application/json',
      accept: 'text/event-stream',
      // The same for every attempt of one generation: a relay that knows the header pays once, too.
      'idempotency-key': row.owner?.identity.id ?? '',
    },
    body: {
      length: bodyLength(body),
      bytes: encodeBody(body, (sha256) => row.attachments.bytesOf(sha256)),
    },
  }
}
