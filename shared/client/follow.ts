// Reads a video's event stream to its terminal event and resumes by itself where a connection broke.
// Every wait goes through the Sleep port; a broken connection costs a pause, never an event.

import { LimitReached, Limits, settleWithin } from '../limits.ts'
import type { TransportResponse } from '../ports.ts'
import { isTerminal, type WireEvent } from '../video/events.ts'
import { SseParser } from '../wire/sse.ts'
import { safeParseWireEvent } from './answer.ts'
import { toConnectionError, toUnexpectedAnswer, WaitLimitError, type ApiError } from './error.ts'
import { deadMs, listen } from './listen.ts'
import { send, type ClientPorts } from './send.ts'

export interface FollowOptions {
  /** Longest time without any news, in ms; default none. The gateway's own heartbeats are no news. */
  readonly silenceMs?: number | undefined
  /** Longest time altogether, in ms; default none. */
  readonly totalMs?: number | undefined
  /** Offset of the last event already known; default 0, everything. */
  readonly after?: number | undefined
  readonly signal?: AbortSignal | undefined
}

// Eight tries in a row without news take about a minute, longer than any deploy of the gateway.
const maxFailures = 8
const firstPauseMs = 500
const longestPauseMs = 15_000
// A follower may stay for an hour and hears a comment every 15 s; that is not a limit to meet.
const streamLimit = Number.MAX_SAFE_INTEGER

/**
 * Yields the events after `options.after`, in order, once each, and ends after the terminal one.
 * @throws ApiError when the server refuses or stays away, WaitLimitError when a limit passes first.
 */
export async function* followEvents(
  ports: ClientPorts,
  eventsUrl: string,
  isEnded: () => Promise<boolean>,
  options: FollowOptions = {},
): AsyncGenerator<WireEvent, void, undefined> {
  const { totalMs = Infinity, silenceMs = Infinity, after = 0, signal } = options
  const limits = new Limits(ports, { total: totalMs, silence: silenceMs }, signal)
  limits.start('total', 'silence')
  try {
    yield* followWithin(limits, ports, eventsUrl, isEnded, after)
  } catch (error) {
    throw error instanceof LimitReached ? new WaitLimitError(error) : error
  } finally {
    limits.end()
  }
}

async function* followWithin(
  limits: Limits<'total' | 'silence'>,
  ports: ClientPorts,
  eventsUrl: string,
  isEnded: () => Promise<boolean>,
  after: number,
): AsyncGenerator<WireEvent, void, undefined> {
  let offset = after
  let failures = 0
  let hasEnded = false

  for (;;) {
    limits.signal.throwIfAborted()
    let failure: ApiError | null = null
    let isDead = false
    const connection = new AbortController()
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(offset > 0 ? { 'last-event-id': String(offset) } : {}),
      }
      const request = { method: 'GET', url: eventsUrl, headers, signal: connection.signal } as const
      const response = await limits.race(
        settleWithin(ports, 'silence', deadMs, send(ports, request, isAnswer)),
      )
      // The log is closed and this reader has all of it.
      if (response.status === 204) return
      const events = readEvents(listen(ports, response.body))
      for (;;) {
        const next = await limits.race(events.next())
        if (next.done === true) break
        // Offsets that a resumed stream repeats are not yielded again.
        if (next.value.offset <= offset) continue
        offset = next.value.offset
        failures = 0
        hasEnded = false
        // The silence limit stands still while the reader works on an event.
        limits.stop('silence')
        yield next.value
        if (isTerminal(next.value)) return
        limits.start('silence')
      }
      // From a gateway that answers an empty stream there, and not 204: two of them in a row, of a
      // finished video.
      if (hasEnded) return
    } catch (error) {
      limits.signal.throwIfAborted()
      isDead = error instanceof LimitReached
      failure = toConnectionError(error)
      if (!failure.shouldRetry) throw failure
    } finally {
      connection.abort()
    }
    if (++failures > maxFailures) {
      throw failure ?? toConnectionError(new Error('the event stream ended again and again'))
    }
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1))
    await ports.sleep(Math.max(pauseMs, failure?.retryAfterMs ?? 0), limits.signal)
    if (failure !== null && !isDead) continue
    const state = settleWithin(ports, 'silence', deadMs, isEnded())
    const answer = await limits.race(state.catch(() => null))
    // Something between holds everything back until the end: as long as the gateway says that it runs,
    // that is no reason to give up.
    if (isDead && answer === false) failures = 0
    hasEnded = failure === null && answer === true
  }
}

const isAnswer = (status: number): boolean => status === 200 || status === 204

/** Server-sent events as wire events; anything else is skipped. */
async function* readEvents(
  body: TransportResponse['body'],
): AsyncGenerator<WireEvent, void, undefined> {
  let ready: WireEvent[] = []
  const parser = new SseParser({
    limits: { stream: streamLimit },
    onEvent: ({ data }) => {
      const event = safeParseWireEvent(data)
      if (event !== null) ready.push(event)
    },
  })
  for await (const bytes of body) {
    parser.feed(bytes)
    const events = ready
    ready = []
    yield* events
    if (parser.exceeded !== null) throw toUnexpectedAnswer(200, 'an event stream')
  }
}
