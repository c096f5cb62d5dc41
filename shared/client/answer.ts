// Reads what our own API sends, because a base URL may point at anything. Fields that are missing
// get their empty value, so an older gateway or a newer one with more fields is still understood.

import * as z from 'zod/v4-mini'

import type { WireEvent } from '../video/events.ts'
import { isFailureCode, type FailureCode } from '../video/failures.ts'
import type { VideoResource } from '../video/video.ts'

// A code this version does not know is still a failure of the relay's making.
const failureCode = z.pipe(
  z.string(),
  z.transform((code): FailureCode => (isFailureCode(code) ? code : 'upstream_error')),
)
const charge = z.enum(['none', 'possible', 'certain'])
const outcome = z.enum(['known', 'unknown'])
const phase = z.enum(['queued', 'running', 'archiving'])
const error = z.object({ code: failureCode, message: z.catch(z.string(), '') })
const unixSeconds = z.catch(z.nullable(z.number()), null)
const text = z.catch(z.string(), '')

const looseVideo = z.looseObject({
  id: z.string().check(z.minLength(1)),
  object: z.literal('video'),
  model: text,
  status: z.enum(['queued', 'in_progress', 'completed', 'failed']),
  progress: z.catch(z.number(), 0),
  created_at: z.catch(z.number(), 0),
  completed_at: unixSeconds,
  expires_at: unixSeconds,
  prompt: z.catch(z.nullable(z.string()), null),
  size: text,
  seconds: text,
  remixed_from_video_id: z.catch(z.nullable(z.string()), null),
  error: z.catch(z.nullable(error), null),
  phase: z.catch(phase, 'queued'),
  charge: z.catch(charge, 'possible'),
  outcome: z.catch(z.nullable(outcome), null),
  metadata: z.catch(z.record(z.string(), z.string()), {}),
  url: z.optional(z.string()),
  source_url: z.optional(z.string()),
})
// zod's optional allows an explicit undefined, which our own types do not.
const videoResource = z.pipe(
  looseVideo,
  z.transform(({ url, source_url, ...video }): VideoResource => ({
    ...video,
    ...(url === undefined ? {} : { url }),
    ...(source_url === undefined ? {} : { source_url }),
  })),
)

const phaseFields = {
  type: z.literal('phase'),
  phase,
  reason: z.optional(failureCode),
  retry_at: z.optional(z.number()),
}
const place = { offset: z.number(), at: z.number() }
const wireEvent = z.discriminatedUnion('type', [
  z.object({ ...place, type: z.literal('queued') }),
  z.object({ ...place, type: z.literal('started'), attempt: z.catch(z.number(), 1) }),
  z.object({ ...place, type: z.literal('progress'), progress: z.number() }),
  z.object({ ...place, ...phaseFields }),
  z.object({ ...place, type: z.literal('preview'), url: z.string() }),
  z.object({ ...place, type: z.literal('archiving') }),
  z.object({ ...place, type: z.literal('completed'), video: videoResource }),
  z.object({ ...place, type: z.literal('failed'), error, charge, outcome }),
])

export function safeParseVideo(value: unknown): VideoResource | null {
  const result = videoResource.safeParse(value)
  return result.success ? result.data : null
}

/** Null for a type this version does not know, and for anything that is no event: readers skip both. */
export function safeParseWireEvent(data: string): WireEvent | null {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return null
  }
  const result = wireEvent.safeParse(value)
  if (!result.success) return null
  const event = result.data
  if (event.type !== 'phase') return event
  const { reason, retry_at, ...rest } = event
  return {
    ...rest,
    ...(reason === undefined ? {} : { reason }),
    ...(retry_at === undefined ? {} : { retry_at }),
  }
}
