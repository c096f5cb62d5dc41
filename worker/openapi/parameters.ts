// The parameters that operations share, each described once.

import { charges } from '../../shared/video/failures.ts'
import { videoStatuses } from '../../shared/video/statuses.ts'
import { listedStatuses } from '../account/generations.ts'
import { deeds } from '../directory/audit.ts'
import { exportParts } from '../http/routes/adminRecovery.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: true
  readonly description: string
  readonly schema: object
}

const text = { type: 'string' }
const parameter =
  (place: Parameter['in']) =>
  (name: string, description: string, schema: object = text): Parameter => ({
    name,
    in: place,
    ...(place === 'path' && { required: true }),
    description,
    schema,
  })
const unix = { type: 'integer', minimum: 0 }
const inPath = parameter('path')
const query = parameter('query')
const header = parameter('header')
const whole = (minimum: number, maximum: number, preset: number) => ({
  type: 'integer',
  minimum,
  maximum,
  default: preset,
})

export const parameters = {
  id: inPath('id', 'The id it was given.'),
  delivery: inPath('delivery', 'The id of a delivery.'),
  deep: query(
    'deep',
    '1 asks the relay for its models, too: free, and proof that address and key work.',
    { const: '1' },
  ),
  limit: query(
    'limit',
    'Entries on a page, which may hold fewer: it ends at 8 MiB, too.',
    whole(0, 100, 20),
  ),
  order: query('order', 'By time of creation.', { enum: ['asc', 'desc'], default: 'desc' }),
  after: query('after', 'The last id of the page before; that entry itself may be gone.'),
  ofStatus: query('status', 'Only those in this state.', { enum: videoStatuses }),
  ofModel: query('model', 'Only those of this model.'),
  search: query(
    'q',
    'Only those with this text in their prompt or id, in any case of its letters.',
  ),
  createdAfter: query('created_after', 'Only those of this time or later, Unix seconds.', unix),
  createdBefore: query('created_before', 'Only those of before this time, Unix seconds.', unix),
  afterOffset: query('after', 'The offset of the last event that is known.', {
    type: 'integer',
    minimum: 0,
    default: 0,
  }),
  lastEvent: header('Last-Event-ID', 'The same as `after`, as browsers send it, and stronger.'),
  chatEvent: header(
    'Last-Event-ID',
    'The id of the last chunk that arrived, with the same body: reads on.',
  ),
  variant: query('variant', 'A thumbnail exists only where the relay gave a preview.', {
    enum: ['video', 'thumbnail'],
    default: 'video',
  }),
  download: query(
    'download',
    'Save it under this name, such as boat.mp4. Put last, it may be added to a signed link.',
  ),
  name: inPath('name', 'Any file name, such as boat.mp4.'),
  range: header('Range', 'A part of the file, such as bytes=0-1023.'),
  days: query('days', 'How many UTC days back, today included.', whole(1, 366, 30)),
  nextAfter: query('after', 'The `next_after` of the page before.'),
  status: query('status', 'Which ones to list.', { enum: listedStatuses, default: 'failed' }),
  charge: query('charge', 'Only those that may have cost as much.', { enum: charges }),
  account: query('account', 'Only this account’s.'),
  undelivered: query('status', 'Given up, or still being tried.', {
    enum: ['failed', 'pending'],
    default: 'failed',
  }),
  deed: query('deed', 'Only these.', { enum: deeds }),
  what: query('what', 'Only these lines.', { enum: exportParts, default: 'all' }),
  idempotency: header(
    'Idempotency-Key',
    'The same key with the same body is the same generation, for 7 days; with another body 422.',
    { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  ),
  cache: header(
    'Cache-Control',
    'no-cache: generate anew. no-store: share with nobody. max-age: at most so old. only-if-cached: 504 instead of paying.',
  ),
  prefer: header(
    'Prefer',
    'wait=N (seconds, at most 300) on videos: after 15 s the answer begins, with white space until the video has ended. respond-async on chat.',
  ),
} as const satisfies Record<string, Parameter>

export type ParameterName = keyof typeof parameters
