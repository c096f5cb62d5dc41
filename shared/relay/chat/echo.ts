// Hides what is not the relay's answer: the JSON echo of the request at the start, and what stands
// between <think> tags. Both may hold the caller's own links, numbers and the word "failed".

import { isJsonObject, tryParseJson, type JsonObject } from '../../wire/json.ts'
import { echoKeys, resultKeys } from './words/keys.ts'

const FENCE = '```'
const THINK = '<think>'
const END_THINK = '</think>'
/** A fence and its language; more in front of the object means that this is no echo. */
const LONGEST_HEAD = 256

/** Where the parts of a text go, in their order. */
export interface EchoOutlets {
  /** What the relay says to the caller. */
  readonly shown: (text: string) => void
  /** What it says to itself: progress may stand here, results do not. */
  readonly thought: (text: string) => void
  /** JSON in place of prose, which some relays use for the result, an error, or a card. */
  readonly document: (document: JsonObject) => void
}

export interface EchoFilter {
  push(text: string): void
  /** Releases what was held back. */
  end(): void
}

/** For one text, from its first character on. */
export function createEchoFilter(outlets: EchoOutlets): EchoFilter {
  const echo = createEchoScan()
  let state: 'start' | 'echo' | 'open' = 'start'
  let held = ''
  let isThinking = false

  function splitThoughts(text: string, isEnd: boolean): void {
    let rest = held + text
    if (!rest.includes('<')) {
      held = ''
      if (rest !== '') (isThinking ? outlets.thought : outlets.shown)(rest)
      return
    }
    held = ''
    for (;;) {
      const tag = isThinking ? END_THINK : THINK
      const at = rest.indexOf(tag)
      const end = at === -1 ? rest.length - (isEnd ? 0 : overlap(rest, tag)) : at
      if (end > 0) (isThinking ? outlets.thought : outlets.shown)(rest.slice(0, end))
      if (at === -1) {
        held = rest.slice(end)
        return
      }
      rest = rest.slice(at + tag.length)
      isThinking = !isThinking
    }
  }

  function open(after: Remainder, isEnd: boolean): void {
    state = 'open'
    if (after.document !== null) outlets.document(after.document)
    splitThoughts(after.text, isEnd)
  }

  return {
    push(text) {
      if (state === 'open') {
        splitThoughts(text, false)
        return
      }
      let more = text
      if (state === 'start') {
        more = (held + text).trimStart()
        held = ''
        if (FENCE.startsWith(more)) {
          held = more
          return
        }
        if (!more.startsWith(FENCE) && !more.startsWith('{')) {
          open({ text: more, document: null }, false)
          return
        }
        state = 'echo'
      }
      const after = echo.push(more)
      if (after !== null) open(after, false)
    },
    end() {
      if (state === 'echo') open(echo.end(), true)
      else splitThoughts('', true)
    },
  }
}

/** Follows one leading JSON object, fenced or not, and hands back the text that is not echo. */
function createEchoScan() {
  let text = ''
  let at = 0
  let phase: 'fence' | 'before' | 'object' | 'after' = 'fence'
  let start = 0
  let end = 0
  let depth = 0
  let inString = false
  let isEscaped = false
  let isFenced = false
  let parts: string[] = []

  function decide(): Remainder {
    const object = text.slice(start, end)
    const value = tryParseJson(object)
    const record = isJsonObject(value) ? value : null
    const isEcho = record === null ? looksLikeEcho(object) : isEchoRecord(record)
    if (isEcho) return { text: text.slice(at), document: null }
    return record === null ? { text, document: null } : { text: text.slice(at), document: record }
  }

  return {
    /** What is left once decided, null while more is needed. */
    push(more: string): Remainder | null {
      parts.push(more)
      // Flattening per chunk would cost the square of a long prompt; inside the object only the
      // new characters are looked at.
      if (phase === 'object') {
        const done = scanObject(more)
        if (done === -1) return null
        text = parts.join('')
        parts = [text]
        end = text.length - more.length + done
        at = end
        phase = 'after'
      } else {
        text = parts.join('')
        parts = [text]
        if (phase !== 'after' && text.length > LONGEST_HEAD + more.length) return prose()
      }
      return step()
    },
    end(): Remainder {
      text = parts.join('')
      // Cut inside the object: an echo that never ended is still the caller's text.
      if (phase === 'object' && looksLikeEcho(text.slice(start)))
        return { text: '', document: null }
      return phase === 'after' ? decide() : prose()
    },
  }

  function prose(): Remainder {
    return { text, document: null }
  }

  function step(): Remainder | null {
    if (phase === 'fence') {
      while (at < text.length && isSpace(text.charCodeAt(at))) at += 1
      if (text.startsWith(FENCE, at)) {
        const line = text.indexOf('\n', at)
        const brace = text.indexOf('{', at)
        const head = brace !== -1 && (line === -1 || brace < line) ? brace : line
        if (head === -1) {
          const language = text.slice(at + FENCE.length)
          return 'json'.startsWith(language.trim().toLowerCase()) ? null : prose()
        }
        const language = text
          .slice(at + FENCE.length, head)
          .trim()
          .toLowerCase()
        if (language !== 'json' && language !== '') return prose()
        isFenced = true
        at = head
      }
      phase = 'before'
    }
    if (phase === 'before') {
      while (at < text.length && isSpace(text.charCodeAt(at))) at += 1
      if (at === text.length) return null
      if (text.charAt(at) !== '{') return prose()
      start = at
      phase = 'object'
      const done = scanObject(text.slice(start))
      if (done === -1) return null
      end = start + done
      at = end
      phase = 'after'
    }
    if (phase === 'after') {
      if (!isFenced) return decide()
      // Lenient towards what stands between the object and its closing fence.
      const fence = text.indexOf(FENCE, at)
      if (fence === -1) return text.length - at > 16 ? decide() : null
      at = fence + FENCE.length
      return decide()
    }
    return null
  }

  /** The length up to and including the closing brace, or -1 when the object goes on. */
  function scanObject(more: string): number {
    for (let index = 0; index < more.length; index += 1) {
      const code = more.charCodeAt(index)
      if (isEscaped) isEscaped = false
      else if (inString) {
        if (code === 0x5c) isEscaped = true
        else if (code === 0x22) inString = false
      } else if (code === 0x22) inString = true
      else if (code === 0x7b) depth += 1
      else if (code === 0x7d) {
        depth -= 1
        if (depth === 0) return index + 1
      }
    }
    return -1
  }
}

interface Remainder {
  readonly text: string
  readonly document: JsonObject | null
}

function isEchoRecord(value: JsonObject): boolean {
  if (resultKeys.some((key) => Object.hasOwn(value, key))) return false
  return echoKeys.some((key) => Object.hasOwn(value, key))
}

/** For JSON that a model wrote and got wrong. */
function looksLikeEcho(object: string): boolean {
  const head = object.slice(0, 200)
  return echoKeys.some((key) => head.includes(`"${key}"`))
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** How much of the end of `text` could be the beginning of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length
  }
  return 0
}
