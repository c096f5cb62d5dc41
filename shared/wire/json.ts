// Reads JSON from outside and refuses what a later step would trip over: deep nesting, a key given
// twice, text that is not Unicode, numbers that would change. Hand-written and so slower than
// JSON.parse, in exchange for a position in every refusal and no echo of the text.

import { hasLoneSurrogate, shorten } from './text.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [name: string]: JsonValue
}

export type JsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly error: JsonError }

export interface JsonError {
  readonly code:
    | 'syntax'
    | 'too_deep'
    | 'duplicate_key'
    | 'forbidden_key'
    | 'lone_surrogate'
    | 'inexact_number'
  /** For people; never quotes more of the text than one short key. */
  readonly message: string
  /** UTF-16 offset into the text. */
  readonly position: number
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `Array.isArray` alone does not narrow a readonly list. */
export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/**
 * Parses one JSON document (RFC 8259), with the limits of I-JSON (RFC 7493) on top: no duplicate
 * keys, no lone surrogates, no integer that a double cannot hold. What it accepts it reads exactly
 * as `JSON.parse` does. Never throws for what the text contains.
 */
export function parseJson(text: string, options: { readonly maxDepth?: number } = {}): JsonResult {
  // 32 is far beyond any request known, and shallow enough for every recursion that follows.
  const reader = new Reader(text, options.maxDepth ?? 32)
  try {
    return { ok: true, value: reader.readDocument() }
  } catch (error) {
    if (error instanceof Flaw) return { ok: false, error: error.toJsonError() }
    throw error
  }
}

// Stays inside this file: unwinding the recursion is the one thing it is for.
class Flaw extends Error {
  readonly code: JsonError['code']
  readonly position: number
  constructor(code: JsonError['code'], position: number, what: string) {
    super(what)
    this.code = code
    this.position = position
  }
  toJsonError(): JsonError {
    return {
      code: this.code,
      message: `Cannot read the JSON: ${this.message} at position ${this.position}.`,
      position: this.position,
    }
  }
}

class Reader {
  readonly #text: string
  readonly #maxDepth: number
  #at = 0

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  readDocument(): JsonValue {
    const value = this.#readValue(0)
    this.#skipSpace()
    if (this.#at < this.#text.length) throw this.#unexpected()
    return value
  }

  #readValue(depth: number): JsonValue {
    this.#skipSpace()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#readObject(depth + 1)
      case '[':
        return this.#readArray(depth + 1)
      case '"':
        return this.#readString()
      case 't':
        return this.#readWord('true', true)
      case 'f':
        return this.#readWord('false', false)
      case 'n':
        return this.#readWord('null', null)
      default:
        return this.#readNumber()
    }
  }

  #readObject(depth: number): JsonObject {
    this.#enter(depth)
    const object: Record<string, JsonValue> = {}
    if (this.#skipTo('}')) return object
    do {
      this.#skipSpace()
      const start = this.#at
      if (this.#text[start] !== '"') throw this.#unexpected()
      const name = this.#readString()
      // Copying it into another object would set that object's prototype instead.
      if (name === '__proto__') {
        throw new Flaw('forbidden_key', start, 'the key `__proto__` is not allowed')
      }
      if (Object.hasOwn(object, name)) {
        throw new Flaw('duplicate_key', start, `the key \`${shorten(name)}\` appears twice`)
      }
      if (!this.#skipTo(':')) throw this.#unexpected()
      object[name] = this.#readValue(depth)
    } while (this.#skipTo(','))
    if (!this.#skipTo('}')) throw this.#unexpected()
    return object
  }

  #readArray(depth: number): JsonValue[] {
    this.#enter(depth)
    const array: JsonValue[] = []
    if (this.#skipTo(']')) return array
    do array.push(this.#readValue(depth))
    while (this.#skipTo(','))
    if (!this.#skipTo(']')) throw this.#unexpected()
    return array
  }

  #readString(): string {
    const text = this.#text
    const start = this.#at
    let at = start + 1
    let hasEscape = false
    let hasSurrogate = false
    for (; ; at++) {
      // NaN at the end of the text, which no comparison below accepts.
      const unit = text.charCodeAt(at)
      if (unit === 0x22) break
      if (unit === 0x5c) {
        hasEscape = true
        at++
      } else if (unit >= 0xd800 && unit <= 0xdfff) {
        hasSurrogate = true
      } else if (!(unit >= 0x20)) {
        const position = Math.min(at, text.length)
        throw new Flaw('syntax', position, 'an unfinished string or a control character')
      }
    }
    this.#at = at + 1
    const value = hasEscape ? this.#unescape(start, at + 1) : text.slice(start + 1, at)
    if ((hasEscape || hasSurrogate) && hasLoneSurrogate(value)) {
      throw new Flaw('lone_surrogate', start, 'half of a surrogate pair, which UTF-8 cannot carry,')
    }
    return value
  }

  #unescape(start: number, end: number): string {
    try {
      return String(JSON.parse(this.#text.slice(start, end)))
    } catch {
      throw new Flaw('syntax', start, 'a string with a wrong escape')
    }
  }

  #readWord<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected()
    this.#at += word.length
    return value
  }

  #readNumber(): number {
    const start = this.#at
    if (this.#text[this.#at] === '-') this.#at++
    if (this.#text[this.#at] === '0') this.#at++
    else this.#skipDigits()
    const integerEnd = this.#at
    if (this.#text[this.#at] === '.') {
      this.#at++
      this.#skipDigits()
    }
    if (this.#text[this.#at] === 'e' || this.#text[this.#at] === 'E') {
      this.#at++
      if (this.#text[this.#at] === '+' || this.#text[this.#at] === '-') this.#at++
      this.#skipDigits()
    }
    const value = Number(this.#text.slice(start, this.#at))
    // Two different seeds past 2^53 would otherwise become the same one, and share a video.
    if (!Number.isFinite(value) || (this.#at === integerEnd && !isExact(value))) {
      throw new Flaw('inexact_number', start, 'a number too large to be carried exactly')
    }
    return value
  }

  #skipDigits(): void {
    const start = this.#at
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++
    if (this.#at === start) throw this.#unexpected()
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) {
      throw new Flaw('too_deep', this.#at, `nesting deeper than ${this.#maxDepth} levels`)
    }
    this.#at++
  }

  /** Steps over `mark`, and the space before it, when it is what comes next. */
  #skipTo(mark: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }

  #skipSpace(): void {
    for (; ; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
    }
  }

  #unexpected(): Flaw {
    const what = this.#at < this.#text.length ? 'an unexpected character' : 'an unexpected end'
    return new Flaw('syntax', this.#at, what)
  }
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER
}
