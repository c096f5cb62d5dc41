// Relays say one sentence over and over, with another percentage in it. Who knows the sentence needs
// no second look at its words: what they mean, and what they leave behind, never changes.

import { behindDigits, DIGIT, isDigit, LINE_END, LINK, NAME } from './characters.ts'
import { isProgress } from './progress.ts'
import { saysNothing } from './prose.ts'

/** A sentence of progress has some forty characters. */
export const LONGEST_SENTENCE = 128
/** `100`, and with its decimals. */
const LONGEST_WHOLE = 3
const LONGEST_NUMBER = 8

/** A text with one percentage in it, which counts, and nothing else that any reader looks for. */
export interface Sentence {
  readonly head: string
  readonly tail: string
  /** What {@link kindsIn} says about it. */
  readonly kinds: number
}

/** The sentence that `text` is, or null when more or less than one percentage is in it. */
export function toSentence(text: string, kinds: number): Sentence | null {
  if (
    text.length > LONGEST_SENTENCE ||
    (kinds & (DIGIT | LINE_END | NAME | LINK)) !== (DIGIT | LINE_END)
  ) {
    return null
  }
  let start = 0
  while (!isDigit(text.charCodeAt(start))) start += 1
  let end = text.length
  while (!isDigit(text.charCodeAt(end - 1))) end -= 1
  const head = text.slice(0, start)
  const tail = text.slice(end)
  if (!isPercentage(text.slice(start, end)) || !isProgress(head, tail)) return null
  return text.split('\n').every(saysNothing) ? { head, tail, kinds } : null
}

/** The number that `text` puts into the sentence, '' when it is another one. */
export function numberIn(text: string, { head, tail }: Sentence): string {
  const end = text.length - tail.length
  if (end <= head.length || text.slice(end) !== tail) return ''
  if (text.slice(0, head.length) !== head) return ''
  const number = text.slice(head.length, end)
  return isPercentage(number) ? number : ''
}

/** Digits, with at most one point between them, and not so many that they are something else. */
function isPercentage(text: string): boolean {
  const whole = behindDigits(text, 0)
  if (whole === 0 || whole > LONGEST_WHOLE || text.length > LONGEST_NUMBER) return false
  if (whole === text.length) return true
  return (
    text.charAt(whole) === '.' &&
    whole + 1 < text.length &&
    behindDigits(text, whole + 1) === text.length
  )
}
