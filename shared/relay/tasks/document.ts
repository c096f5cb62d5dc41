// Reads what a relay says about a job, in whatever wrapper: one bounded walk over the JSON, in which a
// value's meaning comes from its name and not from its place. What the relay repeats of the request
// is never entered.

import { readField, toObject } from '../../wire/fields.ts'
import { isJsonList, isJsonObject, type JsonValue } from '../../wire/json.ts'
import { addFault, emptyFault, isSaid, type SaidError } from '../chat/fault.ts'

export interface TaskDocument {
  /** A usable name of the job; null when there is none, or only an address. */
  readonly id: string | null
  readonly status: string | null
  /** Percent. */
  readonly progress: number | null
  /** Links that a name or an ending calls a result, the best first. */
  readonly links: readonly string[]
  readonly error: SaidError | null
  /** The relay calls the result refused by its moderation, whatever the status says. */
  readonly isModerated: boolean
  /** Where the relay wants to be asked. */
  readonly pollUrl: string | null
  readonly costUsd: number | null
}

const DEEPEST = 6
const MOST_NODES = 256
const LONGEST_ID = 200

/** What was asked, and what belongs to the asking: nothing in it is news. */
const echoes = new Set([
  'prompt',
  'input',
  'inputs',
  'request',
  'messages',
  'parameters',
  'params',
  'properties',
  'image',
  'images',
  'image_url',
  'image_urls',
  'input_reference',
  'input_references',
  'first_frame',
  'last_frame',
  'frame_images',
  'reference_images',
  'file_paths',
  'negative_prompt',
  'callback_url',
  'webhook',
  'webhook_url',
  'notify_url',
  'cover',
  'cover_url',
  'thumbnail',
  'thumbnail_url',
  'poster',
  'poster_url',
  'last_frame_url',
  'audio_url',
  'gif_url',
  'user',
])
const idNames = [
  'task_id',
  'taskId',
  'id',
  'generation_id',
  'submit_id',
  'job_id',
  'jobId',
  'video_id',
]
const stateNames = ['status', 'task_status', 'state', 'task_state', 'job_status']
const progressNames = ['progress', 'percent', 'percentage', 'progress_percent', 'task_progress']
const pollNames = ['polling_url', 'poll_url', 'status_url']
/** A link under one of these names may be the video; a name with `video` in it is a better one. */
const linkNames = [
  'url',
  'urls',
  'result_url',
  'download_url',
  'output',
  'outputs',
  'result',
  'results',
  'link',
  'unsigned_urls',
  'download_link',
  'file_url',
  'src',
  'data',
  'assets',
  'content',
  'fail_reason',
]

/** A value with the name nearest above it that is no list's index. */
interface Leaf {
  readonly name: string
  readonly parents: readonly string[]
  readonly value: JsonValue
}

export function readTaskDocument(document: JsonValue): TaskDocument {
  const leaves = [...walk(document)]
  const first = (names: readonly string[], accept: (value: JsonValue) => boolean) => {
    for (const name of names) {
      const leaf = leaves.find((one) => one.name === name && accept(one.value))
      if (leaf !== undefined) return leaf.value
    }
    return null
  }
  const isText = (value: JsonValue) => typeof value === 'string' && value !== ''
  const status = first(stateNames, isText)
  const poll = first(pollNames, isText)
  const error = findError(document)
  const moderated = first(['respect_moderation'], (value) => value === false)
  return {
    id: findId(leaves, document),
    status: status === null ? null : String(status),
    progress: toPercent(first(progressNames, (value) => toPercent(value) !== null)),
    links: findLinks(leaves),
    error,
    isModerated:
      moderated === false || first(['moderated', 'is_nsfw'], (value) => value === true) === true,
    pollUrl: poll === null ? null : String(poll),
    costUsd: findCost(leaves),
  }
}

/** Breadth first: what stands nearer to the top is said of the job itself. */
function* walk(document: JsonValue): Iterable<Leaf> {
  let nodes = 0
  let level: Leaf[] = [{ name: '', parents: [], value: document }]
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth++) {
    const next: Leaf[] = []
    for (const leaf of level) {
      if (++nodes > MOST_NODES) return
      if (isJsonList(leaf.value)) {
        for (const value of leaf.value) next.push({ ...leaf, value })
      } else if (isJsonObject(leaf.value)) {
        const parents = leaf.name === '' ? leaf.parents : [...leaf.parents, leaf.name]
        for (const [name, value] of Object.entries(leaf.value)) {
          if (!echoes.has(name)) next.push({ name, parents, value })
        }
      } else {
        yield leaf
      }
    }
    level = next
  }
}

/** `request_id` last: where there is another id, it names the call and not the job. */
function findId(leaves: readonly Leaf[], document: JsonValue): string | null {
  const isOfJob = ({ parents }: Leaf) =>
    parents.every((name) => !/usage|error|channel|model/.test(name))
  for (const name of [...idNames, 'request_id', 'requestId']) {
    for (const leaf of leaves) {
      if (leaf.name !== name || !isOfJob(leaf)) continue
      const id = toUsableId(leaf.value)
      if (id !== null) return id
    }
  }
  // `{"code": "success", "data": "task_…"}`
  return toUsableId(readField(toObject(document), 'data') ?? null)
}

/** An address or a sentence is no id: it would become a path at the relay. */
function toUsableId(value: JsonValue): string | null {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value > 0 ? String(value) : null
  if (typeof value !== 'string' || value.length > LONGEST_ID) return null
  return /^[\w.:@=+~/-]+$/.test(value) && !value.includes('//') && !value.includes('..')
    ? value
    : null
}

function toPercent(value: JsonValue): number | null {
  if (typeof value === 'string') {
    const text = value.trim().replace(/ ?%$/, '')
    return text === '' || !/^\d{1,3}(?:\.\d+)?$/.test(text) ? null : toPercent(Number(text))
  }
  if (typeof value !== 'number' || value < 0 || value > 100) return null
  // Fractions of one are shares: no relay counts in hundredths of a percent.
  return value > 0 && value < 1 ? value * 100 : value
}

function findLinks(leaves: readonly Leaf[]): string[] {
  const scored: { url: string; score: number }[] = []
  for (const { name, parents, value } of leaves) {
    if (typeof value !== 'string' || !isHttpUrl(value)) continue
    const names = [...parents, name].join(' ').toLowerCase()
    if (
      pollNames.includes(name) ||
      /image|cover|thumb|poster|preview|callback|webhook|docs/.test(names)
    )
      continue
    const path = value.split(/[?#]/, 1)[0]?.toLowerCase() ?? ''
    if (/\.(?:png|jpe?g|webp|gif|mp3|wav|json|html?)$/.test(path)) continue
    const isVideo = names.includes('video') || /\.(?:mp4|webm|mov|m4v|m3u8)$/.test(path)
    if (!isVideo && !linkNames.includes(name)) continue
    // Where both are named, the one without a watermark is what was paid for.
    const score = (isVideo ? 2 : 1) - (/(?<!no_?)watermark/.test(names) ? 0.5 : 0)
    if (!scored.some((one) => one.url === value)) scored.push({ url: value, score })
  }
  return scored.toSorted((one, other) => other.score - one.score).map(({ url }) => url)
}

const faultNames = [
  'error',
  'fail_reason',
  'failure',
  'error_message',
  'failure_reason',
  'task_status_msg',
]

/** The error of the job, or of the wrapper around it; a word like `null` or `""` is none. */
function findError(document: JsonValue): SaidError | null {
  let found: SaidError | null = null
  const look = (value: JsonValue, depth: number): void => {
    if (!isJsonObject(value) || depth > 2) return
    for (const name of faultNames) {
      const said = value[name]
      // A link may stand where old rows had their reason.
      if (said === undefined || !isSaid(said) || (typeof said === 'string' && isHttpUrl(said)))
        continue
      found = addFault(found ?? emptyFault(), typeof said === 'string' ? { message: said } : said)
    }
    for (const name of ['data', 'output', 'result', 'task', 'response'])
      look(value[name] ?? null, depth + 1)
  }
  look(document, 0)
  if (found === null) return isRefusal(document) ? addFault(emptyFault(), document) : null
  const beside = toObject(document)?.['error_code'] ?? toObject(document)?.['code']
  const isCode = typeof beside === 'string' && beside !== 'success'
  return isCode ? addFault(found, { code: beside }) : found
}

/** `{"code": "quota_not_enough", "message": "…", "data": null}` */
function isRefusal(document: JsonValue): boolean {
  const record = toObject(document)
  const code = record?.['code'] ?? null
  const isBad =
    typeof code === 'string' ? !/^(?:success|ok|0|200)$/i.test(code) : Number(code) >= 400
  return (
    isBad &&
    typeof (record?.['message'] ?? record?.['msg']) === 'string' &&
    !isSaid(record?.['data'])
  )
}

const TICKS_PER_USD = 1e10

function findCost(leaves: readonly Leaf[]): number | null {
  for (const { name, parents, value } of leaves) {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) continue
    if (name === 'cost_in_usd_ticks') return value / TICKS_PER_USD
    if (name === 'cost_usd' || (name === 'cost' && parents.at(-1) === 'usage')) return value
  }
  return null
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[\w[][^\s]*$/i.test(text)
}
