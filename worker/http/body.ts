// Reads what a caller sends: JSON or, for videos, a form. Counts the bytes as they come, because a
// length is only a claim; refuses before it parses, parses before it believes, and never echoes.

import type * as z from 'zod/v4-mini'
import { liftAttachments, type Liftable } from '../../shared/request/attachments.ts'
import { checkMembers } from '../../shared/request/checkMembers.ts'
import { type Refused, refuseIssues } from '../../shared/request/error.ts'
import { takeImages } from '../../shared/request/jsonImages.ts'
import { toVideoFields } from '../../shared/request/multipart.ts'
import { parseMultipart } from '../../shared/request/multipartBody.ts'
import { type JsonValue, parseJson } from '../../shared/wire/json.ts'
import type { AppContext } from './context.ts'
import { HttpError, invalid } from './errors.ts'
import { letGo, readUpload, SMALL_BYTES } from './upload.ts'

interface BodyLimit {
  readonly bytes: number
  readonly message: string
}

const plainLimit: BodyLimit = {
  bytes: 1024 * 1024,
  message: 'The request is larger than 1 MiB. Send less at once.',
}

/** With images inside, as data URIs; what is left of it without them may have 1 MiB. */
const imagesLimit: BodyLimit = {
  bytes: 12 * 1024 * 1024,
  message: 'The request is larger than 12 MiB. Send smaller images, or links to them.',
}

/** What is left without images, spaces and escapes included. */
const wordsLimit: BodyLimit = {
  bytes: 2 * 1024 * 1024,
  message: 'The request is larger than 1 MiB without its images. Send less at once.',
}

export async function readJson(context: AppContext): Promise<JsonValue> {
  requireType(context, ['application/json'])
  return toJson(await readBytes(context, plainLimit))
}

/** JSON as `schema` reads it, or the one sentence that says what to mend. */
export async function readAs<Schema extends z.ZodMiniType>(
  context: AppContext,
  schema: Schema,
  wish: string,
): Promise<z.output<Schema>> {
  return parseAs(await readJson(context), schema, wish)
}

/** `wish` continues "Cannot …": "create the key". */
export function parseAs<Schema extends z.ZodMiniType>(
  json: JsonValue,
  schema: Schema,
  wish: string,
): z.output<Schema> {
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw toHttpError(refuseIssues(parsed.error.issues, json, wish))
  return parsed.data
}

type Given<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

/** The fields that were given: what is left out stays as it is. */
export function withoutUndefined<Fields extends object>(fields: Fields): Given<Fields> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Given<Fields>
}

/** JSON that may have images in it. */
export async function readJsonWithImages(context: AppContext): Promise<Liftable> {
  requireType(context, ['application/json'])
  return await toLiftable(await readImages(context))
}

/** The same, or the form that the official Node SDK always sends to /v1/videos. */
export async function readJsonOrForm(context: AppContext): Promise<Liftable> {
  const type = requireType(context, ['application/json', 'multipart/form-data'])
  const bytes = await readImages(context)
  if (type === 'application/json') return await toLiftable(bytes)
  const entries = parseMultipart(bytes, context.req.header('content-type') ?? '')
  if (entries === null) {
    throw invalid(
      null,
      'The form could not be read. Send multipart/form-data with its boundary, or JSON.',
    )
  }
  const fields = toVideoFields(entries)
  if (!fields.ok) throw toHttpError(fields)
  return fields.fields
}

async function readImages(context: AppContext): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readUpload(context, imagesLimit.bytes)
  if (bytes === null) throw new HttpError('request_too_large', imagesLimit.message)
  return bytes
}

/** Overwrites parts of `bytes`, and lets them go. */
async function toLiftable(bytes: Uint8Array<ArrayBuffer>): Promise<Liftable> {
  if (bytes.byteLength <= SMALL_BYTES) return toJson(bytes)
  const { text, restore, isOverfull } = takeImages(bytes, crypto.randomUUID())
  const words = await readAtMost(text, wordsLimit.bytes)
  letGo(bytes)
  if (words === null) throw new HttpError('request_too_large', wordsLimit.message)
  const json = restore(toJson(words))
  if (!isOverfull) return json
  const lifted = await liftAttachments(json)
  if (!lifted.ok) throw toHttpError(lifted)
  throw new HttpError('request_too_large', 'The request has more than 16 images. Send fewer.')
}

/** A refusal of the shared core as an error of the API. */
export function toHttpError({ error }: Refused): HttpError {
  return new HttpError(error.code, error.message, { param: error.param })
}

/** All that comes; null as soon as it is more than `most` bytes. */
export async function readAtMost(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > most) return null
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

async function readBytes(context: AppContext, limit: BodyLimit): Promise<Uint8Array<ArrayBuffer>> {
  const body: ReadableStream<Uint8Array> | null = context.req.raw.body
  // Refused before a byte of it is read, when it is honest about its length.
  const isTooLarge = Number(context.req.header('content-length') ?? 0) > limit.bytes
  const bytes = isTooLarge ? null : await readAtMost(body ?? [], limit.bytes)
  if (bytes === null) throw new HttpError('request_too_large', limit.message)
  return bytes
}

function toJson(bytes: Uint8Array): JsonValue {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    // Replacement characters would generate, and bill, a prompt that nobody wrote.
    throw invalid(null, 'The request is not valid UTF-8. Encode it as UTF-8.')
  }
  const parsed = parseJson(text)
  if (!parsed.ok) throw invalid(null, parsed.message)
  const refused = checkMembers(parsed.value)
  if (refused !== null) throw toHttpError(refused)
  return parsed.value
}

/** A body without a type is taken for the first of `types`: curl users forget it. */
function requireType(context: AppContext, types: readonly [string, ...string[]]): string {
  const header = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (header === undefined || header === '') return types[0]
  const type = types.find((candidate) => candidate === header)
  if (type !== undefined) return type
  throw new HttpError(
    'unsupported_media_type',
    `Content-Type must be ${types.join(' or ')}, got ${JSON.stringify(header.slice(0, 60))}.`,
    { param: 'Content-Type' },
  )
}
