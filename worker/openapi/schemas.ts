// What the gateway answers with, as zod schemas. Only the API's description and its tests use them:
// the Worker makes these bodies from types, and the compiler holds the two together where it can.

import * as z from 'zod/v4-mini'
import type { WireEvent } from '../../shared/events.ts'
import type { FailureCode } from '../../shared/failures.ts'
import { failures } from '../../shared/failures.ts'
import type { VideoResource } from '../../shared/video.ts'
import { webhookEventTypes } from '../account/endpoints.ts'
import { scopes } from '../account/keys.ts'
import type { ApiErrorCode } from '../apiError.ts'
import { apiErrors } from '../apiError.ts'

const say = <Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description })
  return schema
}

const unixSeconds = () => say(z.int(), 'Unix seconds.')
const maybeSeconds = (what: string) => say(z.nullable(z.int()), what)
const usd = () => say(z.number(), 'US dollars.')

const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]]
const errorCodes = Object.keys(apiErrors) as [ApiErrorCode, ...ApiErrorCode[]]

const phase = z.enum(['queued', 'running', 'archiving'])
const charge = say(
  z.enum(['none', 'possible', 'certain']),
  'What it may cost. none: never sent, or refused before any work. certain: completed, or a link was seen. possible: everything else.',
)
const outcome = z.enum(['known', 'unknown'])
const failure = z.object({
  code: say(z.enum(failureCodes), 'What was seen.'),
  message: z.string(),
})

export const video = z.object({
  id: z.string(),
  object: z.literal('video'),
  model: z.string(),
  status: z.enum(['queued', 'in_progress', 'completed', 'failed']),
  progress: say(
    z.int().check(z.gte(0), z.lte(100)),
    'Percent; 0 while none is known, 100 only when completed.',
  ),
  created_at: unixSeconds(),
  completed_at: maybeSeconds('Unix seconds, null unless completed.'),
  expires_at: maybeSeconds('Unix seconds when it is deleted, null while it runs.'),
  prompt: z.nullable(z.string()),
  size: z.string(),
  seconds: z.string(),
  remixed_from_video_id: z.nullable(z.string()),
  error: z.nullable(failure),
  phase,
  charge,
  outcome: say(z.nullable(outcome), 'Whether the relay said how it ended; null while it runs.'),
  metadata: z.record(z.string(), z.string()),
  url: say(z.optional(z.string()), 'A fresh signed link, when completed.'),
  source_url: say(
    z.optional(z.string()),
    'The relay’s own link, after download_failed or storage_failed.',
  ),
})

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never
/** zod's optional allows an explicit undefined; on the wire there is none. */
type Exact<T> = { [K in keyof T]: Exclude<T[K], undefined> }
true satisfies Same<Exact<z.infer<typeof video>>, Exact<VideoResource>>

export const deleted = z.object({
  id: z.string(),
  object: z.enum(['video.deleted', 'webhook_endpoint.deleted', 'schedule.deleted']),
  deleted: z.literal(true),
})

const place = { offset: say(z.int(), 'Counts from 1.'), at: say(z.int(), 'Milliseconds.') }

export const videoEvent = z.discriminatedUnion('type', [
  z.object({ ...place, type: z.literal('queued') }),
  z.object({ ...place, type: z.literal('started'), attempt: z.int() }),
  z.object({ ...place, type: z.literal('progress'), progress: z.number() }),
  z.object({
    ...place,
    type: z.literal('phase'),
    phase,
    reason: z.optional(z.enum(failureCodes)),
    retry_at: z.optional(z.int()),
  }),
  z.object({ ...place, type: z.literal('preview'), url: z.string() }),
  z.object({ ...place, type: z.literal('archiving') }),
  z.object({ ...place, type: z.literal('completed'), video }),
  z.object({
    ...place,
    type: z.literal('failed'),
    error: failure,
    charge,
    outcome,
    retry_at: z.optional(z.int()),
  }),
])
true satisfies Same<z.infer<typeof videoEvent>['type'], WireEvent['type']>

export const error = z.object({
  error: z.object({
    message: say(z.string(), 'What failed, why, and what to do. For people.'),
    type: z.string(),
    param: say(z.nullable(z.string()), 'The field at fault.'),
    code: z.enum([...errorCodes, ...failureCodes]),
  }),
})

/** A generation that failed, as `stream: false` answers it. */
export const chatFailure = z.object({ ...error.shape, video })

export const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  seconds: say(z.array(z.string()), 'Lengths it offers, the default first.'),
  sizes: say(z.array(z.string()), 'WIDTHxHEIGHT, the default first.'),
  price_usd: say(
    z.union([z.number(), z.record(z.string(), z.number())]),
    'US dollars for one video, or by seconds.',
  ),
  remix: z.enum(['history', 'target_id', 'off']),
})

const usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
})

export const chatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: unixSeconds(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({
        role: z.literal('assistant'),
        content: say(z.string(), 'A Markdown link to the video.'),
        refusal: z.null(),
      }),
      logprobs: z.null(),
      finish_reason: z.literal('stop'),
    }),
  ),
  usage,
  video,
})

export const chatChunk = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: unixSeconds(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: z.object({
        role: z.optional(z.literal('assistant')),
        content: z.optional(z.string()),
        reasoning_content: say(z.optional(z.string()), 'Progress, a line for each event.'),
      }),
      logprobs: z.null(),
      finish_reason: z.nullable(z.literal('stop')),
    }),
  ),
  usage: z.optional(usage),
  video: z.object({ id: z.string(), status: video.shape.status, progress: z.int() }),
})

export const health = z.object({
  status: z.enum(['ok', 'degraded']),
  simulated_relay: say(z.boolean(), 'Nothing is paid and videos are test patterns.'),
  relay: say(z.optional(z.string()), 'Only with deep=1: ok, or what was seen.'),
})

export const keyUsage = z.object({
  object: z.literal('usage'),
  key: z.object({
    id: z.string(),
    name: z.string(),
    spent_usd: usd(),
    held_usd: say(z.number(), 'US dollars reserved for what runs or is in doubt.'),
    limits: z.object({
      budget_usd: z.nullable(z.number()),
      rpm: z.nullable(z.int()),
      concurrency: z.nullable(z.int()),
    }),
  }),
  days: say(
    z.array(
      z.object({
        day: say(z.string(), 'UTC, such as 2026-11-23.'),
        model: z.string(),
        generations: z.int(),
        completed: z.int(),
        failed: z.int(),
        spent_usd: usd(),
      }),
    ),
    'Of the whole account.',
  ),
})

const webhookEventType = z.enum(webhookEventTypes)

export const webhookEventTypeList = z.object({
  object: z.literal('list'),
  data: z.array(webhookEventType),
})

export const webhookEndpoint = z.object({
  id: z.string(),
  object: z.literal('webhook_endpoint'),
  name: z.string(),
  url: z.string(),
  event_types: z.array(webhookEventType),
  signing_secret_hint: z.string(),
  created_at: unixSeconds(),
  updated_at: unixSeconds(),
  disabled_at: maybeSeconds('Unix seconds of the 410 that ended it.'),
})

export const webhookEndpointWithSecret = z.object({
  ...webhookEndpoint.shape,
  signing_secret: say(z.string(), 'Shown here and never again.'),
})

export const webhookTest = z.object({
  object: z.literal('webhook_endpoint.test'),
  webhook_endpoint_id: z.string(),
  event_type: webhookEventType,
  status_code: say(z.int(), 'What the receiver answered.'),
  success: z.boolean(),
})

export const webhookDelivery = z.object({
  id: say(z.string(), 'The webhook-id header, the same in every attempt.'),
  object: z.literal('webhook_delivery'),
  webhook_endpoint_id: z.nullable(z.string()),
  event_type: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  status_code: z.nullable(z.int()),
  problem: z.nullable(z.string()),
  next_attempt_at: maybeSeconds('Unix seconds, while it is pending.'),
  created_at: unixSeconds(),
  ended_at: maybeSeconds('Unix seconds, once it is not.'),
})

export const callback = z.object({
  id: z.string(),
  object: z.literal('callback'),
  video_ids: z.array(z.string()),
  url: z.string(),
  created_at: unixSeconds(),
})

export const schedule = z.object({
  id: z.string(),
  object: z.literal('schedule'),
  name: z.string(),
  cron: z.string(),
  timezone: z.string(),
  paused: z.boolean(),
  request: say(z.looseObject({}), 'The body of POST /v1/videos.'),
  webhook: z.nullable(z.object({ url: z.string() })),
  key_id: z.string(),
  created_at: unixSeconds(),
  next_run_at: maybeSeconds('Unix seconds, null while paused.'),
  next_runs: z.array(z.int()),
  last_runs: z.array(
    z.object({
      slot: unixSeconds(),
      state: z.enum(['claimed', 'started', 'missed', 'refused']),
      video_id: z.nullable(z.string()),
      reason: z.nullable(z.string()),
      at: unixSeconds(),
    }),
  ),
})

export const apiKey = z.object({
  id: z.string(),
  object: z.literal('key'),
  account: z.string(),
  name: z.string(),
  hint: say(z.string(), 'Start and end of the key.'),
  scopes: z.array(z.enum(scopes)),
  budget_usd: z.nullable(z.number()),
  spent_usd: usd(),
  held_usd: usd(),
  rpm: z.nullable(z.int()),
  concurrency: z.nullable(z.int()),
  created_at: unixSeconds(),
  expires_at: maybeSeconds('Unix seconds.'),
  revoked_at: maybeSeconds('Unix seconds.'),
})

export const createdApiKey = z.object({
  ...apiKey.shape,
  key: say(z.string(), 'Shown here and never again.'),
})

export const revokedApiKey = z.object({ ...apiKey.shape, deleted: z.literal(true) })

export const rotatedApiKey = z.object({
  ...createdApiKey.shape,
  old_key_expires_at: say(z.int(), 'Unix seconds until which the old secret works, too.'),
})

const adminPage = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.object({
    object: z.literal('list'),
    data: z.array(entry),
    has_more: z.boolean(),
    next_after: say(z.nullable(z.string()), 'The `after` of the next page.'),
  })

export const apiKeyList = adminPage(apiKey)

export const adminVideo = z.object({
  id: z.string(),
  object: z.literal('admin.video'),
  account: z.string(),
  key_id: z.string(),
  model: z.string(),
  status: z.enum(['running', 'completed', 'failed', 'gone']),
  charge: z.nullable(charge),
  outcome: z.nullable(outcome),
  code: z.nullable(z.enum(failureCodes)),
  price_usd: usd(),
  held_usd: usd(),
  spent_usd: usd(),
  created_at: unixSeconds(),
  ended_at: maybeSeconds('Unix seconds.'),
  expires_at: maybeSeconds('Unix seconds.'),
})

export const adminVideoList = adminPage(adminVideo)
export const modelList = z.object({ object: z.literal('list'), data: z.array(model) })

/** One page, with the cursors of the next. */
const page = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.object({
    object: z.literal('list'),
    data: z.array(entry),
    first_id: z.nullable(z.string()),
    last_id: say(z.nullable(z.string()), 'The `after` of the next page.'),
    has_more: z.boolean(),
  })

export const videoList = page(video)
export const webhookEndpointList = page(webhookEndpoint)
export const webhookDeliveryList = page(webhookDelivery)
export const scheduleList = page(schedule)
