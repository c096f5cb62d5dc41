// What an account says no with: a code for programs, a sentence for people, and when to come back.

import type { Minute } from '../platform/minutes.ts'
import type { AccessProblem } from './keys.ts'

export type RefusalCode =
  | AccessProblem
  | 'idempotency_mismatch'
  | 'video_expired'
  | 'not_cached'
  | 'outcome_unknown'
  | 'relay_suspended'
  | 'rate_limit_exceeded'
  | 'insufficient_quota'

/** Nothing was sent, and nothing will be. */
export interface Refusal<Code extends string = RefusalCode> {
  readonly kind: 'refused'
  readonly code: Code
  /** For people: what failed, why, what to do. */
  readonly message: string
  readonly retryAfterMs: number | null
  readonly minute: Minute | null
  /** The field it is about, where it is about one. */
  readonly param?: string
}

export function refuse<Code extends string>(
  code: Code,
  message: string,
  retryAfterMs: number | null = null,
  minute: Minute | null = null,
): Refusal<Code> {
  return { kind: 'refused', code, message, retryAfterMs, minute }
}
