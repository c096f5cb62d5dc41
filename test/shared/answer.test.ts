// What a client makes of videos and events that are older, newer or odder than its own: each field
// that may be missing has its stand-in, and what cannot be a video or an event is none.

import { describe, expect, test } from 'vitest'
import { safeParseVideo, safeParseWireEvent } from '../../shared/client/answer.ts'

const least = { id: 'video_1', object: 'video', status: 'queued' }
const empty = {
  ...least,
  model: '',
  progress: 0,
  created_at: 0,
  completed_at: null,
  expires_at: null,
  prompt: null,
  size: '',
  seconds: '',
  remixed_from_video_id: null,
  error: null,
  phase: 'queued',
  charge: 'possible',
  outcome: null,
  metadata: {},
}

describe('a video', () => {
  test('needs three fields; each other one has a stand-in', () => {
    expect(safeParseVideo(least)).toEqual(empty)
  })

  test.each(Object.entries(empty).slice(3))('takes %s, when it is odd, as %j', (field, standIn) => {
    for (const odd of [undefined, ['odd'], true]) {
      expect(safeParseVideo({ ...empty, [field]: odd })).toEqual({ ...empty, [field]: standIn })
    }
  })

  test('keeps what a newer gateway says', () => {
    expect(safeParseVideo({ ...least, cost_usd: 0.4 })).toEqual({ ...empty, cost_usd: 0.4 })
  })

  test('takes a code it does not know as a failure of the relay', () => {
    const error = { code: 'moderation_blocked', message: 'No.' }
    expect(safeParseVideo({ ...least, error })?.error).toEqual({ ...error, code: 'upstream_error' })
    expect(safeParseVideo({ ...least, error: { code: 'timeout' } })?.error).toEqual({
      code: 'timeout',
      message: '',
    })
  })

  test('has its links when they were sent, and no field for them when not', () => {
    const links = { url: 'https://a.example/1', source_url: 'https://b.example/1' }
    expect(safeParseVideo({ ...least, ...links })).toEqual({ ...empty, ...links })
    expect(safeParseVideo(least)).not.toHaveProperty('url')
    expect(safeParseVideo({ ...least, url: 1 })).toBeNull()
  })

  test.each([
    ['without an id', { ...least, id: '' }],
    ['of another kind', { ...least, object: 'model' }],
    ['in a state nobody knows', { ...least, status: 'paused' }],
    ['that is nothing', null],
  ])('%s is none', (_what, value) => {
    expect(safeParseVideo(value)).toBeNull()
  })
})

describe('an event', () => {
  const parse = (fields: object) =>
    safeParseWireEvent(JSON.stringify({ offset: 3, at: 5, ...fields }))
  const failed = { type: 'failed', charge: 'none', outcome: 'known' }

  test('carries a video as tolerantly, and what is new in it', () => {
    expect(parse({ type: 'completed', video: { ...least, cost_usd: 1 } })).toEqual({
      offset: 3,
      at: 5,
      type: 'completed',
      video: { ...empty, cost_usd: 1 },
    })
  })

  test.each([
    [{ type: 'started' }, { type: 'started', attempt: 1 }],
    [
      { type: 'progress', progress: 41.5 },
      { type: 'progress', progress: 41.5 },
    ],
    [
      { type: 'phase', phase: 'running' },
      { type: 'phase', phase: 'running' },
    ],
    [
      { type: 'phase', phase: 'queued', reason: 'new_code', retry_at: 9 },
      { type: 'phase', phase: 'queued', reason: 'upstream_error', retry_at: 9 },
    ],
    [
      { ...failed, error: { code: 'new_code' } },
      { ...failed, error: { code: 'upstream_error', message: '' } },
    ],
    [
      { ...failed, error: { code: 'timeout', message: 'm' }, retry_at: 9 },
      { ...failed, error: { code: 'timeout', message: 'm' }, retry_at: 9 },
    ],
  ])('%j is read as %j', (sent, read) => {
    expect(parse(sent)).toStrictEqual({ offset: 3, at: 5, ...read })
  })

  test.each([
    ['of a type nobody knows', { type: 'rewound' }],
    ['without a place', { type: 'queued', offset: 'first' }],
    ['that failed for a charge nobody knows', { ...failed, error: { code: 'timeout' }, charge: 1 }],
    ['completed without a video', { type: 'completed' }],
  ])('%s is none', (_what, fields) => {
    expect(parse(fields)).toBeNull()
  })

  test('stays terminal although its time to try again is odd', () => {
    const event = { ...failed, error: { code: 'rate_limited', message: 'm' } }
    expect(parse({ ...event, retry_at: 9.5 })).toMatchObject({ type: 'failed', retry_at: 9.5 })
    expect(parse({ ...event, retry_at: 'soon' })).toEqual({ offset: 3, at: 5, ...event })
  })

  test('that is no JSON is none', () => {
    expect(safeParseWireEvent('[DONE]')).toBeNull()
  })
})
