// What a log amounts to.

import { expect, test } from 'vitest'
import type { GenerationEvent } from '../../shared/video/events.ts'
import { fold } from '../../shared/video/video.ts'

const toState = (...events: readonly GenerationEvent[]) =>
  fold(events.map((event, index) => ({ offset: index + 1, at: index, event })))

test('an attempt that was refused leaves nothing behind: no progress, no charge', () => {
  const refused = toState(
    { type: 'queued' },
    { type: 'started', attempt: 1 },
    { type: 'progress', progress: 40 },
    { type: 'phase', phase: 'queued', reason: 'rate_limited', retry_at: 9 },
  )
  expect(refused).toMatchObject({ status: 'queued', phase: 'queued', progress: 0, charge: 'none' })
})
