// One request's time limits: every wait is bounded, and whoever stops first (a limit, the caller,
// the consumer) also stops the connection.

import { LimitReached, type Limits } from '../../shared/limits.ts'
import { OutboundError } from './outboundError.ts'

/** `late`: without response headers; `silent`: without further bytes. */
export type Exchange = Limits<'late' | 'silent'>

/** Waits for one step; throws an `OutboundError`, or the caller's own abort reason. */
export async function waitFor<T>(
  step: Promise<T>,
  exchange: Exchange,
  limit: 'late' | 'silent',
): Promise<T> {
  exchange.start(limit)
  try {
    return await exchange.race(step)
  } catch {
    const { aborted, reason } = exchange.signal
    if (!aborted) throw new OutboundError(limit === 'late' ? 'unreachable' : 'cut')
    throw reason instanceof LimitReached ? new OutboundError(limit) : reason
  } finally {
    exchange.stop(limit)
  }
}
