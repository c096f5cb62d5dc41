// Reads a body under limits that hold whatever the headers claim. Only time spent waiting for the
// host counts against its speed: a slow store on our side must not make a fast host look slow.

import type { Now } from '../../shared/ports.ts'
import { waitFor, type Exchange } from './exchange.ts'
import { OutboundError } from './outboundError.ts'

export interface BodyLimits {
  /** Waiting time before the speed is judged. */
  readonly graceMs: number
  /** Slowest tolerated average. */
  readonly minBytesPerSecond: number
  /** Largest body, counted on the bytes really read (after decompression). */
  readonly maxBytes: number
}

/** Yields the body; throws an `OutboundError` when a limit is met or it ends early. */
export async function* readBody(
  response: Response,
  exchange: Exchange,
  limits: BodyLimits,
  now: Now,
): AsyncGenerator<Uint8Array, void, undefined> {
  const expected = parseExpectedBytes(response.headers)
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader()
  let bytes = 0
  let waitedMs = 0
  try {
    while (reader !== undefined) {
      const askedAt = now()
      const { done, value } = await waitFor(reader.read(), exchange, 'silent')
      if (done) break
      waitedMs += now() - askedAt
      bytes += value.byteLength
      if (bytes > limits.maxBytes) throw new OutboundError('too_large')
      if (waitedMs > limits.graceMs && bytes * 1000 < limits.minBytesPerSecond * waitedMs) {
        throw new OutboundError('slow')
      }
      yield value
    }
    if (expected !== null && bytes < expected) throw new OutboundError('cut')
  } finally {
    exchange.end()
    // Already failed or finished: there is nobody left to tell.
    reader?.cancel().catch(() => undefined)
  }
}

/** A compressed body has another length than it announces. */
export function parseExpectedBytes(headers: Headers): number | null {
  const length = headers.get('content-length') ?? ''
  const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity'
  return isPlain && /^\d{1,15}$/.test(length) ? Number(length) : null
}
