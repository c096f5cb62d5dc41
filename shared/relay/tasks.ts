// The relay's own name for the work, and the public page that tells how it stands. Worth keeping:
// after a cut it is the only way to a video that is already paid for.

import { kindsIn, NAME } from './chat/characters.ts'
import {
  isRecord,
  parseJson,
  readField,
  readRecord,
  readString,
  type JsonRecord,
} from './chat/record.ts'

/** Hosts that show a task's state to anybody who has its id. Only their own links are followed. */
const statusHosts = ['asyncdata.net']
const statusPages = ['/web/', '/source/', '/api/share/']

const LONGEST_ID = 200
const PREFIX = 'task_'
const none: readonly FoundTask[] = []
/** The labels in front of an id, lower case; `sid` and `post id` name something else. */
const idLabels = ['task id', '任务id', '> id', '>id', '\nid']
/** What may stand between label and id. */
const idFiller = ' *_:：`'
/** The longest label with its filler. */
const LOOK_BACK = 32

/** How much may pass before it is cut to what an id's label needs. */
const MOST_KEPT = 512

export interface FoundTask {
  readonly id: string
  /** Which character of the pushed text ended it. */
  readonly at: number
}

export interface TaskReader {
  push(text: string): readonly FoundTask[]
  /** True when no id can end in `text`, in which `kinds` stand; it is then read already. */
  pass(text: string, kinds: number): boolean
  /** No id is open that could end in any text. */
  readonly isIdle: boolean
}

/** Finds ids behind their label: `> ID: \`task_…\``, `任务ID: …`, `**Task ID: \`…\`**`. */
export function createTaskReader(): TaskReader {
  let before = '\n'
  /** An id that may go on in the next chunk. */
  let open = ''
  let isOpenNamed = false
  /** What passed since: no id ends in it, but it may be a label, or begin an id. */
  let passed = ''

  /** One character over the limit is enough to know that an id is too long. */
  function settle(window: string, start: number, fresh: number): void {
    const last = findOpenId(window, start, fresh)
    open = window.slice(last, last + LONGEST_ID + 1)
    isOpenNamed = open.includes(PREFIX)
    before = window.slice(Math.max(0, last - LOOK_BACK), last)
    passed = ''
  }

  function settlePassed(): void {
    if (passed === '') return
    settle(before + open + passed, before.length, before.length + open.length)
  }

  function pass(text: string, kinds: number): boolean {
    if (isOpenNamed || (kinds & NAME) !== 0) return false
    passed += text
    if (passed.length > MOST_KEPT) settlePassed()
    return true
  }

  return {
    pass,
    get isIdle() {
      return !isOpenNamed
    },
    push(text) {
      if (pass(text, kindsIn(text))) return none
      settlePassed()
      const window = before + open + text
      const start = before.length
      const fresh = start + open.length
      const ids = readIds(window, start, fresh)
      settle(window, start, fresh)
      return ids
    },
  }
}

/** The ids that end at or behind `fresh`; what stands before it from `start` on is one begun id. */
function readIds(window: string, start: number, fresh: number): readonly FoundTask[] {
  const ids: FoundTask[] = []
  let from = start
  for (let at = fresh; at < window.length; at += 1) {
    if (isIdChar(window.charCodeAt(at))) continue
    // Behind a label may stand anything; a task is quoted, or says itself what it is.
    const isQuoted = window.charAt(from - 1) === '`' && window.charAt(at) === '`'
    const isTask = isQuoted || window.startsWith(PREFIX, from)
    if (isTask && at > from && at - from <= LONGEST_ID && isLabelled(window, from)) {
      ids.push({ id: window.slice(from, at), at: at - fresh })
    }
    from = at + 1
  }
  return ids
}

/** Where the id begins that reaches to the end, or the end itself. */
function findOpenId(window: string, start: number, fresh: number): number {
  let at = window.length
  while (at > fresh && isIdChar(window.charCodeAt(at - 1))) at -= 1
  return at === fresh ? start : at
}

function isLabelled(window: string, start: number): boolean {
  const before = window.slice(Math.max(0, start - LOOK_BACK), start)
  let end = before.length
  while (end > 0 && idFiller.includes(before.charAt(end - 1))) end -= 1
  const text = before.slice(0, end).toLowerCase()
  return idLabels.some((label) => text.endsWith(label))
}

/** ASCII letters, digits and `_-:.`. */
function isIdChar(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 58) ||
    code === 95 ||
    code === 45 ||
    code === 46
  )
}

/** The id and the readable state page behind a link to a task's page, or null for other links. */
export function readTaskLink(url: string): { id: string; statusUrl: string } | null {
  const parsed = parseUrl(url)
  if (parsed === null || parsed.protocol !== 'https:') return null
  const host = parsed.hostname
  if (!statusHosts.some((known) => host === known || host.endsWith(`.${known}`))) return null
  const page = statusPages.find((path) => parsed.pathname.startsWith(path))
  if (page === undefined) return null
  const id = parsed.pathname.slice(page.length)
  if (id === '' || id.length > LONGEST_ID || id.includes('/')) return null
  return { id: decodeColons(id), statusUrl: `${parsed.origin}/source/${id}` }
}

/** Ids like `veo3-pro:uuid` are the same with their colon escaped. */
function decodeColons(text: string): string {
  return text.replaceAll('%3A', ':').replaceAll('%3a', ':')
}

export type TaskStatus =
  | { readonly state: 'running' }
  | { readonly state: 'completed'; readonly url: string }
  | { readonly state: 'failed'; readonly message: string }

/** What a task's state page says. Anything unreadable is `running`: look again later. */
export function readTaskStatus(body: string): TaskStatus {
  const value = parseJson(body)
  return (isRecord(value) ? toTaskStatus(value) : null) ?? { state: 'running' }
}

/** null when this is no state document at all. */
export function toTaskStatus(document: JsonRecord): TaskStatus | null {
  const shared = readRecord(document, 'content')
  const record = shared ?? document
  const status = readString(record, 'status')?.toLowerCase() ?? null
  if (status === null) return null
  if (readField(record, 'running') === undefined && shared === null && !hasResultKey(record)) {
    return null
  }
  // The larger rendition replaces the first one when there is one.
  const url =
    readHttp(record, 'upsample_video_url') ??
    readHttp(readRecord(record, 'draft_info'), 'downloadable_url') ??
    readHttp(record, 'video_url') ??
    readHttp(record, 'url')
  if (failedStates.has(status)) {
    const message = readString(record, 'error_message') ?? readString(record, 'error') ?? ''
    return { state: 'failed', message }
  }
  if (url !== null && (finishedStates.has(status) || readField(record, 'running') === false)) {
    return { state: 'completed', url }
  }
  return { state: 'running' }
}

const failedStates = new Set(['failed', 'failure', 'error', 'cancelled', 'canceled'])
const finishedStates = new Set(['completed', 'complete', 'succeeded', 'success', 'done'])

function hasResultKey(record: JsonRecord): boolean {
  return Object.hasOwn(record, 'video_url') || Object.hasOwn(record, 'upsample_video_url')
}

function readHttp(record: JsonRecord | null, name: string): string | null {
  const text = readString(record, name)
  const parsed = text === null ? null : parseUrl(text)
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:')
    ? text
    : null
}

function parseUrl(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}
