// The error documents of relays that take tasks, by the software that sends them.

import type { TaskRefusal } from './taskRefusals.ts'

export const errorShapes = {
  openai: ({ code, message }) => ({
    error: { message, type: 'invalid_request_error', param: null, code },
  }),
  /** new-api on its task routes, also for OpenAI's paths. */
  'new-api': ({ code, message }) => ({ code, message, data: null }),
  /** CLIProxyAPI: a video that has failed, with an HTTP 4xx. */
  'video-object': ({ code, message }) => ({
    object: 'video',
    status: 'failed',
    error: { code, message },
  }),
  fastapi: ({ message }) => ({ detail: message }),
  xai: ({ code, message }) => ({ code, error: message }),
  'xai-object': ({ code, message }) => ({ error: { code, message } }),
  openrouter: ({ status, message }) => ({ error: { code: status, message } }),
} as const satisfies Record<string, (refusal: TaskRefusal) => object>

export type ErrorShapeId = keyof typeof errorShapes
