// Our own API as a client over ports: create, follow (resumes by itself), read, end, download. It
// repeats only what cannot pay twice, and leaves every timer, socket and key to its host.

import type { TransportRequest, TransportResponse } from '../ports.ts'
import { isTerminal, type WireEvent } from '../video/events.ts'
import type { VideoResource } from '../video/video.ts'
import { readField, readString, toObject } from '../wire/fields.ts'
import { isJsonObject, tryParseJson, type JsonObject } from '../wire/json.ts'
import { safeParseVideo } from './answer.ts'
import { openDownload, type Download } from './download.ts'
import { ApiError, readText, toUnexpectedAnswer } from './error.ts'
import { followEvents, type FollowOptions } from './follow.ts'
import { send, type ClientPorts } from './send.ts'

export interface ClientOptions extends ClientPorts {
  /** Up to and including `/v1`, without a slash at the end. The transport adds the key. */
  readonly baseUrl: string
}

export interface CreateOptions {
  /** With a key a request without an answer is sent again; without one it is an error at once. */
  readonly idempotencyKey?: string | undefined
  readonly cacheControl?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Once aborted nothing is sent again; what is under way is still answered, so that its id is known. */
  readonly stop?: AbortSignal | undefined
}

export interface CreatedVideo {
  readonly video: VideoResource
  /** False when the answer is somebody's earlier or simultaneous generation. */
  readonly isNew: boolean
  /** True when this very idempotency key was answered before. */
  readonly isReplayed: boolean
  /** The gateway's name for this request. */
  readonly requestId: string | null
}

export interface ListOptions {
  readonly limit?: number | undefined
  readonly after?: string | undefined
  readonly order?: 'asc' | 'desc' | undefined
  readonly status?: VideoResource['status'] | undefined
  readonly model?: string | undefined
  /** A text in the prompt or the id. */
  readonly q?: string | undefined
  /** Unix seconds, inclusive. */
  readonly createdAfter?: number | undefined
  /** Unix seconds, exclusive. */
  readonly createdBefore?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface VideoPage {
  readonly videos: readonly VideoResource[]
  readonly hasMore: boolean
  /** What the next page begins after; null where this one has nothing. */
  readonly lastId: string | null
}

/** Every method throws {@link ApiError} for a refusal and for a connection that failed. */
export interface Client {
  createVideo(body: JsonObject, options?: CreateOptions): Promise<CreatedVideo>
  remix(id: string, body: JsonObject, options?: CreateOptions): Promise<CreatedVideo>
  retrieve(id: string, signal?: AbortSignal): Promise<VideoResource>
  list(options?: ListOptions): Promise<VideoPage>
  cancel(id: string, signal?: AbortSignal): Promise<VideoResource>
  /** Stores a video again whose download or storage broke off. */
  archive(id: string, signal?: AbortSignal): Promise<VideoResource>
  remove(id: string, signal?: AbortSignal): Promise<void>
  /** The ids of the configured models. */
  models(signal?: AbortSignal): Promise<readonly string[]>
  /** Ends after the terminal event; also throws WaitLimitError. */
  follow(id: string, options?: FollowOptions): AsyncIterable<WireEvent>
  /** The video's bytes, resumed by itself after a broken connection. */
  download(id: string, signal?: AbortSignal): Promise<Download>
  /** Any other route under the base URL, JSON in and out. */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: JsonObject,
    signal?: AbortSignal,
  ): Promise<JsonObject>
}

// Three tries with a pause survive a deploy; a person waits for the answer, so no more.
const maxTries = 3
const pauseMs = 1000
// A longer Retry-After is the caller's to schedule.
const longestPauseMs = 60_000
// A page of 100 videos with metadata stays far below.
const maxAnswerBytes = 16_777_216

export function createClient(options: ClientOptions): Client {
  const { sleep, baseUrl } = options

  async function sendAgain(
    request: TransportRequest,
    stop?: AbortSignal,
  ): Promise<TransportResponse> {
    for (let attempt = 1; ; attempt++) {
      // Not caught: n8n's scan reads this, too, and lets nobody throw a caught error again.
      const [tried] = await Promise.allSettled([send(options, request)])
      if (tried.status === 'fulfilled') return tried.value
      const error: unknown = tried.reason
      if (!(error instanceof ApiError) || !error.shouldRetry || attempt === maxTries) throw error
      const waitMs = error.retryAfterMs ?? pauseMs * attempt
      if (waitMs > longestPauseMs) throw error
      await sleep(waitMs, stop ?? request.signal).catch((reason: unknown) => {
        // Whoever stops learns how it stood, which is more than that it was stopped.
        throw stop?.aborted === true ? error : reason
      })
    }
  }

  async function create(
    path: string,
    body: JsonObject,
    { idempotencyKey, cacheControl, signal, stop }: CreateOptions = {},
  ): Promise<CreatedVideo> {
    const headers = {
      ...jsonHeaders,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
    }
    const request = withJson({ method: 'POST', url: baseUrl + path, headers, signal }, body)
    const response = await (idempotencyKey === undefined
      ? send(options, request)
      : sendAgain(request, stop))
    const video = toVideo(response.status, await readJson(response))
    const isReplayed = response.header('idempotent-replayed') === 'true'
    const isNew = !isReplayed && isMiss(response.header('cache-status'))
    return { video, isNew, isReplayed, requestId: response.header('x-request-id') }
  }

  // Requests below may be sent twice without harm: they read, or end what has ended already.
  async function exchange(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const request = { method, url: baseUrl + path, headers: jsonHeaders, signal }
    return await readJson(await sendAgain(request))
  }

  const retrieve = async (id: string, signal?: AbortSignal): Promise<VideoResource> =>
    toVideo(200, await exchange('GET', toPath(id), signal))

  return {
    createVideo: (body, createOptions) => create('/videos', body, createOptions),
    remix: (id, body, createOptions) => create(`${toPath(id)}/remix`, body, createOptions),
    retrieve,
    async list({ signal, createdAfter, createdBefore, ...options } = {}) {
      const asked = { ...options, created_after: createdAfter, created_before: createdBefore }
      const query = Object.entries(asked)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
        .join('&')
      const page = await exchange('GET', query === '' ? '/videos' : `/videos?${query}`, signal)
      const videos = toList(page).map((video) => toVideo(200, video))
      return {
        videos,
        hasMore: readField(toObject(page), 'has_more') === true,
        lastId: readString(toObject(page), 'last_id') ?? videos.at(-1)?.id ?? null,
      }
    },
    cancel: async (id, signal) =>
      toVideo(200, await exchange('POST', `${toPath(id)}/cancel`, signal)),
    archive: async (id, signal) =>
      toVideo(200, await exchange('POST', `${toPath(id)}/archive`, signal)),
    async remove(id, signal) {
      await exchange('DELETE', toPath(id), signal)
    },
    async models(signal) {
      const models = toList(await exchange('GET', '/models', signal))
      return models.map((model) => readString(toObject(model), 'id')).filter((id) => id !== null)
    },
    follow: (id, followOptions) =>
      followEvents(
        options,
        `${baseUrl}${toPath(id)}/events`,
        async () => isTerminal({ type: (await retrieve(id, followOptions?.signal)).status }),
        followOptions,
      ),
    download: (id, signal) => openDownload(options, `${baseUrl}${toPath(id)}/content`, signal),
    async call(method, path, body, signal) {
      const request = { method, url: baseUrl + path, headers: jsonHeaders, signal }
      const response = await send(options, body === undefined ? request : withJson(request, body))
      const answer = await readJson(response)
      if (!isJsonObject(answer)) throw toUnexpectedAnswer(response.status, 'a JSON object')
      return answer
    },
  }
}

const jsonHeaders = { accept: 'application/json' }

function withJson(request: TransportRequest, body: JsonObject): TransportRequest {
  const headers = { ...request.headers, 'content-type': 'application/json' }
  return { ...request, headers, body: JSON.stringify(body) }
}

async function readJson(response: TransportResponse): Promise<unknown> {
  const value = tryParseJson(await readText(response, maxAnswerBytes))
  if (value === undefined) throw toUnexpectedAnswer(response.status, 'JSON')
  return value
}

function toVideo(status: number, value: unknown): VideoResource {
  const video = safeParseVideo(value)
  if (video === null) throw toUnexpectedAnswer(status, 'a video')
  return video
}

function toList(value: unknown): readonly unknown[] {
  const data: unknown = readField(toObject(value), 'data')
  if (!Array.isArray(data)) throw toUnexpectedAnswer(200, 'a list')
  return data
}

function toPath(id: string): string {
  return `/videos/${encodeURIComponent(id)}`
}

/** RFC 9211: forwarded, and not collapsed into somebody else's request. */
function isMiss(cacheStatus: string | null): boolean {
  const parts = (cacheStatus ?? '').split(';').map((part) => part.trim())
  return !parts.includes('hit') && !parts.includes('collapsed')
}
