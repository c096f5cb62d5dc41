// One request to a relay, from its first byte out to the verdict on its last byte in, under limits.
// Sends exactly once; whether another request may follow is decided by the caller, on the verdict.

import { LimitReached, Limits, type Clock } from '../limits.ts'
import type { Transport, TransportRequest } from '../ports.ts'
import type { Failure } from '../video/failures.ts'
import {
  noEvidence,
  type RelayAnswer,
  type RelayFact,
  type RelayHead,
  type Verdict,
} from './relay.ts'

/** Durations in ms; Infinity for none. */
export interface AskLimits {
  /** Until the response headers. */
  readonly headersMs: number
  /** Without any byte, comments included. */
  readonly silenceMs: number
  /** Without any event that is not a comment. */
  readonly progressMs: number
  /** Until the last byte. */
  readonly totalMs: number
}

export interface AskOptions {
  readonly clock: Clock
  readonly transport: Transport
  readonly request: Omit<TransportRequest, 'signal'>
  readonly limits: AskLimits
  /** Aborting it ends the exchange; a link seen by then still wins. */
  readonly cancel: AbortSignal | undefined
  readonly read: (head: RelayHead) => RelayAnswer
  readonly onFacts: (facts: readonly RelayFact[]) => void
}

export interface Asked {
  readonly verdict: Verdict
  /** What ended the exchange before the relay did: our limit, the cancel's reason, a broken connection. */
  readonly error?: unknown
  /** The HTTP status; null when the relay did not begin to answer. */
  readonly status: number | null
  /** How many messages of the answer were read. */
  readonly frames: number
}

export async function askRelay(options: AskOptions): Promise<Asked> {
  const { clock, transport, request, onFacts } = options
  const { totalMs, headersMs, silenceMs, progressMs } = options.limits
  const limits = new Limits(
    clock,
    { total: totalMs, headers: headersMs, silence: silenceMs, progress: progressMs },
    options.cancel,
  )
  let answer: RelayAnswer | null = null
  let status: number | null = null
  let error: unknown
  try {
    limits.start('total', 'headers')
    const response = await limits.race(transport.send({ ...request, signal: limits.signal }))
    limits.stop('headers')
    limits.start('silence', 'progress')
    status = response.status
    answer = options.read({ status, header: (name) => response.header(name), now: clock.now() })
    const body = response.body[Symbol.asyncIterator]()
    while (!answer.done) {
      const { frames } = answer
      const next = await limits.race(body.next())
      if (next.done === true) break
      const facts = answer.feed(next.value)
      limits.start('silence')
      if (answer.frames > frames) limits.start('progress')
      if (facts.length > 0) onFacts(facts)
    }
  } catch (thrown) {
    error = limits.signal.aborted ? limits.signal.reason : thrown
  } finally {
    // Closes the connection if the answer was left early; does nothing if it was read to its end.
    limits.end()
  }
  if (answer === null) return { verdict: explain(unanswered, error), error, status, frames: 0 }
  const ending = error === undefined ? 'end' : error instanceof LimitReached ? 'limit' : 'broken'
  const { facts, verdict } = answer.end(ending)
  if (facts.length > 0) onFacts(facts)
  return { verdict: explain(verdict, error), error, status, frames: answer.frames }
}

/** A thrown `send` says nothing about what the relay did: refused and reset look identical. */
const unanswered: Verdict = {
  is: 'failure',
  evidence: noEvidence,
  failure: {
    code: 'outcome_unknown',
    message:
      'The connection to the relay broke before it answered. Whether it took the request is not known.',
    charge: 'possible',
    outcome: 'unknown',
  },
}

/** When our own limit ended it and nothing better was seen, the limit is what the caller must hear. */
function explain(verdict: Verdict, error: unknown): Verdict {
  if (verdict.is !== 'failure' || !(error instanceof LimitReached)) return verdict
  const { code } = verdict.failure
  if (code !== 'truncated_stream' && code !== 'outcome_unknown' && code !== 'empty_result') {
    return verdict
  }
  const failure: Failure = {
    code: 'timeout',
    message: `The relay ${limitWords[error.limit]} ${Math.round(error.ms / 1000)} s.`,
    charge: 'possible',
    outcome: 'unknown',
  }
  return { is: 'failure', evidence: verdict.evidence, failure }
}

const limitWords: Readonly<Record<string, string>> = {
  headers: 'did not begin to answer within',
  silence: 'sent nothing for',
  progress: 'kept the connection open without any news for',
  total: 'was not done within',
}
