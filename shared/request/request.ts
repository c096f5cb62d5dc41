// Turns what a caller sent into what the relay will get, or into one sentence about what is wrong.
// A chat request is forwarded as it stands; a video request is put into words.

import { liftAttachments, type Attachment, type Liftable } from './attachments.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { findModel, type Model, type Models } from './models.ts'
import { chatRequestSchema, videoRequestSchema } from './schema.ts'
import { refuse, refuseIssues, type Refused } from './error.ts'
import { tellRelay } from './tellRelay.ts'
import { shorten } from '../wire/text.ts'
import { readVideoFields } from './readVideoFields.ts'

/** One generation as it was asked for. With the account it names a log. */
export interface GenerationRequest {
  /** Our model id; the relay's is in `body`. */
  readonly model: string
  /** The text of the last user message, or the video's prompt. */
  readonly prompt: string
  readonly seconds: string
  readonly size: string
  readonly n: number
  /** The seconds to price; null when a chat's own words may ask for any length. */
  readonly pricedSeconds: string | null
  /** What the relay does when told nothing; spelling it out changes no key. */
  readonly defaults: { readonly seconds: string; readonly size: string }
  /** What the relay gets, with a marker in place of each image. */
  readonly body: JsonObject
  readonly attachments: readonly Attachment[]
}

/** What the caller asks of us, and the relay never sees. */
export interface CallerOptions {
  readonly webhook: { readonly url: string; readonly secret: string | null } | null
  readonly metadata: Readonly<Record<string, string>>
  readonly acceptPossibleCharge: boolean
  /** Chat only. */
  readonly stream: boolean
  /** Chat only: `stream_options.include_usage`. */
  readonly includeUsage: boolean
}

export interface Accepted {
  readonly ok: true
  readonly request: GenerationRequest
  readonly options: CallerOptions
}

export type RequestResult = Accepted | Refused

// 1 MiB of JSON is what is left of the largest sensible request once its images are out.
const bodyMaxBytes = 1024 * 1024

/** Reads the JSON of `POST /v1/chat/completions`. */
export async function safeParseChatRequest(json: Liftable, models: Models): Promise<RequestResult> {
  const lifted = await liftAttachments(json)
  if (!lifted.ok) return lifted
  const { value, attachments } = lifted
  const result = chatRequestSchema.safeParse(value)
  if (!result.success || !isJsonObject(value)) {
    return refuseIssues(result.error?.issues ?? [], value)
  }
  const model = findModel(models, result.data.model)
  if (model === null) return refuseModel(result.data.model, models)
  const rest = pickChatFields(value)
  const messages = value['messages'] ?? []
  const video = readVideoFields(rest, messages, model)
  return accept(
    {
      model: model.id,
      ...video,
      n: result.data.n ?? 1,
      defaults: { seconds: model.seconds[0], size: model.sizes[0] },
      body: {
        model: tellRelay(model, video.seconds, video.size).relayModel,
        messages,
        ...rest,
        stream: true,
      },
      attachments,
    },
    {
      ...toOptions(result.data),
      stream: result.data.stream === true,
      includeUsage: result.data.stream_options?.include_usage === true,
    },
  )
}

/** Reads the JSON of `POST /v1/videos`, or the fields of a form (see `multipart.ts`). */
export async function safeParseVideoRequest(
  json: Liftable,
  models: Models,
): Promise<RequestResult> {
  const lifted = await liftAttachments(json)
  if (!lifted.ok) return lifted
  const { value, attachments } = lifted
  const result = videoRequestSchema.safeParse(value)
  if (!result.success || !isJsonObject(value)) {
    return refuseIssues(result.error?.issues ?? [], value)
  }
  const { data } = result
  const model =
    data.model === null || data.model === undefined ? models[0] : findModel(models, data.model)
  if (model === null) return refuseModel(data.model ?? '', models)
  const seconds = String(data.seconds ?? model.seconds[0])
  if (!model.seconds.includes(seconds)) return refuseChoice('seconds', model.seconds, seconds)
  const size = data.size ?? model.sizes[0]
  if (!model.sizes.includes(size)) return refuseChoice('size', model.sizes, size)

  const rest = pickUnknownFields(value)
  const told = tellRelay(model, seconds, size)
  const reserved = findReserved(rest, model)
  if (reserved !== null) return reserved
  const n = Number(data.n ?? 1)
  return accept(
    {
      model: model.id,
      prompt: data.prompt,
      seconds,
      size,
      n,
      pricedSeconds: seconds,
      defaults: { seconds: model.seconds[0], size: model.sizes[0] },
      body: {
        model: told.relayModel,
        messages: [toUserMessage(data.prompt + told.words, value['input_reference'] ?? null)],
        ...rest,
        ...(n === 1 ? {} : { n }),
        ...told.fields,
        stream: true,
      },
      attachments,
    },
    { ...toOptions(data), stream: false, includeUsage: false },
  )
}

function accept(request: GenerationRequest, options: CallerOptions): RequestResult {
  if (new TextEncoder().encode(JSON.stringify(request.body)).length > bodyMaxBytes) {
    const why = 'the request is larger than 1 MiB without its images; shorten it'
    return refuse(null, why, 'request_too_large')
  }
  return { ok: true, request, options }
}

export function refuseModel(id: string, models: Models): Refused {
  const offered = models.map((model) => model.id).join(', ')
  const why = `must be one of ${offered}, got ${shorten(id)}`
  return refuse('model', why, 'model_not_found')
}

function refuseChoice(param: string, choices: readonly string[], got: string): Refused {
  return refuse(param, `must be one of ${choices.join(', ')}, got ${shorten(got)}`)
}

const oursOnly: ReadonlySet<string> = new Set([
  'webhook',
  'metadata',
  'accept_possible_charge',
  'stream',
  'stream_options',
  'user',
])

interface OurFields {
  readonly webhook?:
    | { readonly url: string; readonly secret?: string | null | undefined }
    | null
    | undefined
  readonly metadata?: Readonly<Record<string, string>> | null | undefined
  readonly accept_possible_charge?: boolean | 'true' | 'false' | null | undefined
}

/** The options every kind of request may carry. */
export function toOptions(fields: OurFields): Omit<CallerOptions, 'stream' | 'includeUsage'> {
  const { webhook, metadata, accept_possible_charge: accepts } = fields
  return {
    webhook: webhook ? { url: webhook.url, secret: webhook.secret ?? null } : null,
    metadata: metadata ?? {},
    acceptPossibleCharge: accepts === true || accepts === 'true',
  }
}

/** The caller's fields as they are, less ours; a null in a field we know is a field left out. */
function pickChatFields(value: JsonObject): JsonObject {
  const known = chatRequestSchema.shape
  return Object.fromEntries(
    Object.entries(value).filter(([name, item]) => {
      if (oursOnly.has(name) || name === 'model' || name === 'messages') return false
      return item !== null || !Object.hasOwn(known, name)
    }),
  )
}

/** What is neither ours nor put into words: other relays' own fields. */
function pickUnknownFields(value: JsonObject): JsonObject {
  const known = videoRequestSchema.shape
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => !oursOnly.has(name) && !Object.hasOwn(known, name)),
  )
}

/** A field that we write ourselves; taking the caller's value too would make a price a guess. */
function findReserved(fields: JsonObject, model: Model): Refused | null {
  if (Object.hasOwn(fields, 'messages')) {
    return refuse('messages', 'belongs to a chat request; send `prompt`')
  }
  for (const name of ['seconds', 'size'] as const) {
    const rule = model.tell[name]
    if (rule.by === 'field' && Object.hasOwn(fields, rule.name)) {
      return refuse(rule.name, `is what the gateway makes of \`${name}\`; send that instead`)
    }
  }
  return null
}

export function toUserMessage(text: string, reference: JsonValue): JsonObject {
  if (reference === null) return { role: 'user', content: text }
  const link = isJsonObject(reference) ? (reference['image_url'] ?? reference) : reference
  return {
    role: 'user',
    content: [
      { type: 'text', text },
      { type: 'image_url', image_url: { url: link } },
    ],
  }
}
