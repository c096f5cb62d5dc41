// What is wrong with a request, as a value, and how a zod issue becomes one sentence a person can
// act on. Values are echoed only where they cannot be a prompt or a secret: numbers and booleans.

import type * as z from 'zod/v4-mini'

import { isJsonObject } from '../wire/json.ts'
import { shorten } from '../wire/text.ts'

/** Every way a request is refused before anything is paid. */
export type RequestErrorCode =
  | 'invalid_request'
  | 'model_not_found'
  | 'not_remixable'
  | 'request_too_large'
  | 'not_supported'

export interface RequestError {
  readonly code: RequestErrorCode
  /** For people: what failed, why, what to do. Never a prompt or a secret. */
  readonly message: string
  /** The field at fault as OpenAI writes it, e.g. `messages[0].content`. */
  readonly param: string | null
}

export type Path = readonly PropertyKey[]

export interface Refused {
  readonly ok: false
  readonly error: RequestError
}

/**
 * @param why continues "`param` …": "must be a string", "is required"
 * @param action continues "Cannot …": "create the key"
 */
export function refuse(
  param: string | null,
  why: string,
  code: RequestErrorCode = 'invalid_request',
  action = 'generate',
): Refused {
  const subject = param === null ? '' : `\`${param}\` `
  return { ok: false, error: { code, message: `Cannot ${action}: ${subject}${why}.`, param } }
}

/** The first issue is enough: a caller mends one thing at a time, and a list would be noise. */
export function refuseIssues(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  action?: string,
): Refused {
  const [issue] = issues
  const refuseFor = (param: string | null, why: string) =>
    refuse(param, why, 'invalid_request', action)
  if (issue === undefined) return refuseFor(null, 'the request is not valid')
  if (issue.code === 'unrecognized_keys') {
    return refuseFor(toParam([...issue.path, issue.keys[0] ?? '']), 'is not a known field')
  }
  const why = describeIssue(issue, input)
  if (issue.path.length === 0) return refuseFor(null, `the request ${why}`)
  return refuseFor(toParam(issue.path), why)
}

/** `['messages', 0, 'content']` → `messages[0].content`. */
export function toParam(path: Path): string {
  let param = ''
  for (const step of path) {
    if (typeof step === 'number') param += `[${step}]`
    else param += param === '' ? shorten(String(step)) : `.${shorten(String(step))}`
  }
  return param
}

/** What is wrong, as the end of a sentence that begins with the field's name. */
export function describeIssue(issue: z.core.$ZodIssue, input: unknown): string {
  const value = valueAt(input, issue.path)
  if (value === undefined && issue.code !== 'custom') return 'is required'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nameType(issue.expected)}, got ${nameValue(value)}`
    case 'too_small':
      return `must ${nameLimit('at least', issue.origin, issue.minimum)}${nameGot(value)}`
    case 'too_big':
      return `must ${nameLimit('at most', issue.origin, issue.maximum)}${nameGot(value)}`
    case 'unrecognized_keys':
      return `has an unknown field \`${shorten(issue.keys[0] ?? '')}\``
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}, got ${nameValue(value)}`
    case 'custom':
    case 'invalid_union':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
      // The schema has given these their sentence.
      return issue.message
  }
}

/** A value's kind, and the value itself only when it is a number, a boolean or null. */
export function nameValue(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value)
  }
  if (Array.isArray(value)) return 'a list'
  if (isJsonObject(value)) return 'an object'
  return `a ${typeof value}`
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  int: 'an integer',
  object: 'an object',
  record: 'an object',
}

function nameType(expected: string): string {
  return typeNames[expected] ?? `a ${expected}`
}

function nameLimit(how: string, origin: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${how} ${limit} character${limit === 1 ? '' : 's'}`
  if (origin === 'array') return `have ${how} ${limit} ${limit === 1 ? 'entry' : 'entries'}`
  return `be ${how} ${limit}`
}

function nameGot(value: unknown): string {
  if (typeof value === 'number') return `, got ${value}`
  if (typeof value === 'string' || Array.isArray(value)) return `, got ${value.length}`
  return ''
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, step)
  }
  return value
}
