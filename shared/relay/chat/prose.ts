// What the sentences of an answer say about how it goes: queued, running, failed, trying again.
// Whole lines only, because a line that says "failed" may go on to say "retrying".

import type { FailureCode } from '../../video/failures.ts'
import { readLine, saysQueued, saysRunning } from './meaning.ts'

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
  /** The beginning of the line whose end has not come. */
  let open = ''
  let overlap = ''
  let isRunning = false

  function readPhase(text: string): ProseNote[] {
    if (isRunning) return []
    const window = overlap + text
    overlap = window.slice(-OVERLAP)
    isRunning = saysRunning(window)
    const notes: ProseNote[] = []
    if (saysQueued(window)) notes.push({ type: 'phase', phase: 'queued' })
    if (isRunning) notes.push({ type: 'phase', phase: 'running' })
    return notes
  }

  return {
    push(text) {
      const notes = readPhase(text)
      const pieces = text.split('\n')
      for (const [n, piece] of pieces.entries()) {
        if (n > 0) {
          notes.push(...toNotes(open))
          open = ''
        }
        if (open.length < LONGEST_LINE) open += piece.slice(0, LONGEST_LINE)
      }
      return notes
    },
    end() {
      return toNotes(open)
    },
  }
}

function toNotes(line: string): ProseNote[] {
  if (line.trim() === '') return []
  const { failure, takesBack, isRetry } = readLine(line)
  if (isRetry) return [{ type: 'retry' }]
  return failure === null ? [] : [{ type: 'failure', code: failure, line, takesBack }]
}
