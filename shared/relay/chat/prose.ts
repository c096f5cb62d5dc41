// What the sentences of an answer say about how it goes: queued, running, failed, trying again.
// Whole lines only, because a line that says "failed" may go on to say "retrying".

import type { FailureCode } from '../../video/failures.ts'
import { behindDigits, isDigit } from './characters.ts'
import { readLine, saysQueued, saysRunning } from './wording.ts'

/** A failure's reason stands at its beginning; a longer line is a payload. */
const LONGEST_LINE = 2048
/** Enough for every phase word to span two chunks. */
const OVERLAP = 32
const LF = 10
const none: readonly ProseNote[] = []

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
  /** Whether a text that begins so leaves the open line as it is, or none is open. */
  isReadyFor(head: string): boolean
  /**
   * Reads a text that it is ready for and whose words were read before: their phase is told, and
   * they tell of nothing else. Notes are about the line in front of it.
   */
  repeat(text: string): readonly ProseNote[]
  end(): readonly ProseNote[]
}

export function createProseReader(): ProseReader {
  let line = ''
  let overlap = ''
  /** The open line is one that says nothing. */
  let isQuiet = false
  let isRunning = false
  let notes: ProseNote[] = []
  let lastLine = ''
  let lastMeaning = readLine(lastLine)

  function finishLine(): void {
    if (line !== '' && !isQuiet && line.trim() !== '') {
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
    isQuiet = false
  }

  function readPhase(text: string): void {
    const window = overlap + text
    overlap = window.slice(-OVERLAP)
    isRunning = saysRunning(window)
    if (saysQueued(window)) notes.push({ type: 'phase', phase: 'queued' })
    if (isRunning) notes.push({ type: 'phase', phase: 'running' })
  }

  function take(): readonly ProseNote[] {
    if (notes.length === 0) return none
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
        if (piece !== '') isQuiet = false
        if (line.length < LONGEST_LINE) line += piece.slice(0, LONGEST_LINE)
        if (end === -1) return take()
        finishLine()
        start = end + 1
      }
    },
    isReadyFor(head) {
      return line === '' || head.charCodeAt(0) === LF
    },
    repeat(text) {
      finishLine()
      line = text.slice(text.lastIndexOf('\n') + 1)
      isQuiet = true
      overlap = text
      return take()
    },
    end() {
      finishLine()
      return take()
    },
  }
}

/** Whether a line tells of no failure and no other try; then it does not with other numbers either. */
export function saysNothing(line: string): boolean {
  const { failure, isRetry } = readLine(line)
  return failure === null && !isRetry
}

/** Numbers stand in the same places, and the words around them are equal. No wording has a digit. */
export function isSameButNumbers(a: string, b: string): boolean {
  let i = 0
  let j = 0
  for (;;) {
    while (i < a.length && j < b.length && a.charCodeAt(i) === b.charCodeAt(j)) {
      i += 1
      j += 1
    }
    if (i === a.length && j === b.length) return true
    // Different, unless both stand inside of a number, at its end, or where both begin one.
    const isInNumber = i > 0 && isDigit(a.charCodeAt(i - 1))
    const [nextI, nextJ] = [behindDigits(a, i), behindDigits(b, j)]
    if (nextI === i && nextJ === j) return false
    if (!isInNumber && (nextI === i || nextJ === j)) return false
    i = nextI
    j = nextJ
  }
}
