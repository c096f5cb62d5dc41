// Percentages out of prose. A number counts only behind a known label, or in the run of bare
// numbers that one relay sends behind its label (`进度 36..` then `44..`). No label, no progress:
// durations, sizes and ids are numbers too.

/** What may stand directly before the number. Lower case. */
const labels = ['进度', 'progress', '已生成']
/** What may stand between label and number: emphasis, colons, bars. */
const filler = toCodes(' \t*_:：=~≈约为是至到(（[【]】|>"\'█▓▒░■□▇▉#-')
/** What may stand between two numbers of a bare run. */
const bareFiller = toCodes(' .\n\r>🏃')
/** Longest stretch looked back over: a label and a progress bar. */
const LOOK_BACK = 64
/** `100.00` and some slack; a longer run of digits is no percentage. */
const LONGEST_NUMBER = 8
const LONGEST_LABEL = Math.max(...labels.map((label) => label.length))
const none: readonly number[] = []

export interface ProgressReader {
  /** Percent 0 to 100 in order of appearance, repetitions included. */
  push(text: string): readonly number[]
}

export function createProgressReader(): ProgressReader {
  let before = ''
  let held = ''
  let isBareRun = false

  return {
    push(text) {
      if (held === '' && !hasDigit(text)) {
        if (isBareRun) isBareRun = consistsOf(text, bareFiller)
        before = (before + text).slice(-LOOK_BACK)
        return none
      }
      const window = before + held + text
      const found: number[] = []
      let at = before.length
      held = ''
      while (at < window.length) {
        const code = window.charCodeAt(at)
        if (!isDigit(code)) {
          if (isBareRun && !bareFiller.has(code)) isBareRun = false
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
        const isDots = next === '…' || window.startsWith('..', end)
        const isPercent = next === '%' || next === '％'
        const percent = Number(window.slice(at, end))
        const isCounted = (isPercent || isDots) && percent < 1000
        if (isCounted && (isBareRun || isLabelled(window, at))) {
          found.push(Math.min(100, percent))
          isBareRun = isDots
        } else {
          isBareRun = false
        }
        at = end
      }
      before = window.slice(Math.max(0, at - LOOK_BACK), at)
      return found
    },
  }
}

function toCodes(chars: string): ReadonlySet<number> {
  return new Set(Array.from({ length: chars.length }, (_, at) => chars.charCodeAt(at)))
}

function consistsOf(text: string, codes: ReadonlySet<number>): boolean {
  for (let at = 0; at < text.length; at += 1) if (!codes.has(text.charCodeAt(at))) return false
  return true
}

function hasDigit(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (isDigit(text.charCodeAt(at))) return true
  return false
}

/** An ASCII digit; false behind the end of a text, where there is no code. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Behind a number with at most one decimal point; `36..` ends before its dots. */
function numberEnd(text: string, start: number): number {
  let at = start
  while (isDigit(text.charCodeAt(at))) at += 1
  if (text.charAt(at) === '.' && isDigit(text.charCodeAt(at + 1))) {
    at += 1
    while (isDigit(text.charCodeAt(at))) at += 1
  }
  return at
}

function isLabelled(text: string, start: number): boolean {
  let at = start
  const furthest = Math.max(0, start - LOOK_BACK)
  while (at > furthest && filler.has(text.charCodeAt(at - 1))) at -= 1
  const before = text.slice(Math.max(0, at - LONGEST_LABEL), at).toLowerCase()
  return labels.some((label) => before.endsWith(label))
}
