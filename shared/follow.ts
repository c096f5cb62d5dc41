// Reads a video's event stream to its terminal event and resumes by itself where a connection broke.
// Every wait goes through the Sleep port; a broken connection costs a pause, never an event.

import { createParser } from 'eventsource-parser'

import { ApiError, readApiError, toConnectionError } from './api-error.ts'
import { isTerminal, type WireEvent } from './events.ts'
import type { Now, Sleep, Transport, TransportResponse } from './ports.ts'
import { safeParseWireEvent } from './video-answer.ts'

export interface FollowOptions {
  /** Offset of the last event already known; default 0, everything. */
  readonly after?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Longest time without any news about the video, in ms. The gateway's own heartbeats are no news. */
  readonly silenceMs?: number | undefined
  /** Longest time altogether, in ms. */
  readonly totalMs?: number | undefined
}

export interface FollowPorts {
  readonly transport: Transport
  readonly sleep: Sleep
  readonly now: Now
}

/** The wait ended, not the video: it goes on, and following it again later finds it. */
export class WaitLimitError extends Error {
  override readonly name = 'WaitLimitError'
  readonly limit: 'silence' | 'total'
  readonly limitMs: number

  constructor(limit: 'silence' | 'total', limitMs: number) {
    const seconds = Math.round(limitMs / 1000)
    super(
      limit === 'total'
        ? `The total wait limit of ${seconds} s passed before the video was finished.`
        : `The silence limit passed: no news about the video for ${seconds} s.`,
    )
    this.limit = limit
    this.limitMs = limitMs
  }
}

// Eight tries in a row without news take about a minute, longer than any deploy of the gateway.
const maxFailures = 8
const firstPauseMs = 500
const longestPauseMs = 15_000
// No event of ours comes near; a server that sends more on one line is not ours.
const maxEventLength = 1_048_576

/**
 * Yields the events after `options.after`, in order, once each, and ends after the terminal one.
 * @throws ApiError when the server refuses or stays away, WaitLimitError when a limit passes first.
 */
export async function* followEvents(
  ports: FollowPorts,
  eventsUrl: string,
  isEnded: () => Promise<boolean>,
  options: FollowOptions = {},
): AsyncGenerator<WireEvent, void, undefined> {
  const limits = new WaitLimits(ports, options)
  let offset = options.after ?? 0
  let failures = 0
  let hasEnded = false

  for (;;) {
    options.signal?.throwIfAborted()
    let failure: ApiError | null = null
    const connection = new AbortController()
    const disconnect = (): void => connection.abort(options.signal?.reason)
    options.signal?.addEventListener('abort', disconnect, { once: true })
    try {
      const response = await limits.race(
        ports.transport.send({
          method: 'GET',
          url: eventsUrl,
          headers: {
            accept: 'text/event-stream',
            ...(offset > 0 ? { 'last-event-id': String(offset) } : {}),
          },
          signal: connection.signal,
        }),
      )
      if (response.status !== 200) throw await readApiError(response, ports.now())
      const events = readEvents(response)
      for (;;) {
        const next = await limits.race(events.next())
        if (next.done === true) break
        // A server that repeats itself after a resume must not be repeated to the reader.
        if (next.value.offset <= offset) continue
        offset = next.value.offset
        failures = 0
        hasEnded = false
        limits.hearNews()
        yield next.value
        if (isTerminal(next.value)) return
      }
      // Two empty streams in a row of a finished video: there is nothing after this offset.
      if (hasEnded) return
    } catch (error) {
      if (error instanceof WaitLimitError) throw error
      options.signal?.throwIfAborted()
      failure = error instanceof ApiError ? error : toConnectionError(error)
      if (!failure.shouldRetry) throw failure
    } finally {
      options.signal?.removeEventListener('abort', disconnect)
      connection.abort()
    }
    if (++failures > maxFailures) {
      throw failure ?? toConnectionError(new Error('the event stream ended again and again'))
    }
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1))
    await limits.race(ports.sleep(Math.max(pauseMs, failure?.retryAfterMs ?? 0), options.signal))
    if (failure === null) hasEnded = await limits.race(isEnded().catch(() => false))
  }
}

/** Server-sent events as wire events; what is no event of ours is skipped. */
async function* readEvents(
  response: TransportResponse,
): AsyncGenerator<WireEvent, void, undefined> {
  const decoder = new TextDecoder()
  let ready: WireEvent[] = []
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: ({ data }) => {
      const event = safeParseWireEvent(data)
      if (event !== null) ready.push(event)
    },
  })
  for await (const bytes of response.body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    const events = ready
    ready = []
    yield* events
  }
}

/** Races whatever is awaited against the two limits, both counted across reconnections. */
class WaitLimits {
  readonly #ports: FollowPorts
  readonly #options: FollowOptions
  readonly #startedAt: number
  #newsAt: number

  constructor(ports: FollowPorts, options: FollowOptions) {
    this.#ports = ports
    this.#options = options
    this.#startedAt = ports.now()
    this.#newsAt = this.#startedAt
  }

  hearNews(): void {
    this.#newsAt = this.#ports.now()
  }

  async race<T>(work: Promise<T>): Promise<T> {
    const { totalMs = Infinity, silenceMs = Infinity } = this.#options
    const now = this.#ports.now()
    const totalLeftMs = this.#startedAt + totalMs - now
    const silenceLeftMs = this.#newsAt + silenceMs - now
    const leftMs = Math.min(totalLeftMs, silenceLeftMs)
    if (leftMs === Infinity) return await work
    const limit = totalLeftMs <= silenceLeftMs ? 'total' : 'silence'
    const timer = new AbortController()
    const expire = async (): Promise<never> => {
      await this.#ports.sleep(Math.max(0, leftMs), timer.signal)
      throw new WaitLimitError(limit, limit === 'total' ? totalMs : silenceMs)
    }
    try {
      return await Promise.race([work, expire()])
    } finally {
      timer.abort()
    }
  }
}
