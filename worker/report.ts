// One line of JSON per fact worth telling an operator. Ids, codes, numbers and names of steps only:
// never a prompt, a key, a link, or an error's own text from outside.

import type { Charge, FailureCode, Outcome } from '../shared/video/failures.ts'

export type Report =
  | {
      readonly what:
        | 'request failed'
        | 'object not reached'
        | 'step failed'
        | 'alarm failed'
        | 'slot not started'
        | 'account work failed'
        | 'generation work failed'
        | 'scheduler work failed'
      /** Of what it is about, '' when that is not known. */
      readonly id: string
      /** Only its class is told: messages of errors may quote what they choked on. */
      readonly error?: unknown
    }
  | SlotReport
  | AttemptReport

/** A slot of a schedule that will not be started any more; the schedule's runs say why. */
export interface SlotReport {
  readonly what: 'slot missed'
  /** The schedule's. */
  readonly id: string
  /** Its time, ms since the epoch. */
  readonly slot: number
}

/** How one attempt at a relay ended. */
export interface AttemptReport {
  readonly what: 'attempt ended'
  /** The video's. */
  readonly id: string
  readonly attempt: number
  /** Which relay, by its configured id. */
  readonly relay: string
  /** null when it brought a link. */
  readonly code: FailureCode | null
  /** The HTTP status; null when no answer began. */
  readonly status: number | null
  readonly ms: number
  /** Messages of the answer that were read; null when a crash hides it. */
  readonly frames: number | null
  readonly charge: Charge
  readonly outcome: Outcome
}

export function report(line: Report): void {
  const { error, ...rest } = 'error' in line ? line : { ...line, error: undefined }
  const kind = error instanceof Error ? error.name : undefined
  console.log(JSON.stringify({ ...rest, ...(kind !== undefined && { error: kind }) }))
}
