// What the document says of one route: what it takes, answers and refuses. Its method, path and who
// may call it stand in the table of routes and nowhere else.

import type * as z from 'zod/v4-mini'
import type { HttpErrorCode } from '../http/errors.ts'
import type { Route } from '../http/routes.ts'
import type { ParameterName } from './parameters.ts'

/** What a success carries: a schema's JSON, several kinds of body, bytes, or nothing. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 204 | 206 | 503
  readonly description: string
  readonly schema?: z.ZodMiniType
  /** Of a stream of server-sent events: what each `data:` holds. */
  readonly events?: z.ZodMiniType
  /** Of lines of JSON: what each holds. */
  readonly lines?: z.ZodMiniType
  readonly bytes?: readonly ('video/mp4' | 'image/*' | 'text/plain')[]
}

/** In the order in which they are read. */
export const tags = [
  'Videos',
  'Chat',
  'Models',
  'Account',
  'Schedules',
  'Webhooks',
  'Agents',
  'Gateway',
] as const

export interface Operation {
  readonly tag: (typeof tags)[number]
  readonly summary: string
  readonly description?: string
  /** Besides those in its path. */
  readonly parameters?: readonly ParameterName[]
  readonly body?: {
    readonly schema: z.ZodMiniType
    readonly example: object
    /** The same fields as multipart/form-data. */
    readonly form?: true
    readonly optional?: true
  }
  readonly answers: readonly Answer[]
  /**
   * Besides those that its access, its body and the gateway itself can bring. Left out: `not_found`
   * where the path names something, else none.
   */
  readonly errors?: readonly HttpErrorCode[]
  /** No relay offers it: described, and left out where people look for what there is. */
  readonly isHidden?: true
  /** What it answers, with the status of the failure's code, when the generation failed. */
  readonly failure?: z.ZodMiniType
}

/** Operations under one heading. */
export function under<Name extends Route>(
  tag: Operation['tag'],
  operations: Readonly<Record<Name, Omit<Operation, 'tag'>>>,
): Readonly<Record<Name, Operation>> {
  const entries = Object.entries<Omit<Operation, 'tag'>>(operations)
  return Object.fromEntries(
    entries.map(([route, operation]) => [route, { tag, ...operation }]),
  ) as Record<Name, Operation>
}

/** A path as OpenAPI and people write it: `:id` → `{id}`. */
export const toTemplate = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

export const answer = (
  status: Answer['status'],
  description: string,
  schema: z.ZodMiniType,
): Answer => ({ status, description, schema })

export const ok = (description: string, schema: z.ZodMiniType): Answer =>
  answer(200, description, schema)

/** What everything that can start a generation may be refused with. */
export const admission = [
  'model_not_found',
  'outcome_unknown',
  'video_expired',
  'idempotency_mismatch',
  'rate_limit_exceeded',
  'insufficient_quota',
  'relay_suspended',
  'not_cached',
] as const satisfies readonly HttpErrorCode[]

/** The request that every example makes. */
export const boat = 'A paper boat drifts down a rainy street, filmed from just above the water'
export const sample = { prompt: boat, model: 'sora-2', seconds: '4', size: '1280x720' }
