// What our own API says when it refuses, as one typed error. A connection that gave no answer is the
// same error with status 0, so that callers have a single thing to catch and decide on. Besides it
// only a caller's own limits end a wait.

import { readObject, readString, toObject } from '../wire/fields.ts'
import { tryParseJson } from '../wire/json.ts'
import type { LimitReached } from '../limits.ts'
import type { TransportResponse } from '../ports.ts'
import { readRetryAfterMs } from '../wire/retryAfter.ts'

/** Thrown by the client for every refusal, and for a connection that failed (status 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** HTTP status; 0 when no answer arrived. */
  readonly status: number = 0
  /** The envelope's `code`; `connection_failed` or `unexpected_answer` are the client's own. */
  readonly code: string | null = null
  readonly type: string | null = null
  readonly param: string | null = null
  /** Milliseconds the server asked us to wait, when it said so. */
  readonly retryAfterMs: number | null = null
  /** Whether sending the very same request again can help and cannot pay twice. */
  readonly shouldRetry: boolean = false
  readonly requestId: string | null = null

  constructor(message: string, fields: Partial<Omit<ApiError, keyof Error>>, cause?: unknown) {
    super(message, { cause })
    Object.assign(this, fields)
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

// An envelope is a few hundred bytes; anything longer is an error page.
const maxRefusalBytes = 65_536

/** Reads an answer that is not a success into an error; never throws one itself. */
export async function readApiError(response: TransportResponse, now: number): Promise<ApiError> {
  const text = await readText(response, maxRefusalBytes).catch(() => '')
  const error = readObject(toObject(tryParseJson(text)), 'error')
  const advised = response.header('x-should-retry')
  return new ApiError(readString(error, 'message') ?? describeStatus(response.status), {
    code: readString(error, 'code'),
    type: readString(error, 'type'),
    param: readString(error, 'param'),
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

/** No answer at all: the request may or may not have arrived. An error of ours stays what it is. */
export function toConnectionError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause
  const message =
    'The connection broke before an answer arrived; check the base URL and the network.'
  return new ApiError(message, { code: 'connection_failed', shouldRetry: true }, cause)
}

export function toUnexpectedAnswer(status: number, what: string): ApiError {
  return new ApiError(
    `The answer is not ${what}; check that the base URL points at a Reelay gateway.`,
    { status, code: 'unexpected_answer' },
  )
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
