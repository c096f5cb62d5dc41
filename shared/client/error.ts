// What our own API says when it refuses, as one typed error. A connection that gave no answer is the
// same error with status 0, so that callers have a single thing to catch and decide on. Besides it
// only a caller's own limits end a wait.

import { isJsonObject } from '../wire/json.ts'
import type { LimitReached } from '../limits.ts'
import type { TransportResponse } from '../ports.ts'
import { readRetryAfterMs } from '../wire/retryAfter.ts'

interface ApiErrorFields {
  readonly status: number
  readonly code: string | null
  readonly type: string | null
  readonly param: string | null
  readonly retryAfterMs: number | null
  readonly shouldRetry: boolean
  readonly requestId: string | null
}

/** Thrown by the client for every refusal, and for a connection that failed (status 0). */
export class ApiError extends Error implements ApiErrorFields {
  override readonly name = 'ApiError'
  /** HTTP status; 0 when no answer arrived. */
  readonly status: number
  /** The envelope's `code`; `connection_failed` or `unexpected_answer` are the client's own. */
  readonly code: string | null
  readonly type: string | null
  readonly param: string | null
  /** Milliseconds the server asked us to wait, when it said so. */
  readonly retryAfterMs: number | null
  /** Whether sending the very same request again can help and cannot pay twice. */
  readonly shouldRetry: boolean
  readonly requestId: string | null

  constructor(message: string, fields: Partial<ApiErrorFields>, options?: { cause?: unknown }) {
    super(message, options)
    this.status = fields.status ?? 0
    this.code = fields.code ?? null
    this.type = fields.type ?? null
    this.param = fields.param ?? null
    this.retryAfterMs = fields.retryAfterMs ?? null
    this.shouldRetry = fields.shouldRetry ?? false
    this.requestId = fields.requestId ?? null
  }
}

/** A limit ended the wait, not the video: it goes on, and following it again later finds it. */
export class WaitLimitError extends Error {
  override readonly name = 'WaitLimitError'
  readonly limit: 'silence' | 'total'
  readonly limitMs: number

  constructor({ limit, ms }: LimitReached) {
    const seconds = Math.round(ms / 1000)
    super(
      limit === 'total'
        ? `The total wait limit of ${seconds} s passed before the video was finished.`
        : `The silence limit passed: no news about the video for ${seconds} s.`,
    )
    this.limit = limit === 'total' ? 'total' : 'silence'
    this.limitMs = ms
  }
}

// An envelope is a few hundred bytes; what is longer is somebody's error page.
const maxRefusalBytes = 65_536

/** Reads an answer that is not a success into an error; never throws one itself. */
export async function readApiError(response: TransportResponse, now: number): Promise<ApiError> {
  const envelope = readEnvelope(await readText(response, maxRefusalBytes).catch(() => ''))
  const advised = response.header('x-should-retry')
  return new ApiError(envelope.message ?? describeStatus(response.status), {
    ...envelope,
    status: response.status,
    retryAfterMs: readRetryAfterMs((name) => response.header(name), now),
    shouldRetry: advised === null ? isTransient(response.status) : advised === 'true',
    requestId: response.header('x-request-id'),
  })
}

/** The body as text, given up after `maxBytes`. */
export async function readText(response: TransportResponse, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const part of response.body) {
    text += decoder.decode(part, { stream: true })
    bytes += part.length
    if (bytes > maxBytes) break
  }
  return text
}

/** No answer at all: the request may or may not have arrived. */
export function toConnectionError(cause: unknown): ApiError {
  return new ApiError(
    'The connection broke before an answer arrived; check the base URL and the network.',
    { code: 'connection_failed', shouldRetry: true },
    { cause },
  )
}

export function toUnexpectedAnswer(status: number, what: string): ApiError {
  return new ApiError(
    `The answer is not ${what}; check that the base URL points at a Reelay gateway.`,
    { status, code: 'unexpected_answer' },
  )
}

function readEnvelope(text: string) {
  const nothing = { message: null, type: null, param: null, code: null }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return nothing
  }
  if (!isJsonObject(parsed)) return nothing
  const error: unknown = parsed['error']
  if (!isJsonObject(error)) return nothing
  return {
    message: toText(error['message']),
    type: toText(error['type']),
    param: toText(error['param']),
    code: toText(error['code']),
  }
}

function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

// 408, 425 and 429 say "not now"; a 5xx comes from something in front of the API or from its restart.
function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

function describeStatus(status: number): string {
  if (status === 401 || status === 403) {
    return `The key was refused (HTTP ${status}); check the credential.`
  }
  if (status === 404) return 'Nothing is there (HTTP 404); check the base URL and the id.'
  if (status >= 300 && status < 400) {
    return `The server redirects (HTTP ${status}); put the final address into the base URL.`
  }
  return `The server answered HTTP ${status} without saying why; try again later.`
}
