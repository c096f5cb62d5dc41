// Names a log: two requests have one key exactly when the relay would be asked for the same thing.
// Text is compared as it is, without trimming or Unicode normalisation, because that is how it is
// sent; a second video that was not needed is cheaper than somebody's wrong one.

import { toSha256 } from '../wire/bytes.ts'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { toToldSeconds } from './asked.ts'
import type { GenerationRequest } from './request.ts'

/** Raise it when the canonical form changes its meaning; every older key is then unknown. */
const version = 1

/**
 * What stands for a length or a shape that nobody said of a model of which none are known. Any text
 * would do; this is what 0.1 took for granted, so that what it bought is found.
 */
const unsaid = { seconds: '4', size: '720x1280' } as const

/** The lower-case hex SHA-256 of the canonical form. */
export async function toKey(account: string, request: KeyedRequest): Promise<string> {
  return await toSha256(toCanonicalForm(account, request))
}

/** What of a request decides which video it is. */
export type KeyedRequest = Pick<
  GenerationRequest,
  'model' | 'seconds' | 'size' | 'defaults' | 'body' | 'askedAs' | 'source'
>

/**
 * The account and all that decides the video, as JSON with sorted keys and without defaults. It
 * holds the prompt: hash it, never log it.
 */
export function toCanonicalForm(account: string, request: KeyedRequest): string {
  const { model, size, defaults, body, source } = request
  const told = source?.told ?? null
  const decisive = Object.entries(body).filter(
    ([name, value]) => !isDefault(name, value, body, defaults),
  )
  return toSortedJson({
    reelay: version,
    account,
    model,
    seconds: toToldSeconds(request) || unsaid.seconds,
    size: size || defaults.size || unsaid.size,
    body: Object.fromEntries(decisive),
    ...(told !== null && { source: [source?.video ?? '', told.as, told.seconds] }),
  })
}

/** True for a field that changes nothing about the video that is asked for. */
function isDefault(
  name: string,
  value: JsonValue,
  body: JsonObject,
  defaults: KeyedRequest['defaults'],
): boolean {
  if (value === null) return true
  switch (name) {
    case 'stream': // Always true: the relay is never asked otherwise.
    case 'max_tokens': // Limits the relay's words, not the video.
      return true
    case 'n':
    case 'temperature':
    case 'top_p':
      return value === 1
    case 'presence_penalty':
    case 'frequency_penalty':
      return value === 0
    case 'logit_bias':
      return isJsonObject(value) && Object.keys(value).length === 0
    case 'response_format':
      return toSortedJson(value) === '{"type":"text"}'
    case 'tools':
      return isEmptyList(value)
    case 'tool_choice':
      return value === 'auto' || (value === 'none' && !hasTools(body))
    case 'seconds':
    case 'duration':
      return String(value) === defaults.seconds
    case 'size':
      return value === defaults.size
    default:
      return false
  }
}

function hasTools(body: JsonObject): boolean {
  const tools = body['tools'] ?? null
  return tools !== null && !isEmptyList(tools)
}

function isEmptyList(value: JsonValue): boolean {
  return isJsonList(value) && value.length === 0
}

/** Keys in UTF-16 order at every level, numbers as `JSON.stringify` writes them (RFC 8785). */
export function toSortedJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isJsonList(value)) return `[${value.map(toSortedJson).join(',')}]`
  const fields = Object.keys(value)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${toSortedJson(value[name] ?? null)}`)
  return `{${fields.join(',')}}`
}
