import { expect, test } from 'vitest'
import { mayRepeat } from '../../../shared/video/failures.ts'
import { faults } from './faults.ts'
import { decodeText } from './manifest.ts'

test.each(faults.map((fault) => [fault.id, fault] as const))('%s', (_id, fault) => {
  const { verdict } = decodeText(fault.body, fault)
  if (fault.means === 'ok') {
    expect(verdict).toMatchObject({ is: 'video', url: 'https://cdn.example/v.mp4' })
    return
  }
  const [code, charge, outcome] = fault.means
  expect(verdict).toMatchObject({ is: 'failure', failure: { code, charge, outcome } })
  if (verdict.is === 'failure') expect(mayRepeat(verdict.failure)).toBe(fault.repeats)
})

test.each([
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': 'Sun, 22 Nov 2026 09:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Sun, 22 Nov 2020 09:00:30 GMT' }, undefined],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': '1e3' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '86400' }, 86_400_000],
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
  [{}, undefined],
] as const)('a refusal with %o asks to wait %s ms', (headers, expected) => {
  const { verdict } = decodeText('', { status: 429, headers })
  expect(verdict).toMatchObject({ is: 'failure', failure: { retryAfterMs: expected } })
})
