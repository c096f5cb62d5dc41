// One flat n8n item out of a video. The names are the API's own; what is not known is left out, so
// that an expression on a missing field is visibly empty and never a wrong zero.

import type { IDataObject } from 'n8n-workflow'

import { failures, type FailureCode } from '../../../shared/video/failures.ts'
import type { VideoResource } from '../../../shared/video/video.ts'

/** Where the time went, in ms; null while it is not known. */
export interface Timings {
  readonly queuedMs: number | null
  readonly runningMs: number | null
  readonly archivingMs: number | null
  readonly totalMs: number | null
}

export interface ItemDetails {
  readonly timings?: Timings | undefined
  /** True when the video was there already and nothing new was paid. */
  readonly isCached?: boolean | undefined
  /** What a plain relay said it used. */
  readonly usage?: IDataObject | undefined
}

export function toVideoItem(video: VideoResource, details: ItemDetails = {}): IDataObject {
  const { timings, isCached, usage } = details
  // The gateway may say what a video cost; the resource leaves room for it.
  const cost: unknown = 'cost_usd' in video ? video.cost_usd : undefined
  return {
    id: video.id,
    status: video.status,
    ...(video.url === undefined ? {} : { url: video.url }),
    ...(video.source_url === undefined ? {} : { source_url: video.source_url }),
    model: video.model,
    ...(video.seconds === '' ? {} : { seconds: video.seconds }),
    ...(video.size === '' ? {} : { size: video.size }),
    progress: video.progress,
    phase: video.phase,
    charge: video.charge,
    ...(typeof cost === 'number' ? { cost_usd: cost } : {}),
    ...(video.prompt === null ? {} : { prompt: video.prompt }),
    ...(isCached === undefined ? {} : { cached: isCached }),
    created_at: toIso(video.created_at),
    ...(video.completed_at === null ? {} : { completed_at: toIso(video.completed_at) }),
    ...(video.expires_at === null ? {} : { expires_at: toIso(video.expires_at) }),
    ...toSeconds('queued_seconds', timings?.queuedMs),
    ...toSeconds('running_seconds', timings?.runningMs),
    ...toSeconds('archiving_seconds', timings?.archivingMs),
    ...toSeconds('total_seconds', timings?.totalMs ?? lifetimeMs(video)),
    ...(video.remixed_from_video_id === null
      ? {}
      : { remixed_from_video_id: video.remixed_from_video_id }),
    ...(Object.keys(video.metadata).length === 0 ? {} : { metadata: video.metadata }),
    ...(usage === undefined ? {} : { usage }),
    ...(video.error === null
      ? {}
      : { failure: { ...video.error, advice: failures[video.error.code].advice } }),
  }
}

/** For an AI agent: the few fields it can act on, as few tokens as possible. */
export function toToolItem(item: IDataObject): IDataObject {
  const kept = [
    'id',
    'status',
    'url',
    'model',
    'seconds',
    'size',
    'progress',
    'failure',
    'error',
    'advice',
  ]
  return Object.fromEntries(kept.filter((name) => name in item).map((name) => [name, item[name]]))
}

/** Advice for a person in n8n, who has a credential where the gateway's owner has settings. */
export function adviseOnFailure(code: FailureCode, kind: 'gateway' | 'relay'): string {
  if (kind === 'relay') {
    if (code === 'auth') return 'Open the credential and enter a key that the relay accepts.'
    if (code === 'quota') return 'Top up your account at the relay.'
  }
  if (code === 'outcome_unknown') {
    return 'Nobody knows whether the relay did the work. To pay again, switch on the Pay Again if Unsure option.'
  }
  return failures[code].advice
}

function lifetimeMs({ created_at: createdAt, completed_at: completedAt }: VideoResource) {
  return completedAt === null ? null : (completedAt - createdAt) * 1000
}

function toIso(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString()
}

function toSeconds(name: string, ms: number | null | undefined): IDataObject {
  return ms === null || ms === undefined ? {} : { [name]: Math.round(ms / 100) / 10 }
}
