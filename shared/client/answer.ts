// Reads what our own API sends, because a base URL may point at anything: the schemas say what stands
// for a missing field, so an older gateway or a newer one with more fields is still understood.

import type { WireEvent } from '../video/events.ts'
import { eventSchema, videoSchema } from '../video/schema.ts'
import type { VideoResource } from '../video/video.ts'
import { tryParseJson } from '../wire/json.ts'

export function safeParseVideo(value: unknown): VideoResource | null {
  const result = videoSchema.safeParse(value)
  return result.success ? (result.data as VideoResource) : null
}

/** Null for a type this version does not know, and for anything that is no event: readers skip both. */
export function safeParseWireEvent(data: string): WireEvent | null {
  const result = eventSchema.safeParse(tryParseJson(data))
  return result.success ? (result.data as WireEvent) : null
}
