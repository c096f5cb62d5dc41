// One JSON chunk in any dialect, read into one shape. Every field may be missing, null or of
// another type; what is not understood is left out, never guessed.

import type { RelayUsage } from './answer.ts'
import { readError, readErrorBody, type SaidError } from './errors.ts'
import {
  isRecord,
  readField,
  readList,
  readRecord,
  readString,
  toRecord,
  type JsonRecord,
} from './record.ts'

interface ChunkText {
  /** Which of several answers it belongs to; one dialect counts it up with every chunk. */
  readonly index: number
  readonly content: string
  readonly reasoning: string
}

interface ChunkLink {
  readonly url: string
  /** Announced as a watermarked version that another one will replace. */
  readonly isDraft: boolean
}

export interface Chunk {
  readonly texts: readonly ChunkText[]
  readonly finishReasons: readonly string[]
  readonly links: readonly ChunkLink[]
  readonly taskIds: readonly string[]
  /** Percent. */
  readonly progress: readonly number[]
  readonly usage: RelayUsage | null
  readonly error: SaidError | null
}

/** `isError`: the stream itself called this event an error. */
export function readChunk(record: JsonRecord, isError: boolean): Chunk {
  const texts: ChunkText[] = []
  const finishReasons: string[] = []
  const found: Findings = { links: [], taskIds: [], progress: [] }
  const choices = readList(record, 'choices')
  let error = readChunkError(record, isError, choices.length > 0)

  collect(record, found)
  choices.forEach((value, position) => {
    const choice = toRecord(value)
    if (choice === null) return
    const index = readField(choice, 'index')
    const finish = readString(choice, 'finish_reason')
    if (finish !== null) finishReasons.push(finish)
    const delta = readField(choice, 'delta') ?? readField(choice, 'message') ?? choice
    const said = toRecord(delta)
    if (said !== null) collect(said, found)
    texts.push({
      index: typeof index === 'number' ? index : position,
      content: typeof delta === 'string' ? delta : readContent(said, found),
      reasoning: readReasoning(said, found),
    })
    const inner = readField(choice, 'error')
    if (error === null && isSaid(inner)) error = readError(inner)
  })
  return { texts, finishReasons, ...found, usage: readUsage(record), error }
}

interface Findings {
  links: ChunkLink[]
  taskIds: string[]
  progress: number[]
}

function readChunkError(
  record: JsonRecord,
  isError: boolean,
  hasChoices: boolean,
): SaidError | null {
  const inner = readField(record, 'error')
  if (isSaid(inner)) return readError(inner)
  if (isError) return readErrorBody(record) ?? readError(record)
  return hasChoices || hasResult(record) ? null : readErrorBody(record)
}

function isSaid(error: unknown): boolean {
  return error !== undefined && error !== null && error !== false && error !== ''
}

/** Documents with an address of their own are results even when a `message` stands beside it. */
function hasResult(record: JsonRecord): boolean {
  return ['url', 'video_url', 'output', 'data'].some((name) => isSaid(readField(record, name)))
}

/** Fields that forks add beside the text: `output[]`, `task_id`, `wm`, `progress`, `video_url`. */
function collect(record: JsonRecord, found: Findings): void {
  addTask(record, found)
  addTask(readRecord(record, 'wm'), found)
  const progress = readField(record, 'progress')
  if (typeof progress === 'number' && progress >= 0)
    found.progress.push(fractionToPercent(progress))
  for (const item of readList(record, 'output')) {
    const output = toRecord(item)
    addTask(output, found)
    addLink(output, found)
  }
  addUrl(readField(record, 'video_url'), false, found)
  addUrl(readField(readRecord(record, 'generated_assets'), 'final_video_url'), false, found)
}

/** A content that is JSON rather than prose: `{"type":"video","url":…,"data":[{"url":…}]}`. */
export function readContentDocument(
  record: JsonRecord,
): Pick<Chunk, 'links' | 'taskIds' | 'error'> {
  const found: Findings = { links: [], taskIds: [], progress: [] }
  collect(record, found)
  const type = readString(record, 'type')
  for (const item of readList(record, 'data')) addLink(toRecord(item), found)
  addLink(readRecord(record, 'data'), found)
  // A card for a character or an image has an address too.
  if (type === null || type.startsWith('video')) addLink(record, found)
  const inner = readField(record, 'error')
  const status = readString(record, 'status')
  const isFailed =
    type === 'error' ||
    isSaid(inner) ||
    status === 'failed' ||
    status === 'error' ||
    readField(record, 'success') === false
  return {
    links: found.links,
    taskIds: found.taskIds,
    error: isFailed ? (readErrorBody(record) ?? readError(record)) : null,
  }
}

function addLink(record: JsonRecord | null, found: Findings): void {
  if (record === null || readString(record, 'type') === 'image') return
  const isDraft = readField(record, 'watermark_free') === false
  addUrl(readField(record, 'video_url') ?? readField(record, 'url'), isDraft, found)
}

function addUrl(value: unknown, isDraft: boolean, found: Findings): void {
  const url = isRecord(value) ? readString(value, 'url') : value
  if (typeof url === 'string' && url !== '') found.links.push({ url, isDraft })
}

function addTask(record: JsonRecord | null, found: Findings): void {
  const id = readString(record, 'task_id')
  if (id !== null && id.length <= 200) found.taskIds.push(id)
}

function readContent(said: JsonRecord | null, found: Findings): string {
  const content = readField(said, 'content') ?? readField(said, 'text')
  if (typeof content === 'string') return content
  if (isRecord(content)) return readPart(content, found)
  if (!Array.isArray(content)) return ''
  let text = ''
  for (const part of content) {
    if (typeof part === 'string') text += part
    else if (isRecord(part)) text += readPart(part, found)
  }
  return text
}

function readPart(part: JsonRecord, found: Findings): string {
  if (readString(part, 'type')?.startsWith('video') === true) addLink(part, found)
  return readString(part, 'text') ?? ''
}

function readReasoning(said: JsonRecord | null, found: Findings): string {
  const reasoning =
    readField(said, 'reasoning_content') ??
    readField(said, 'reasoning') ??
    readField(said, 'thinking')
  if (typeof reasoning === 'string') return reasoning
  if (!isRecord(reasoning)) return ''
  const progress = readField(reasoning, 'progress')
  if (typeof progress === 'number' && progress >= 0) found.progress.push(Math.min(100, progress))
  addTask(reasoning, found)
  return `${readString(reasoning, 'message') ?? ''}\n`
}

/** One fork sends 0 to 1 here, others percent. Two decimals, because 0.29 × 100 is not 29. */
function fractionToPercent(progress: number): number {
  return Math.min(100, progress <= 1 ? Math.round(progress * 10_000) / 100 : progress)
}

function readUsage(record: JsonRecord): RelayUsage | null {
  const usage = readRecord(record, 'usage')
  if (usage === null) return null
  const count = (name: string): number => {
    const value = readField(usage, name)
    return typeof value === 'number' && Number.isFinite(value) ? value : 0
  }
  return {
    prompt_tokens: count('prompt_tokens'),
    completion_tokens: count('completion_tokens'),
    total_tokens: count('total_tokens'),
  }
}
