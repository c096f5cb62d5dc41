// The one union of what can happen to a generation. The log is a list of these; readers fold it,
// hosts forward it, and nothing else crosses a boundary.

import type { Charge, FailureCode, Outcome } from './failures.ts'
import type { VideoResource } from './video.ts'

export type Phase = 'queued' | 'running' | 'archiving'

/** What R2 keeps for a completed generation. */
export interface Asset {
  readonly bytes: number
  /** Lower-case hex SHA-256 of the stored bytes. */
  readonly sha256: string
}

export interface FailedEvent {
  readonly type: 'failed'
  readonly error: { readonly code: FailureCode; readonly message: string }
  readonly charge: Charge
  readonly outcome: Outcome
  /** ms since epoch, when the relay asked for a longer wait than the gateway takes on itself. */
  readonly retry_at?: number
}

/** One fact about a generation, as it stands in the log. */
export type GenerationEvent =
  | { readonly type: 'queued' }
  /** An attempt is about to be sent to the relay. Progress starts over with each attempt. */
  | { readonly type: 'started'; readonly attempt: number }
  /** Percent, 0 to 100, as the relay said it; may carry decimals. */
  | { readonly type: 'progress'; readonly progress: number }
  | {
      readonly type: 'phase'
      readonly phase: Phase
      /** Why it is queued again, and until when (ms since epoch), after a refused attempt. */
      readonly reason?: FailureCode
      readonly retry_at?: number
    }
  | { readonly type: 'preview'; readonly url: string }
  | { readonly type: 'archiving' }
  | { readonly type: 'completed'; readonly asset: Asset }
  | FailedEvent

/** An event in its place: offsets start at 1 and only grow, `at` is ms since epoch. */
export interface LogEntry {
  readonly offset: number
  readonly at: number
  readonly event: GenerationEvent
}

/** What readers outside get: the same, but `completed` carries the resource with a fresh link. */
export type VideoEvent =
  | Exclude<GenerationEvent, { type: 'completed' }>
  | { readonly type: 'completed'; readonly video: VideoResource }

/** A {@link VideoEvent} on the wire: the `data:` of one server-sent event of `/v1/videos/{id}/events`. */
export type WireEvent = VideoEvent & { readonly offset: number; readonly at: number }

export function isTerminal(event: { readonly type: string }): boolean {
  return event.type === 'completed' || event.type === 'failed'
}
