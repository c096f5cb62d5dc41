// One bounded walk over any JSON that a relay sends: a leaf's role comes from its own name and the
// nearest type, never from its path, so that every envelope is read by the same rules. What the caller
// sent is not entered. Bounded: what lies deeper or comes later than any known answer is not read.

import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import { toText } from '../../wire/fields.ts'
import { readMedia, readMime, type Media } from './media.ts'
import { readNested } from './nested.ts'
import { addFault, emptyFault, isSaid, type SaidError } from './fault.ts'
import { ofMachine } from './words/hosts.ts'
import * as keys from './words/keys.ts'

const DEEPEST = 8
const MOST_NODES = 256
/** Events that say nothing but that this was the last. */
const endTypes = new Set(['done', 'end', 'finish', 'finished', 'complete', 'completed'])
/** Longer ones are no ids. */
const LONGEST_ID = 200

export interface ShapeText {
  /** Which of several answers it belongs to; one dialect counts it up with every chunk. */
  readonly index: number
  readonly text: string
  readonly isThought: boolean
}

export interface ShapeLink {
  readonly url: string
  readonly rank: 'better' | 'plain' | 'draft' | 'still'
}

export interface Shape {
  readonly texts: ShapeText[]
  readonly links: ShapeLink[]
  readonly taskIds: string[]
  readonly progress: number[]
  readonly finishReasons: string[]
  fault: SaidError | null
  /** Finished or failed, by its own word; null when it names no state. */
  state: 'running' | 'finished' | 'failed' | null
  /** Holds parts of an answer, not all of it. */
  isPart: boolean
}

interface Place {
  readonly depth: number
  readonly index: number
  readonly isThought: boolean
  readonly media: Media
  /** The words of the names above: a list's items and an object's `url` are what these say. */
  readonly words: readonly string[]
  readonly isAnswer: boolean
}

/** `isError`: the stream itself called this event an error. */
export function readShape(document: JsonValue, isError = false): Shape {
  const walk = new Walk()
  walk.enter(document, {
    depth: 0,
    index: 0,
    isThought: false,
    media: null,
    words: [],
    isAnswer: false,
  })
  return walk.end(document, isError)
}

class Walk {
  readonly #shape: Shape = {
    texts: [],
    links: [],
    taskIds: [],
    progress: [],
    finishReasons: [],
    fault: null,
    state: null,
    isPart: false,
  }
  /** What failed if nothing better is said: a code beside a message, or a message alone. */
  #suspect: SaidError | null = null
  #messages: { text: string; place: Place }[] = []
  #nodes = MOST_NODES

  enter(value: JsonValue, place: Place): void {
    if (place.depth > DEEPEST || this.#nodes <= 0) return
    if (isJsonList(value)) {
      for (const [n, item] of value.entries()) {
        this.#nodes -= 1
        const index = place.words.some((word) => word === 'choices' || word === 'candidates')
        const next = {
          ...place,
          depth: place.depth + 1,
          index: index ? readIndex(item, n) : place.index,
        }
        if (isJsonObject(item) || isJsonList(item)) this.enter(item, next)
        else if (typeof item === 'string') this.#readString('', item, next)
      }
    } else if (isJsonObject(value)) this.#enterObject(value, place)
  }

  #enterObject(record: JsonObject, above: Place): void {
    const media = readMedia(record) ?? above.media
    const place = { ...above, depth: above.depth + 1, media }
    this.#judge(record, place)
    for (const [name, value] of Object.entries(record)) {
      this.#nodes -= 1
      if (this.#nodes <= 0) return
      const { key, words } = keys.readName(name)
      if (keys.foreignKeys.has(key) || value === null) continue
      if (keys.faultKeys.has(key)) {
        // An address alone is no reason: some keep the result there, once the work is finished.
        const isResult = typeof value === 'string' && /^https?:\/\/\S+$/i.test(value)
        if (isResult && this.#shape.state === 'finished') this.#readLink('url', value, place)
        else if (isSaid(value))
          this.#blame(isNamed(value, record) ? { ...record, code: value } : value)
        continue
      }
      if (keys.partialFaultKeys.has(key) && isSaid(value))
        this.#suspect = addFault(this.#suspect ?? emptyFault(), value)
      if (key === 'delta' || key === 'deltas') this.#shape.isPart = true
      if (typeof value === 'string') this.#readString(name, value, place)
      else if (typeof value === 'number') this.#readNumber(name, value, place)
      else if (typeof value === 'object') this.enter(value, this.#below(words, key, place))
      else if (value === false && (key === 'respectmoderation' || key === 'safe')) {
        this.#blame({ code: 'moderation_blocked' })
      }
    }
    this.#readBase64(record, media)
  }

  #blame(value: JsonValue): void {
    this.#shape.fault = addFault(this.#shape.fault ?? emptyFault(), value)
  }

  #below(words: readonly string[], key: string, place: Place): Place {
    const own: Media = words.some((word) => keys.stillWords.has(word))
      ? 'image'
      : words.some((word) => word === 'video' || word === 'videos' || word === 'mp4')
        ? 'video'
        : words.some((word) => keys.otherHolders.has(word))
          ? 'other'
          : null
    return {
      ...place,
      words,
      media: own ?? place.media,
      isThought: place.isThought || keys.thoughtKeys.has(key),
      isAnswer:
        place.isAnswer || key === 'choices' || key === 'candidates' || keys.textKeys.has(key),
    }
  }

  /** What an object says about itself: how it stands, and whether its code is an error's. */
  #judge(record: JsonObject, place: Place): void {
    const status = Object.entries(record).find(([name]) => keys.readName(name).isState)?.[1]
    const state = typeof status === 'string' ? keys.toWords(status) : []
    const type = toText(record.type)?.toLowerCase() ?? ''
    const isFailed =
      state.some((word) => keys.failedWords.has(word)) ||
      record.success === false ||
      record.ok === false ||
      type === 'error' ||
      type.endsWith('.failed')
    if (endTypes.has(type) && this.#shape.state === null) this.#shape.state = 'finished'
    if (isFailed && !place.isThought) {
      this.#shape.state = 'failed'
      this.#suspect = addFault(this.#suspect ?? emptyFault(), record)
    } else if (state.length > 0 && this.#shape.state !== 'failed') {
      const isFinished = state.some((word) => keys.finishedWords.has(word))
      if (isFinished || this.#shape.state === null)
        this.#shape.state = isFinished ? 'finished' : 'running'
      const id = toText(record.id)
      const isTask = place.depth <= 2 && !/^(?:response|chat)/.test(toText(record.object) ?? '')
      if (!isFinished && isTask && id !== null && id.length <= LONGEST_ID)
        this.#shape.taskIds.push(id)
    }
    const code =
      record.code ?? record.errcode ?? record.error_code ?? record.status_code ?? record.ret ?? null
    const isFine = code === null || keys.fineCodes.has(String(code).toLowerCase())
    if (!isFine && !place.isAnswer) this.#suspect = addFault(this.#suspect ?? emptyFault(), record)
  }

  #readString(name: string, value: string, place: Place): void {
    if (value === '') return
    const { key, isProgress } = keys.readName(name)
    const shape = this.#shape
    if (keys.finishKeys.has(key)) {
      shape.finishReasons.push(value)
    } else if (keys.idKeys.has(key)) {
      if (value.length <= LONGEST_ID) shape.taskIds.push(value)
    } else if (isProgress) {
      const percent = /^(\d{1,3}(?:\.\d{1,4})?)\s?%?$/.exec(value)
      if (percent !== null) shape.progress.push(Math.min(100, Number(percent[1])))
      else this.#messages.push({ text: value, place })
    } else if (isLink(value) && !keys.textKeys.has(key) && !keys.thoughtKeys.has(key)) {
      this.#readLink(name, value, place)
    } else if (
      keys.textKeys.has(key) ||
      keys.thoughtKeys.has(key) ||
      (key === '' && place.isAnswer)
    ) {
      const isThought = place.isThought || keys.thoughtKeys.has(key)
      shape.texts.push({ index: place.index, text: value, isThought })
    } else if (keys.messageKeys.has(key)) {
      this.#messages.push({ text: value, place })
    } else if (value.startsWith('{') || value.startsWith('[')) {
      const nested = readNested(value)
      if (nested !== null) this.enter(nested.value, { ...place, depth: place.depth + 1 })
    }
  }

  #readNumber(name: string, value: number, place: Place): void {
    if (!keys.readName(name).isProgress || value < 0) return
    // One fork sends 0 to 1 here, others percent. Two decimals, because 0.29 × 100 is not 29.
    const isFraction = value <= 1 && !place.isThought
    this.#shape.progress.push(Math.min(100, isFraction ? Math.round(value * 10_000) / 100 : value))
  }

  #readLink(name: string, url: string, place: Place): void {
    const own = keys.readName(name).words
    const isOf = (words: ReadonlySet<string>) => own.some((word) => words.has(word))
    if (isOf(keys.otherWords) || place.media === 'other') return
    const isStill = isOf(keys.stillWords) || (place.media === 'image' && !own.includes('video'))
    const isMedia = isOf(keys.mediaWords) || place.words.some((word) => keys.mediaWords.has(word))
    const isVideo = own.includes('video') || own.includes('videos') || place.media === 'video'
    if (isStill && !url.startsWith('data:video/')) this.#shape.links.push({ url, rank: 'still' })
    else if (isMedia || isVideo || url.startsWith('data:video/')) {
      if (url.startsWith('/') && ((!isVideo && !own.includes('url')) || ofMachine.test(url))) return
      const isMarked = isOf(keys.draftWords)
      const isClean = isMarked && isOf(keys.cleanWords)
      const isBetter = isClean || isOf(keys.betterWords)
      this.#shape.links.push({
        url,
        rank: isBetter ? 'better' : isMarked ? 'draft' : 'plain',
      })
    }
  }

  /** `{"mime_type": "video/mp4", "data": "AAAA…"}`, in the words of whoever wrote it. */
  #readBase64(record: JsonObject, media: Media): void {
    if (media !== 'video') return
    const found = Object.entries(record).find(([name]) =>
      /^(?:data|b64_?json|.*base64.*|video_?data)$/i.test(name),
    )?.[1]
    if (typeof found !== 'string' || found.length < 64 || !/^[\w+/=-]{64}/.test(found)) return
    const mime = readMime(record)
    const url = `data:${mime.startsWith('video/') ? mime : 'video/mp4'};base64,${found}`
    this.#shape.links.push({ url, rank: 'plain' })
  }

  end(document: JsonValue, isError: boolean): Shape {
    const shape = this.#shape
    const hasAnswer = shape.texts.length > 0 || shape.links.some(({ rank }) => rank !== 'still')
    const hasChoices = isJsonObject(document) && isJsonList(document.choices)
    if (shape.state === 'failed' || (isError && shape.fault === null)) {
      shape.fault = addFault(shape.fault ?? emptyFault(), isError ? document : null, this.#suspect)
    } else if (shape.fault === null && !hasAnswer && !hasChoices) {
      const isBare =
        shape.taskIds.length === 0 && shape.state === null && shape.progress.length === 0
      if (this.#suspect !== null) shape.fault = this.#suspect
      else if (isBare && this.#messages.length > 0 && !shape.isPart) {
        shape.fault = addFault(emptyFault(), document)
      }
    }
    if (shape.fault !== null && this.#suspect !== null)
      shape.fault = addFault(shape.fault, null, this.#suspect)
    if (shape.fault === null) {
      for (const { text, place } of this.#messages) {
        shape.texts.push({ index: place.index, text: `${text}\n`, isThought: place.isThought })
      }
    }
    markDrafts(document, shape)
    return shape
  }
}

/** `{"url": …, "watermark_free": false}`: this one is replaced by a later one. */
function markDrafts(document: JsonValue, shape: Shape): void {
  const text = shape.links.length === 0 ? '' : JSON.stringify(document).slice(0, 4096)
  if (!/"watermark_free":false/.test(text)) return
  for (const [n, link] of shape.links.entries()) {
    if (link.rank === 'plain') shape.links[n] = { ...link, rank: 'draft' }
  }
}

function isLink(value: string): boolean {
  return /^(?:https?:\/\/|data:video\/|\/[^/\s])[^\s]*$/i.test(
    value.length > 9000 ? value.slice(0, 64) : value,
  )
}

function readIndex(item: JsonValue, position: number): number {
  return isJsonObject(item) && typeof item.index === 'number' ? item.index : position
}

/** `{"statusCode": 400, "error": "Bad Request", "message": …}`: the error is a name, the message says it. */
function isNamed(error: JsonValue, record: JsonObject): boolean {
  return typeof error === 'string' && error.length < 60 && typeof record.message === 'string'
}
