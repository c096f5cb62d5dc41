// The one error of the package: a refusal, a connection that failed, or a generation that failed, each
// with what it may have cost and what can be done about it.

import { ApiError } from '../client/error.ts'
import { failures } from '../video/failures.ts'
import type { VideoResource } from './wire.ts'

type Charge = VideoResource['charge']

type Fields = Omit<ReelayError, keyof Error>

export class ReelayError extends Error {
  override readonly name: string = 'ReelayError'
  /** What was seen: the code of a failure or of a refusal; `connection_failed` when no answer came. */
  readonly code: string
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** What it may have cost: `possible` means that nobody knows. */
  readonly charge: Charge
  /** Whether it is known how it ended. */
  readonly outcome: 'known' | 'unknown'
  /** What to do about it. */
  readonly advice: string
  /** The gateway's name for the request, for whoever runs it. */
  readonly requestId: string | null
  /** The field at fault. */
  readonly param: string | null
  readonly retryAfterMs: number | null
  /** The video that failed, or the one the request was about. */
  readonly video: VideoResource | null

  constructor(message: string, fields: Partial<Fields> & Pick<Fields, 'code'>, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = fields.code
    this.status = fields.status ?? 0
    this.charge = fields.charge ?? 'none'
    this.outcome = fields.outcome ?? 'known'
    this.advice = fields.advice ?? 'Do as the message says.'
    this.requestId = fields.requestId ?? null
    this.param = fields.param ?? null
    this.retryAfterMs = fields.retryAfterMs ?? null
    this.video = fields.video ?? null
  }
}

/**
 * A generation that has failed.
 * @internal
 */
export function toFailure(video: VideoResource, requestId: string | null): ReelayError {
  const code = video.error?.code ?? 'upstream_error'
  const { status, advice } = failures[code]
  return new ReelayError(video.error?.message || 'The video failed, and nobody said why.', {
    code,
    status,
    advice,
    charge: video.charge,
    outcome: video.outcome ?? 'unknown',
    requestId,
    video,
  })
}

// Refusals with a 5xx that come before anything is sent.
const unpaid = ['relay_suspended', 'try_again', 'not_cached', 'misconfigured', 'not_supported']

/**
 * `pays`: whether what was asked can have cost something. Everything that is not the API's stays.
 * @internal
 */
export function toReelayError(error: unknown, pays = false): unknown {
  if (!(error instanceof ApiError)) return error
  const { message, status, requestId, param, retryAfterMs, shouldRetry } = error
  const code = error.code ?? (status === 0 ? 'connection_failed' : `http_${status}`)
  const isRefusal = (status > 0 && status < 500) || unpaid.includes(code)
  const isDoubtful = pays && !isRefusal
  return new ReelayError(
    status === 0 ? message + describeCause(error.cause) : message,
    {
      code,
      status,
      charge: isDoubtful ? 'possible' : 'none',
      outcome: isDoubtful ? 'unknown' : 'known',
      advice: toAdvice(shouldRetry, isDoubtful),
      requestId,
      param,
      retryAfterMs,
    },
    error,
  )
}

/** What the host says of it, such as `connect ECONNREFUSED 127.0.0.1:8787`. */
function describeCause(error: unknown): string {
  let cause = error
  while (cause instanceof Error) {
    const { message, code } = cause as Error & { readonly code?: unknown }
    // Without a code it is no word of the network, and may quote a header.
    if (typeof code === 'string') return ` (${message.split('\n')[0] || code})`
    cause = cause.cause
  }
  return ''
}

function toAdvice(shouldRetry: boolean, isDoubtful: boolean): string {
  if (isDoubtful) {
    return 'Ask for exactly the same again: if the first one arrived, that is the video you get.'
  }
  return shouldRetry
    ? 'Wait, then ask again.'
    : 'Do as the message says: the same request would be refused again.'
}
