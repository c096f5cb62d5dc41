// What an account's schedules and the index of all accounts tell each other. The index keeps a copy of
// every schedule, so that 0.1, which knows only that object, finds them after a rollback.

import type { Run, Schedule } from './schedules.ts'

/** Runs of a schedule that are told: as many as it shows. */
export const RUNS_TOLD = 10

export type Copy =
  | { readonly kind: 'whole'; readonly schedule: Schedule; readonly runs: readonly Run[] }
  /** Nothing but a slot came: what was asked is as it was told. */
  | {
      readonly kind: 'times'
      readonly id: string
      readonly nextAt: number | null
      readonly lastMissedSlot: number | null
      readonly runs: readonly Run[]
    }
  | { readonly kind: 'gone'; readonly id: string }

/** What the index has of an account that is not as the account told it. */
export interface Difference {
  readonly schedules: readonly { readonly schedule: Schedule; readonly runs: readonly Run[] }[]
  /** Ids of schedules that are there no more. */
  readonly gone: readonly string[]
}

export interface IndexPort {
  /** A part of it, while there is any; what was told is not different any more. */
  differing(account: string): Promise<Difference>
  /** `nextAt`: when the account has something to do, late or not; null for never. */
  keep(account: string, nextAt: number | null, copies: readonly Copy[]): Promise<void>
}
