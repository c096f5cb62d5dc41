// One request's time limits and its end: every wait is bounded, and whoever stops first (a limit,
// the caller, the consumer) also stops the connection.

import type { Sleep } from '../../shared/ports.ts'
import { OutboundError, type OutboundReason } from './outboundError.ts'

interface WaitLimit {
  readonly ms: number
  /** What it means when the time is over. */
  readonly late: OutboundReason
  /** What it means when the connection fails instead. */
  readonly broken: OutboundReason
}

export interface Exchange {
  /** For `fetch`. */
  readonly signal: AbortSignal
  /** Waits for one step; throws an `OutboundError`, or the caller's own abort reason. */
  wait<T>(step: Promise<T>, limit: WaitLimit): Promise<T>
  /** Closes the connection, if it is still open. */
  end(): void
}

export function createExchange(sleep: Sleep, caller?: AbortSignal): Exchange {
  const request = new AbortController()
  let timer = new AbortController()
  const abort = () => {
    request.abort(caller?.reason)
    timer.abort(caller?.reason)
  }
  if (caller?.aborted === true) abort()
  else caller?.addEventListener('abort', abort, { once: true })

  return {
    signal: request.signal,
    async wait(step, limit) {
      // A timer per step, not one race against a long-lived promise: that would keep every chunk of
      // the body alive until the end.
      timer = new AbortController()
      const expire = async (signal: AbortSignal): Promise<never> => {
        await sleep(limit.ms, signal)
        throw new OutboundError(limit.late)
      }
      try {
        return await Promise.race([step, expire(timer.signal)])
      } catch (error) {
        if (caller?.aborted === true) throw caller.reason
        throw error instanceof OutboundError ? error : new OutboundError(limit.broken)
      } finally {
        timer.abort()
      }
    },
    end() {
      caller?.removeEventListener('abort', abort)
      request.abort()
    },
  }
}
