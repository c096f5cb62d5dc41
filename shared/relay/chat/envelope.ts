// A relay's chunks repeat byte for byte around one text. Who remembers what stood around the last one
// reads the next by looking at the text alone; the price is one extra reading for each envelope that
// is learned, and a remembered line per stream. Equal to the long way by JSON's own grammar.

import type { RelayUsage } from './answer.ts'
import type { Chunk, ChunkText } from './chunk.ts'
import { parseJson, readField, readRecord, toList, toRecord } from './record.ts'
import { closingQuote } from './recover.ts'

/** Chunks left unlearned after a useless lesson; they double up to here while nothing repeats. */
const LONGEST_PAUSE = 256
/** Chunks that must have been read the short way for a lesson to have paid. */
const FEWEST_READ = 4
/** Chunks of prose have some hundred characters; a longer one is not worth its memory. */
const LONGEST_JSON = 4096

export interface Envelope {
  /** What the remembered envelope says about use; told again with every chunk, as it was sent. */
  readonly usage: RelayUsage | null
  /** The one text of a chunk that is the learned one but for it; null when this must be read whole. */
  read(json: string): ChunkText | null
  /** A chunk that was read the long way, and the JSON it came from. */
  learn(json: string, chunk: Chunk): void
}

export function createEnvelope(): Envelope {
  /** Up to and including the quote that opens the text. */
  let head = ''
  /** From the quote that closes it; '' while nothing is known. */
  let tail = ''
  let isThought = false
  let index = 0
  let usage: RelayUsage | null = null
  let readSinceLesson = FEWEST_READ
  let pause = 0
  let rest = 0

  return {
    get usage() {
      return usage
    },
    read(json) {
      const end = json.length - tail.length
      // Comparing slices looks at eight bytes at once; startsWith looks at every character.
      if (tail === '' || end < head.length || json.slice(end) !== tail) return null
      if (json.slice(0, head.length) !== head) return null
      // What stands between is one string literal or no JSON: a quote in it would end it early.
      const text = parseJson(json.slice(head.length - 1, end + 1))
      if (typeof text !== 'string') return null
      readSinceLesson += 1
      return { index, content: isThought ? '' : text, reasoning: isThought ? text : '' }
    },
    learn(json, chunk) {
      if (rest > 0) {
        rest -= 1
        return
      }
      const text = json.length > LONGEST_JSON ? null : onlyText(chunk)
      if (text === null) return
      const isReasoning = text.content === ''
      const cut = findText(json, isReasoning ? 'reasoning_content' : 'content')
      pause = readSinceLesson >= FEWEST_READ ? 0 : Math.min(LONGEST_PAUSE, 2 * pause + 1)
      rest = pause
      if (cut === null) return
      readSinceLesson = 0
      // A slice would keep the whole piece of the network in memory that it was cut from.
      const copy = String(parseJson(JSON.stringify(json)))
      head = copy.slice(0, cut.start)
      tail = copy.slice(cut.end)
      isThought = isReasoning
      index = text.index
      usage = chunk.usage
    },
  }
}

/** The text of a chunk that says nothing else, apart from what was used. */
function onlyText(chunk: Chunk): ChunkText | null {
  const [text] = chunk.texts
  if (text === undefined || chunk.texts.length > 1 || chunk.error !== null) return null
  const { finishReasons, links, taskIds, progress } = chunk
  if (chunk.isCompletion || finishReasons.length + links.length + taskIds.length > 0) return null
  if (progress.length > 0) return null
  return (text.content === '') === (text.reasoning === '') ? null : text
}

/**
 * Where between its quotes the text stands that `choices[0].delta` calls by `name`. Proven by taking
 * it out: when that empties the field, it and no other place is the field, whatever else the JSON
 * holds, a second field of the same name included.
 */
function findText(json: string, name: string): { start: number; end: number } | null {
  const key = `"${name}"`
  const at = json.indexOf(key)
  if (at === -1) return null
  let start = at + key.length
  while (' :\t'.includes(json.charAt(start)) && start < json.length) start += 1
  if (json.charAt(start) !== '"') return null
  start += 1
  const end = closingQuote(json, start)
  if (end === start || end === json.length) return null
  const emptied = toRecord(parseJson(json.slice(0, start) + json.slice(end)))
  const choice = toRecord(toList(readField(emptied, 'choices'))[0])
  const isField = readField(readRecord(choice, 'delta'), name) === ''
  return isField ? { start, end } : null
}
