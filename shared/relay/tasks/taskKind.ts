// A kind of relay that takes a job and is asked for it until it is done: a table of what is particular,
// over one reader of what they have in common.

import { readAsked, type Asked } from '../../request/asked.ts'
import type { Model, Words } from '../../request/models.ts'
import type { Deed, ToldSource } from '../../request/source.ts'
import { toRelayWords } from '../../request/toRelayWords.ts'
import { toObject, readString } from '../../wire/fields.ts'
import { isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '../../wire/json.ts'
import { readRetryAfterMs } from '../../wire/retryAfter.ts'
import { addFault, emptyFault } from '../chat/fault.ts'
import type {
  CallBody,
  Look,
  Order,
  ReadOptions,
  RelayCall,
  RelayHead,
  RelayKind,
} from '../relay.ts'
import { readTaskDocument } from './document.ts'
import { readCreateAnswer } from './createAnswer.ts'
import { toOutcome } from './outcome.ts'

/** A stored job: its id at the relay, and where the relay wants to be asked. */
export interface Task extends JsonObject {
  readonly id: string
  readonly poll: string | null
}

export interface TaskTable {
  readonly submit: string
  /** How the body is sent unless the relay's setting says otherwise. */
  readonly as: CallBody['as']
  /** Inputs it has no words for, by their field. */
  readonly lacks: readonly (keyof typeof inputFields)[]
  /** It hands inputs on to the model's vendor, in the model's own words. */
  readonly isPassedOn?: true
  /** What is asked for, in this kind's fields; what is undefined is left out. */
  body(
    asked: Asked,
    as: CallBody['as'],
    words: Words,
  ): Readonly<Record<string, JsonValue | undefined>>
  poll(id: string): string
  /** Where the video itself is, for those that send it from there. */
  readonly content: ((id: string) => string) | null
  readonly cancel: ((id: string) => RelayCall) | null
  /** How it is told to make something of a video of its own; null when this one cannot be named. */
  readonly derive: Readonly<Partial<Record<Deed, (from: From) => Derived | null>>>
}

export interface From {
  readonly id: string
  readonly url: string | null
  readonly model: string
  readonly prompt: string
  /** Of an extension. */
  readonly seconds: string | null
  /** How this relay takes an order. */
  readonly as: CallBody['as']
}

interface Derived {
  readonly path: string
  readonly as: CallBody['as']
  readonly body: JsonObject
}

const inputFields = {
  input_reference: (asked: Asked) => asked.firstFrame,
  last_frame: (asked: Asked) => asked.lastFrame,
  reference_images: (asked: Asked) => asked.references[0],
  aspect_ratio: (asked: Asked) => asked.aspectRatio,
  resolution: (asked: Asked) => asked.resolution,
  negative_prompt: (asked: Asked) => asked.negativePrompt,
  audio: (asked: Asked) => asked.audio,
  seed: (asked: Asked) => asked.seed,
  n: (asked: Asked) => (asked.n > 1 ? asked.n : null),
} as const

export function createTaskKind(table: TaskTable): RelayKind {
  const contentOf = (id: string) => table.content?.(id) ?? null
  return {
    derives: Object.keys(table.derive) as Deed[],

    cannotTell(order, model) {
      const { words } = model
      const told = order.source?.told ?? null
      if (told !== null)
        return toDerived(table, told, order, model, table.as) === null ? 'video' : null
      const asked = readAsked(order)
      if (asked === null) return 'messages'
      const isLacking = (name: keyof typeof inputFields) =>
        table.lacks.includes(name) ||
        (table.isPassedOn === true && name !== 'n' && words[name] === null)
      const names = Object.keys(inputFields) as (keyof typeof inputFields)[]
      const isAsked = (name: keyof typeof inputFields) =>
        (inputFields[name](asked) ?? null) !== null
      return names.find((name) => isLacking(name) && isAsked(name)) ?? null
    },

    order(order, model, as = table.as) {
      const told = order.source?.told ?? null
      if (told !== null) {
        const derived = toDerived(table, told, order, model, as)
        if (derived === null) throw new Error('this kind of relay cannot make that of a video')
        return toPost(derived.path, derived.as, derived.body)
      }
      const body = toBody(table, order, model, as)
      return toPost(table.submit, as, body)
    },

    read: (head, options) => readCreateAnswer(head, options, contentOf),

    look: (task) => {
      const { id, poll } = toTask(task)
      return { method: 'GET', path: poll ?? table.poll(id), accept: 'application/json', body: null }
    },

    readLook: (head, text, task, options) =>
      readLook(head, text, options, contentOf(toTask(task).id)),

    ...(table.cancel !== null && { cancel: (task) => toCancel(table, task) }),
  }
}

function toPost(path: string, as: CallBody['as'], body: JsonObject): RelayCall {
  return {
    method: 'POST',
    path,
    accept: 'application/json',
    body: as === 'json' ? { as, value: body } : { as, fields: Object.entries(body) },
  }
}

function toDerived(
  { derive }: TaskTable,
  { as: deed, task, url, seconds }: ToldSource,
  { prompt, seconds: length, size }: Order,
  model: Model,
  as: CallBody['as'],
): Derived | null {
  const { relayModel } = toRelayWords(model, length, size, true)
  return (
    derive[deed]?.({ id: toTask(task).id, url, model: relayModel, prompt, seconds, as }) ?? null
  )
}

function toCancel(table: TaskTable, task: JsonValue): RelayCall {
  const { cancel } = table
  if (cancel === null) throw new Error('this kind of relay cancels nothing')
  return cancel(toTask(task).id)
}

/** Only what {@link createTaskKind} made is ever stored. */
function toTask(task: JsonValue): Task {
  const record = toObject(task)
  return { id: readString(record, 'id') ?? '', poll: readString(record, 'poll') }
}

function toBody(table: TaskTable, order: Order, model: Model, as: CallBody['as']): JsonObject {
  const asked = readAsked(order)
  if (asked === null) throw new Error('a conversation cannot be told to this kind of relay')
  const { relayModel, fields } = toRelayWords(model, asked.seconds, asked.size, true)
  // A model that is told its length or shape in a way of its own is not told it in the kind's as well.
  const open = {
    ...asked,
    seconds: model.tell.seconds.by === 'prompt' ? asked.seconds : '',
    size: model.tell.size.by === 'prompt' ? asked.size : '',
  }
  const own = Object.entries(table.body(open, as, model.words)).filter(
    (field): field is [string, JsonValue] =>
      field[1] !== undefined && field[1] !== null && field[1] !== '',
  )
  return {
    model: relayModel,
    prompt: asked.prompt,
    ...asked.fields,
    ...Object.fromEntries(own),
    ...fields,
  }
}

function readLook(
  head: RelayHead,
  text: string,
  options: ReadOptions,
  content: string | null,
): Look {
  const retryAfterMs = readRetryAfterMs((name) => head.header(name), head.now)
  const value = tryParseJson(text)
  const document = isJsonObject(value) ? value : null
  if (head.status < 200 || head.status > 299 || document === null) {
    return { is: 'no news', isUnknown: isUnknownTask(head.status, document), retryAfterMs }
  }
  const read = readTaskDocument(document)
  const outcome = toOutcome(read, options, content)
  if (outcome.is !== 'running') return outcome
  // A wrapper that has failed says nothing about the job.
  if (read.status === null && read.error !== null)
    return { is: 'no news', isUnknown: false, retryAfterMs }
  return { ...outcome, retryAfterMs }
}

/** Many words for it; what they share is that the task is named and that it is not there. */
function isUnknownTask(status: number, document: JsonObject | null): boolean {
  if (![400, 404, 410].includes(status) || document === null) return false
  const { codes, messages } = addFault(emptyFault(), document)
  const words = [...codes, ...messages].join(' ').toLowerCase().replaceAll('_', ' ')
  return (
    /task|video|job|generation|request/.test(words) &&
    /not (?:found|exist)|no such|unknown|does ?n.t exist|expired|不存在|未找到/.test(words)
  )
}
