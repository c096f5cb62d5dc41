// One POST /v1/videos and what came of it, with the headers that say how.

import type { VideoResource } from '../../shared/video/video.ts'
import type { CallOptions, Site } from './startSite.ts'

interface ErrorBody {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string
}

export interface Submitted {
  readonly status: number
  readonly headers: Headers
  /** '' when it was refused. */
  readonly id: string
  readonly video: VideoResource | null
  readonly error: ErrorBody | null
  /** `Cache-Status`, its ttl as N. */
  readonly cacheStatus: string | null
  readonly isReplay: boolean
}

/** `request`: a prompt, or the whole body. Waits for the end unless `prefer` says otherwise. */
export async function submitVideo(
  site: Site,
  request: string | object,
  options: CallOptions = {},
): Promise<Submitted> {
  const body = typeof request === 'string' ? { prompt: request } : request
  const headers = { prefer: 'wait=60', ...options.headers }
  return await toSubmitted(await site.post('/v1/videos', body, { ...options, headers }))
}

/** The same without waiting: it answers as soon as the generation exists. */
export async function startVideo(
  site: Site,
  request: string | object,
  options: CallOptions = {},
): Promise<Submitted> {
  return await submitVideo(site, request, {
    ...options,
    headers: { prefer: 'wait=0', ...options.headers },
  })
}

export async function toSubmitted(response: Response): Promise<Submitted> {
  const json = (await response.json()) as VideoResource | { error: ErrorBody }
  const video = 'id' in json ? json : null
  const ttl = /ttl=\d+/
  return {
    status: response.status,
    headers: response.headers,
    id: video?.id ?? '',
    video,
    error: 'id' in json ? null : json.error,
    cacheStatus: response.headers.get('cache-status')?.replace(ttl, 'ttl=N') ?? null,
    isReplay: response.headers.get('idempotent-replayed') === 'true',
  }
}
