// A video as an agent needs it: few fields, one sentence, and what to do next. An agent repeats what
// failed; so every failure says whether that pays again.

import { isUnstored } from '../../../shared/video/failures.ts'
import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import type { JsonObject } from '../../../shared/wire/json.ts'

export interface ToolResult {
  readonly content: readonly JsonObject[]
  readonly structuredContent: JsonObject
  readonly isError: boolean
}

const string = { type: 'string' }
const number = { type: 'number' }

/** Of `toFields`. */
export const videoOutputSchema = orRefusal({
  properties: {
    id: string,
    status: { enum: ['queued', 'in_progress', 'completed', 'failed'] },
    progress: { ...number, description: 'Percent.' },
    model: string,
    seconds: string,
    size: string,
    url: { ...string, description: 'A signed link to the MP4, when completed.' },
    cost_usd: { type: ['number', 'null'] },
    charge: {
      enum: ['none', 'possible', 'certain'],
      description: 'Whether the relay may bill it.',
    },
    may_retry: {
      type: 'boolean',
      description: 'Whether calling again with the same arguments pays nothing twice.',
    },
    next: { ...string, description: 'What to do now.' },
  },
  required: ['id', 'status', 'progress', 'charge', 'next'],
})

/**
 * Of a tool that answers so, unless it refuses. Clients hold refusals against this schema, too, and
 * those of the SDK's first version throw away what does not match: the agent would not learn why.
 */
export function orRefusal({ properties, required }: AnswerSchema): JsonObject {
  const said = { code: string, message: string, param: { type: ['string', 'null'] } }
  return {
    type: 'object',
    properties: { ...properties, error: { type: ['object', 'null'], properties: said } },
    anyOf: [{ required: [...required] }, { required: ['error'] }],
  }
}

interface AnswerSchema {
  readonly properties: JsonObject
  readonly required: readonly string[]
}

export function toVideoResult(video: VideoResource): ToolResult {
  const next = toNext(video)
  const isFailed = video.status === 'failed'
  const head = isFailed
    ? `The video failed (${video.error?.code ?? 'upstream_error'}): ${video.error?.message ?? ''}`
    : video.status === 'completed'
      ? `The video is ready: ${video.url ?? ''}`
      : `The video is being made: ${video.progress} %.`
  return {
    content: [sayText(`${head}\n${next}`), ...toLink(video)],
    structuredContent: { ...toFields(video), may_retry: mayRetry(video), next },
    isError: isFailed,
  }
}

export function sayText(text: string): JsonObject {
  return { type: 'text', text }
}

export function toFields(video: VideoResource): JsonObject {
  const { id, status, progress, model, seconds, size, url, charge, error } = video
  return {
    id,
    status,
    progress,
    model,
    seconds,
    size,
    charge,
    cost_usd: video.cost_usd ?? null,
    error: error === null ? null : { code: error.code, message: error.message },
    ...(url !== undefined && { url }),
  }
}

function toLink({ id, url }: VideoResource): JsonObject[] {
  if (url === undefined) return []
  return [{ type: 'resource_link', uri: url, name: `${id}.mp4`, mimeType: 'video/mp4' }]
}

/** Nothing is paid twice by the same call: the relay did nothing, or only storing is tried again. */
function mayRetry({ charge, error }: VideoResource): boolean {
  return charge === 'none' || isUnstored(error?.code)
}

function toNext(video: VideoResource): string {
  const { id, status, charge, outcome, error } = video
  if (!isTerminal({ type: status })) {
    return `It goes on by itself. Call get_video with id "${id}" and wait 45; do not call generate_video again for it.`
  }
  if (status === 'completed')
    return 'Give the link to the user. It is signed and ends after a while; get_video makes a new one.'
  if (isUnstored(error?.code)) {
    return 'The relay made it and was paid, only storing failed. Call generate_video with the same arguments: storing is tried again, unpaid.'
  }
  if (outcome === 'unknown') {
    return 'Nobody knows whether the relay billed it. Do not call again with accept_possible_charge unless the user agrees to pay twice.'
  }
  if (charge === 'none')
    return 'Nothing was charged. Change what the message says, or call again later.'
  return 'It may have been charged. Calling again makes, and pays for, a new one; ask the user first.'
}
