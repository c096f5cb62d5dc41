// Videos, their events, and chat about them, as the gateway answers.

import * as z from 'zod/v4-mini'
import { videoSchema as Video } from '../../../shared/video/schema.ts'
import { say } from '../../../shared/wire/schema.ts'
import { Error } from './gateway.ts'
import { page, unixSeconds } from './parts.ts'

export { eventSchema as VideoEvent } from '../../../shared/video/schema.ts'
export { Video }

export const VideoList = page(Video)

/** A generation that failed, as `stream: false` answers it. */
export const ChatFailure = z.object({ ...Error.shape, video: Video })

const usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
})

export const ChatCompletion = z.object({
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
  video: Video,
})

export const ChatChunk = z.object({
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
  video: z.object({ id: z.string(), status: Video.shape.status, progress: z.int() }),
})
