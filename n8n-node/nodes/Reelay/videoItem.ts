// One flat n8n item out of a video. The names are the API's own; what is not known is left out, so
// that an expression on a missing field is visibly empty and never a wrong zero.

import type { IDataObject } from 'n8n-workflow'

import { isTerminal } from '../../../shared/video/events.ts'
import { failures, isUnstored, type FailureCode } from '../../../shared/video/failures.ts'
import type { VideoResource } from '../../../shared/video/video.ts'

/** Where the time went, in ms; null while it is not known. */
export type Timings = Readonly<
  Record<'queuedMs' | 'runningMs' | 'archivingMs' | 'totalMs', number | null>
>

/** What only the node that made the video knows. */
export interface ItemDetails {
  readonly timings: Timings
  /** True when the video was there already and nothing new was paid. */
  readonly isCached: boolean
  /** What a plain relay said it used. */
  readonly usage: IDataObject | null
  /** False for a plain relay, which has no id that any operation takes. */
  readonly hasId: boolean
}

export function toVideoItem(
  video: VideoResource,
  { timings, isCached, usage, hasId = true }: Partial<ItemDetails> = {},
): IDataObject {
  return dropMissing({
    id: hasId ? video.id : undefined,
    status: video.status,
    url: video.url,
    source_url: video.source_url,
    other_urls: video.other_urls,
    model: video.model,
    seconds: Number(video.seconds) || undefined,
    size: video.size === 'auto' ? undefined : video.size,
    progress: video.progress,
    // Says nothing any more where the status says how it ended.
    phase: isTerminal({ type: video.status }) ? undefined : video.phase,
    charge: video.charge,
    cost_usd: video.cost_usd,
    prompt: video.prompt,
    cached: isCached,
    created_at: toIso(video.created_at),
    completed_at: toIso(video.completed_at),
    expires_at: toIso(video.expires_at),
    queued_seconds: toSeconds(timings?.queuedMs),
    running_seconds: toSeconds(timings?.runningMs),
    archiving_seconds: toSeconds(timings?.archivingMs),
    total_seconds: toSeconds(timings?.totalMs ?? lifetimeMs(video)),
    remixed_from_video_id: video.remixed_from_video_id,
    metadata: toOwnMetadata(video),
    usage,
    failure: video.error && {
      ...video.error,
      advice: adviseOnFailure(video.error.code, hasId ? 'gateway' : 'relay'),
    },
  })
}

/** What most workflows use; an item has ten of them at most, because no video has url and failure. */
export const simpleFields = [
  'id',
  'status',
  'url',
  'model',
  'seconds',
  'size',
  'prompt',
  'charge',
  'cost_usd',
  'metadata',
  'failure',
] as const

/** In the order of the alphabet, as the panel shows them. */
export const selectableFields = [
  ...simpleFields,
  'archiving_seconds',
  'cached',
  'completed_at',
  'created_at',
  'expires_at',
  'other_urls',
  'phase',
  'progress',
  'queued_seconds',
  'remixed_from_video_id',
  'running_seconds',
  'source_url',
  'total_seconds',
  'usage',
].toSorted()

/** For an AI agent: the few fields it can act on, as few tokens as possible. */
export function toToolItem(item: IDataObject): IDataObject {
  const { id, status, url, model, seconds, size, progress, charge, cost_usd } = item
  return dropMissing({ id, status, url, model, seconds, size, progress, charge, cost_usd })
}

/** Advice for a person in n8n, who has a credential where the gateway's owner has settings. */
export function adviseOnFailure(code: FailureCode, kind: 'gateway' | 'relay'): string {
  if (kind === 'relay') {
    if (code === 'auth') return 'Open the credential and enter a key that the relay accepts.'
    if (code === 'quota') return 'Top up your account at the relay.'
  }
  if (code === 'outcome_unknown') {
    return 'Nobody knows whether the relay did the work. To pay again, switch on the option Pay Again if Unsure.'
  }
  if (isUnstored(code)) {
    return 'The video is made, and is at source_url for some time. The operation Save Again stores it, unpaid.'
  }
  return failures[code].advice
}

/** Under this a video says which workflow made it, so that a trigger in it does not start it again. */
export const originKey = 'n8n_workflow'

function toOwnMetadata({ metadata }: VideoResource): IDataObject | undefined {
  const own = Object.entries(metadata).filter(([name]) => name !== originKey)
  return own.length === 0 ? undefined : Object.fromEntries(own)
}

function lifetimeMs({ created_at: createdAt, completed_at: completedAt }: VideoResource) {
  return completedAt === null ? null : (completedAt - createdAt) * 1000
}

function toIso(unixSeconds: number | null): string | null {
  return unixSeconds === null ? null : new Date(unixSeconds * 1000).toISOString()
}

function toSeconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.round(ms / 100) / 10
}

function dropMissing(fields: Readonly<Record<string, IDataObject[string]>>): IDataObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  )
}
