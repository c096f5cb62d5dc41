// From a line to a data point. Queries name columns by their place: these are a promise.

import { expect, test } from 'vitest'
import { createReport, toDataPoint } from '../../worker/report/metrics.ts'
import type { AccountReport, EndReport } from '../../worker/report/report.ts'

const end: EndReport = {
  what: 'generation ended',
  id: 'video_1',
  request: 'req_1',
  account: 'acct_1',
  model: 'sora-2',
  relay: 'default',
  code: 'rate_limited',
  charge: 'none',
  outcome: 'known',
  usd: 0.4,
  queuedMs: 1,
  runningMs: 2,
  archivingMs: 3,
  attempts: 4,
  bytes: 5,
  status: 429,
  endedAt: 6,
}

test('the end of a generation', () => {
  expect(toDataPoint(end)).toEqual({
    indexes: ['acct_1'],
    blobs: ['generation ended', 'acct_1', 'sora-2', 'default', 'rate_limited', 'none', 'known'],
    doubles: [1, 2, 3, 0.4, 4, 5, 429],
  })
})

test('one that completed, and what nobody said', () => {
  const silent = { relay: null, bytes: null, status: null, queuedMs: null, attempts: null }
  expect(toDataPoint({ ...end, ...silent, code: null })).toEqual({
    indexes: ['acct_1'],
    blobs: ['generation ended', 'acct_1', 'sora-2', '', 'completed', 'none', 'known'],
    doubles: [0, 2, 3, 0.4, 0, 0, 0],
  })
})

const look: AccountReport = {
  what: 'account looked after',
  id: 'acct_1',
  outbox: 1,
  outboxAgeMs: 2,
  open: 3,
  oldestOpenMs: 4,
  doubtUsd: 0.8,
}

test('an account’s look', () => {
  expect(toDataPoint(look)).toEqual({
    indexes: ['acct_1'],
    blobs: ['account looked after', 'acct_1'],
    doubles: [1, 2, 3, 4, 0.8],
  })
})

test('other lines are no points', () => {
  expect(toDataPoint({ what: 'step failed', id: 'video_1' })).toBeNull()
})

test('a set that takes no point stops nothing', () => {
  const taken: unknown[] = []
  const full = createReport({
    writeDataPoint(point) {
      taken.push(point)
      throw new Error('full')
    },
  })
  full(look)
  full({ what: 'step failed', id: 'video_1' })
  expect(taken).toEqual([toDataPoint(look)])
  createReport(undefined)(look)
})
