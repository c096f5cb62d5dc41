// Fields that would buy something by mistake: another thing than a video, more of them, a better one,
// or one without what a misspelt field was to say. All other unknown fields pass, for the relay may
// know them; MODELS[].fields lets these through, too, at the price it names.

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { refuse, type Refused } from './error.ts'
import type { Model } from './models.ts'
import { toSeconds } from './readVideoFields.ts'
import { chatRequestSchema, videoRequestSchema } from './schema.ts'

export type CheckedFields = { readonly ok: true; readonly priceFactor: number } | Refused

/** @param fields all that the caller wrote */
export function checkFields(fields: JsonObject, model: Model): CheckedFields {
  let priceFactor = 1
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) continue
    const allowed = Object.hasOwn(model.fields, name) ? model.fields[name] : undefined
    if (typeof allowed === 'number') priceFactor *= allowed
    if (allowed !== undefined) continue
    const why = explainOther(name, value) ?? explainMore(name) ?? explainMisspelt(name)
    if (why !== null) return refuse(name, why)
  }
  return { ok: true, priceFactor }
}

/** A field that names a length; `seconds` is null when it is none that can be priced. */
export interface Length {
  readonly field: string
  readonly seconds: string | null
}

const lengthFields = [
  'duration',
  'duration_seconds',
  'video_duration',
  'video_length',
  'length_seconds',
  'num_frames',
  'frames',
] as const

/** What an unknown field of a video request says about its length. */
export function readLength(fields: JsonObject): Length | null {
  const field = lengthFields.find((name) => (fields[name] ?? null) !== null)
  if (field === undefined) return null
  return { field, seconds: field.endsWith('frames') ? null : toSeconds(fields[field]) }
}

/** Why a field asks for something else than a video. */
function explainOther(name: string, value: JsonValue): string | null {
  const video = 'this gateway makes videos; leave it out'
  switch (name) {
    case 'tools':
      return isJsonList(value) &&
        value.some((one) => isJsonObject(one) && one['type'] === 'function')
        ? `asks for function calls, and ${video}`
        : null
    case 'tool_choice':
      return isForced(value) ? `forces a tool, and ${video}` : null
    case 'response_format':
      return isJsonObject(value) && ['json_object', 'json_schema'].includes(String(value['type']))
        ? `asks for JSON, and ${video}`
        : null
    case 'modalities':
      return isJsonList(value) && value.includes('audio')
        ? `asks for an audio answer, and ${video}`
        : null
    case 'audio':
      return isJsonObject(value) && Object.keys(value).length > 0
        ? `asks for an audio answer, and ${video}`
        : null
    default:
      return null
  }
}

function isForced(choice: JsonValue): boolean {
  if (!isJsonObject(choice)) return choice === 'required' || choice === 'any'
  const { type } = choice
  return 'function' in choice || (typeof type === 'string' && type !== 'auto' && type !== 'none')
}

const counts: ReadonlySet<string> = new Set([
  'batch_size',
  'count',
  'n_variants',
  'num_generations',
  'num_outputs',
  'num_results',
  'num_samples',
  'num_videos',
  'number_of_videos',
  'numberOfVideos',
  'quantity',
  'sample_count',
  'sampleCount',
  'samples',
  'video_count',
])
const qualities: ReadonlySet<string> = new Set(['hd', 'quality', 'upscale'])

function explainMore(name: string): string | null {
  if (counts.has(name)) return 'is not how many are asked for here; send `n`'
  return qualities.has(name)
    ? 'may change the price, which is not known here; the gateway’s MODELS can allow it under `fields`'
    : null
}

const ours = [
  ...new Set([...Object.keys(videoRequestSchema.shape), ...Object.keys(chatRequestSchema.shape)]),
]
/** Other fields of relays that look like a misspelling of ours. */
const others: ReadonlySet<string> = new Set(['input_references', 'models'])
const SHORTEST_MISSPELT = 6

function explainMisspelt(name: string): string | null {
  if (name.length < SHORTEST_MISSPELT || ours.includes(name) || others.has(name)) return null
  const meant = ours.find((known) => isOneEdit(name, known))
  return meant === undefined ? null : `is not a known field; perhaps \`${meant}\` was meant`
}

/** One letter more, less or different, or two neighbours swapped. */
function isOneEdit(left: string, right: string): boolean {
  let start = 0
  while (start < left.length && left.charAt(start) === right.charAt(start)) start += 1
  let [endLeft, endRight] = [left.length, right.length]
  while (
    endLeft > start &&
    endRight > start &&
    left.charAt(endLeft - 1) === right.charAt(endRight - 1)
  ) {
    endLeft -= 1
    endRight -= 1
  }
  const [restLeft, restRight] = [left.slice(start, endLeft), right.slice(start, endRight)]
  if (restLeft.length <= 1 && restRight.length <= 1) return restLeft !== restRight
  return restLeft.length === 2 && restLeft === [...restRight].toReversed().join('')
}
