// One text of an answer as it grows: what is said to the caller and what the relay thinks aloud.
// Each answer of an `n > 1` request is a lane of its own, so that interleaved texts never mix.

import { createEchoFilter } from './echo.ts'
import { createLinkScanner, type FoundLink } from './links.ts'
import { createProgressReader } from './progress.ts'
import { createProseReader, type ProseNote } from './prose.ts'
import type { JsonRecord } from './record.ts'
import { createTaskReader } from './tasks.ts'

const LF = 10

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

  /** Line by line, so that a link and a failure of the same chunk keep their order. */
  function pushLine(line: string): void {
    for (const id of tasks.push(line)) onNote({ type: 'task', id })
    for (const value of progress.push(line)) onNote({ type: 'progress', progress: value })
    for (const link of links.push(line)) onNote({ type: 'link', link, isThought })
    for (const note of prose.push(line)) onNote(note)
  }

  return {
    push(text: string): void {
      if (text === '') return
      onNote({ type: 'text', text, isThought })
      let start = 0
      while (start < text.length) {
        const newline = text.indexOf('\n', start)
        let end = newline === -1 ? text.length : newline + 1
        // Empty lines say nothing and go with the one in front of them.
        while (text.charCodeAt(end) === LF) end += 1
        pushLine(start === 0 && end === text.length ? text : text.slice(start, end))
        start = end
      }
    },
    end(isCut: boolean): void {
      for (const link of links.end(isCut)) onNote({ type: 'link', link, isThought })
      for (const note of prose.end()) onNote(note)
    },
  }
}
