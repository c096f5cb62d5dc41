// What the simulator behind this gateway does when the prompt says so: the menu "Try a failure", like
// the test cards of a payment provider. test/browser proves that each is one it knows.

import type { StringKey } from '../strings/t.ts'

export const trials = [
  ['[fail:moderation]', 'try.moderation'],
  ['[fail:quota]', 'try.quota'],
  ['[fail:rate-limited]', 'try.rate'],
  ['[cut:60]', 'try.cut'],
  ['[fault:stall]', 'try.stall'],
  ['[fail:empty]', 'try.empty'],
  ['[slow:1500]', 'try.slow'],
] as const satisfies readonly (readonly [directive: string, words: StringKey])[]
