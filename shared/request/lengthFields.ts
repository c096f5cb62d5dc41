// Fields that name a length, wherever they stand in what is sent, and however a relay spells them.

import {
  isJsonList,
  isJsonObject,
  parseJson,
  type JsonObject,
  type JsonValue,
} from '../wire/json.ts'
import { omit } from '../wire/omit.ts'
import type { NamedLength } from './lengthWords.ts'
import { toSeconds } from './readVideoFields.ts'

/** A field of a video request; `seconds` is null when it is none that can be priced. */
export interface Length {
  readonly field: string
  readonly seconds: string | null
}

const names =
  /^(?:(?:video|clip|target|output|total|num|numberof|n)?(?:duration|length|len|seconds?|secs?|frames|framecount)|(?:max|requested|desired)duration|dur|framenum)(?:in)?(?:seconds?|secs?|s|ms|millis|milliseconds)?$/
/** Those that are no seconds. */
const otherUnits = /frames|framecount|framenum|ms$|millis$|milliseconds$/

/** As relays that read names in any letters do it: `N` is `n`, and the long `ſ` is an `s`. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/** `videoDuration`, `video-duration` and `video_duration` are one. */
export function toPlainName(name: string): string {
  return foldName(name).replace(/[^a-z0-9]/g, '')
}

/** What a text holds that is JSON itself: in a form the two are the same bytes. */
export function openJsonText(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  const parsed = parseJson(value)
  return parsed.ok ? parsed.value : value
}

function isLength(name: string): boolean {
  return name.length <= 40 && names.test(toPlainName(name))
}

function readLength(name: string, value: JsonValue): string | null {
  return otherUnits.test(toPlainName(name)) ? null : toSeconds(value)
}

/** What the unknown fields of a video request say about its length, in their order. */
export function readLengths(fields: JsonObject): Length[] {
  return Object.entries(fields)
    .filter(([name, value]) => isLength(name) && isSaid(value))
    .map(([field, value]) => ({ field, seconds: readLength(field, value) }))
}

/** All of a body but its conversation. `own`: the field that a model is told its length by. */
export function listLengthFields(body: JsonObject, own: string | null): NamedLength[] {
  const found: NamedLength[] = []
  const told = own === null ? null : foldName(own)
  const walk = (given: JsonValue): void => {
    const value = openJsonText(given)
    if (isJsonList(value)) return value.forEach(walk)
    if (!isJsonObject(value)) return
    for (const [name, item] of Object.entries(value)) {
      const isOwn = foldName(name) === told
      if (isOwn || (isLength(name) && isSaid(item))) {
        const seconds = readLength(isOwn ? 'seconds' : name, item)
        found.push(seconds === null ? null : Number(seconds))
      }
      walk(item)
    }
  }
  walk(omit(body, 'messages'))
  return found
}

function isSaid(value: JsonValue): boolean {
  return value !== null && value !== '' && value !== false
}
