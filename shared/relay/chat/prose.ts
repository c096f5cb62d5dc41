// What the sentences of an answer say about how it goes while it goes: queued, running, trying again.
// Phases are read as they come; whole lines are handed on, because only the end tells which of them
// was the last word (lastWords.ts).

import { createFinder } from './lexicon.ts'
import { queuedWords, runningWords } from './words/labels.ts'

/** A reason stands at its beginning; a longer line is a payload. */
const LONGEST_LINE = 2048
/** Enough for every phase word to span two chunks. */
const OVERLAP = 32

const queued = new RegExp(queuedWords.join('|').replace(/[()]/g, '\\$&'))
const running = new RegExp(runningWords.join('|').replace(/[()]/g, '\\$&'))

export type ProseNote =
  | { readonly type: 'phase'; readonly phase: 'queued' | 'running' }
  | { readonly type: 'line'; readonly line: string }

export interface ProseReader {
  push(text: string): readonly ProseNote[]
  end(): readonly ProseNote[]
}

export function createProseReader(): ProseReader {
  /** The beginning of the line whose end has not come. */
  let open = ''
  let overlap = ''
  let isRunning = false

  function readPhase(text: string): ProseNote[] {
    if (isRunning) return []
    const window = (overlap + text).toLowerCase()
    overlap = window.slice(-OVERLAP)
    isRunning = running.test(window)
    const notes: ProseNote[] = []
    if (queued.test(window)) notes.push({ type: 'phase', phase: 'queued' })
    if (isRunning) notes.push({ type: 'phase', phase: 'running' })
    return notes
  }

  function finish(): ProseNote[] {
    const line = open
    open = ''
    return line.trim() === '' ? [] : [{ type: 'line', line }]
  }

  return {
    push(text) {
      const notes = readPhase(text)
      for (const [n, piece] of text.split('\n').entries()) {
        if (n > 0) notes.push(...finish())
        if (open.length < LONGEST_LINE) open += piece.slice(0, LONGEST_LINE)
      }
      return notes
    },
    end: finish,
  }
}

/** The relay itself tries again; advice to the reader is none. */
export const saysRetry = createFinder('retrying')
