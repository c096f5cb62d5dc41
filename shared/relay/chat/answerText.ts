// One text of an answer as it grows: what is said to the caller and what the relay thinks aloud.
// Each answer of an `n > 1` request is a lane of its own, so that interleaved texts never mix.

import { kindsIn, LINE_END } from './characters.ts'
import { createEchoFilter } from './echo.ts'
import { createLinkScanner, type FoundLink } from './links.ts'
import { createProgressReader } from './progress.ts'
import { createProseReader, isSameButNumbers, type ProseNote } from './prose.ts'
import type { JsonRecord } from './record.ts'
import { LONGEST_SENTENCE, numberIn, toSentence, type Sentence } from './sentence.ts'
import { createTaskReader, type FoundTask } from '../tasks.ts'

const LF = 10
const none: readonly never[] = []
const PATIENCE = 16

export type LaneNote =
  | ProseNote
  | { readonly type: 'progress'; readonly progress: number }
  | { readonly type: 'task'; readonly id: string }
  | { readonly type: 'link'; readonly link: FoundLink; readonly isThought: boolean }
  | { readonly type: 'document'; readonly document: JsonRecord }
  | { readonly type: 'text'; readonly text: string; readonly isThought: boolean }

export interface Lane {
  pushContent(text: string): void
  pushReasoning(text: string): void
  end(isCut: boolean): void
}

export function createLane(onNote: (note: LaneNote) => void): Lane {
  const shown = createVoice(false, onNote)
  const thought = createVoice(true, onNote)
  const filter = createEchoFilter({
    shown: shown.push,
    thought: thought.push,
    document: (document) => onNote({ type: 'document', document }),
  })
  return {
    pushContent: filter.push,
    pushReasoning: thought.push,
    end(isCut) {
      filter.end()
      thought.end(isCut)
      shown.end(isCut)
    },
  }
}

function createVoice(isThought: boolean, onNote: (note: LaneNote) => void) {
  const progress = createProgressReader()
  const prose = createProseReader()
  const links = createLinkScanner()
  const tasks = createTaskReader()
  let sentence: Sentence | null = null
  /** The last text with a number in it that was read in full. */
  let candidate = ''
  /** Texts since the last sentence that was learned. */
  let misses = 0
  let isRepeating = false
  /** The last repetition, when the readers have not seen it. */
  let unread = ''

  /** Reads the known sentence with another number in it; false when `text` is something else. */
  function repeat(text: string): boolean {
    if (sentence === null) return false
    if (!isRepeating && !(progress.isIdle && tasks.isIdle && links.isIdle)) return false
    const number = numberIn(text, sentence)
    if (number === '') return false
    if (isRepeating) unread = text
    else if (prose.isReadyFor(sentence.head)) {
      passRepeated(text, sentence)
      isRepeating = prose.isReadyFor(sentence.head)
    } else return false
    onNote({ type: 'progress', progress: Math.min(100, Number(number)) })
    return true
  }

  function passRepeated(text: string, known: Sentence): void {
    tasks.pass(text, known.kinds)
    links.pass(text, known.kinds)
    for (const note of prose.repeat(text)) onNote(note)
    progress.repeat(text, known)
  }

  /**
   * Of a row of repetitions the readers are shown the first, which ends what was open, and the last:
   * nothing that they look back for reaches over a number.
   */
  function endRepeating(): void {
    isRepeating = false
    if (unread === '' || sentence === null) return
    passRepeated(unread, sentence)
    unread = ''
  }

  /** Both may name a task, and the last one counts: the text decides which, not how it was cut. */
  function tellInOrder(names: readonly FoundTask[], found: readonly FoundLink[]): void {
    let next = 0
    for (const link of found) {
      for (let name = names[next]; name !== undefined && name.at <= link.at; name = names[next]) {
        onNote({ type: 'task', id: name.id })
        next += 1
      }
      onNote({ type: 'link', link, isThought })
    }
    for (const { id } of names.slice(next)) onNote({ type: 'task', id })
  }

  /** Only what was said before is worth a closer look: then its phase is told, too. */
  function learn(text: string, kinds: number): void {
    if (text.length > LONGEST_SENTENCE) return
    misses += 1
    // Who never says the same again is listened to less closely: one pair of texts in sixteen.
    if (misses > PATIENCE && misses % PATIENCE > 1) return
    if (isSameButNumbers(text, candidate)) {
      sentence = toSentence(text, kinds) ?? sentence
      misses = 0
    }
    candidate = text
  }

  return {
    push(text: string): void {
      if (text === '') return
      onNote({ type: 'text', text, isThought })
      if (repeat(text)) return
      if (isRepeating) endRepeating()
      // Who has nothing to find in the whole text need not look at its lines.
      const kinds = kindsIn(text)
      const hasTask = !tasks.pass(text, kinds)
      const hasProgress = !progress.pass(text, kinds)
      const hasLink = !links.pass(text, kinds)
      // Line by line, so that a link and a failure of the same chunk keep their order.
      let start = 0
      while (start < text.length) {
        const end = (kinds & LINE_END) === 0 ? text.length : lineEnd(text, start)
        const line = end - start === text.length ? text : text.slice(start, end)
        if (hasProgress) {
          for (const value of progress.push(line)) onNote({ type: 'progress', progress: value })
        }
        const names = hasTask ? tasks.push(line) : none
        const found = hasLink ? links.push(line) : none
        if (names.length > 0 || found.length > 0) tellInOrder(names, found)
        for (const note of prose.push(line)) onNote(note)
        start = end
      }
      if (hasProgress) learn(text, kinds)
    },
    end(isCut: boolean): void {
      endRepeating()
      for (const link of links.end(isCut)) onNote({ type: 'link', link, isThought })
      for (const note of prose.end()) onNote(note)
    },
  }
}

/** Behind the line that begins at `start`, and behind the empty ones after it: they say nothing. */
function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start)
  if (newline === -1) return text.length
  let end = newline + 1
  while (end < text.length && text.charCodeAt(end) === LF) end += 1
  return end
}
