// JSON from outside: read as JSON.parse reads it, and refused where a later step would trip over it:
// deep nesting, text that is not Unicode, a prototype for a key, numbers that would change. In
// exchange a refusal names no position, and of a key given twice the last one counts.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [name: string]: JsonValue
}

export type JsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  /** A sentence for people, which quotes nothing of the text. */
  | { readonly ok: false; readonly message: string }

/** Far beyond any request known, and shallow enough for every recursion that follows. */
const maxDepth = 32

/** Reads what a caller sends. Never throws for what the text contains. */
export function parseJson(text: string): JsonResult {
  const value = tryParseJson(text)
  if (value === undefined) return refuse('it is cut off or its syntax is wrong')
  const large: number[] = []
  const flaw = findFlaw(value, 0, large)
  if (flaw !== null) return refuse(flaw)
  if (large.length > 0 && hasLongInteger(text)) return refuse(inexact)
  return { ok: true, value }
}

/** Reads what is not ours to refuse. undefined stands for "not JSON": no JSON text has that value. */
export function tryParseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `Array.isArray` alone does not narrow a readonly list. */
export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** Length of its JSON in UTF-8. */
export function countJsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length
}

function refuse(why: string): JsonResult {
  return { ok: false, message: `Cannot read the JSON: ${why}.` }
}

const inexact = 'a number is too large to be carried exactly'
const loneSurrogate = 'half of a surrogate pair stands alone, which UTF-8 cannot carry'

/** Goes no deeper than is allowed, so that no nesting can exhaust the stack. */
function findFlaw(value: JsonValue, depth: number, large: number[]): string | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : loneSurrogate
  if (typeof value === 'number') {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) large.push(value)
    return Number.isFinite(value) ? null : inexact
  }
  if (typeof value !== 'object' || value === null) return null
  if (depth === maxDepth) return `it is nested deeper than ${maxDepth} levels`
  for (const name of isJsonList(value) ? [] : Object.keys(value)) {
    // Copying it into another object would set that object's prototype instead.
    if (name === '__proto__') return 'the key `__proto__` is not allowed'
    if (!name.isWellFormed()) return loneSurrogate
  }
  for (const item of isJsonList(value) ? value : Object.values(value)) {
    const flaw = findFlaw(item, depth + 1, large)
    if (flaw !== null) return flaw
  }
  return null
}

/**
 * Whether digits alone write a number that a double rounds, as `1e300` does not: two seeds past 2^53
 * would become the same one, and share a video. Where the host does not tell how a number was
 * written (Node 20), every large one counts.
 */
function hasLongInteger(text: string): boolean {
  let isFound = false
  JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
    const isLarge = typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER
    if (isLarge && /^-?\d*$/.test(context?.source ?? '')) isFound = true
    return value
  })
  return isFound
}
