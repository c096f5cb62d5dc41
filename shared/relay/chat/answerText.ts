// One text of an answer as it grows: what is said to the caller and what the relay thinks aloud.
// Each choice of an `n > 1` request has its own, so that interleaved texts never mix.

import { createEchoFilter } from './echo.ts'
import type { FoundLink } from './foundLink.ts'
import { createLinkScanner } from './links.ts'
import { createProgressReader } from './progress.ts'
import { createProseReader, type ProseNote } from './prose.ts'
import { createTaskReader, type FoundTask } from '../tasks.ts'
import type { JsonObject } from '../../wire/json.ts'

export type TextNote =
  | ProseNote
  | { readonly type: 'progress'; readonly progress: number }
  | { readonly type: 'task'; readonly id: string }
  | { readonly type: 'link'; readonly link: FoundLink; readonly isThought: boolean }
  | { readonly type: 'document'; readonly document: JsonObject }
  | { readonly type: 'text'; readonly text: string; readonly isThought: boolean }

export interface AnswerText {
  pushContent(text: string): void
  pushReasoning(text: string): void
  /** `isCut`: the stream broke off, so a link at the very end may be half of one. */
  end(isCut: boolean): void
}

export function createAnswerText(onNote: (note: TextNote) => void): AnswerText {
  const shown = createTextReader(false, onNote)
  const thought = createTextReader(true, onNote)
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

function createTextReader(isThought: boolean, onNote: (note: TextNote) => void) {
  const progress = createProgressReader()
  const prose = createProseReader()
  const links = createLinkScanner()
  const tasks = createTaskReader()

  /** Both may name a task, and the last one counts: the text decides which, not how it was cut. */
  function tellInOrder(names: readonly FoundTask[], found: readonly FoundLink[]): void {
    const inOrder = [
      ...names.map(({ id, at }) => ({ at, note: { type: 'task', id } as const })),
      ...found.map((link) => ({ at: link.at, note: { type: 'link', link, isThought } as const })),
    ].sort((one, other) => one.at - other.at)
    for (const { note } of inOrder) onNote(note)
  }

  return {
    push(text: string): void {
      if (text === '') return
      onNote({ type: 'text', text, isThought })
      // Line by line, so that a link and a failure of the same chunk keep their order.
      for (const line of text.split(behindLine)) {
        for (const value of progress.push(line)) onNote({ type: 'progress', progress: value })
        tellInOrder(tasks.push(line), links.push(line))
        for (const note of prose.push(line)) onNote(note)
      }
    },
    end(isCut: boolean): void {
      for (const link of links.end(isCut)) onNote({ type: 'link', link, isThought })
      for (const note of prose.end()) onNote(note)
    },
  }
}

/** Behind a line end and the empty lines after it. */
const behindLine = /(?<=\n)(?!\n)/
