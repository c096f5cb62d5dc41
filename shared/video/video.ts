// Folds a log into OpenAI's Video resource: thirteen fields always, plus ours. Pure, so that the
// Worker, the page and n8n can never disagree about what a log means.

import type { FromSchema } from '../wire/schema.ts'
import { isTerminal, type Asset, type LogEntry, type Phase } from './events.ts'
import type { Charge, FailureCode, Outcome } from './failures.ts'
import type { videoSchema } from './schema.ts'
import type { VideoStatus } from './statuses.ts'

/** OpenAI's Video object plus Reelay's own fields. Times are unix seconds. */
export type VideoResource = FromSchema<typeof videoSchema>

/** What a video is before anything has happened to it. `createdAt` and `expiresAt` in ms. */
export interface VideoIdentity {
  readonly id: string
  readonly model: string
  readonly prompt: string | null
  readonly size: string
  readonly seconds: string
  readonly remixedFrom: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: number
  /** Of the request that admitted it. Absent where 0.1 did; shown to operators alone. */
  readonly requestId?: string
}

/** The state a log amounts to; `advance` is the whole meaning of each event. */
export interface VideoState {
  readonly status: VideoStatus
  readonly phase: Phase
  readonly progress: number
  readonly charge: Charge
  readonly outcome: Outcome | null
  readonly error: { code: FailureCode; message: string } | null
  readonly asset: Asset | null
  readonly preview: string | null
  /** ms since epoch of the terminal event. */
  readonly endedAt: number | null
  /** ms since epoch before which the relay does not want to be asked again, when it said so. */
  readonly retryAt: number | null
  /** It failed because the link that was seen is dead. Absent in what 0.1 answers. */
  readonly isLinkDead?: boolean
}

export const initialState: VideoState = {
  status: 'queued',
  phase: 'queued',
  progress: 0,
  charge: 'none',
  outcome: null,
  error: null,
  asset: null,
  preview: null,
  endedAt: null,
  retryAt: null,
}

export function advance(state: VideoState, entry: LogEntry): VideoState {
  const { event } = entry
  switch (event.type) {
    case 'queued':
      return state
    case 'started':
      return { ...state, status: 'in_progress', phase: 'running', progress: 0, charge: 'possible' }
    case 'progress':
      // `progress` reaches 100 only when the video is stored, which a relay's 100 does not say.
      return {
        ...state,
        status: 'in_progress',
        progress: Math.max(state.progress, Math.min(99, Math.floor(event.progress))),
      }
    case 'phase':
      // A retry_at means the attempt was refused: nothing is running and nothing can be billed.
      return event.retry_at === undefined
        ? { ...state, phase: event.phase }
        : { ...state, status: 'queued', phase: event.phase, progress: 0, charge: 'none' }
    case 'preview':
      return { ...state, preview: event.url }
    case 'archiving':
      // After a failed download a caller may ask for another try, which reopens the log.
      return {
        ...state,
        status: 'in_progress',
        phase: 'archiving',
        charge: 'certain',
        outcome: null,
        error: null,
        endedAt: null,
      }
    case 'completed':
      return {
        ...state,
        status: 'completed',
        progress: 100,
        charge: 'certain',
        outcome: 'known',
        error: null,
        asset: event.asset,
        endedAt: entry.at,
      }
    case 'failed':
      return {
        ...state,
        status: 'failed',
        charge: event.charge,
        outcome: event.outcome,
        error: { code: event.error.code, message: event.error.message },
        endedAt: entry.at,
        retryAt: event.retry_at ?? null,
        isLinkDead: event.dead_link === true,
      }
  }
}

export function fold(entries: Iterable<LogEntry>): VideoState {
  let state = initialState
  for (const entry of entries) state = advance(state, entry)
  return state
}

/** The resource without links: those are signed by whoever answers, and never stored. */
export function toVideoResource(
  identity: VideoIdentity,
  state: VideoState,
  retentionMs: number,
  /** If it is billed, millionths of a US dollar; null when nobody has said. */
  cost: number | null = null,
): VideoResource {
  return {
    id: identity.id,
    object: 'video',
    model: identity.model,
    status: state.status,
    progress: state.progress,
    created_at: Math.floor(identity.createdAt / 1000),
    completed_at: state.status === 'completed' ? Math.floor((state.endedAt ?? 0) / 1000) : null,
    expires_at: state.endedAt === null ? null : Math.floor((state.endedAt + retentionMs) / 1000),
    prompt: identity.prompt,
    // '' when neither the request nor its model says one.
    size: identity.size || 'auto',
    seconds: identity.seconds || 'auto',
    remixed_from_video_id: identity.remixedFrom,
    error: state.error,
    phase: state.phase,
    charge: state.charge,
    outcome: state.outcome,
    metadata: { ...identity.metadata },
    cost_usd: toCostUsd(state, cost),
  }
}

/** What was booked; null while it is only held. */
function toCostUsd({ endedAt, charge }: VideoState, cost: number | null): number | null {
  if (endedAt === null || charge === 'possible') return null
  return charge === 'none' ? 0 : cost === null ? null : cost / 1e6
}

export function isEnded(state: VideoState): boolean {
  return isTerminal({ type: state.status })
}
