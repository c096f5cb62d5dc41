// Fields that would buy something by mistake: another thing than a video, more of them, a better one,
// one of another model, or one without what a misspelt field was to say. All other unknown fields pass,
// for the relay may know them; MODELS[].fields lets these through, too, at the price it names.

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { refuse, toParam, type Path, type Refused } from './error.ts'
import { foldName, openJsonText, toPlainName } from './lengthFields.ts'
import type { Model } from './models.ts'
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
    const why =
      explainOther(name, value) ??
      explainMore(name, value) ??
      explainLetters(name) ??
      explainMisspelt(name)
    if (why !== null) return refuse(name, why)
    const inside = isOurs(name) ? null : findMore(value, [name])
    if (inside !== null) return inside
  }
  return { ok: true, priceFactor }
}

/** A field within a field reaches the relay as well, such as those of `extra_body`. */
function findMore(given: JsonValue, path: Path): Refused | null {
  const value = openJsonText(given)
  if (typeof value !== 'object' || value === null) return null
  const isList = isJsonList(value)
  for (const [step, item] of Object.entries(value)) {
    const inner = [...path, isList ? Number(step) : step]
    const why = isList || item === null ? null : (explainOwn(step) ?? explainMore(step, item))
    const refused = why === null ? findMore(item, inner) : refuse(toParam(inner), why)
    if (refused !== null) return refused
  }
  return null
}

/** At the top these are ours, and checked. */
function explainOwn(name: string): string | null {
  const folded = foldName(name)
  return folded === 'n' ? isCount : folded === 'model' ? mayCostMore : null
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

const counts =
  /^(?:(?:n|num|number|numberof|max)?(?:videos|outputs|results|samples|generations|variants|candidates|clips)(?:per(?:prompt|request))?|(?:video|sample|output|result|candidate|variant|clip|generation|batch)(?:count|num|number)|count|batchsize|bestof|quantity|copies)$/
const qualities =
  /^(?:(?:video|output)?quality|(?:is|use)?hd|upscal(?:e|ed|er|ing)|model(?:name|id|version)|(?:fallback)?models|fallbacks?)$/
/** Some of their values cost more than the others. */
const tiers = /^(?:mode|servicetier|tier|videomode|generationmode)$/
const dearTiers = /pro|master|high|hd|ultra|premium|priority|quality|max/i

const isCount = 'is not how many are asked for here; send `n`'
const mayCostMore =
  'may change the price, which is not known here; the gateway’s MODELS can allow it under `fields`'

function explainMore(name: string, value: JsonValue): string | null {
  if (name.length > 40) return null
  const plain = toPlainName(name)
  if (counts.test(plain) && !isJsonList(value)) return isCount
  const isDear = tiers.test(plain) && typeof value === 'string' && dearTiers.test(value)
  return isDear || qualities.test(plain) ? mayCostMore : null
}

const ours = [
  ...new Set([...Object.keys(videoRequestSchema.shape), ...Object.keys(chatRequestSchema.shape)]),
]

/** Checked by their schema, or seen by nobody but us. */
function isOurs(name: string): boolean {
  return ours.includes(name) && name !== 'response_format' && name !== 'tools'
}

const oursInAnyLetters = new Map(ours.map((name) => [foldName(name), name]))

/** Many relays read a name in any letters, and of two that differ in nothing else the last one counts. */
function explainLetters(name: string): string | null {
  const meant = oursInAnyLetters.get(foldName(name))
  return meant === undefined || meant === name
    ? null
    : `is \`${meant}\` in other letters; write it like that`
}

/** Other fields of relays that look like a misspelling of ours. */
const others: ReadonlySet<string> = new Set(['input_references'])
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
