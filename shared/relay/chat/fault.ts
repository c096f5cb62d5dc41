// What a relay says when it refuses, in whatever envelope: its codes, its sentences, its statuses, in
// the order of certainty. Strings inside that are JSON or Python are entered, a few levels deep.

import { isJsonList, isJsonObject, type JsonValue } from '../../wire/json.ts'
import { readNested } from './nested.ts'
import {
  codeKeys,
  faultKeys,
  foreignKeys,
  messageKeys,
  numberKeys,
  readName,
} from './words/keys.ts'

export interface SaidError {
  /** As the relay named it, the innermost first. */
  readonly codes: readonly string[]
  /** `type` is branded by many sites and counts last. */
  readonly types: readonly string[]
  readonly messages: readonly string[]
  /** HTTP statuses that were wrapped into it. */
  readonly statuses: readonly number[]
  /** Codes and statuses out of a document inside a text: words, as anybody may have written it. */
  readonly quoted: readonly string[]
}

const DEEPEST = 6
const MOST_PARTS = 32

export const emptyFault = (): SaidError => ({
  codes: [],
  types: [],
  messages: [],
  statuses: [],
  quoted: [],
})

/** An `error` field is often there and says that there is none. */
export function isSaid(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0) return false
  if (typeof value === 'string')
    return !/^(?:|0|none|null|nil|ok|success|false)$/i.test(value.trim())
  if (isJsonList(value)) return value.some(isSaid)
  if (isJsonObject(value)) {
    return Object.entries(value).some(([name, one]) => name !== 'type' && isSaid(one))
  }
  return true
}

export function addFault(
  fault: SaidError,
  value: JsonValue,
  more: SaidError | null = null,
): SaidError {
  const parts = {
    codes: [...fault.codes],
    types: [...fault.types],
    messages: [...fault.messages],
    statuses: [...fault.statuses],
    quoted: [...fault.quoted],
  }
  collect(parts, 'error', value, 0)
  const join = <T>(one: readonly T[], other: readonly T[] | undefined) =>
    [...new Set([...one, ...(other ?? [])])].slice(0, MOST_PARTS)
  return {
    codes: join(parts.codes, more?.codes),
    types: join(parts.types, more?.types),
    messages: join(parts.messages, more?.messages),
    statuses: join(parts.statuses, more?.statuses),
    quoted: join(parts.quoted, more?.quoted),
  }
}

type Parts = { [Name in keyof SaidError]: SaidError[Name][number][] }

function collect(parts: Parts, name: string, value: JsonValue, depth: number): void {
  if (depth > DEEPEST || parts.messages.length + parts.codes.length > MOST_PARTS) return
  const key = readName(name).key
  if (isJsonList(value)) {
    for (const item of value.slice(0, MOST_PARTS)) collect(parts, name, item, depth + 1)
  } else if (isJsonObject(value)) {
    // A conversation is the request, given back.
    if (depth > 0 && isJsonList(value['messages'])) return
    // What lies deeper is nearer to the cause: it goes first.
    const all = Object.entries(value).filter(([one]) => !foreignKeys.has(readName(one).key))
    const inner = all.filter(([, one]) => typeof one === 'object' && one !== null)
    for (const [one, item] of inner) {
      const isOpen =
        faultKeys.has(readName(one).key) ||
        !/^(?:data|output|result|choices|usage)$/.test(readName(one).key)
      if (isOpen) collect(parts, one, item, depth + 1)
    }
    for (const [one, item] of all)
      if (!inner.some(([other]) => other === one)) collect(parts, one, item, depth + 1)
  } else if (typeof value === 'number') {
    if (numberKeys.has(key)) addNumber(parts, value)
  } else if (typeof value === 'string') collectString(parts, key, value, depth)
}

function collectString(parts: Parts, key: string, value: string, depth: number): void {
  if (value.trim() === '') return
  if (numberKeys.has(key) && /^\d{1,6}$/.test(value)) return addNumber(parts, Number(value))
  if (key === 'type') {
    parts.types.push(value)
    return
  }
  if (!messageKeys.has(key) && !codeKeys.has(key)) return
  const nested = messageKeys.has(key) && depth < DEEPEST ? readNested(value) : null
  if (nested !== null) {
    const before = parts.messages.length
    const inner: Parts = { ...parts, codes: [], types: [], statuses: [] }
    collect(inner, key, nested.value, depth + 1)
    parts.quoted.push(...inner.codes, ...inner.types, ...inner.statuses.map(String))
    if (nested.words.trim() !== '') {
      if (parts.messages.length > before) parts.messages.push(nested.words)
      else parts.messages.push(value)
    }
    return
  }
  const isName = /^[\w.:/-]{1,100}$/.test(value)
  if (codeKeys.has(key) && isName) parts.codes.push(value)
  else parts.messages.push(value)
}

function addNumber(parts: Parts, value: number): void {
  if (value >= 400 && value < 600) parts.statuses.push(value)
  else if (value !== 0) parts.codes.push(String(value))
}
