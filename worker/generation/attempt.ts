// One paid POST, from its first byte out to the verdict on its last byte in. Sends exactly once;
// whether another attempt may follow is decided by the caller, on the verdict alone.

import type { Failure } from '../../shared/video/failures.ts'
import type { Now, Sleep, Transport, TransportRequest } from '../../shared/ports.ts'
import type { RelaySignal, RelayVerdict } from '../../shared/relay/chat/answer.ts'
import { readRelayAnswer } from '../../shared/relay/chat/answer.ts'
import type { GenerationLimits } from '../config.ts'

type Limit = 'headers' | 'silence' | 'progress' | 'total'

/** Thrown into a running attempt by its watchdog. */
class LimitReached extends Error {
  readonly limit: Limit
  readonly ms: number

  constructor(limit: Limit, ms: number) {
    super(`limit reached: ${limit}`)
    this.limit = limit
    this.ms = ms
  }
}

interface AttemptOptions {
  readonly relay: Transport
  readonly now: Now
  readonly sleep: Sleep
  readonly limits: GenerationLimits
  readonly baseUrl: string
  /** What must not come back in a message: a relay that quotes the prompt is not quoted. */
  readonly redact: readonly string[]
  readonly request: Omit<TransportRequest, 'signal'>
  /** Aborting it ends the attempt; a link seen by then still wins. */
  readonly cancel: AbortSignal
  readonly onSignals: (signals: readonly RelaySignal[]) => void
}

export async function runAttempt(options: AttemptOptions): Promise<RelayVerdict> {
  const { relay, now, request, cancel } = options
  const controller = new AbortController()
  const stop = () => controller.abort(cancel.reason)
  cancel.addEventListener('abort', stop, { once: true })
  if (cancel.aborted) stop()
  const watchdog = new Watchdog(options, controller)

  try {
    const response = await untilAborted(
      relay.send({ ...request, signal: controller.signal }),
      controller.signal,
    )
    watchdog.headersArrived()
    const answer = readRelayAnswer(
      { status: response.status, header: (name) => response.header(name), now: now() },
      { baseUrl: options.baseUrl, redact: options.redact },
    )
    const body = response.body[Symbol.asyncIterator]()
    let ending: 'end' | 'broken' | 'limit' = 'end'
    try {
      while (!answer.done) {
        const next = await untilAborted(body.next(), controller.signal)
        if (next.done === true) break
        const signals = answer.feed(next.value)
        watchdog.bytesArrived(answer.frames)
        if (signals.length > 0) options.onSignals(signals)
      }
    } catch {
      // What broke is told by the ending: our own limit, or the connection.
      ending = controller.signal.reason instanceof LimitReached ? 'limit' : 'broken'
    }
    const { signals, verdict } = answer.end(ending)
    if (signals.length > 0) options.onSignals(signals)
    return explainLimit(verdict, controller.signal.reason)
  } catch {
    return explainLimit(unanswered, controller.signal.reason)
  } finally {
    watchdog.stop()
    cancel.removeEventListener('abort', stop)
    // Closes the connection if the answer was left early; does nothing if it was read to its end.
    controller.abort(new Error('attempt ended'))
  }
}

/** A thrown `send` says nothing about what the relay did: refused and reset look identical. */
const unanswered: RelayVerdict = {
  ok: false,
  evidence: { taskId: null, statusUrl: null, tail: '', text: '', usage: null },
  failure: {
    code: 'outcome_unknown',
    message:
      'The connection to the relay broke before it answered. Whether it took the request is not known.',
    charge: 'possible',
    outcome: 'unknown',
  },
}

/** When our own limit ended it and nothing better was seen, the limit is what the caller must hear. */
function explainLimit(verdict: RelayVerdict, reason: unknown): RelayVerdict {
  if (verdict.ok || !(reason instanceof LimitReached)) return verdict
  const { code } = verdict.failure
  if (code !== 'truncated_stream' && code !== 'outcome_unknown' && code !== 'empty_result') {
    return verdict
  }
  const seconds = Math.round(reason.ms / 1000)
  const messages = {
    headers: `The relay did not begin to answer within ${seconds} s.`,
    silence: `The relay sent nothing for ${seconds} s.`,
    progress: `The relay kept the connection open without any news for ${seconds} s.`,
    total: `The relay was not done within ${seconds} s.`,
  } as const satisfies Record<Limit, string>
  const failure: Failure = {
    code: 'timeout',
    message: messages[reason.limit],
    charge: 'possible',
    outcome: 'unknown',
  }
  return { ok: false, evidence: verdict.evidence, failure }
}

/** Four limits, one timer: sleeps until the nearest one, looks again, and aborts when one is passed. */
class Watchdog {
  readonly #limits: GenerationLimits
  readonly #now: Now
  readonly #startedAt: number
  readonly #done = new AbortController()
  #waitingForHeaders = true
  #lastByteAt: number
  #lastFrameAt: number
  #frames = 0

  constructor(options: AttemptOptions, controller: AbortController) {
    this.#limits = options.limits
    this.#now = options.now
    this.#startedAt = options.now()
    this.#lastByteAt = this.#startedAt
    this.#lastFrameAt = this.#startedAt
    void this.#watch(options.sleep, controller)
  }

  headersArrived(): void {
    this.#waitingForHeaders = false
    this.#lastByteAt = this.#lastFrameAt = this.#now()
  }

  bytesArrived(frames: number): void {
    this.#lastByteAt = this.#now()
    if (frames > this.#frames) {
      this.#frames = frames
      this.#lastFrameAt = this.#lastByteAt
    }
  }

  stop(): void {
    this.#done.abort(new Error('attempt ended'))
  }

  async #watch(sleep: Sleep, controller: AbortController): Promise<void> {
    const { silenceMs, progressMs } = this.#limits
    try {
      while (!this.#done.signal.aborted) {
        const next = this.#nearest()
        const left = next.at - this.#now()
        if (left <= 0) return controller.abort(new LimitReached(next.limit, next.ms))
        // No longer than the limits that begin to count when the headers come, in the middle of a sleep.
        await sleep(Math.min(left, silenceMs, progressMs), this.#done.signal)
      }
    } catch (error) {
      // A sleep that ends with the attempt is the normal way out; without a clock nothing may go on.
      if (!this.#done.signal.aborted) controller.abort(error)
    }
  }

  #nearest(): { limit: Limit; at: number; ms: number } {
    const { headersMs, silenceMs, progressMs, totalMs } = this.#limits
    const total = { limit: 'total', at: this.#startedAt + totalMs, ms: totalMs } as const
    const others = this.#waitingForHeaders
      ? [{ limit: 'headers', at: this.#startedAt + headersMs, ms: headersMs } as const]
      : [
          { limit: 'silence', at: this.#lastByteAt + silenceMs, ms: silenceMs } as const,
          { limit: 'progress', at: this.#lastFrameAt + progressMs, ms: progressMs } as const,
        ]
    return others.reduce<{ limit: Limit; at: number; ms: number }>(
      (nearest, one) => (one.at < nearest.at ? one : nearest),
      total,
    )
  }
}

/** Settles with `promise`, or rejects at once when aborted: a dead socket must not hold the object. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
