// Videos, their events, and chat about them, as the gateway answers.

import * as z from 'zod/v4-mini'
import type { WireEvent } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import {
  charge,
  error,
  failure,
  failureCodes,
  maybeSeconds,
  outcome,
  page,
  say,
  unixSeconds,
} from './parts.ts'

const phase = z.enum(['queued', 'running', 'archiving'])

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

export const videoList = page(video)

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

/** A generation that failed, as `stream: false` answers it. */
export const chatFailure = z.object({ ...error.shape, video })

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
