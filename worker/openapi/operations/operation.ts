// One operation of the API as a value: who may call it, what it takes, what it answers, what it
// refuses. The tables beside this file are lists of these.

import type * as z from 'zod/v4-mini'
import type { Scope } from '../../account/keys.ts'
import type { HttpErrorCode } from '../../http/errors.ts'
import type { ParameterName } from '../parameters.ts'

/** What a success carries: a schema's JSON, several kinds of body, bytes, or nothing. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 206 | 503
  readonly description: string
  readonly schema?: z.ZodMiniType
  /** Of a stream of server-sent events: what each `data:` holds. */
  readonly events?: z.ZodMiniType
  readonly bytes?: readonly ('video/mp4' | 'image/*')[]
}

export interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: 'Videos' | 'Chat' | 'Models' | 'Webhooks' | 'Schedules' | 'Account' | 'Gateway'
  /** A scope of the key, the operator's token, nothing, or a key or a signed link. */
  readonly access: Scope | 'admin' | 'anyone' | 'link'
  readonly parameters?: readonly ParameterName[]
  readonly body?: {
    readonly schema: z.ZodMiniType
    readonly example: object
    /** The same fields as multipart/form-data. */
    readonly form?: true
    readonly optional?: true
  }
  readonly answers: readonly Answer[]
  /** Besides those that its access, its body and the gateway itself can bring. */
  readonly errors?: readonly HttpErrorCode[]
}

export const ok = (description: string, schema: z.ZodMiniType): Answer => ({
  status: 200,
  description,
  schema,
})

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
