// What the AI SDK (7, `VideoModelV4`) asks of a video model, as far as this one needs it. Written down here
// because the package depends on nothing; a test holds it against the SDK's own types.

type Json =
  | null
  | string
  | number
  | boolean
  | { readonly [key: string]: Json | undefined }
  | readonly Json[]
type Metadata = Record<string, Record<string, Json | undefined>>

export type ModelFile =
  | { type: 'file'; mediaType: string; data: string | Uint8Array }
  | { type: 'url'; url: string; mediaType?: string }

export interface CallOptions {
  prompt: string | undefined
  n: number
  aspectRatio: string | undefined
  resolution: `${number}x${number}` | undefined
  duration: number | undefined
  fps: number | undefined
  seed: number | undefined
  image: ModelFile | undefined
  frameImages: { image: ModelFile; frameType: 'first_frame' | 'last_frame' }[] | undefined
  inputReferences: ModelFile[] | undefined
  generateAudio: boolean | undefined
  providerOptions: Record<string, Record<string, unknown>>
  abortSignal?: AbortSignal
  headers?: Record<string, string | undefined>
  webhookUrl?: string
}

export type Warning = { type: 'unsupported'; feature: string; details?: string }

interface ModelResponse {
  timestamp: Date
  modelId: string
  headers: Record<string, string> | undefined
}

export interface Started {
  operation: { ids: string[] }
  warnings: Warning[]
  providerMetadata: Metadata
  response: ModelResponse
}

export type VideoData =
  | { type: 'url'; url: string; mediaType: string }
  | { type: 'binary'; data: Uint8Array; mediaType: string }

export type Status =
  | { status: 'pending'; providerMetadata: Metadata; response: ModelResponse }
  | {
      status: 'completed'
      videos: VideoData[]
      warnings: Warning[]
      providerMetadata: Metadata
      response: ModelResponse
    }
  | { status: 'error'; error: string; providerMetadata: Metadata; response: ModelResponse }

interface Webhook<Body> {
  url: string
  received: PromiseLike<{ headers: Record<string, string>; body: Body }>
}

export interface ReelayVideoModel {
  readonly specificationVersion: 'v4'
  readonly provider: 'reelay'
  readonly modelId: string
  readonly maxVideosPerCall: number
  doStart(options: CallOptions): Promise<Started>
  doStatus(options: { operation: unknown; abortSignal?: AbortSignal }): Promise<Status>
  handleWebhookOption<Body>(options: { webhook: () => PromiseLike<Webhook<Body>> }): Promise<{
    webhookUrl: string
    received: PromiseLike<{ headers: Record<string, string>; body: Body }>
  }>
}
