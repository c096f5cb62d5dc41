// One request to our own API, sent once. Whether it may be sent again is the caller's decision.

import type { Clock } from '../limits.ts'
import type { Transport, TransportRequest, TransportResponse } from '../ports.ts'
import { readApiError, toConnectionError } from './error.ts'

export interface ClientPorts extends Clock {
  readonly transport: Transport
}

/** @throws ApiError for every status but those expected (2xx) and for a connection that failed. */
export async function send(
  { transport, now }: ClientPorts,
  request: TransportRequest,
  isExpected = (status: number) => status >= 200 && status < 300,
): Promise<TransportResponse> {
  const response = await transport.send(request).catch((error: unknown) => {
    request.signal?.throwIfAborted()
    throw toConnectionError(error)
  })
  if (isExpected(response.status)) return response
  throw await readApiError(response, now())
}
