// What an agent can do, one row a tool. Descriptions tell minutes and money, because an agent knows
// of neither; what a request may say is checked by the HTTP interface, which names the field.

import { toSortedJson } from '../../../shared/request/key.ts'
import { isTerminal } from '../../../shared/video/events.ts'
import type { VideoResource } from '../../../shared/video/video.ts'
import { toBase64, toSha256 } from '../../../shared/wire/bytes.ts'
import { readString } from '../../../shared/wire/fields.ts'
import type { JsonObject, JsonValue } from '../../../shared/wire/json.ts'
import { type InnerApi, Refusal, toPath } from './innerApi.ts'
import {
  orRefusal,
  sayText,
  toFields,
  toVideoResult,
  videoOutputSchema,
  type ToolResult,
} from './toolVideo.ts'

/** One call of a tool. */
export interface ToolCall {
  readonly api: InnerApi
  readonly args: JsonObject
  /** `progress`: percent, more each time. */
  readonly tell: (progress: number) => void
}

interface Tool {
  readonly title: string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly outputSchema: JsonObject
  readonly annotations: JsonObject
  readonly run: (call: ToolCall) => Promise<ToolResult>
}

/** Clients give up after 60 s. */
const LONGEST_WAIT_S = 45
const MOST_TAKES = 16
/** More would fill an agent's context with a picture. */
const LARGEST_PREVIEW_BYTES = 512 * 1024

const id = { type: 'string', description: 'Such as video_….' }
const wait = (usual: number) => ({
  type: 'integer',
  minimum: 0,
  maximum: LONGEST_WAIT_S,
  default: usual,
  description: `Seconds to wait for the end, at most ${LONGEST_WAIT_S}.`,
})
const picture = (what: string) => ({
  type: 'string',
  description: `${what}: an https: link to it.`,
})
const reads = { readOnlyHint: true, openWorldHint: false }

export const tools = {
  generate_video: {
    title: 'Generate a video',
    description:
      'Makes a video from a prompt. Takes 1 to 20 minutes and costs money. Waits up to 45 seconds, then returns the id; go on with get_video. Calling again with the same arguments returns the same video and is never paid twice; for another version of it give `take` 2, 3, ….',
    inputSchema: {
      type: 'object',
      properties: {
        prompt: { type: 'string', description: 'What the video shows.' },
        model: { type: 'string', description: 'One of list_models; without it the first.' },
        seconds: { type: 'string', description: 'Length, such as "8"; list_models tells which.' },
        size: { type: 'string', description: 'Shape in pixels, such as "1280x720".' },
        aspect_ratio: { type: 'string', description: 'Such as "16:9", where there are no sizes.' },
        resolution: { type: 'string', description: 'Such as "720p".' },
        input_reference: picture('The first frame'),
        last_frame: picture('The last frame'),
        reference_images: {
          type: 'array',
          items: { type: 'string' },
          description: 'Links to images of what is to appear.',
        },
        negative_prompt: { type: 'string' },
        audio: { type: 'boolean' },
        seed: { type: 'integer' },
        take: {
          type: 'integer',
          minimum: 1,
          maximum: MOST_TAKES,
          default: 1,
          description: 'Another video of the same request, paid for once more.',
        },
        accept_possible_charge: {
          type: 'boolean',
          description:
            'Pay again for a request that may have been billed already. Only if the user agreed.',
        },
        wait: wait(LONGEST_WAIT_S),
      },
      required: ['prompt'],
    },
    outputSchema: videoOutputSchema,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
    async run(call) {
      return await waitForVideo(call, await startVideo(call), LONGEST_WAIT_S)
    },
  },
  get_video: {
    title: 'Look at a video',
    description:
      'The state of a video, its link when it is ready, and a small preview. Free. `wait` waits for its end.',
    inputSchema: {
      type: 'object',
      properties: { id, wait: wait(0) },
      required: ['id'],
    },
    outputSchema: videoOutputSchema,
    annotations: reads,
    async run(call) {
      const video = await call.api.video(call.api.get(toPath(readId(call.args))))
      const result = await waitForVideo(call, video, 0)
      const preview = result.isError ? null : await showPreview(call.api, video.id)
      return preview === null ? result : { ...result, content: [...result.content, preview] }
    },
  },
  list_videos: {
    title: 'List videos',
    description: 'The newest videos of this account, whatever made them. Free.',
    inputSchema: {
      type: 'object',
      properties: {
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
        after: { ...id, description: 'The last id of the page before.' },
      },
    },
    outputSchema: orRefusal({
      properties: { videos: { type: 'array' }, has_more: { type: 'boolean' } },
      required: ['videos', 'has_more'],
    }),
    annotations: reads,
    async run({ api, args }) {
      const after = readString(args, 'after')
      const query = new URLSearchParams({
        limit: String(readInteger(args, 'limit', 1, 100, 10)),
        ...(after !== null && { after }),
      })
      const page = await api.get(`/videos?${query.toString()}`)
      const videos = (page['data'] as unknown as readonly VideoResource[]).map((video) => ({
        ...toFields(video),
        prompt: video.prompt,
      }))
      return toResult({ videos, has_more: page['has_more'] ?? false })
    },
  },
  cancel_video: {
    title: 'Cancel a video',
    description:
      'Ends a running video for everybody who waits for it. The relay may bill it all the same.',
    inputSchema: { type: 'object', properties: { id }, required: ['id'] },
    outputSchema: videoOutputSchema,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    async run({ api, args }) {
      const video = await api.video(api.post(`${toPath(readId(args))}/cancel`))
      // That it failed with `cancelled` is what was asked for.
      return { ...toVideoResult(video), isError: false }
    },
  },
  list_models: {
    title: 'List models',
    description: 'The models of this gateway: lengths, shapes, inputs and prices. Free.',
    inputSchema: { type: 'object', properties: {} },
    outputSchema: orRefusal({
      properties: { models: { type: 'array' } },
      required: ['models'],
    }),
    annotations: reads,
    async run({ api }) {
      const { data } = await api.get('/models')
      return toResult({ models: data ?? [] })
    },
  },
} as const satisfies Readonly<Record<string, Tool>>

export type ToolName = keyof typeof tools

export function isToolName(name: unknown): name is ToolName {
  return typeof name === 'string' && Object.hasOwn(tools, name)
}

/** As `tools/list` shows them, always in this order. */
export function listTools(): JsonObject[] {
  return Object.entries<Tool>(tools).map(
    ([name, { title, description, inputSchema, outputSchema, annotations }]) => ({
      name,
      title,
      description,
      inputSchema,
      outputSchema,
      annotations,
    }),
  )
}

/** What went wrong is a result, too: an agent can act on it, on an exception it cannot. */
export async function callTool(name: ToolName, call: ToolCall): Promise<ToolResult> {
  try {
    return await tools[name].run(call)
  } catch (error) {
    if (error instanceof Refusal) return toErrorResult(error)
    throw error
  }
}

/** Submits, and does not wait. */
export async function startVideo({ api, args }: ToolCall): Promise<VideoResource> {
  const { take: _, wait: __, ...request } = args
  const take = readInteger(args, 'take', 1, MOST_TAKES, 1)
  readInteger(args, 'wait', 0, LONGEST_WAIT_S, 0)
  // The first take is whatever is there. Another one is bought, but only once: its key says which.
  const headers = take > 1 && {
    'cache-control': 'no-cache',
    'idempotency-key': `mcp-${await toSha256(toSortedJson({ ...request, take }))}`,
  }
  return await api.video(api.post('/videos', { body: request, ...(headers && { headers }) }))
}

/** Until it ends or the time is over, whichever is first. */
async function waitForVideo(
  { api, args, tell }: ToolCall,
  video: VideoResource,
  usual: number,
): Promise<ToolResult> {
  const waitMs = readInteger(args, 'wait', 0, LONGEST_WAIT_S, usual) * 1000
  if (waitMs === 0 || isTerminal({ type: video.status })) return toVideoResult(video)
  let told = 0
  try {
    await api.follow(video.id, waitMs, (progress) => {
      if (progress <= told) return
      told = progress
      tell(told)
    })
    return toVideoResult(await api.video(api.get(toPath(video.id))))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // The wait failed, not the video: its id must reach whoever ordered it.
    return toVideoResult(video)
  }
}

async function showPreview(api: InnerApi, video: string): Promise<JsonObject | null> {
  const response = await api.preview(video)
  if (response === null) return null
  const bytes = await response.bytes()
  if (bytes.length > LARGEST_PREVIEW_BYTES) return null
  const mimeType = response.headers.get('content-type') ?? ''
  return { type: 'image', data: toBase64(bytes), mimeType }
}

function toResult(structuredContent: JsonObject): ToolResult {
  const content = [sayText(JSON.stringify(structuredContent))]
  return { content, structuredContent, isError: false }
}

function toErrorResult({ code, param, message, mayRetry, retryAfterS }: Refusal): ToolResult {
  const when = retryAfterS === null ? '' : ` Wait ${retryAfterS} s first.`
  const next =
    code === 'outcome_unknown'
      ? 'It may have been billed. Do not call again with accept_possible_charge unless the user agrees to pay twice.'
      : code === 'internal_error'
        ? 'It may have begun all the same. list_videos shows it then; calling again with the same arguments joins it while it runs.'
        : mayRetry
          ? `Nothing was sent. Call again with the same arguments.${when}`
          : 'Nothing was sent. The same call would be refused again.'
  return {
    content: [sayText(`${message}\n${next}`)],
    structuredContent: {
      error: { code, param, message, may_retry: mayRetry, retry_after_s: retryAfterS, next },
    },
    isError: true,
  }
}

function readId(args: JsonObject): string {
  const value = readString(args, 'id')
  if (value !== null) return value
  throw refuse('id', '`id` must be the id of a video, such as generate_video returned.')
}

function readInteger(
  args: JsonObject,
  name: string,
  low: number,
  high: number,
  usual: number,
): number {
  const value: JsonValue = args[name] ?? usual
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) {
    return value
  }
  throw refuse(name, `\`${name}\` must be an integer from ${low} to ${high}.`)
}

function refuse(param: string, message: string): Refusal {
  return new Refusal(message, { code: 'invalid_request', param })
}
