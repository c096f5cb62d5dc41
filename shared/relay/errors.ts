// What a relay says when it refuses, in all the envelopes they use, and what that means for money:
// a failure. `type` is never looked at; every site brands it.

import type { Failure, FailureCode } from '../video/failures.ts'
import { toSafeMessage } from './message.ts'
import { readField, readObject, readString, toList, toObject } from '../wire/fields.ts'
import { isJsonObject, tryParseJson, type JsonObject } from '../wire/json.ts'
import { findMeaning } from './chat/meaning.ts'
import type { Meaning } from './chat/wording.ts'

/** An error as the relay worded it, unwrapped. */
export interface SaidError {
  readonly code: string
  readonly message: string
  /** An upstream's HTTP status that was wrapped into this error. */
  readonly status: number | null
}

/** Wrappers seen are two deep. */
const DEEPEST_NESTING = 4

/** The error in an error body, whatever the envelope; null when the document is no error. */
export function readErrorBody(document: unknown): SaidError | null {
  const record = toObject(Array.isArray(document) ? document[0] : document)
  if (record === null) return null
  const inner = readField(record, 'error') ?? readField(readObject(record, 'response'), 'error')
  if (inner !== undefined && inner !== null && inner !== false) return readError(inner)
  const message = readMessage(record)
  if (message === null) return null
  return readError(record)
}

/** An error value itself: an object or a sentence. */
export function readError(value: unknown, depth = 0): SaidError {
  if (typeof value === 'string')
    return withNested({ code: '', message: value, status: null }, depth)
  const record = toObject(value)
  const code = readField(record, 'code')
  const param = readString(record, 'param') ?? ''
  const said: SaidError = {
    code: typeof code === 'string' ? code : '',
    message: readMessage(record) ?? '',
    status:
      toStatus(typeof code === 'number' ? String(code) : typeof code === 'string' ? code : '') ??
      toStatus(param) ??
      readStatusCode(record),
  }
  return withNested(said, depth)
}

/** Relays stringify what they got: `API request failed: 400 - {"error":…}`, `400: Invalid model`. */
function withNested(said: SaidError, depth: number): SaidError {
  const brace = said.message.indexOf('{')
  const end = said.message.lastIndexOf('}')
  if (brace !== -1 && end > brace && depth < DEEPEST_NESTING) {
    const nested = tryParseJson(said.message.slice(brace, end + 1))
    const error = isJsonObject(nested) ? (readField(nested, 'error') ?? nested) : undefined
    if (error !== undefined) {
      const inner = readError(error, depth + 1)
      return {
        code: inner.code === '' ? said.code : inner.code,
        message: inner.message === '' ? said.message : inner.message,
        status: inner.status ?? said.status,
      }
    }
  }
  const prefix = said.message.slice(0, 4)
  const status = prefix.endsWith(':') ? toStatus(prefix.slice(0, 3)) : null
  return status === null ? said : { ...said, status }
}

function readMessage(record: JsonObject | null): string | null {
  for (const name of ['message', 'msg', 'err', 'error_msg', 'error_message', 'detail']) {
    const text = readString(record, name)
    if (text !== null) return text
  }
  const [first] = toList(record?.detail)
  return readString(readObject(record, 'header'), 'message') ?? readString(toObject(first), 'msg')
}

function readStatusCode(record: JsonObject | null): number | null {
  const status = readField(record, 'status_code') ?? readField(record, 'status')
  return typeof status === 'number' ? toStatus(String(status)) : null
}

function toStatus(text: string): number | null {
  if (text.length !== 3) return null
  const status = Number(text)
  return status >= 400 && status < 600 ? status : null
}

/** What an error means by its words, else by the status that was wrapped into it. */
export function findErrorMeaning(said: SaidError): Meaning | null {
  const meaning = findMeaning(said.code, said.message)
  if (meaning !== null || said.status === null) return meaning
  if (gatewayTimeouts.has(said.status)) return { code: 'gateway_timeout', refused: false }
  const code = refusals.get(said.status)
  return code === undefined ? null : { code, refused: true }
}

/** Statuses by which HTTP itself says that the request was not acted upon. */
const refusals: ReadonlyMap<number, FailureCode> = new Map([
  [400, 'invalid_request'],
  [401, 'auth'],
  [402, 'quota'],
  [403, 'auth'],
  [404, 'upstream_error'],
  [405, 'upstream_error'],
  [413, 'invalid_request'],
  [414, 'invalid_request'],
  [415, 'invalid_request'],
  [422, 'invalid_request'],
  [429, 'rate_limited'],
  [451, 'content_policy'],
])
/** 522 is a connection that timed out, perhaps after the request was taken. */
const gatewayTimeouts = new Set([408, 504, 522, 524])
/** Cloudflare's own statement that the origin was never reached. */
const neverReached = new Set([521, 523])
/** TLS to the origin failed: never reached either, but waiting does not repair it. */
const tlsFailed = new Set([525, 526])

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
    toSafeMessage(said?.message ?? '', answer.redact) || fallback
  const free = (code: FailureCode, message: string, refused?: true): Failure => {
    return { code, message, charge: 'none', outcome: 'known', refused, retryAfterMs }
  }
  const possible = (code: FailureCode, message: string, outcome: 'known' | 'unknown'): Failure => {
    return { code, message, charge: 'possible', outcome }
  }

  if (status >= 300 && status < 400) {
    const message = `The relay answered with a redirect (${status}), which is never followed. Check RELAY_BASE_URL.`
    return possible('upstream_error', message, 'known')
  }
  const meaning = said === null ? null : findErrorMeaning(said)
  const refused = meaning?.refused === true ? true : undefined
  if (status === 429) {
    const code = refused && meaning !== null ? meaning.code : 'rate_limited'
    return free(code, quote('The relay is busy (429).'))
  }
  const byStatus = refusals.get(status)
  if (byStatus !== undefined || refused) {
    const code = meaning?.code ?? byStatus ?? 'upstream_error'
    return free(code, quote(`The relay refused the request (${status}).`), refused)
  }
  const isUnreached =
    neverReached.has(status) || (status === 530 && answer.words.includes('1016')) || saysDns(said)
  if (isUnreached || tlsFailed.has(status)) {
    const message = `The relay's server could not be reached (${status}).`
    return free('upstream_unavailable', message, isUnreached ? true : undefined)
  }
  if (status === 503 && answer.retryAfterMs !== null) {
    const code = meaning?.code ?? 'upstream_unavailable'
    return free(code, quote('The relay cannot take work now (503).'), true)
  }
  if (gatewayTimeouts.has(status) || meaning?.code === 'gateway_timeout') {
    return possible('gateway_timeout', quote(`A gateway gave up waiting (${status}).`), 'unknown')
  }
  if (meaning !== null) {
    return possible(meaning.code, quote('The relay reported a failure.'), 'known')
  }
  const code = said === null || said.message === '' ? 'outcome_unknown' : 'upstream_error'
  const message = quote(`The relay answered with status ${status} and no reason.`)
  return possible(code, message, 'unknown')
}

function saysDns(said: SaidError | null): boolean {
  return said !== null && said.status === 530 && said.message.includes('1016')
}
