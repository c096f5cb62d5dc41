// What a refusal means, and for money: a failure. Specific words or codes go before what HTTP says,
// that before wrappers that say only that something failed. `type` counts last: every site brands it.

import type { Failure, FailureCode } from '../video/failures.ts'
import type { SaidError } from './chat/fault.ts'
import {
  choose,
  rankOf,
  readCode,
  readQuotedStatus,
  readStatus,
  readWords,
  type Reason,
} from './chat/meaning.ts'
import { toSafeMessage } from './message.ts'
import { removeQuotes } from './quotes.ts'

/** A reason stands at the beginning; what is longer is a payload. */
const LONGEST_MESSAGE = 8192

/** Why, and by what it is known: outside words alone never decide that a POST is repeated. */
export interface Explained extends Reason {
  readonly by: 'code' | 'words' | 'status'
}

/** What an error means; null when it says nothing at all. `others` are words from elsewhere, less sure. */
export function explain(
  said: SaidError,
  redact: readonly string[],
  others: readonly Reason[] = [],
): Explained | null {
  const specific = (reasons: readonly (Reason | null)[]) =>
    reasons.filter((one) => one?.isSpecific === true)
  const codes = said.codes.map(readCode)
  const types = said.types.map(readCode)
  const messages = said.messages.map((message) =>
    removeQuotes(message.slice(0, LONGEST_MESSAGE), redact),
  )
  const words = messages.map(readWords)
  const told = said.statuses.map(readStatus)
  const quoted = messages
    .map(readQuotedStatus)
    .map((status) => (status === null ? null : readStatus(status)))
  const code = choose(specific(codes))
  const within = said.quoted.map((code) => readCode(removeQuotes(code, redact)))
  const inner = choose(specific(within))
  const word = specific(words)[0] ?? null
  // A check against robots, a session or a line that broke: no key of ours is refused by that.
  const isElsewhere = code?.code === 'auth' && word?.code === 'upstream_error'
  const best = isElsewhere ? word : choose([code, inner, word])
  const isRate = best?.code === 'upstream_unavailable' && said.statuses.includes(429)
  return (
    known('status', isRate ? readStatus(429) : null) ??
    known(best === code ? 'code' : 'words', best) ??
    known('code', choose(specific(types))) ??
    known('words', choose(specific(others))) ??
    known('status', choose(specific(told))) ??
    known('words', choose(specific(quoted))) ??
    known('code', choose(codes)) ??
    known('words', choose([...told, ...quoted, ...words, ...types, ...within, ...others]))
  )
}

function known(by: Explained['by'], reason: Reason | null): Explained | null {
  return reason === null ? null : { ...reason, by }
}

/** Statuses by which HTTP itself says that the request was not acted upon. */
const refusals = new Set([400, 401, 402, 403, 404, 405, 413, 414, 415, 422, 429, 451])
/** 522 is a connection that timed out, perhaps after the request was taken. */
const gatewayTimeouts = new Set([408, 504, 522, 524])
/** Cloudflare's own statement that the origin was never reached. */
const neverReached = new Set([521, 523])
/** TLS to the origin failed: never reached either, but waiting does not repair it. */
const tlsFailed = new Set([525, 526])
/** Reasons by which the relay did no work. */
const refusing: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'quota',
  'auth',
  'no_channel',
  'rate_limited',
  'upstream_unavailable',
  'content_policy',
  'invalid_request',
  'stream_required',
])
/** By these HTTP itself says that it is the account that is refused. */
const accountStatuses = new Set([401, 402, 403])
const ofAccount: ReadonlySet<FailureCode> = new Set<FailureCode>(['auth', 'quota'])
/** What 503 says with a time to come back, and what it is called then. */
const ofLoad: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'rate_limited',
  'upstream_unavailable',
])

export interface HttpAnswer {
  readonly status: number
  readonly said: SaidError | null
  /** Beginning of a page or plain text, '' when there was none. */
  readonly words: string
  readonly retryAfterMs: number | null
  readonly redact: readonly string[]
}

/** The failure that an answer with a status other than 2xx stands for. The first rule that fits. */
export function toHttpFailure(answer: HttpAnswer): Failure {
  const { status, said } = answer
  const retryAfterMs = answer.retryAfterMs ?? undefined
  const quote = (fallback: string): string =>
    toSafeMessage(said?.messages[0] ?? '', answer.redact) || fallback
  const free = (code: FailureCode, message: string, isSure: boolean): Failure => {
    const refused = isSure ? true : undefined
    return { code, message, charge: 'none', outcome: 'known', refused, retryAfterMs }
  }
  const possible = (code: FailureCode, message: string, outcome: 'known' | 'unknown'): Failure => {
    return { code, message, charge: 'possible', outcome }
  }

  if (status >= 300 && status < 400) {
    const message = `The relay answered with a redirect (${status}), which is never followed. Check RELAY_BASE_URL.`
    return possible('upstream_error', message, 'known')
  }
  const meaning = explainHttp(status, answer)
  const isTimeout = meaning?.code === 'timeout' || meaning?.code === 'gateway_timeout'
  const refuses =
    meaning !== null && refusing.has(meaning.code) && meaning.isSpecific && !meaning.isAfterWork
  // Words alone refuse nothing: they may be the caller's own, quoted in a way that nobody sees through.
  const byCode = refuses && meaning.by !== 'words'
  if (status === 429) {
    // By 429 a relay that is short of anything says that it is busy.
    const isLoad = meaning?.code === 'upstream_unavailable'
    const code = refuses && !isLoad ? meaning.code : 'rate_limited'
    return free(code, quote('The relay is busy (429).'), byCode || code === 'rate_limited')
  }
  if (refusals.has(status) && !isTimeout) {
    const code = meaning?.code ?? readStatus(status)?.code ?? 'upstream_error'
    const byStatus = accountStatuses.has(status) && ofAccount.has(code)
    return free(code, quote(`The relay refused the request (${status}).`), byCode || byStatus)
  }
  // A relay without a channel says so by 503 and often in words alone.
  const hasNoChannel = status === 503 && refuses && meaning.code === 'no_channel'
  if ((byCode || hasNoChannel) && !gatewayTimeouts.has(status)) {
    return free(meaning.code, quote(`The relay refused the request (${status}).`), byCode)
  }
  const isUnreached =
    neverReached.has(status) || (status === 530 && answer.words.includes('1016')) || saysDns(said)
  if (isUnreached || tlsFailed.has(status)) {
    const message = `The relay's server could not be reached (${status}).`
    return free('upstream_unavailable', message, isUnreached)
  }
  const hasBegun = isTimeout || meaning?.isAfterWork === true
  if (status === 503 && answer.retryAfterMs !== null && !hasBegun) {
    const code = meaning?.code ?? 'upstream_unavailable'
    return free(code, quote('The relay cannot take work now (503).'), ofLoad.has(code))
  }
  if (gatewayTimeouts.has(status) || isTimeout) {
    return possible('gateway_timeout', quote(`A gateway gave up waiting (${status}).`), 'unknown')
  }
  if (
    meaning !== null &&
    (meaning.isSpecific || (meaning.by === 'code' && !isSpelledStatus(said)))
  ) {
    // A line that broke between the relay and its own upstream: the work may go on there.
    const outcome =
      meaning.code === 'upstream_error' && meaning.by === 'words' ? 'unknown' : 'known'
    return possible(meaning.code, quote('The relay reported a failure.'), outcome)
  }
  const code = said === null || said.messages.length === 0 ? 'outcome_unknown' : 'upstream_error'
  const message = quote(`The relay answered with status ${status} and no reason.`)
  return possible(code, message, 'unknown')
}

/** `internal_error` is how HTTP spells 500: it says nothing of how the work ended. */
function isSpelledStatus(said: SaidError | null): boolean {
  const spelled = /^(?:(?:internal|server|unknown|gateway|bad)[\s_.-]?)+(?:error)?$/i
  return said !== null && said.codes.every((code) => spelled.test(code))
}

/** A status below 500 is surer than a wrapper's code, and than talk of load. */
function explainHttp(status: number, { said, words, redact }: HttpAnswer): Explained | null {
  const meaning = said === null ? explainPage(words, redact) : explain(said, redact)
  const byStatus = readStatus(status)
  if (meaning === null || byStatus === null) return meaning
  const isLoad = meaning.code === 'upstream_unavailable' && meaning.by === 'words'
  if (isLoad && rankOf(byStatus.code) < rankOf(meaning.code)) return null
  return meaning.isSpecific || !byStatus.isSpecific ? meaning : null
}

/** A page's title, or a plain sentence: only a reason counts. */
function explainPage(words: string, redact: readonly string[]): Explained | null {
  const title = /<title>([^<]{1,200})/i.exec(words)?.[1]
  const text = title ?? (words.trimStart().startsWith('<') ? '' : words)
  const found = text === '' ? null : readWords(removeQuotes(text, redact))
  // `Service Unavailable` is how HTTP spells 503, and no reason.
  const isReason = found?.isSpecific === true && found.code !== 'upstream_unavailable'
  return isReason ? { ...found, by: 'words' } : null
}

function saysDns(said: SaidError | null): boolean {
  return (
    said !== null &&
    said.statuses.includes(530) &&
    said.messages.some((one) => one.includes('1016'))
  )
}
