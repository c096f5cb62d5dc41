// The one way into JSON of unknown shape: ask for a field, get a value or nothing. The names asked
// for are ours and none is a member of Object.prototype, so that a plain look-up finds only data.

export type JsonRecord = Readonly<Record<string, unknown>>

/** undefined stands for "not JSON": no JSON text has that value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function toRecord(value: unknown): JsonRecord | null {
  return isRecord(value) ? value : null
}

export function readField(record: JsonRecord | null, name: string): unknown {
  return record === null ? undefined : record[name]
}

export function readString(record: JsonRecord | null, name: string): string | null {
  return toText(readField(record, name))
}

export function readRecord(record: JsonRecord | null, name: string): JsonRecord | null {
  return toRecord(readField(record, name))
}

/** null for everything but a string that says something. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : none
}

const none: readonly unknown[] = []
