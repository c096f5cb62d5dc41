// Percentages out of prose. A number counts at once behind a known label, or in the run of bare numbers that
// one relay sends behind its label (`进度 36..` then `44..`); else when its line has ended and is one of
// progress by its shape (percentLine.ts): durations, sizes and ids are numbers too.

import { readOpenLine, readPercentLine } from './percentLine.ts'
import { progressLabels } from './words/labels.ts'

/** What may stand between label and number: emphasis, colons, bars. */
const filler = ' \t*_:：=~≈约为是至到(（[【]】>|"\'█▓▒░■□▇▉#-'
/** What may stand between two numbers of a bare run; the runner in halves, as a cut may leave it. */
const bareFiller = /^(?:[ .\n\r>]|\ud83c|\udfc3)*$/
const numbers = /\d+(?:\.\d+)?/g
/** Longest stretch of filler between label and number: a progress bar. */
const MOST_FILLER = 64
/** `100.00` and some slack; a longer run of digits is no percentage. */
const LONGEST_NUMBER = 8
/** A block of code that holds nothing but how far the work is. */
const progressFence = /^\s*```\s*progress/i
const bareNumber = /^\s*(\d{1,2}|100)\s*$/
/** A longer line is no line of progress. */
const LONGEST_LINE = 240
/** What has to be remembered of a text: its label may stand in front of all that filler. */
const KEPT = MOST_FILLER + Math.max(...progressLabels.map((label) => label.length))

export interface ProgressReader {
  /** Percent 0 to 100 in order of appearance, repetitions included. */
  push(text: string): readonly number[]
  end(): readonly number[]
}

export function createProgressReader(): ProgressReader {
  let before = ''
  /** A number at the end of the text that the next one may continue. */
  let open = ''
  let isBareRun = false
  let line = ''
  let isInFence = false
  /** How many of the line's percentages have been told. */
  let told = 0

  function readLine(isWhole: boolean): readonly number[] {
    const isLong = line.length > LONGEST_LINE
    // Its label has told all of it: the usual line of a relay that is known.
    const isTold = told > 0 && line.split('%').length - 1 <= told
    if (isWhole && line.trimStart().startsWith('```')) isInFence = progressFence.test(line)
    const fenced = isWhole && isInFence ? bareNumber.exec(line)?.[1] : undefined
    const read = isWhole && !isLong ? readPercentLine : readOpenLine
    let untold: readonly number[] = []
    if (fenced !== undefined) untold = [Number(fenced)]
    else if (!isTold) untold = read(line.slice(0, LONGEST_LINE)).slice(told)
    told += untold.length
    if (isWhole) {
      line = ''
      told = 0
    }
    return untold
  }

  /** Behind a label that is known, without waiting for the end of the line. */
  function readLabelled(text: string): readonly number[] {
    const fresh = open + text
    const window = before + fresh
    const found: number[] = []
    let end = 0
    open = ''
    for (const { index, 0: number } of fresh.matchAll(numbers)) {
      isBareRun &&= number.length <= LONGEST_NUMBER && bareFiller.test(fresh.slice(end, index))
      end = index + number.length
      if (number.length > LONGEST_NUMBER) continue
      const next = fresh.slice(end, end + 2)
      // `36`, `36.` and `36.0` may all go on in the next chunk; so may a lone `.` behind them.
      const isBracketed = '[【'.includes(
        fresh.charAt(index - 1) || window.charAt(before.length + index - 1) || ' ',
      )
      if (next === '' || next === '.' || (isBracketed && next === '%')) {
        open = fresh.slice(index)
        break
      }
      const hasDots = next === '..' || next.startsWith('…')
      const isMarked = hasDots || next.startsWith('%') || next.startsWith('％')
      const start = before.length + index
      const isCounted =
        isMarked &&
        Number(number) < 1000 &&
        (isBareRun ||
          (isBracketed && /^[%％][\]】]/.test(next)) ||
          endsInLabel(window.slice(Math.max(0, start - KEPT), start)))
      if (isCounted) found.push(Math.min(100, Number(number)))
      isBareRun = isCounted && hasDots
    }
    if (open === '') isBareRun &&= bareFiller.test(fresh.slice(end))
    before = window.slice(0, window.length - open.length).slice(-KEPT)
    return found
  }

  return {
    push(text) {
      const labelled = readLabelled(text)
      told += labelled.length
      if (line.length <= LONGEST_LINE) line += text.slice(0, LONGEST_LINE + 1)
      const isWhole = text.endsWith('\n')
      return [...labelled, ...(isWhole || text.includes('%') ? readLine(isWhole) : [])]
    },
    end: () => readLine(true),
  }
}

function endsInLabel(text: string): boolean {
  let end = text.length
  const furthest = Math.max(0, end - MOST_FILLER)
  while (end > furthest && filler.includes(text.charAt(end - 1))) end -= 1
  const lower = text.slice(0, end).toLowerCase()
  return progressLabels.some((label) => lower.endsWith(label))
}
