// A chat stream of the gateway, taken apart: what a person would see fold away, what they would be
// shown, and how it ended.

import type { FailureCode } from '../../shared/video/failures.ts'
import type { ServerEvent } from './readEvents.ts'

export interface ChatChunk {
  readonly id: string
  readonly object: string
  readonly created: number
  readonly model: string
  readonly choices: readonly {
    readonly index: number
    readonly delta: {
      readonly role?: string
      readonly content?: string
      readonly reasoning_content?: string
    }
    readonly finish_reason: string | null
  }[]
  readonly usage?: { readonly total_tokens: number }
  readonly video: { readonly id: string; readonly status: string; readonly progress: number }
}

interface ChatFailure {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: FailureCode
}

export interface ChatAnswer {
  readonly chunks: readonly ChatChunk[]
  readonly reasoning: string
  readonly content: string
  readonly finishReasons: readonly string[]
  readonly error: ChatFailure | null
  /** Ended with `[DONE]` as its last event. */
  readonly isDone: boolean
  readonly videoId: string
  /** Ids of server-sent events, in order, as far as they were set. */
  readonly eventIds: readonly string[]
}

export function toChatAnswer(events: readonly ServerEvent[]): ChatAnswer {
  const isDone = events.at(-1)?.data === '[DONE]'
  const chunks: ChatChunk[] = []
  let error: ChatFailure | null = null
  for (const { data } of isDone ? events.slice(0, -1) : events) {
    const value = JSON.parse(data) as ChatChunk | { error: ChatFailure }
    if ('error' in value) ({ error } = value)
    else chunks.push(value)
  }
  const deltas = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta))
  return {
    chunks,
    reasoning: deltas.map((delta) => delta.reasoning_content ?? '').join(''),
    content: deltas.map((delta) => delta.content ?? '').join(''),
    finishReasons: chunks.flatMap((chunk) =>
      chunk.choices.flatMap(({ finish_reason: reason }) => (reason === null ? [] : [reason])),
    ),
    error,
    isDone,
    videoId: chunks[0]?.video.id ?? '',
    eventIds: events.flatMap(({ id }) => (id === undefined ? [] : [id])),
  }
}

/** The address in the Markdown link that a finished chat shows. */
export function readLink(content: string): string {
  const link = /^\[[^\]]{1,100}\]\(([^)]{1,2000})\)$/.exec(content)?.[1]
  if (link === undefined) throw new Error(`Not one Markdown link: ${content}`)
  return link
}
