// A prompt is read for lengths before anybody has paid: in one pass, whatever it is made of.

import { expect, test } from 'vitest'
import { findLengths } from '../../shared/request/lengthWords.ts'

const usual = { by: 'prompt', text: '{seconds}s' } as const

test('a long text takes no longer than its length', () => {
  const read = (text: string) => {
    const start = performance.now()
    findLengths(text, usual)
    return performance.now() - start
  }
  for (const piece of [
    '1',
    's ',
    '15s ',
    'second',
    'duration',
    'duration:',
    '十',
    ' ',
    'a-',
    '\u200b',
  ]) {
    read(piece.repeat(2_000))
    const [short, long] = [2_000, 64_000].map((count) => read(piece.repeat(count)))
    // 32 times as much; what is quadratic takes 1024 times as long.
    expect(long).toBeLessThan(300 * Math.max(short ?? 0, 0.5))
  }
})
