// Turns what a caller sent into what the relay will get, or into one sentence about what is wrong.
// A chat request is forwarded as it stands; a video request is put into words.

import type * as z from 'zod/v4-mini'
import { liftAttachments, type Attachment, type Liftable } from './attachments.ts'
import { checkFields } from './checkFields.ts'
import { checkInputs } from './checkInputs.ts'
import { checkSize } from './checkSize.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { findModel, type Model, type Models } from './models.ts'
import { chatRequestSchema, videoRequestSchema, type OwnFields } from './schema.ts'
import { refuse, refuseIssues, type Refused } from './error.ts'
import { foldName, readLengths, type Length } from './lengthFields.ts'
import { toRelayWords } from './toRelayWords.ts'
import { shorten } from '../wire/text.ts'
import { isInput, type AskedAs } from './asked.ts'
import type { Source } from './source.ts'
import { readVideoFields, type VideoFields } from './readVideoFields.ts'

/** One generation as it was requested. With the account it names a log. */
export interface GenerationRequest extends VideoFields {
  /** Our model id; the relay's is in `body`. */
  readonly model: string
  readonly n: number
  /** What the relay does when neither is said; spelling it out changes no key. */
  readonly defaults: { readonly seconds: string; readonly size: string }
  /** What a chat relay gets, with a marker in place of each image; other kinds read it with `askedAs`. */
  readonly body: JsonObject
  /** Absent in what release 0.1 stored. */
  readonly askedAs?: AskedAs
  /** What fields of it make of the price. Absent: nothing. */
  readonly priceFactor?: number
  /** The video that it is made from, which only one relay knows. */
  readonly source?: Source
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

/** Reads the JSON of `POST /v1/chat/completions`. */
export async function safeParseChatRequest(json: Liftable, models: Models): Promise<RequestResult> {
  const read = await readRequest(json, chatRequestSchema)
  if (!read.ok) return read
  const { data, value, attachments } = read
  const model = findModel(models, data.model)
  if (model === null) return refuseModel(data.model, models)
  const checked = checkFields(value, model)
  if (!checked.ok) return checked
  // A known field that is null counts as left out.
  const rest = pickFields(value, (name, item) => {
    if (name === 'model' || name === 'messages') return false
    return item !== null || !Object.hasOwn(chatRequestSchema.shape, name)
  })
  const messages = value['messages'] ?? []
  const video = readVideoFields(rest, messages, model)
  const { relayModel } = toRelayWords(model, video.seconds, video.size)
  return accept(
    { messages, ...rest },
    {
      model: model.id,
      ...video,
      n: data.n ?? 1,
      ...toFactor(checked.priceFactor),
      defaults: toDefaults(model),
      body: { model: relayModel, messages, ...rest, stream: true },
      askedAs: { form: 'chat', told: [] },
      attachments,
    },
    {
      ...toOptions(data),
      stream: data.stream === true,
      includeUsage: data.stream_options?.include_usage === true,
    },
  )
}

/** Reads the JSON of `POST /v1/videos`, or the fields of a form (see `multipart.ts`). */
export async function safeParseVideoRequest(
  json: Liftable,
  models: Models,
): Promise<RequestResult> {
  const read = await readRequest(json, videoRequestSchema)
  if (!read.ok) return read
  const { data, value, attachments } = read
  const id = data.model ?? null
  const model = id === null ? models[0] : findModel(models, id)
  if (model === null) return refuseModel(id ?? '', models)
  const checked = checkFields(value, model)
  if (!checked.ok) return checked
  const flaw = checkInputs(value, model)
  if (flaw !== null) return flaw

  // Inputs, and unknown fields, which other relays may know.
  const rest = pickFields(value, (name, item) =>
    isInput(name) ? item !== null : !Object.hasOwn(videoRequestSchema.shape, name),
  )
  const reserved = findReserved(rest, model)
  if (reserved !== null) return reserved
  const defaults = toDefaults(model)
  const said = String(data.seconds ?? '')
  const lengths = readLengths(rest)
  const contradiction = findContradiction(said, lengths)
  if (contradiction !== null) return contradiction
  const length = lengths.find((one) => one.seconds !== null) ?? lengths[0] ?? null
  const isShaped = (data.aspect_ratio ?? data.resolution ?? null) !== null
  const size = data.size ?? (isShaped ? '' : defaults.size)
  const told = said || defaults.seconds
  const { relayModel, words, fields } = toRelayWords(model, told, size)
  const n = Number(data.n ?? 1)
  const reference = value['input_reference'] ?? null
  return accept(
    { prompt: data.prompt, input_reference: reference, ...rest },
    {
      model: model.id,
      prompt: data.prompt,
      seconds: length?.seconds ?? told,
      size,
      n,
      ...toFactor(checked.priceFactor),
      pricedSeconds: toPricedSeconds(told, length, model),
      defaults,
      body: {
        model: relayModel,
        messages: [toUserMessage(data.prompt + words, reference)],
        ...rest,
        ...(n === 1 ? {} : { n }),
        ...fields,
        stream: true,
      },
      askedAs: {
        form: 'video',
        told: Object.keys(fields),
        ...(said === '' && typeof length?.seconds === 'string' && { lengthField: length.field }),
      },
      attachments,
    },
    toOptions(data),
  )
}

function toDefaults(model: Model): GenerationRequest['defaults'] {
  return { seconds: model.seconds[0] ?? '', size: model.sizes[0] ?? '' }
}

function toFactor(priceFactor: number): Pick<GenerationRequest, 'priceFactor'> {
  return priceFactor === 1 ? {} : { priceFactor }
}

/** One length that is said twice is one; two are none. */
function findContradiction(said: string, lengths: readonly Length[]): Refused | null {
  const known = lengths.filter(({ seconds }) => seconds !== null)
  const [first] = said === '' ? known : [{ field: 'seconds', seconds: said }]
  const other = known.find(({ seconds }) => seconds !== first?.seconds)
  if (first === undefined || other === undefined) return null
  return refuse(other.field, `and \`${first.field}\` are different lengths; send one of them`)
}

/** null where the relay may make another length than the one that is told. */
function toPricedSeconds(told: string, length: Length | null, model: Model): string | null {
  if (length === null || length.seconds === told) return told === '' ? null : told
  return model.tell.seconds.by === 'model' ? null : length.seconds
}

/** The caller's JSON without its images, and the same as the schema sees it. */
async function readRequest<Schema extends z.ZodMiniType>(json: Liftable, schema: Schema) {
  const lifted = await liftAttachments(json)
  if (!lifted.ok) return lifted
  const { value, attachments } = lifted
  const result = schema.safeParse(value)
  if (!result.success || !isJsonObject(value)) {
    return refuseIssues(result.error?.issues ?? [], value)
  }
  return { ok: true as const, data: result.data, value, attachments }
}

/** `fields`: what the caller wrote of the body. */
function accept(
  fields: JsonObject,
  request: GenerationRequest,
  options: CallerOptions,
): RequestResult {
  return checkSize(request, fields) ?? { ok: true, request, options }
}

export function refuseModel(id: string, models: Models): Refused {
  const offered = models.map((model) => model.id).join(', ')
  const why = `must be one of ${offered}, got ${shorten(id)}`
  return refuse('model', why, 'model_not_found')
}

/** The options every kind of request may carry. */
export function toOptions(fields: OwnFields): CallerOptions {
  const { webhook, metadata, accept_possible_charge: accepts } = fields
  return {
    webhook: webhook ? { url: webhook.url, secret: webhook.secret ?? null } : null,
    metadata: metadata ?? {},
    acceptPossibleCharge: accepts === true || accepts === 'true',
    stream: false,
    includeUsage: false,
  }
}

/** Fields that the relay never sees; `stream` is always true for it. */
const ownNames: ReadonlySet<string> = new Set([
  'webhook',
  'metadata',
  'accept_possible_charge',
  'stream',
  'stream_options',
  'user',
])

/** The caller's fields as they are, less Reelay's own and those that `isForwarded` drops. */
function pickFields(
  value: JsonObject,
  isForwarded: (name: string, item: JsonValue) => boolean,
): JsonObject {
  const forwarded = Object.entries(value).filter(
    ([name, item]) => !ownNames.has(name) && isForwarded(name, item),
  )
  return Object.fromEntries(forwarded)
}

/** A field that we write ourselves; taking the caller's value too would make a price a guess. */
function findReserved(fields: JsonObject, model: Model): Refused | null {
  if (Object.hasOwn(fields, 'messages')) {
    return refuse('messages', 'belongs to a chat request; send `prompt`')
  }
  for (const name of ['seconds', 'size'] as const) {
    const rule = model.tell[name]
    if (rule.by !== 'field') continue
    const told = foldName(rule.name)
    const given = Object.keys(fields).find((field) => foldName(field) === told)
    if (given === undefined) continue
    return refuse(given, `is what the gateway makes of \`${name}\`; send that instead`)
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
