// Reads what a relay says about a job, in whatever wrapper. Links and errors are read by the shape of
// any answer; here is what only jobs have: an id that may become a path, a state, where to ask, a cost.

import { readField, toObject } from '../../wire/fields.ts'
import { isJsonList, isJsonObject, type JsonValue } from '../../wire/json.ts'
import { addFault, type SaidError } from '../chat/fault.ts'
import { readShape, type ShapeLink } from '../chat/shape.ts'
import { foreignKeys, readName } from '../chat/words/keys.ts'

export interface TaskDocument {
  /** A usable name of the job; null when there is none, or only an address. */
  readonly id: string | null
  readonly status: string | null
  /** Percent. */
  readonly progress: number | null
  /** Links to results, the best first. */
  readonly links: readonly string[]
  /** Also where the relay calls a result refused by its moderation, whatever the status says. */
  readonly error: SaidError | null
  /** Where the relay wants to be asked. */
  readonly pollUrl: string | null
  readonly costUsd: number | null
}

const DEEPEST = 6
const MOST_NODES = 256
const LONGEST_ID = 200

/** Names without marks and case, in order of preference: where there is another id, the last names the call. */
const idKeys = ['taskid', 'id', 'generationid', 'submitid', 'jobid', 'videoid', 'requestid']
const stateKeys = ['status', 'taskstatus', 'state', 'taskstate', 'jobstatus']
const progressKeys = ['progress', 'percent', 'percentage', 'progresspercent', 'taskprogress']
const pollKeys = ['pollingurl', 'pollurl', 'statusurl']

/** A value with the name nearest above it that is no list's index. */
interface Leaf {
  readonly key: string
  readonly parents: readonly string[]
  readonly value: JsonValue
}

export function readTaskDocument(document: JsonValue): TaskDocument {
  const leaves = [...walk(document)]
  const find = <T>(keys: readonly string[], read: (leaf: Leaf) => T | null): T | null => {
    for (const key of keys) {
      for (const leaf of leaves) {
        const found = leaf.key === key ? read(leaf) : null
        if (found !== null) return found
      }
    }
    return null
  }
  const toText = ({ value }: Leaf) => (typeof value === 'string' && value !== '' ? value : null)
  const { links, fault } = readShape(document)
  // Old rows of one relay keep the link where a reason would stand.
  const misplaced = (fault?.messages ?? []).filter(isHttpUrl)
  const reasons = fault?.messages.filter((message) => !isHttpUrl(message)) ?? []
  const isFault = fault !== null && (misplaced.length === 0 || reasons.length > 0)
  return {
    id: find(idKeys, toJobId) ?? toUsableId(readField(toObject(document), 'data') ?? null),
    status: find(stateKeys, toText),
    progress: find(progressKeys, ({ value }) => toPercent(value)),
    links: [...links.toSorted(byRank).flatMap(toResult), ...misplaced],
    error: isFault ? withCode({ ...fault, messages: reasons }, document) : null,
    pollUrl: find(pollKeys, toText),
    costUsd: findCost(leaves),
  }
}

/** Breadth first: what stands nearer to the top is said of the job itself. */
function* walk(document: JsonValue): Iterable<Leaf> {
  let nodes = 0
  let level: Leaf[] = [{ key: '', parents: [], value: document }]
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth++) {
    const next: Leaf[] = []
    for (const leaf of level) {
      if (++nodes > MOST_NODES) return
      if (isJsonList(leaf.value)) {
        for (const value of leaf.value) next.push({ ...leaf, value })
      } else if (isJsonObject(leaf.value)) {
        const parents = leaf.key === '' ? leaf.parents : [...leaf.parents, leaf.key]
        for (const [name, value] of Object.entries(leaf.value)) {
          const { key } = readName(name)
          if (!foreignKeys.has(key)) next.push({ key, parents, value })
        }
      } else {
        yield leaf
      }
    }
    level = next
  }
}

function toJobId({ parents, value }: Leaf): string | null {
  return parents.some((key) => /usage|error|channel|model/.test(key)) ? null : toUsableId(value)
}

/** An address or a sentence is no id: it would become a path at the relay. */
function toUsableId(value: JsonValue): string | null {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value > 0 ? String(value) : null
  }
  if (typeof value !== 'string' || value.length > LONGEST_ID) return null
  const isPlain = /^[\w.:@=+~/-]+$/.test(value) && !value.includes('//') && !value.includes('..')
  return isPlain ? value : null
}

function toPercent(value: JsonValue): number | null {
  if (typeof value === 'string') {
    const text = value.trim().replace(/ ?%$/, '')
    return /^\d{1,3}(?:\.\d+)?$/.test(text) ? toPercent(Number(text)) : null
  }
  if (typeof value !== 'number' || value < 0 || value > 100) return null
  // Fractions of one are shares: no relay counts in hundredths of a percent.
  return value > 0 && value < 1 ? value * 100 : value
}

const ranks: readonly ShapeLink['rank'][] = ['better', 'plain', 'draft']

function byRank(one: ShapeLink, other: ShapeLink): number {
  return ranks.indexOf(one.rank) - ranks.indexOf(other.rank)
}

function toResult({ url, rank }: ShapeLink): string[] {
  return rank !== 'still' && isHttpUrl(url) ? [url] : []
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[\w[]\S*$/i.test(text)
}

/** A sentence in one field may have its code beside it. */
function withCode(fault: SaidError, document: JsonValue): SaidError {
  const code = toObject(document)?.['error_code'] ?? toObject(document)?.['code']
  const isCode = typeof code === 'string' && code !== 'success'
  return isCode ? addFault(fault, { code }) : fault
}

const TICKS_PER_USD = 1e10

function findCost(leaves: readonly Leaf[]): number | null {
  for (const { key, parents, value } of leaves) {
    if (typeof value !== 'number' || value < 0) continue
    if (key === 'costinusdticks') return value / TICKS_PER_USD
    if (key === 'costusd' || (key === 'cost' && parents.at(-1) === 'usage')) return value
  }
  return null
}
