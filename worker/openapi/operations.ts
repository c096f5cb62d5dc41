// Every operation of the API: who may call it, what it takes, what it answers, what it refuses.
// A test holds this table against the routes themselves, in both directions.

import type * as z from 'zod/v4-mini'
import {
  chatRequestSchema,
  remixRequestSchema,
  videoRequestSchema,
} from '../../shared/requestSchema.ts'
import type { Scope } from '../account/keys.ts'
import type { ApiErrorCode } from '../apiError.ts'
import { keyChangeSchema, newKeySchema, rotationSchema } from '../routes/adminKeys.ts'
import { settlementSchema } from '../routes/adminVideos.ts'
import { callbackSchema } from '../routes/callbacks.ts'
import { newScheduleSchema, scheduleChangeSchema } from '../routes/schedules.ts'
import {
  endpointChangeSchema,
  newEndpointSchema,
  rotateSecretSchema,
  testEndpointSchema,
} from '../routes/webhooks.ts'
import type { ParameterName } from './parameters.ts'
import * as answers from './schemas.ts'

/** What a success carries: a schema's JSON, several kinds of body, bytes, or nothing. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 206 | 503
  readonly description: string
  readonly schema?: z.ZodMiniType
  /** Of a stream of server-sent events: what each `data:` holds. */
  readonly events?: z.ZodMiniType
  readonly bytes?: 'video/mp4'
}

export interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: 'Videos' | 'Chat' | 'Models' | 'Webhooks' | 'Schedules' | 'Account' | 'Gateway'
  /** A scope of the key, the operator's token, nothing, or a key or a signed link. */
  readonly access: Scope | 'admin' | 'anyone' | 'link'
  readonly parameters?: readonly ParameterName[]
  readonly body?: {
    readonly schema: z.ZodMiniType
    readonly example: object
    /** The same fields as multipart/form-data. */
    readonly form?: true
    readonly optional?: true
  }
  readonly answers: readonly Answer[]
  /** Besides those that its access, its body and the gateway itself can bring. */
  readonly errors?: readonly ApiErrorCode[]
}

const boat = 'A paper boat drifts down a rainy street, filmed from just above the water'
const sample = { prompt: boat, model: 'sora-2', seconds: '4', size: '1280x720' }
const admission = [
  'model_not_found',
  'outcome_unknown',
  'video_expired',
  'idempotency_mismatch',
  'rate_limit_exceeded',
  'insufficient_quota',
  'relay_suspended',
  'not_cached',
] as const satisfies readonly ApiErrorCode[]
const ok = (description: string, schema: z.ZodMiniType): Answer => ({
  status: 200,
  description,
  schema,
})
const unsupported = {
  tag: 'Videos',
  access: 'generate',
  answers: [],
  errors: ['not_supported'],
} as const

export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/health',
    summary: 'Is the gateway alive?',
    tag: 'Gateway',
    access: 'anyone',
    parameters: ['deep'],
    answers: [
      ok('Alive.', answers.health),
      {
        status: 503,
        description: 'With deep=1: the relay does not answer.',
        schema: answers.health,
      },
    ],
  },
  {
    method: 'get',
    path: '/v1/models',
    summary: 'List the configured models',
    tag: 'Models',
    access: 'read',
    answers: [ok('The models, the default first.', answers.modelList)],
  },
  {
    method: 'get',
    path: '/v1/models/{id}',
    summary: 'Read one model',
    tag: 'Models',
    access: 'read',
    parameters: ['id'],
    answers: [ok('The model.', answers.model)],
    errors: ['model_not_found'],
  },
  {
    method: 'post',
    path: '/v1/chat/completions',
    summary: 'Generate a video by chat',
    description:
      'The relay’s own endpoint, normalised. With `stream: true` progress arrives as `delta.reasoning_content`, the video as a Markdown link in `delta.content`, a failure as one `data: {"error": …}`; every chunk carries `video`. A POST with the Last-Event-ID of an earlier stream reads on and never generates.',
    tag: 'Chat',
    access: 'generate',
    parameters: ['idempotency', 'cache', 'prefer', 'chatEvent'],
    body: {
      schema: chatRequestSchema,
      example: { model: 'sora-2', stream: true, messages: [{ role: 'user', content: boat }] },
    },
    answers: [
      {
        status: 200,
        description: 'The completion, or a stream of chunks that ends with [DONE].',
        schema: answers.chatCompletion,
        events: answers.chatChunk,
      },
      { status: 202, description: 'With Prefer: respond-async.', schema: answers.video },
    ],
    errors: [...admission, 'not_found', 'event_mismatch'],
  },
  {
    method: 'post',
    path: '/v1/videos',
    summary: 'Generate a video',
    description:
      'OpenAI’s Videos API. An identical request that runs is joined and one that completed is answered from the cache; Cache-Status says which.',
    tag: 'Videos',
    access: 'generate',
    parameters: ['idempotency', 'cache', 'prefer'],
    body: { schema: videoRequestSchema, example: sample, form: true },
    answers: [ok('The video, which may still run.', answers.video)],
    errors: admission,
  },
  {
    method: 'get',
    path: '/v1/videos',
    summary: 'List videos',
    tag: 'Videos',
    access: 'read',
    parameters: ['limit', 'order', 'after'],
    answers: [ok('One page.', answers.videoList)],
    errors: ['invalid_request'],
  },
  {
    method: 'post',
    path: '/v1/videos/edits',
    summary: 'Edit: not offered by any relay yet',
    ...unsupported,
  },
  {
    method: 'post',
    path: '/v1/videos/extensions',
    summary: 'Extend: not offered by any relay yet',
    ...unsupported,
  },
  {
    method: 'post',
    path: '/v1/videos/characters',
    summary: 'Create a character: not offered yet',
    ...unsupported,
  },
  {
    method: 'get',
    path: '/v1/videos/characters/{id}',
    summary: 'Read a character: not offered yet',
    ...unsupported,
    access: 'read',
    parameters: ['id'],
  },
  {
    method: 'get',
    path: '/v1/videos/{id}',
    summary: 'Read a video',
    tag: 'Videos',
    access: 'read',
    parameters: ['id'],
    answers: [ok('The video, with a fresh link when completed.', answers.video)],
    errors: ['not_found', 'video_expired'],
  },
  {
    method: 'delete',
    path: '/v1/videos/{id}',
    summary: 'Delete a video that has ended',
    tag: 'Videos',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('Deleted; its links end now.', answers.deleted)],
    errors: ['not_found', 'video_expired', 'not_terminal'],
  },
  {
    method: 'post',
    path: '/v1/videos/{id}/remix',
    summary: 'Generate a changed version',
    tag: 'Videos',
    access: 'generate',
    parameters: ['id', 'idempotency', 'cache', 'prefer'],
    body: { schema: remixRequestSchema, example: { prompt: 'The same street at night' } },
    answers: [ok('The new video.', answers.video)],
    errors: [...admission, 'not_found', 'not_remixable', 'not_supported'],
  },
  {
    method: 'post',
    path: '/v1/videos/{id}/cancel',
    summary: 'End a running generation for every reader',
    description: 'A link that was seen already is archived instead. Repeating it is harmless.',
    tag: 'Videos',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('The video as it stands.', answers.video)],
    errors: ['not_found', 'video_expired'],
  },
  {
    method: 'post',
    path: '/v1/videos/{id}/archive',
    summary: 'Try a failed download or store again, unpaid',
    tag: 'Videos',
    access: 'generate',
    parameters: ['id'],
    answers: [ok('The video as it stands.', answers.video)],
    errors: ['not_found', 'video_expired', 'not_archivable'],
  },
  {
    method: 'get',
    path: '/v1/videos/{id}/events',
    summary: 'Follow a video',
    description:
      'Server-sent events from any offset; the last one is completed or failed, then the stream closes. Readers ignore types they do not know. A comment keeps silence alive every 15 s.',
    tag: 'Videos',
    access: 'read',
    parameters: ['id', 'afterOffset', 'lastEvent'],
    answers: [{ status: 200, description: 'The events.', events: answers.videoEvent }],
    errors: ['invalid_request', 'not_found', 'video_expired'],
  },
  {
    method: 'get',
    path: '/v1/videos/{id}/content',
    summary: 'Download the video',
    description: 'GET and HEAD, with Range and conditions as in RFC 9110.',
    tag: 'Videos',
    access: 'link',
    parameters: ['id', 'variant', 'range'],
    answers: [
      { status: 200, description: 'The whole file.', bytes: 'video/mp4' },
      { status: 206, description: 'The part that was asked for.', bytes: 'video/mp4' },
    ],
    errors: ['insufficient_scope', 'not_found', 'video_expired', 'not_terminal'],
  },
  {
    method: 'get',
    path: '/v1/usage',
    summary: 'What this key has spent and may spend',
    tag: 'Account',
    access: 'read',
    parameters: ['days'],
    answers: [ok('Usage.', answers.keyUsage)],
    errors: ['invalid_request'],
  },
  {
    method: 'get',
    path: '/v1/webhook_event_types',
    summary: 'List what can be subscribed to',
    tag: 'Webhooks',
    access: 'manage',
    answers: [ok('The types.', answers.webhookEventTypeList)],
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints',
    summary: 'Subscribe a URL',
    tag: 'Webhooks',
    access: 'manage',
    body: {
      schema: newEndpointSchema,
      example: {
        name: 'Production',
        url: 'https://app.example/hooks/reelay',
        event_types: ['video.completed', 'video.failed'],
      },
    },
    answers: [ok('The endpoint, with its secret.', answers.webhookEndpointWithSecret)],
  },
  {
    method: 'get',
    path: '/v1/webhook_endpoints',
    summary: 'List endpoints',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['limit', 'after'],
    answers: [ok('One page.', answers.webhookEndpointList)],
    errors: ['invalid_request'],
  },
  {
    method: 'get',
    path: '/v1/webhook_endpoints/{id}',
    summary: 'Read an endpoint',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('The endpoint.', answers.webhookEndpoint)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints/{id}',
    summary: 'Change an endpoint',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['id'],
    body: { schema: endpointChangeSchema, example: { event_types: ['video.failed'] } },
    answers: [ok('The endpoint.', answers.webhookEndpoint)],
    errors: ['not_found'],
  },
  {
    method: 'delete',
    path: '/v1/webhook_endpoints/{id}',
    summary: 'Remove an endpoint',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('Removed.', answers.deleted)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints/{id}/rotate_secret',
    summary: 'Replace the signing secret',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['id'],
    body: {
      schema: rotateSecretSchema,
      example: { keep_old_secret_active_for_24_hours: true },
      optional: true,
    },
    answers: [ok('The endpoint, with its new secret.', answers.webhookEndpointWithSecret)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints/{id}/test',
    summary: 'Send a sample now',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['id'],
    body: { schema: testEndpointSchema, example: { event_type: 'video.completed' } },
    answers: [ok('What the receiver answered.', answers.webhookTest)],
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/v1/webhook_endpoints/{id}/deliveries',
    summary: 'List what an endpoint was told',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['id', 'limit', 'after'],
    answers: [ok('One page, the newest first.', answers.webhookDeliveryList)],
    errors: ['invalid_request', 'not_found'],
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints/{id}/deliveries/{delivery}/replay',
    summary: 'Deliver again',
    tag: 'Webhooks',
    access: 'manage',
    parameters: ['id', 'delivery'],
    answers: [ok('The delivery, pending again.', answers.webhookDelivery)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/callbacks',
    summary: 'Be told once when several videos have all ended',
    tag: 'Webhooks',
    access: 'generate',
    body: {
      schema: callbackSchema,
      example: { video_ids: ['video_…'], url: 'https://app.example/hooks/finished' },
    },
    answers: [{ status: 201, description: 'The callback.', schema: answers.callback }],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/schedules',
    summary: 'Generate by the clock',
    tag: 'Schedules',
    access: 'manage',
    body: {
      schema: newScheduleSchema,
      example: { name: 'Morning', cron: '0 7 * * *', timezone: 'Europe/Paris', request: sample },
    },
    answers: [{ status: 201, description: 'The schedule.', schema: answers.schedule }],
    errors: ['model_not_found'],
  },
  {
    method: 'get',
    path: '/v1/schedules',
    summary: 'List schedules',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['limit', 'after'],
    answers: [ok('One page.', answers.scheduleList)],
    errors: ['invalid_request'],
  },
  {
    method: 'get',
    path: '/v1/schedules/{id}',
    summary: 'Read a schedule',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('The schedule.', answers.schedule)],
    errors: ['not_found'],
  },
  ...(['post', 'patch'] as const).map((method): Operation => ({
    method,
    path: '/v1/schedules/{id}',
    summary: method === 'post' ? 'Change, pause or resume a schedule' : 'The same as POST',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    body: { schema: scheduleChangeSchema, example: { paused: true } },
    answers: [ok('The schedule.', answers.schedule)],
    errors: ['not_found', 'model_not_found'],
  })),
  {
    method: 'delete',
    path: '/v1/schedules/{id}',
    summary: 'Remove a schedule',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('Removed.', answers.deleted)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/v1/schedules/{id}/run',
    summary: 'Start it once, now',
    tag: 'Schedules',
    access: 'manage',
    parameters: ['id'],
    answers: [ok('The schedule, with this run.', answers.schedule)],
    errors: [...admission, 'not_found'],
  },
  {
    method: 'post',
    path: '/admin/keys',
    summary: 'Create a key',
    description:
      'Without `account` it opens a new one. Keys of one account share videos and cache.',
    tag: 'Gateway',
    access: 'admin',
    body: { schema: newKeySchema, example: { name: 'Web shop', budget_usd: 20, concurrency: 4 } },
    answers: [{ status: 201, description: 'The key.', schema: answers.createdApiKey }],
    errors: ['try_again'],
  },
  {
    method: 'get',
    path: '/admin/keys',
    summary: 'List keys',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['account', 'nextAfter'],
    answers: [ok('The keys, without themselves.', answers.apiKeyList)],
  },
  {
    method: 'patch',
    path: '/admin/keys/{id}',
    summary: 'Change a key’s limits',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    body: { schema: keyChangeSchema, example: { budget_usd: 50 } },
    answers: [ok('The key.', answers.apiKey)],
    errors: ['not_found'],
  },
  {
    method: 'delete',
    path: '/admin/keys/{id}',
    summary: 'Revoke a key',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    answers: [ok('Revoked.', answers.revokedApiKey)],
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: '/admin/keys/{id}/rotate',
    summary: 'Give a key a new secret',
    description: 'The old one goes on working for a while: a day, unless it is told otherwise.',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    body: { schema: rotationSchema, example: { overlap_seconds: 3600 } },
    answers: [ok('The key, with its new secret.', answers.rotatedApiKey)],
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/admin/videos',
    summary: 'List what failed or is in doubt',
    description: 'Of all accounts: ids, codes and money, never what was asked for.',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['status', 'charge', 'account', 'limit', 'nextAfter'],
    answers: [ok('One page.', answers.adminVideoList)],
    errors: ['invalid_request'],
  },
  {
    method: 'post',
    path: '/admin/videos/{id}/settle',
    summary: 'Say what the relay really billed',
    tag: 'Gateway',
    access: 'admin',
    parameters: ['id'],
    body: { schema: settlementSchema, example: { charged: false } },
    answers: [ok('The books after it.', answers.adminVideo)],
    errors: ['not_found', 'not_terminal', 'not_settleable'],
  },
]
