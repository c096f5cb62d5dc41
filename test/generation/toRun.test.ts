// How a generation went, by its log.

import { expect, test } from 'vitest'
import type { GenerationEvent, LogEntry } from '../../shared/video/events.ts'
import { toRun } from '../../worker/generation/toRun.ts'

function toLog(...events: readonly (readonly [at: number, event: GenerationEvent])[]): LogEntry[] {
  return events.map(([at, event], index) => ({ offset: index + 1, at, event }))
}

const failed: GenerationEvent = {
  type: 'failed',
  error: { code: 'download_failed', message: '' },
  charge: 'certain',
  outcome: 'known',
}
const completed: GenerationEvent = { type: 'completed', asset: { bytes: 9, sha256: '' } }

test('a wait between two attempts counts as running', () => {
  const log = toLog(
    [100, { type: 'queued' }],
    [150, { type: 'started', attempt: 1 }],
    [200, { type: 'phase', phase: 'queued', reason: 'rate_limited', retry_at: 300 }],
    [300, { type: 'started', attempt: 2 }],
    [500, { type: 'archiving' }],
    [510, completed],
  )
  const times = { queuedMs: 50, runningMs: 350, archivingMs: 10 }
  expect(toRun(log)).toEqual({ attempts: 2, ...times, bytes: 9 })
})

test('archived again after a day: only the second archiving counts', () => {
  const log = toLog(
    [0, { type: 'queued' }],
    [1, { type: 'started', attempt: 1 }],
    [3, { type: 'archiving' }],
    [10, failed],
    [86_400_000, { type: 'archiving' }],
    [86_400_007, completed],
  )
  const times = { queuedMs: 1, runningMs: 2, archivingMs: 7 }
  expect(toRun(log)).toEqual({ attempts: 1, ...times, bytes: 9 })
})

test('never sent', () => {
  const log = toLog([5, { type: 'queued' }], [25, failed])
  const times = { queuedMs: 20, runningMs: 0, archivingMs: 0 }
  expect(toRun(log)).toEqual({ attempts: 0, ...times, bytes: null })
})
