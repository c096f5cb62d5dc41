// What the sentences of an answer say about how it goes: queued, running, failed, trying again.
// Whole lines only, because a line that says "failed" may go on to say "retrying".

import type { FailureCode } from '../failures.ts'
import { isDigit } from './progress.ts'
import { readLine, saysQueued, saysRunning } from './wording.ts'

/** A failure's reason stands at its beginning; a longer line is a payload. */
const LONGEST_LINE = 2048
/** Enough for every phase word to span two chunks. */
const OVERLAP = 32

export type ProseNote =
  | { readonly type: 'phase'; readonly phase: 'queued' | 'running' }
  | { readonly type: 'retry' }
  | {
      readonly type: 'failure'
      readonly code: FailureCode
      readonly line: string
      readonly takesBack: boolean
    }

export interface ProseReader {
  push(text: string): readonly ProseNote[]
  end(): readonly ProseNote[]
}

export function createProseReader(): ProseReader {
  let line = ''
  let overlap = ''
  let isRunning = false
  let notes: ProseNote[] = []
  let lastLine = ''
  let lastMeaning = readLine(lastLine)

  function finishLine(): void {
    if (line.trim() !== '') {
      // A percentage after the other is one sentence with other numbers: read once for all of them.
      const meaning = isSameButNumbers(line, lastLine) ? lastMeaning : readLine(line)
      lastLine = line
      lastMeaning = meaning
      if (meaning.isRetry) notes.push({ type: 'retry' })
      else if (meaning.failure !== null) {
        notes.push({ type: 'failure', code: meaning.failure, line, takesBack: meaning.takesBack })
      }
    }
    line = ''
  }

  function readPhase(text: string): void {
    const window = overlap + text
    overlap = window.slice(-OVERLAP)
    isRunning = saysRunning(window)
    if (saysQueued(window)) notes.push({ type: 'phase', phase: 'queued' })
    if (isRunning) notes.push({ type: 'phase', phase: 'running' })
  }

  function take(): readonly ProseNote[] {
    const taken = notes
    notes = []
    return taken
  }

  return {
    push(text) {
      if (!isRunning) readPhase(text)
      let start = 0
      for (;;) {
        const end = text.indexOf('\n', start)
        const piece = text.slice(start, end === -1 ? text.length : end)
        if (line.length < LONGEST_LINE) line += piece.slice(0, LONGEST_LINE)
        if (end === -1) return take()
        finishLine()
        start = end + 1
      }
    },
    end() {
      finishLine()
      return take()
    },
  }
}

/** Numbers stand in the same places, and the words around them are equal. No wording has a digit. */
function isSameButNumbers(a: string, b: string): boolean {
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    if (isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      while (isDigit(a.charCodeAt(i))) i += 1
      while (isDigit(b.charCodeAt(j))) j += 1
    } else {
      if (a.charCodeAt(i) !== b.charCodeAt(j)) return false
      i += 1
      j += 1
    }
  }
  return i === a.length && j === b.length
}
