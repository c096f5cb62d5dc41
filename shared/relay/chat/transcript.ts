// What the answer said, kept for support and for a remix that sends it back. Bounded: the
// beginning decides what it was about, the end says how it went.

import { isAboutGeneration } from './lastWords.ts'

const TAIL_LENGTH = 500
/** Relays' own texts have some kilobytes; more is a payload that no remix needs. */
const MOST_TEXT = 65_536

export interface Transcript {
  /** Whether anything was said to the caller. */
  readonly hasText: boolean
  add(text: string, isThought: boolean): void
  isAboutVideo(): boolean
  /** What was said to the caller: nothing, nothing but addresses, or more. */
  shows(): 'nothing' | 'links' | 'text'
  take(words: string): { readonly tail: string; readonly text: string }
}

export function createTranscript(): Transcript {
  const shown: string[] = []
  let shownLength = 0
  let thoughts = ''
  let tail = ''
  let hasText = false

  return {
    get hasText() {
      return hasText
    },
    add(text, isThought) {
      tail += text
      if (tail.length > 8 * TAIL_LENGTH) tail = tail.slice(-TAIL_LENGTH)
      if (isThought) {
        if (thoughts.length < TAIL_LENGTH) thoughts += text
        return
      }
      if (!hasText && text.trim() !== '') hasText = true
      if (shownLength >= MOST_TEXT) return
      // A text may hold a whole video; no remix needs that.
      const kept = text.slice(0, MOST_TEXT - shownLength)
      shown.push(kept)
      shownLength += kept.length
    },
    isAboutVideo() {
      return isAboutGeneration(`${shown.join('')}\n${thoughts}`)
    },
    shows() {
      const rest = shown.join('').replace(/https?:\/\/[^\s)\]"'<>]+/g, '')
      return !hasText ? 'nothing' : /\p{L}{2}/u.test(rest) ? 'text' : 'links'
    },
    take(words) {
      const text = shown.join('').trim()
      const last = tail === '' ? words : tail
      return { tail: last.slice(-TAIL_LENGTH), text }
    },
  }
}
