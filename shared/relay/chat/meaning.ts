// What a relay's words mean, by the tables of wording.ts: which failure, which phase, whether it tries
// again, and whether a text is about a video at all.

import type { FailureCode } from '../../video/failures.ts'
import {
  apologyStarts,
  declineStarts,
  failureMarks,
  generationWords,
  otherResultWords,
  queuedWords,
  retryMarks,
  runningWords,
  takeBackMarks,
  wordings,
  type Meaning,
} from './wording.ts'

function normalise(text: string): string {
  const lower = text.toLowerCase()
  return lower.includes('’') ? lower.replaceAll('’', "'") : lower
}

/** What an error's code and message mean, null when neither is known. */
export function findMeaning(code: string, message: string): Meaning | null {
  const lowerCode = normalise(code)
  const lowerMessage = normalise(message)
  return (
    wordings.find((wording) => wording.codes.some((known) => matchesCode(lowerCode, known))) ??
    wordings.find((wording) => includesOneOf(lowerMessage, wording.words)) ??
    null
  )
}

function matchesCode(code: string, known: string): boolean {
  return known.startsWith('*') ? code.endsWith(known.slice(1)) : code === known
}

export interface LineMeaning {
  /** null when the line is no failure. */
  readonly failure: FailureCode | null
  readonly takesBack: boolean
  readonly isRetry: boolean
}

/** What one line of the relay's prose says about how it goes. */
export function readLine(line: string): LineMeaning {
  const lower = normalise(line)
  const isRetry = includesOneOf(lower, retryMarks)
  const isMarked = includesOneOf(lower, failureMarks)
  // Without a mark only sentences count that mean nothing else; a marked line is read as an error's
  // message, but it is about the generation: the relay's own time-outs are no gateway's.
  const wording = wordings.find(
    (known) =>
      includesOneOf(lower, known.prose ?? []) ||
      (isMarked && known.refused && includesOneOf(lower, known.words)) ||
      (isMarked && includesOneOf(lower, known.marked ?? [])),
  )
  const failure = wording?.code ?? (isMarked ? 'upstream_error' : null)
  const start = withoutDecoration(lower)
  const takesBack =
    failure !== null && !isRetry && takeBackMarks.some((mark) => start.startsWith(mark))
  return { failure, takesBack, isRetry }
}

/** Quote marks, emphasis and spaces at the start of a line are layout. */
function withoutDecoration(line: string): string {
  return line.replace(/^[ \t>*#_-]+/, '')
}

export function saysQueued(text: string): boolean {
  return includesOneOf(text.toLowerCase(), queuedWords)
}

export function saysRunning(text: string): boolean {
  return includesOneOf(text.toLowerCase(), runningWords)
}

/** Whether a text without a link was at least about making a video. */
export function isAboutGeneration(text: string): boolean {
  const lower = normalise(text)
  return (
    includesOneOf(lower, generationWords) &&
    !includesOneOf(lower, otherResultWords) &&
    !declines(lower)
  )
}

/** Only its beginning says so: a relay at work may add what it cannot do. */
function declines(lower: string): boolean {
  const start = withoutDecoration(lower)
  const apology = apologyStarts.find((words) => start.startsWith(words)) ?? ''
  return declineStarts.some((words) => start.startsWith(words, apology.length))
}

export function includesOneOf(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word))
}
