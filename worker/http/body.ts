// Reads what a caller sends: JSON or, for videos, a form. Counts the bytes as they come, because a
// length is only a claim; refuses before it parses, parses before it believes, and never echoes.

import type { Context } from 'hono'
import type { Liftable } from '../../shared/request/attachments.ts'
import type { JsonValue } from '../../shared/wire/json.ts'
import { parseJson } from '../../shared/wire/json.ts'
import type { FormEntry } from '../../shared/request/multipart.ts'
import { toVideoFields } from '../../shared/request/multipart.ts'
import type { Refused } from '../../shared/request/error.ts'
import { HttpError } from './errors.ts'
import type { App } from './context.ts'

interface BodyLimit {
  readonly bytes: number
  readonly message: string
}

const plainLimit: BodyLimit = {
  bytes: 1024 * 1024,
  message: 'The request is larger than 1 MiB. Send less at once.',
}

/** With images inside; what is left of it without them may have 1 MiB. */
const imagesLimit: BodyLimit = {
  bytes: 12 * 1024 * 1024,
  message: 'The request is larger than 12 MiB. Send smaller images, or links to them.',
}

export async function readJson(context: Context<App>): Promise<JsonValue> {
  requireType(context, ['application/json'])
  return await readJsonWithin(context, plainLimit)
}

/** JSON that may carry images as data URIs. */
export async function readJsonWithImages(context: Context<App>): Promise<JsonValue> {
  requireType(context, ['application/json'])
  return await readJsonWithin(context, imagesLimit)
}

/** JSON, or the form that the official Node SDK always sends to /v1/videos. */
export async function readJsonOrForm(context: Context<App>): Promise<Liftable> {
  const type = requireType(context, ['application/json', 'multipart/form-data'])
  if (type === 'application/json') return await readJsonWithin(context, imagesLimit)
  const bytes = await readBytes(context, imagesLimit)
  const contentType = context.req.header('content-type') ?? ''
  let form: FormData
  try {
    form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  } catch {
    throw new HttpError(
      'invalid_request',
      'The form could not be read. Send multipart/form-data with its boundary, or JSON.',
    )
  }
  const fields = toVideoFields(await Promise.all([...form.entries()].map(toFormEntry)))
  if (!fields.ok) throw toHttpError(fields)
  return fields.fields
}

/** A refusal of the shared core as an error of the API. */
export function toHttpError({ error }: Refused): HttpError {
  return new HttpError(error.code, error.message, { param: error.param })
}

async function readJsonWithin(context: Context<App>, limit: BodyLimit): Promise<JsonValue> {
  const bytes = await readBytes(context, limit)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    // Replacement characters would generate, and bill, a prompt that nobody wrote.
    throw new HttpError('invalid_request', 'The request is not valid UTF-8. Encode it as UTF-8.')
  }
  const parsed = parseJson(text)
  if (!parsed.ok) throw new HttpError('invalid_request', parsed.message)
  return parsed.value
}

async function readBytes(context: Context<App>, limit: BodyLimit): Promise<Uint8Array> {
  const tooLarge = () => new HttpError('request_too_large', limit.message)
  // Refused before a byte of it is read, when it is honest about it.
  if (Number(context.req.header('content-length') ?? 0) > limit.bytes) throw tooLarge()
  const body: ReadableStream<Uint8Array> | null = context.req.raw.body
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > limit.bytes) throw tooLarge()
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

async function toFormEntry([name, value]: [string, string | File]): Promise<FormEntry> {
  if (typeof value === 'string') return [name, value]
  return [name, { mediaType: value.type, bytes: new Uint8Array(await value.arrayBuffer()) }]
}

/** A body without a type is taken for the first of `types`: curl users forget it. */
function requireType(context: Context<App>, types: readonly [string, ...string[]]): string {
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
