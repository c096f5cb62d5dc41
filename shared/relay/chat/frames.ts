// Bytes to JSON frames, whatever the relay calls its framing: server-sent events, bare JSON lines,
// one JSON document, or a gateway's HTML page. Decided by bytes: content types lie.

import { SseParser, type SseLimits } from '../../wire/sse.ts'
import { tryParseJson, type JsonValue } from '../../wire/json.ts'

/** Enough of a page or a plain text to recognise a gateway's own words. */
const WORDS_KEPT = 4096

export type Frame =
  /** `isError`: the stream itself called this event an error. `isBody`: it came without framing. */
  | {
      readonly type: 'json'
      readonly value: JsonValue
      readonly isError: boolean
      readonly isBody: boolean
    }
  /** Something that should have been JSON: cut, or broken by the relay. */
  | { readonly type: 'malformed'; readonly text: string }

export interface FrameReader {
  /** True after `[DONE]`: whatever follows is not read. */
  readonly done: boolean
  /** The limit that ended the reading. */
  readonly exceeded: keyof SseLimits | null
  /** What was neither event nor JSON: an HTML page or a plain sentence, its beginning. */
  readonly words: string
  readonly isEmpty: boolean
  feed(bytes: Uint8Array): void
  end(): void
}

export function createFrameReader(
  limits: Partial<SseLimits>,
  onFrame: (frame: Frame) => void,
): FrameReader {
  let done = false
  let isEmpty = true
  let words = ''
  /** Lines of a JSON document that is spread over several; null until one began. */
  let document: string[] | null = null
  let sawFrame = false

  const parser = new SseParser({
    limits,
    onEvent: (event) => {
      if (event.data !== '') readText(event.data, event.type === 'error')
    },
    onStray: (line) => {
      if (done) return
      isEmpty = false
      const text = line.trim()
      const first = text.charCodeAt(0)
      if (document !== null) document.push(line)
      else if (text === '[DONE]') done = true
      else if ((first === 0x7b || first === 0x5b) && words === '') readStrayJson(line, text)
      else if (words.length < WORDS_KEPT) words += `${line.slice(0, WORDS_KEPT)}\n`
    },
  })

  function readStrayJson(line: string, text: string): void {
    const value = tryParseJson(text)
    if (value !== undefined) emit({ type: 'json', value, isError: false, isBody: true })
    else if (sawFrame) emit({ type: 'malformed', text })
    else document = [line]
  }

  function readText(text: string, isError: boolean, isBody = false): void {
    if (done) return
    isEmpty = false
    if (isDone(text)) {
      done = true
      return
    }
    const value = tryParseJson(text)
    if (value === undefined) emit({ type: 'malformed', text })
    else emit({ type: 'json', value, isError, isBody })
  }

  function emit(frame: Frame): void {
    sawFrame = true
    onFrame(frame)
  }

  return {
    get done() {
      return done
    },
    get exceeded() {
      return parser.exceeded
    },
    get words() {
      return words
    },
    get isEmpty() {
      return isEmpty
    },
    feed(bytes) {
      if (!done) parser.feed(bytes)
    },
    end() {
      if (!done) parser.salvage()
      if (document === null) return
      const text = document.join('\n')
      document = null
      readText(text, false, true)
    },
  }
}

/**
 * Exactly the marker, so that no longer text can forge an end. One relay escapes the newlines that
 * follow it, and they arrive as the characters backslash and n.
 */
function isDone(text: string): boolean {
  if (!text.startsWith('[DONE]')) return false
  return text.slice('[DONE]'.length).replaceAll('\\n', '') === ''
}
