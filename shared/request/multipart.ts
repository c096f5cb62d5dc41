// Reads the fields of a form as OpenAI's SDK writes them (7.57.0: `metadata[a]`, `list[]`,
// `objs[][k]`) back into the JSON they were made from. Everything stays a string, because a form
// cannot say otherwise; the schema accepts strings where it matters.

import type { FormFile, Liftable } from './attachments.ts'
import { refuse, type Refused } from './error.ts'
import { findImageType } from '../wire/bytes.ts'
import { shorten } from '../wire/text.ts'

export type FormEntry = readonly [name: string, value: string | FormFile]

export type FormFields =
  | { readonly ok: true; readonly fields: { readonly [name: string]: Liftable } }
  | Refused

type Value = string | FormFile
type Path = readonly [string, ...string[]]

/** One object of the tree while it grows; a map, because names come from outside. */
type Branch = Map<string, Item>
type Item = Value | Branch | Item[]

// As deep as JSON may be (see parseJson), and more fields than any client sends.
const maxDepth = 32
const maxFields = 1000

/**
 * The form as nested JSON with its files in place: what `safeParseVideoRequest` takes. Refuses a
 * name that cannot be read, or that is given twice without `[]`, or as a value and as an object.
 */
export function toVideoFields(entries: Iterable<FormEntry>): FormFields {
  const root: Branch = new Map()
  let count = 0
  for (const [name, value] of entries) {
    if (++count > maxFields) return refuse(null, `the form has more than ${maxFields} fields`)
    const path = splitName(name)
    if (path === null) return refuse(shorten(name), 'is not a field name that can be read')
    if (typeof value === 'string' && !value.isWellFormed()) {
      return refuse(shorten(name), 'is not valid Unicode')
    }
    const item = typeof value === 'string' ? value : nameImage(value)
    if (!place(root, path, item)) {
      return refuse(shorten(name), 'is given twice, or both as a value and as an object')
    }
  }
  return { ok: true, fields: toFields(root) }
}

/** `objs[][k]` → `['objs', '', 'k']`; an empty step is "the next entry of a list". */
function splitName(name: string): Path | null {
  const open = name.indexOf('[')
  const head = open < 0 ? name : name.slice(0, open)
  const steps = open < 0 ? [] : name.slice(open + 1, -1).split('][')
  if (head === '' || (open >= 0 && !name.endsWith(']')) || steps.length >= maxDepth) return null
  const path: Path = [head, ...steps]
  return path.some((step) => step === '__proto__' || !step.isWellFormed()) ? null : path
}

/** Puts the value at its place; false, and nothing changed, when the place is taken. */
function place(branch: Branch, path: Path, value: Value): boolean {
  const [name, ...rest] = path
  const there = branch.get(name)
  if (there === undefined) {
    branch.set(name, grow(rest, value))
    return true
  }
  return placeInside(there, rest, value)
}

function placeInside(there: Item, steps: readonly string[], value: Value): boolean {
  const [step, ...rest] = steps
  if (step === undefined) return false
  if (there instanceof Map) return step !== '' && place(there, [step, ...rest], value)
  if (!Array.isArray(there) || step !== '') return false
  // A name that the last object of a list has already begins the next object.
  const last = there.at(-1)
  if (last === undefined || !placeInside(last, rest, value)) there.push(grow(rest, value))
  return true
}

function grow(steps: readonly string[], value: Value): Item {
  const [step, ...rest] = steps
  if (step === undefined) return value
  const item = grow(rest, value)
  return step === '' ? [item] : new Map([[step, item]])
}

function toFields(branch: Branch): { readonly [name: string]: Liftable } {
  return Object.fromEntries([...branch].map(([name, item]) => [name, toLiftable(item)]))
}

function toLiftable(item: Item): Liftable {
  if (item instanceof Map) return toFields(item)
  return Array.isArray(item) ? item.map(toLiftable) : item
}

// `fs.createReadStream` in the SDK, and many others, send no type; relays go by it.
function nameImage(file: FormFile): FormFile {
  const { mediaType, bytes } = file
  if (mediaType !== '' && mediaType !== 'application/octet-stream') return file
  return { mediaType: findImageType(bytes) ?? 'application/octet-stream', bytes }
}
