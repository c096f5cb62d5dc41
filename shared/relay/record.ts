// The one way into JSON of unknown shape: ask for a field, get a value or nothing. Own properties
// only, so that `__proto__` in a payload is never anything but data.

export type JsonRecord = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function toRecord(value: unknown): JsonRecord | null {
  return isRecord(value) ? value : null
}

export function readField(record: JsonRecord | null, name: string): unknown {
  return record !== null && Object.hasOwn(record, name) ? record[name] : undefined
}

export function readString(record: JsonRecord | null, name: string): string | null {
  const value = readField(record, name)
  return typeof value === 'string' && value !== '' ? value : null
}

export function readRecord(record: JsonRecord | null, name: string): JsonRecord | null {
  return toRecord(readField(record, name))
}

export function readList(record: JsonRecord | null, name: string): readonly unknown[] {
  const value = readField(record, name)
  return Array.isArray(value) ? value : []
}
