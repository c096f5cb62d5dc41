// How relays refuse a task: nothing was begun and nothing is billed. Each kind puts it into an error
// document of its own shape (`errorShapes.ts`). Names are those of the chat refusals where both exist.

export interface TaskRefusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly retryAfter?: string
}

export const taskRefusals = {
  invalid: { status: 400, code: 'invalid_request', message: 'size must be one of 1280x720' },
  moderation: {
    status: 400,
    code: 'moderation_blocked',
    message: 'Your request was blocked by our moderation system.',
  },
  auth: { status: 401, code: 'invalid_api_key', message: 'Invalid token' },
  quota: { status: 402, code: 'insufficient_quota', message: 'Insufficient credits' },
  'user-quota': {
    status: 403,
    code: 'insufficient_user_quota',
    message: 'user quota is not enough',
  },
  forbidden: { status: 403, code: 'access_denied', message: 'Access denied' },
  'invalid-model': { status: 404, code: 'model_not_found', message: 'No such model: sora-9' },
  'rate-limited': {
    status: 429,
    code: 'rate_limit_exceeded',
    message: 'Too many requests, please try again later',
    retryAfter: '1',
  },
  'no-channel': {
    status: 503,
    code: 'get_channel_failed',
    message: '当前分组 default 下对于模型 sora-2 无可用渠道（distributor）',
  },
  'heavy-load': {
    status: 503,
    code: 'heavy_load',
    message: 'We are under heavy load',
    retryAfter: '1',
  },
  'server-error': { status: 500, code: 'internal_error', message: 'Internal server error' },
} as const satisfies Record<string, TaskRefusal>
