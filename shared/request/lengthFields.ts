// Fields that name a length, wherever they stand in what is sent, and however a relay spells them.

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import { omit } from '../wire/omit.ts'
import type { NamedLength } from './lengthWords.ts'
import { toSeconds } from './readVideoFields.ts'

/** A field of a video request; `seconds` is null when it is none that can be priced. */
export interface Length {
  readonly field: string
  readonly seconds: string | null
}

const names =
  /^(?:video|clip|target|output|total|num|n)?(?:duration|length|seconds?|secs?|frames|framecount)(?:in)?(?:seconds?|secs?|s|ms)?$/

/** `videoDuration`, `video-duration` and `video_duration` are one. */
export function toPlainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function isLength(name: string): boolean {
  return name.length <= 40 && names.test(toPlainName(name))
}

function readLength(name: string, value: JsonValue): string | null {
  return /frames|framecount|ms$/.test(toPlainName(name)) ? null : toSeconds(value)
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
  const walk = (value: JsonValue): void => {
    if (isJsonList(value)) return value.forEach(walk)
    if (!isJsonObject(value)) return
    for (const [name, item] of Object.entries(value)) {
      if (name === own || (isLength(name) && isSaid(item))) {
        const seconds = readLength(name === own ? 'seconds' : name, item)
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
