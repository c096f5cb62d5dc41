// Every error the HTTP API answers with, in one table, and the one envelope they travel in.
// What a generation failed with stands in `shared/video/failures.ts`; this is about requests.

interface HttpErrorMeaning {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 501 | 503 | 504
  readonly type:
    | 'invalid_request_error'
    | 'authentication_error'
    | 'permission_error'
    | 'rate_limit_error'
    | 'upstream_error'
    | 'server_error'
  /** What the official SDK may do by itself: without it, it repeats 409, 429 and 5xx twice. */
  readonly retry: boolean
}

export const httpErrors = {
  invalid_request: { status: 400, type: 'invalid_request_error', retry: false },
  invalid_api_key: { status: 401, type: 'authentication_error', retry: false },
  origin_not_allowed: { status: 403, type: 'permission_error', retry: false },
  insufficient_scope: { status: 403, type: 'permission_error', retry: false },
  not_found: { status: 404, type: 'invalid_request_error', retry: false },
  model_not_found: { status: 404, type: 'invalid_request_error', retry: false },
  not_terminal: { status: 409, type: 'invalid_request_error', retry: false },
  not_remixable: { status: 409, type: 'invalid_request_error', retry: false },
  not_settleable: { status: 409, type: 'invalid_request_error', retry: false },
  not_replayable: { status: 409, type: 'invalid_request_error', retry: false },
  not_wakeable: { status: 409, type: 'invalid_request_error', retry: false },
  not_restorable: { status: 409, type: 'invalid_request_error', retry: false },
  not_archivable: { status: 409, type: 'invalid_request_error', retry: false },
  outcome_unknown: { status: 409, type: 'upstream_error', retry: false },
  /** Of all answers, 410 is what makes an outbox of ours stop. */
  own_delivery: { status: 410, type: 'invalid_request_error', retry: false },
  video_expired: { status: 410, type: 'invalid_request_error', retry: false },
  request_too_large: { status: 413, type: 'invalid_request_error', retry: false },
  unsupported_media_type: { status: 415, type: 'invalid_request_error', retry: false },
  idempotency_mismatch: { status: 422, type: 'invalid_request_error', retry: false },
  event_mismatch: { status: 422, type: 'invalid_request_error', retry: false },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error', retry: true },
  insufficient_quota: { status: 429, type: 'rate_limit_error', retry: false },
  internal_error: { status: 500, type: 'server_error', retry: false },
  misconfigured: { status: 500, type: 'server_error', retry: false },
  not_supported: { status: 501, type: 'invalid_request_error', retry: false },
  relay_suspended: { status: 503, type: 'upstream_error', retry: false },
  /** Of an order: nothing was sent and nothing will be, unless the same request comes again. */
  try_again: { status: 503, type: 'server_error', retry: true },
  not_cached: { status: 504, type: 'invalid_request_error', retry: false },
} as const satisfies Record<string, HttpErrorMeaning>

export type HttpErrorCode = keyof typeof httpErrors

export class HttpError extends Error {
  readonly code: HttpErrorCode
  readonly param: string | null
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: HttpErrorCode,
    message: string,
    options: { param?: string | null; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.code = code
    this.param = options.param ?? null
    this.headers = options.headers ?? {}
  }
}

export function toErrorResponse({ code, message, param, headers }: HttpError): Response {
  const { status, type, retry } = httpErrors[code]
  return Response.json(
    { error: { message, type, param, code } },
    {
      status,
      headers: {
        'x-should-retry': String(retry),
        ...(status === 401 && { 'www-authenticate': 'Bearer' }),
        ...headers,
      },
    },
  )
}

/** As it stands, the same bytes for a video that never was, is gone or is another tenant's. */
export function notFound(
  message = 'There is no such video for this key. Check the id.',
): HttpError {
  return new HttpError('not_found', message)
}

/** The request is at fault, or one field, parameter or header of it. */
export function invalid(param: string | null, message: string): HttpError {
  return new HttpError('invalid_request', message, { param })
}

/** Whole seconds, at least one: what `Retry-After` takes. */
export function toRetryAfter(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)))
}
