// `reelay/ai`: a Reelay gateway as a provider of video models for the AI SDK. The SDK polls or waits for a
// webhook; what it cannot be given is a warning, because a video without it is still a video.

import { createIdempotencyKey, type GenerateRequest, type Image } from './request.ts'
import { Reelay, type ReelayOptions } from './reelay.ts'
import { ReelayError } from './error.ts'
import { failures } from '../video/failures.ts'
import type { Video } from './video.ts'
import type {
  CallOptions,
  ModelFile,
  ReelayVideoModel,
  Status,
  VideoData,
  Warning,
} from './videoModel.ts'

export type { ReelayVideoModel } from './videoModel.ts'
export { ReelayError } from './error.ts'

/** What the SDK calls a provider, so that it may stand in a registry or be the default one. */
export interface ReelayProvider {
  readonly specificationVersion: 'v4'
  /** A configured model of the gateway, for `experimental_generateVideo` and `experimental_startVideo`. */
  video(modelId: string): ReelayVideoModel
  /** The same, by the name that registries ask for. */
  videoModel(modelId: string): ReelayVideoModel
  /** There are none; each throws. */
  languageModel(modelId: string): never
  embeddingModel(modelId: string): never
  imageModel(modelId: string): never
}

/** A gateway other than the one of REELAY_BASE_URL and REELAY_API_KEY. */
export function createReelay(options: ReelayOptions = {}): ReelayProvider {
  let client: Reelay | undefined
  // When it is first used: importing a module must not ask for settings.
  const connect = () => (client ??= new Reelay(options))
  const video = (modelId: string) => createVideoModel(modelId, connect)
  return {
    specificationVersion: 'v4',
    video,
    videoModel: video,
    languageModel: refuseModel,
    embeddingModel: refuseModel,
    imageModel: refuseModel,
  }
}

function refuseModel(modelId: string): never {
  throw new ReelayError(
    `reelay/ai has video models only, and no other ${modelId}. For chat, createOpenAICompatible of @ai-sdk/openai-compatible takes the same baseURL and apiKey.`,
    { code: 'not_supported', param: 'modelId' },
  )
}

/** The gateway of REELAY_BASE_URL and REELAY_API_KEY. */
export const reelay: ReelayProvider = createReelay()

/** What the SDK may ask for in one call; each is a generation of its own, and paid. */
const mostVideos = 16

function createVideoModel(modelId: string, connect: () => Reelay): ReelayVideoModel {
  const respond = () => ({ timestamp: new Date(), modelId, headers: undefined })
  return {
    specificationVersion: 'v4',
    provider: 'reelay',
    modelId,
    maxVideosPerCall: mostVideos,

    async doStart(options) {
      const client = connect()
      const { abortSignal: signal, n, webhookUrl } = options
      const { request, warnings } = toRequest(modelId, options)
      const key = readHeader(options.headers, 'idempotency-key') ?? createIdempotencyKey()
      const isAlone = n === 1 && webhookUrl !== undefined
      const body = isAlone ? { ...request, webhook: { url: webhookUrl } } : request
      const ids: string[] = []
      for (let take = 1; take <= n; take++) {
        // Identical requests share one video: another take says that it wants its own, once.
        const another = take === 1 ? {} : { cacheControl: 'no-cache' }
        const idempotencyKey = take === 1 ? key : `${key}:${take}`
        ids.push((await client.create(body, { idempotencyKey, signal, ...another })).id)
      }
      if (webhookUrl !== undefined && !isAlone) await client.notify(webhookUrl, ids, { signal })
      const providerMetadata = { reelay: { ids } }
      return { operation: { ids }, warnings, providerMetadata, response: respond() }
    },

    async doStatus({ operation, abortSignal: signal }) {
      const client = connect()
      const videos = await Promise.all(readIds(operation).map((id) => client.get(id, { signal })))
      const failed = videos.find(({ status }) => status === 'failed')
      const response = respond()
      if (failed !== undefined) return { ...toError(failed), response }
      const progress = Math.min(...videos.map((video) => video.progress))
      if (videos.some(({ status }) => status !== 'completed')) {
        return { status: 'pending', providerMetadata: { reelay: { progress } }, response }
      }
      // Of `videos` the SDK makes one list of all answers: it is told once.
      const providerMetadata = { reelay: { progress, videos: videos.map(toMetadata) } }
      const data = await Promise.all(videos.map((video) => toData(video, signal)))
      return { status: 'completed', videos: data, warnings: [], providerMetadata, response }
    },

    async handleWebhookOption({ webhook }) {
      const { url, received } = await webhook()
      return { webhookUrl: url, received }
    },
  }
}

function toRequest(
  model: string,
  options: CallOptions,
): { request: GenerateRequest; warnings: Warning[] } {
  const { prompt = '', resolution, aspectRatio, duration, seed, generateAudio, fps } = options
  const warnings: Warning[] = []
  const warn = (feature: string, details: string) =>
    void warnings.push({ type: 'unsupported', feature, details })
  if (fps !== undefined) warn('fps', 'The relay’s model decides how many frames a second has.')
  const frame = (type: 'first_frame' | 'last_frame') =>
    options.frameImages?.find(({ frameType }) => frameType === type)?.image
  const references = options.inputReferences?.filter((file) => {
    const isVideo = file.mediaType?.startsWith('video/') === true
    if (isVideo) warn('inputReferences', 'Videos cannot be references, images can.')
    return !isVideo
  })
  const first = options.image ?? frame('first_frame')
  const last = frame('last_frame')
  const request: GenerateRequest = {
    model,
    prompt,
    ...(resolution !== undefined && { size: resolution }),
    ...(aspectRatio !== undefined && { aspect_ratio: aspectRatio }),
    ...(duration !== undefined && { seconds: String(duration) }),
    ...(seed !== undefined && { seed }),
    ...(generateAudio !== undefined && { audio: generateAudio }),
    ...(first !== undefined && { input_reference: toImage(first) }),
    ...(last !== undefined && { last_frame: toImage(last) }),
    ...(references !== undefined &&
      references.length > 0 && { reference_images: references.map(toImage) }),
    // Any field of the API, also those of the model alone.
    ...options.providerOptions['reelay'],
  }
  return { request, warnings }
}

function toImage(file: ModelFile): Image {
  if (file.type === 'url') return file.url
  const { data, mediaType } = file
  return typeof data === 'string'
    ? `data:${mediaType};base64,${data}`
    : new Blob([new Uint8Array(data)], { type: mediaType })
}

async function toData(video: Video, signal: AbortSignal | undefined): Promise<VideoData> {
  const mediaType = 'video/mp4'
  if (video.url !== undefined && isPublic(video.url)) {
    return { type: 'url', url: video.url, mediaType }
  }
  const blob = await video.blob({ ...(signal !== undefined && { signal }) })
  const data = new Uint8Array(await blob.arrayBuffer())
  return { type: 'binary', data, mediaType: blob.type }
}

/** The SDK fetches no address of this machine or of a private network: it is given the bytes there. */
function isPublic(url: string): boolean {
  const host = new URL(url).hostname
  const isAddress = /^[\d.]+$/.test(host) || host.startsWith('[')
  const isPrivate = /(?:^|\.)(?:localhost|local|internal)$/.test(host)
  return host.includes('.') && !isAddress && !isPrivate
}

function toError(video: Video): Omit<Extract<Status, { status: 'error' }>, 'response'> {
  const { code, message } = video.error ?? { code: 'upstream_error' as const, message: '' }
  const { advice } = failures[code]
  const charged = { none: 'not charged', possible: 'perhaps charged', certain: 'charged' }
  return {
    status: 'error',
    error: `${code} (${charged[video.charge]}): ${message} ${advice}`,
    providerMetadata: { reelay: { ...toMetadata(video), code, advice } },
  }
}

function toMetadata({ id, status, progress, charge, outcome }: Video) {
  return { id, status, progress, charge, outcome }
}

function readIds(operation: unknown): readonly string[] {
  const ids =
    typeof operation === 'object' && operation !== null && 'ids' in operation && operation.ids
  if (Array.isArray(ids) && ids.length > 0) return ids.map(String)
  throw new ReelayError('This is no operation of a Reelay model. Give back what was started.', {
    code: 'invalid_request',
    param: 'operation',
  })
}

function readHeader(headers: CallOptions['headers'], name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([one]) => one.toLowerCase() === name)?.[1]
}
