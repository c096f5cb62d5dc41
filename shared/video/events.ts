// What can happen to a generation, as types of the one schema. The log is a list of these; readers
// fold it, hosts forward it, and nothing else crosses a boundary.

import type { FromSchema } from '../wire/schema.ts'
import type { eventSchema } from './schema.ts'

/** What readers outside get, in its place: offsets start at 1 and only grow, `at` is ms since epoch. */
export type WireEvent = FromSchema<typeof eventSchema>

type Unplaced<Event> = Event extends unknown ? Omit<Event, 'offset' | 'at'> : never

/** A {@link WireEvent} before it has a place. */
export type VideoEvent = Unplaced<WireEvent>

/** What R2 keeps for a completed generation. */
export interface Asset {
  readonly bytes: number
  /** Lower-case hex SHA-256 of the stored bytes. */
  readonly sha256: string
  /** Absent: MP4, as everything that 0.1 stored. */
  readonly type?: AssetType
}

export type AssetType = 'video/webm' | 'video/quicktime'

/** One fact about a generation, as it stands in the log: no link is stored, and no resource. */
export type GenerationEvent =
  | Exclude<VideoEvent, { type: 'completed' }>
  | { readonly type: 'completed'; readonly asset: Asset }

export type Phase = Extract<GenerationEvent, { type: 'phase' }>['phase']

/** A {@link GenerationEvent} in its place. */
export interface LogEntry {
  readonly offset: number
  readonly at: number
  readonly event: GenerationEvent
}

export function isTerminal(event: { readonly type: string }): boolean {
  return event.type === 'completed' || event.type === 'failed'
}
