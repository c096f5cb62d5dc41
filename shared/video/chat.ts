// Events as chat completions: what OpenAI clients read while a video is made. Progress goes where
// clients fold it away (`reasoning_content`), the link where they show it, a failure where they throw.

import type { FailureCode } from './failures.ts'
import { failures } from './failures.ts'
import type { WireEvent } from './events.ts'
import { encodeEvent } from '../wire/sse.ts'
import type { VideoResource, VideoState } from './video.ts'
import { advance } from './video.ts'

/** What a generation says it used. */
export interface RelayUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
}

export interface ChatStreamOptions {
  readonly video: VideoResource
  /** The fold of what the reader has seen already. */
  readonly state: VideoState
  readonly includeUsage: boolean
  /** What the relay counted, or null. Asked at the end, when it is known. */
  readonly usage: () => RelayUsage | null
}

/** An encoder for one reader: `open()` first, then each event in order. */
export interface ChatStream {
  /** The role chunk: something to read before the relay has said anything. */
  open(): string
  encode(event: WireEvent): string
}

export function createChatStream(options: ChatStreamOptions): ChatStream {
  const { id } = options.video
  const head = toHead(options.video)
  let state = options.state

  const toVideo = () => ({ id, status: state.status, progress: state.progress })
  const toChunk = (delta: object, finishReason: 'stop' | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    video: toVideo(),
  })
  const toText = (chunks: readonly object[], offset: number) =>
    chunks
      .map((chunk, i) =>
        encodeEvent({
          data: JSON.stringify(chunk),
          // The id stands on the last chunk only: a reader before it has not seen the whole event.
          ...(i === chunks.length - 1 && { id: `${id}:${offset}` }),
        }),
      )
      .join('')

  return {
    open: () => encodeEvent({ data: JSON.stringify(toChunk({ role: 'assistant', content: '' })) }),
    encode(event) {
      state =
        event.type === 'completed'
          ? { ...state, status: 'completed', progress: 100 }
          : advance(state, { offset: event.offset, at: event.at, event })
      switch (event.type) {
        case 'completed': {
          const { url = '' } = event.video
          const usage = options.usage() ?? noUsage
          const chunks = [
            toChunk({ content: toLink(url) }),
            toChunk({}, 'stop'),
            ...(options.includeUsage ? [{ ...head, choices: [], usage, video: toVideo() }] : []),
          ]
          return toText(chunks, event.offset) + encodeEvent({ data: '[DONE]' })
        }
        case 'failed':
          return toText([{ error: toChatError(event.error), video: toVideo() }], event.offset)
        default: {
          const line = toLine(event)
          return line === null ? '' : toText([toChunk({ reasoning_content: line })], event.offset)
        }
      }
    },
  }
}

/** The answer to `stream: false`: everything in one `chat.completion`. */
export function toChatCompletion(video: VideoResource, usage: RelayUsage | null): object {
  return {
    ...toHead(video),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: toLink(video.url ?? ''), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usage ?? noUsage,
    video,
  }
}

/** A failure in OpenAI's envelope, as a client finds it in a stream or a body. */
export function toChatError({ code, message }: { code: FailureCode; message: string }) {
  const { status, advice } = failures[code]
  const type = status === 400 ? 'invalid_request_error' : 'upstream_error'
  return { message: `${message} ${advice}`, type, param: null, code }
}

/** The video a `Last-Event-ID` of a chat stream belongs to, and the offset behind it. */
export function parseChatEventId(id: string): { videoId: string; offset: number } | null {
  const match = /^(video_[A-Za-z0-9]{1,64}):(\d{1,12})$/.exec(id)
  const [, videoId, offset] = match ?? []
  return videoId === undefined || offset === undefined ? null : { videoId, offset: Number(offset) }
}

const noUsage: RelayUsage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }

function toHead(video: VideoResource) {
  return {
    id: `chatcmpl-${video.id}`,
    object: 'chat.completion.chunk',
    created: video.created_at,
    model: video.model,
  }
}

function toLink(url: string): string {
  return `[Watch the video](${url})`
}

/** One line for people, or null for an event that says nothing to them. */
function toLine(event: Exclude<WireEvent, { type: 'completed' | 'failed' }>): string | null {
  switch (event.type) {
    case 'queued':
      return 'Queued.\n'
    case 'started':
      return event.attempt === 1
        ? 'Sent to the relay.\n'
        : `Sent to the relay again (attempt ${event.attempt}).\n`
    case 'progress':
      return `Generating… ${event.progress} %\n`
    case 'phase':
      if (event.reason !== undefined)
        return 'The relay refused for now; waiting to send it again.\n'
      return event.phase === 'queued' ? "Waiting in the relay's queue.\n" : 'Generating…\n'
    case 'preview':
      return 'A preview is ready.\n'
    case 'archiving':
      return 'Storing the video…\n'
  }
}
