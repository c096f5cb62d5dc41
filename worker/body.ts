// Reads what a caller sends: JSON or, for videos, a form. Refuses before it parses, parses before
// it believes, and never echoes what it read.

import type { Context } from 'hono'
import type { Liftable } from '../shared/attachments.ts'
import type { JsonValue } from '../shared/json.ts'
import { parseJson } from '../shared/json.ts'
import type { FormEntry } from '../shared/multipart.ts'
import { toVideoFields } from '../shared/multipart.ts'
import type { Refused } from '../shared/requestError.ts'
import { ApiError } from './apiError.ts'
import type { App } from './app.ts'

/** JSON with its images inside; what is left of it without them may have 1 MiB. */
export const LARGEST_BODY = 12 * 1024 * 1024

export async function readJson(context: Context<App>): Promise<JsonValue> {
  requireType(context, ['application/json'])
  const parsed = parseJson(await context.req.text())
  if (!parsed.ok) throw new ApiError('invalid_request', parsed.error.message)
  return parsed.value
}

/** JSON, or the form that the official Node SDK always sends to /v1/videos. */
export async function readJsonOrForm(context: Context<App>): Promise<Liftable> {
  const type = requireType(context, ['application/json', 'multipart/form-data'])
  if (type === 'application/json') return await readJson(context)
  let form: FormData
  try {
    form = await context.req.raw.formData()
  } catch {
    throw new ApiError(
      'invalid_request',
      'The form could not be read. Send multipart/form-data with its boundary, or JSON.',
    )
  }
  const fields = toVideoFields(await Promise.all([...form.entries()].map(toFormEntry)))
  if (!fields.ok) throw toApiError(fields)
  return fields.fields
}

/** A refusal of the shared core as an error of the API. */
export function toApiError({ error }: Refused): ApiError {
  return new ApiError(error.code, error.message, { param: error.param })
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
  throw new ApiError(
    'unsupported_media_type',
    `Content-Type must be ${types.join(' or ')}, got ${JSON.stringify(header.slice(0, 60))}.`,
    { param: 'Content-Type' },
  )
}
