// The one way into JSON of unknown shape: ask for a field, get a value or nothing. The names asked
// for are ours and none is a member of Object.prototype, so that a plain look-up finds only data.

import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'

export function toObject(value: unknown): JsonObject | null {
  return isJsonObject(value) ? value : null
}

export function readField(object: JsonObject | null, name: string): JsonValue | undefined {
  return object === null ? undefined : object[name]
}

export function readString(object: JsonObject | null, name: string): string | null {
  return toText(readField(object, name))
}

export function readObject(object: JsonObject | null, name: string): JsonObject | null {
  return toObject(readField(object, name))
}

/** null for everything but a string that says something. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
