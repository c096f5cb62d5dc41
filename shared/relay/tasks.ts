// The relay's own name for the work, and the public page that tells how it stands. Worth keeping:
// after a cut it is the only way to a video that is already paid for.

import { readField, readObject, readString } from '../wire/fields.ts'
import { isJsonObject, tryParseJson, type JsonObject } from '../wire/json.ts'
import { statusHosts, statusPages } from './chat/words/hosts.ts'
import { failedWords, finishedWords } from './chat/words/keys.ts'
import { taskLabels, taskPrefixes } from './chat/words/labels.ts'

const LONGEST_ID = 200
/** What may stand between label and id. */
const idFiller = ' *_:：`=\'"'
/** The longest label with its filler. */
const LOOK_BACK = 32

const ids = /[\w:.-]+/g
/** No word and no date: eight characters or more, three of them digits. */
const madeId = /^(?=.{8})(?=(?:\D*\d){3})(?!\d+[-:.]\d+[-:.])[\w:-]+$/
/** What names a task without a label has a line for itself: `cgt-20250613173405-qnpqg`. */
const aloneId = /^[a-z]{2,10}[-_](?=(?:\D*\d){6})[\w-]{8,}$/i

export interface FoundTask {
  readonly id: string
  /** Which character of the pushed text ended it. */
  readonly at: number
}

export interface TaskReader {
  push(text: string): readonly FoundTask[]
}

/** Finds ids behind their label, `任务ID: …`, `**Task ID: \`…\`**`, and those that have a line for themselves. */
export function createTaskReader(): TaskReader {
  let before = '\n'
  /** An id that may go on in the next text. */
  let open = ''

  return {
    push(text) {
      const window = before + open + text
      const fresh = window.length - text.length
      const found: FoundTask[] = []
      let last = window.length
      for (const { index: start, 0: token } of window.matchAll(ids)) {
        const end = start + token.length
        if (end === window.length) last = start
        else if (end >= fresh) {
          const id = token.replace(/[.:]+$/, '')
          if (isTask(window, start, start + id.length)) found.push({ id, at: end - fresh })
        }
      }
      // One character over the limit is enough to know that an id is too long.
      open = window.slice(last, last + LONGEST_ID + 1)
      before = window.slice(Math.max(0, last - LOOK_BACK), last)
      return found
    },
  }
}

/** Behind a label may stand anything; a task is quoted, or its letters say that a machine made them. */
function isTask(window: string, start: number, end: number): boolean {
  if (end - start > LONGEST_ID) return false
  const id = window.slice(start, end)
  if (window.charAt(start - 1) === '\n' && window.charAt(end) === '\n') return aloneId.test(id)
  const isQuoted = window.charAt(start - 1) === '`' && window.charAt(end) === '`'
  const isNamed = taskPrefixes.some((prefix) => id.startsWith(prefix))
  return (isQuoted || isNamed || madeId.test(id)) && isLabelled(window, start)
}

function isLabelled(window: string, start: number): boolean {
  const before = window.slice(Math.max(0, start - LOOK_BACK), start)
  let end = before.length
  while (end > 0 && idFiller.includes(before.charAt(end - 1))) end -= 1
  const text = before.slice(0, end).toLowerCase()
  return taskLabels.some((label) => text.endsWith(label))
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
  const value = tryParseJson(body)
  return (isJsonObject(value) ? toTaskStatus(value) : null) ?? { state: 'running' }
}

/** null when this is no state document at all. */
export function toTaskStatus(document: JsonObject): TaskStatus | null {
  const shared = readObject(document, 'content')
  const record = shared ?? document
  const status = readString(record, 'status')?.toLowerCase() ?? null
  if (status === null) return null
  if (readField(record, 'running') === undefined && shared === null && !hasResultKey(record)) {
    return null
  }
  // The larger rendition replaces the first one when there is one.
  const url =
    readHttp(record, 'upsample_video_url') ??
    readHttp(readObject(record, 'draft_info'), 'downloadable_url') ??
    readHttp(record, 'video_url') ??
    readHttp(record, 'url')
  if (failedWords.has(status)) {
    const message = readString(record, 'error_message') ?? readString(record, 'error') ?? ''
    return { state: 'failed', message }
  }
  if (url !== null && (finishedWords.has(status) || readField(record, 'running') === false)) {
    return { state: 'completed', url }
  }
  return { state: 'running' }
}

function hasResultKey(record: JsonObject): boolean {
  return Object.hasOwn(record, 'video_url') || Object.hasOwn(record, 'upsample_video_url')
}

function readHttp(record: JsonObject | null, name: string): string | null {
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
