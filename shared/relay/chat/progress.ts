// Percentages out of prose. A number counts only behind a known label, or in the run of bare
// numbers that one relay sends behind its label (`进度 36..` then `44..`). No label, no progress:
// durations, sizes and ids are numbers too.

import { behindDigits, DIGIT, isDigit, isOneOf, kindsIn } from './characters.ts'
import type { Sentence } from './sentence.ts'

/** What may stand directly before the number. Lower case. */
const labels = ['进度', 'progress', '已生成']
/** What may stand between label and number: emphasis, colons, bars. */
const isFiller = isOneOf(' \t*_:：=~≈约为是至到(（[【]】|>"\'█▓▒░■□▇▉#-')
/** What may stand between two numbers of a bare run. */
const isBareFiller = isOneOf(' .\n\r>🏃')
/** Longest stretch looked back over: a label and a progress bar. */
const LOOK_BACK = 64
/** `100.00` and some slack; a longer run of digits is no percentage. */
const LONGEST_NUMBER = 8
/** How much of what was read is kept before it is cut to what is looked back over. */
const MOST_KEPT = 512
const LONGEST_LABEL = Math.max(...labels.map((label) => label.length))
/** What has to be remembered of a text: its label may stand in front of all that filler. */
const KEPT = LOOK_BACK + LONGEST_LABEL
const none: readonly number[] = []

export interface ProgressReader {
  /** Percent 0 to 100 in order of appearance, repetitions included. */
  push(text: string): readonly number[]
  /** True when no percentage can end in `text`, in which `kinds` stand; it is then read already. */
  pass(text: string, kinds: number): boolean
  /** No number is open that the next text could continue. */
  readonly isIdle: boolean
  /** Reads a text that is the sentence, when idle; its number is the only percentage. */
  repeat(text: string, sentence: Sentence): void
}

export function createProgressReader(): ProgressReader {
  let before = ''
  let held = ''
  let isBareRun = false
  let lastLabel = ''
  let wasLabel = false

  function pass(text: string, kinds: number): boolean {
    if (held !== '' || (kinds & DIGIT) !== 0) return false
    if (isBareRun) isBareRun = consistsOf(text, isBareFiller)
    remember(text)
    return true
  }

  /** Most of it is never looked at: joined strings are only written out when they are. */
  function remember(text: string): void {
    if (text.length >= KEPT) before = text.slice(-KEPT)
    else {
      before += text
      if (before.length > MOST_KEPT) before = before.slice(-KEPT)
    }
  }

  function isLabelled(window: string, start: number): boolean {
    const label = labelBefore(window, start)
    if (label !== lastLabel) {
      lastLabel = label
      wasLabel = endsInLabel(label)
    }
    return wasLabel
  }

  /** The few characters that could be the label of the number at `start`. */
  function labelBefore(window: string, start: number): string {
    const at = fillerStart(window, start)
    if (at >= LONGEST_LABEL) return window.slice(at - LONGEST_LABEL, at)
    // Only a number near the beginning has its label in what was read before.
    const whole = before.slice(-KEPT) + window.slice(0, start)
    const end = fillerStart(whole, whole.length)
    return whole.slice(Math.max(0, end - LONGEST_LABEL), end)
  }

  return {
    pass,
    get isIdle() {
      return held === ''
    },
    repeat(text, { tail }) {
      isBareRun = isDots(tail) && consistsOf(tail, isBareFiller)
      remember(text)
    },
    push(text) {
      if (pass(text, kindsIn(text))) return none
      const window = held + text
      let found: number[] | null = null
      let at = 0
      held = ''
      while (at < window.length) {
        const code = window.charCodeAt(at)
        if (!isDigit(code)) {
          if (isBareRun && !isBareFiller(code)) isBareRun = false
          at += 1
          continue
        }
        const end = numberEnd(window, at)
        if (end - at > LONGEST_NUMBER) {
          isBareRun = false
          at = end
          continue
        }
        // `36`, `36.` and `36.0` may all go on in the next chunk; so may a lone `.` behind them.
        const next = window.charAt(end)
        if (next === '' || (next === '.' && end + 1 === window.length)) {
          held = window.slice(at)
          break
        }
        const hasDots = isDots(window, end)
        const percent = Number(window.slice(at, end))
        const isCounted = (hasDots || isPercentSign(next)) && percent < 1000
        if (isCounted && (isBareRun || isLabelled(window, at))) {
          found ??= []
          found.push(Math.min(100, percent))
          isBareRun = hasDots
        } else {
          isBareRun = false
        }
        at = end
      }
      remember(at === window.length ? window : window.slice(0, at))
      return found ?? none
    },
  }
}

/** Whether a number between the two is a percentage, whatever was said before. */
export function isProgress(head: string, tail: string): boolean {
  return (
    endsInLabel(head.slice(0, fillerStart(head, head.length))) &&
    (isDots(tail) || isPercentSign(tail.charAt(0)))
  )
}

function isDots(text: string, at = 0): boolean {
  return text.charAt(at) === '…' || text.startsWith('..', at)
}

function isPercentSign(char: string): boolean {
  return char === '%' || char === '％'
}

function consistsOf(text: string, isAllowed: (code: number) => boolean): boolean {
  for (let at = 0; at < text.length; at += 1) if (!isAllowed(text.charCodeAt(at))) return false
  return true
}

/** Where the filler begins that reaches to `end`. */
function fillerStart(text: string, end: number): number {
  let at = end
  const furthest = Math.max(0, end - LOOK_BACK)
  while (at > furthest && isFiller(text.charCodeAt(at - 1))) at -= 1
  return at
}

/** Behind a number with at most one decimal point; `36..` ends before its dots. */
function numberEnd(text: string, start: number): number {
  const whole = behindDigits(text, start)
  if (text.charAt(whole) !== '.') return whole
  const end = behindDigits(text, whole + 1)
  return end > whole + 1 ? end : whole
}

function endsInLabel(text: string): boolean {
  const lower = text.toLowerCase()
  return labels.some((label) => lower.endsWith(label))
}
