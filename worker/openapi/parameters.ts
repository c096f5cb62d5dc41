// The parameters that operations share, each described once.

import { listedStatuses } from '../account/generations.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: true
  readonly description: string
  readonly schema: object
}

const text = { type: 'string' }

export const parameters = {
  id: { name: 'id', in: 'path', required: true, description: 'The id it was given.', schema: text },
  delivery: {
    name: 'delivery',
    in: 'path',
    required: true,
    description: 'The id of a delivery.',
    schema: text,
  },
  deep: {
    name: 'deep',
    in: 'query',
    description: '1 asks the relay for its models, too: free, and proof that address and key work.',
    schema: { const: '1' },
  },
  limit: {
    name: 'limit',
    in: 'query',
    description: 'Entries on a page.',
    schema: { type: 'integer', minimum: 0, maximum: 100, default: 20 },
  },
  order: {
    name: 'order',
    in: 'query',
    description: 'By time of creation.',
    schema: { enum: ['asc', 'desc'], default: 'desc' },
  },
  after: {
    name: 'after',
    in: 'query',
    description: 'The last id of the page before; that entry itself may be gone.',
    schema: text,
  },
  afterOffset: {
    name: 'after',
    in: 'query',
    description: 'The offset of the last event that is known.',
    schema: { type: 'integer', minimum: 0, default: 0 },
  },
  lastEvent: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The same as `after`, as browsers send it, and stronger.',
    schema: text,
  },
  chatEvent: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last chunk that arrived, with the same body: reads on.',
    schema: text,
  },
  variant: {
    name: 'variant',
    in: 'query',
    description: 'A thumbnail exists only where the relay gave a preview.',
    schema: { enum: ['video', 'thumbnail'], default: 'video' },
  },
  range: {
    name: 'Range',
    in: 'header',
    description: 'A part of the file, such as bytes=0-1023.',
    schema: text,
  },
  days: {
    name: 'days',
    in: 'query',
    description: 'How many UTC days back, today included.',
    schema: { type: 'integer', minimum: 1, maximum: 366, default: 30 },
  },
  nextAfter: {
    name: 'after',
    in: 'query',
    description: 'The `next_after` of the page before.',
    schema: text,
  },
  status: {
    name: 'status',
    in: 'query',
    description: 'Which ones to list.',
    schema: { enum: [...listedStatuses], default: 'failed' },
  },
  charge: {
    name: 'charge',
    in: 'query',
    description: 'Only those that may have cost as much.',
    schema: { enum: ['none', 'possible', 'certain'] },
  },
  account: { name: 'account', in: 'query', description: 'Only this account’s.', schema: text },
  idempotency: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'The same key with the same body is the same generation, for 7 days; with another body 422.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  },
  cache: {
    name: 'Cache-Control',
    in: 'header',
    description:
      'no-cache: generate anew. no-store: share with nobody. max-age: at most so old. only-if-cached: 504 instead of paying.',
    schema: text,
  },
  prefer: {
    name: 'Prefer',
    in: 'header',
    description: 'wait=N (seconds, at most 300) on videos; respond-async on chat.',
    schema: text,
  },
} as const satisfies Record<string, Parameter>

export type ParameterName = keyof typeof parameters
