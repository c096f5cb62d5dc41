import { expect, test } from 'vitest'
import { mayRepeat, type FailureCode } from '../../shared/video/failures.ts'
import { failureCodes } from '../../shared/video/schema.ts'

const refusal = (code: FailureCode, refused: boolean) =>
  ({ code, message: '', charge: 'none', outcome: 'known', refused }) as const

test.each([
  ['rate_limited', true, true],
  ['rate_limited', false, false],
  ['upstream_unavailable', false, false],
  ['upstream_unavailable', true, true],
  ['no_channel', true, false],
  ['auth', true, false],
  ['upstream_error', true, false],
] as const)('%s (refused: %s) may be sent again: %s', (code, refused, expected) => {
  expect(mayRepeat(refusal(code, refused))).toBe(expected)
})

test('nothing that may be charged is ever sent again', () => {
  for (const code of failureCodes) {
    for (const charge of ['possible', 'certain'] as const) {
      expect(mayRepeat({ ...refusal(code, true), charge })).toBe(false)
    }
  }
})
