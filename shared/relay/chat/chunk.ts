// One JSON chunk in any dialect, read into one shape. Every field may be missing, null or of
// another type; what is not understood is left out, never guessed.

import type { RelayUsage } from '../../video/chat.ts'
import { readError, readErrorBody, type SaidError } from '../errors.ts'
import { readField, toList, toObject, toText } from '../../wire/fields.ts'
import { isJsonObject, type JsonObject } from '../../wire/json.ts'

export interface ChunkText {
  /** Which of several answers it belongs to; one dialect counts it up with every chunk. */
  readonly index: number
  readonly content: string
  readonly reasoning: string
}

export interface ChunkLink {
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
  /** The whole answer in one document. */
  readonly isCompletion: boolean
}

/** `isError`: the stream itself called this event an error. */
export function readChunk(record: JsonObject, isError: boolean): Chunk {
  const texts: ChunkText[] = []
  const finishReasons: string[] = []
  const found: Findings = { links: [], taskIds: [], progress: [] }
  const choices = toList(record.choices)
  let error = readChunkError(record, isError, choices.length > 0)

  collect(record, found)
  for (let position = 0; position < choices.length; position += 1) {
    const choice = toObject(choices[position])
    if (choice === null) continue
    const index = choice.index
    const finish = toText(choice.finish_reason)
    if (finish !== null) finishReasons.push(finish)
    const delta = choice.delta ?? choice.message ?? choice
    const said = toObject(delta)
    if (said !== null) collect(said, found)
    texts.push({
      index: typeof index === 'number' ? index : position,
      content: typeof delta === 'string' ? delta : readContent(said, found),
      reasoning: readReasoning(said, found),
    })
    const inner = choice.error
    if (error === null && isSaid(inner)) error = readError(inner)
  }
  const isCompletion = record.object === 'chat.completion'
  return { texts, finishReasons, ...found, usage: readUsage(record), error, isCompletion }
}

interface Findings {
  links: ChunkLink[]
  taskIds: string[]
  progress: number[]
}

function readChunkError(
  record: JsonObject,
  isError: boolean,
  hasChoices: boolean,
): SaidError | null {
  const inner = record.error
  if (isSaid(inner)) return readError(inner)
  if (isError) return readErrorBody(record) ?? readError(record)
  return hasChoices || hasResult(record) ? null : readErrorBody(record)
}

function isSaid(error: unknown): boolean {
  return error !== undefined && error !== null && error !== false && error !== ''
}

/** Documents with an address of their own are results even when a `message` stands beside it. */
function hasResult(record: JsonObject): boolean {
  return ['url', 'video_url', 'output', 'data'].some((name) => isSaid(readField(record, name)))
}

/** Fields that forks add beside the text: `output[]`, `task_id`, `wm`, `progress`, `video_url`. */
function collect(record: JsonObject, found: Findings): void {
  addTask(record, found)
  addTask(toObject(record.wm), found)
  const progress = record.progress
  if (typeof progress === 'number' && progress >= 0)
    found.progress.push(fractionToPercent(progress))
  for (const item of toList(record.output)) {
    const output = toObject(item)
    addTask(output, found)
    addLink(output, found)
  }
  addUrl(record.video_url, false, found)
  addUrl(toObject(record.generated_assets)?.final_video_url, false, found)
}

/** A content that is JSON rather than prose: `{"type":"video","url":…,"data":[{"url":…}]}`. */
export function readContentDocument(
  record: JsonObject,
): Pick<Chunk, 'links' | 'taskIds' | 'error'> {
  const found: Findings = { links: [], taskIds: [], progress: [] }
  collect(record, found)
  const type = toText(record.type)
  for (const item of toList(record.data)) addLink(toObject(item), found)
  addLink(toObject(record.data), found)
  // A card for a character or an image has an address too.
  if (type === null || type.startsWith('video')) addLink(record, found)
  const inner = record.error
  const status = toText(record.status)
  const isFailed =
    type === 'error' ||
    isSaid(inner) ||
    status === 'failed' ||
    status === 'error' ||
    record.success === false
  return {
    links: found.links,
    taskIds: found.taskIds,
    error: isFailed ? (readErrorBody(record) ?? readError(record)) : null,
  }
}

function addLink(record: JsonObject | null, found: Findings): void {
  if (record === null || toText(record.type) === 'image') return
  const isDraft = record.watermark_free === false
  addUrl(record.video_url ?? record.url, isDraft, found)
}

function addUrl(value: unknown, isDraft: boolean, found: Findings): void {
  const url = isJsonObject(value) ? toText(value.url) : value
  if (typeof url === 'string' && url !== '') found.links.push({ url, isDraft })
}

function addTask(record: JsonObject | null, found: Findings): void {
  const id = toText(record?.task_id)
  if (id !== null && id.length <= 200) found.taskIds.push(id)
}

function readContent(said: JsonObject | null, found: Findings): string {
  const content = said?.content ?? said?.text
  if (typeof content === 'string') return content
  if (isJsonObject(content)) return readPart(content, found)
  if (!Array.isArray(content)) return ''
  let text = ''
  for (const part of content) {
    if (typeof part === 'string') text += part
    else if (isJsonObject(part)) text += readPart(part, found)
  }
  return text
}

function readPart(part: JsonObject, found: Findings): string {
  if (toText(part.type)?.startsWith('video') === true) addLink(part, found)
  return toText(part.text) ?? ''
}

function readReasoning(said: JsonObject | null, found: Findings): string {
  const reasoning = said?.reasoning_content ?? said?.reasoning ?? said?.thinking
  if (typeof reasoning === 'string') return reasoning
  if (!isJsonObject(reasoning)) return ''
  const progress = reasoning.progress
  if (typeof progress === 'number' && progress >= 0) found.progress.push(Math.min(100, progress))
  addTask(reasoning, found)
  return `${toText(reasoning.message) ?? ''}\n`
}

/** One fork sends 0 to 1 here, others percent. Two decimals, because 0.29 × 100 is not 29. */
function fractionToPercent(progress: number): number {
  return Math.min(100, progress <= 1 ? Math.round(progress * 10_000) / 100 : progress)
}

function readUsage(record: JsonObject): RelayUsage | null {
  const usage = toObject(record.usage)
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
