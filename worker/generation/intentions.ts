// What a generation means to do, as it is written down before it is done: a restart goes on from here.
// Each is JSON in a column of the one row; a field that came later than 0.1 may be absent.

import type { KindId } from '../../shared/relay/kinds.ts'
import type { Tried } from '../../shared/relay/pickRelay.ts'
import type { RelayTask } from '../../shared/relay/relay.ts'
import type { Asset } from '../../shared/video/events.ts'
import type { Failure } from '../../shared/video/failures.ts'

/** One order to a relay, the only thing here that may cost money. */
export interface AttemptRow {
  readonly n: number
  readonly dispatchedAt: number
  /** null while nobody knows how it ended: after a crash this is the doubtful one. */
  readonly endedAt: number | null
  /** Why it failed. */
  readonly code: string | null
  readonly retryAt: number | null
  /** HTTP status of its answer; absent while nobody knows one. */
  readonly status?: number | null
  /** Which relay it went to, by its configured id. */
  readonly relay?: string
  /** What it costs there if it is billed, millionths of a US dollar. */
  readonly price?: number
  /** Refusals so far, in order; the last one is this attempt's. */
  readonly tried?: readonly Tried[]
  /** How often a relay has been asked again. */
  readonly repeats?: number
  /** Its refusal would meet the account's next request, too. Absent: it would not. */
  readonly opensBreaker?: boolean
  /** Whom the next attempt asks. */
  readonly next?: string
}

/** A job at a relay. Stored before anything else happens once its id is known, and kept to the end. */
export interface JobRow {
  readonly relay: string
  readonly kind: KindId
  readonly task: RelayTask
  readonly since: number
  /** The next look. */
  readonly retryAt: number
  /** Since when, and how often in a row, the relay has said that it knows no such job. */
  readonly unknown: { readonly since: number; readonly times: number } | null
}

/** What is still to be asked of a job after its generation has ended. */
export interface LateRow {
  readonly at: number
  /** Looks so far. */
  readonly looks: number
  /** Calls that should cancel it, still to be made. */
  readonly cancels: number
}

export interface ArchiveRow {
  readonly url: string
  readonly since: number
  readonly tries: number
  readonly retryAt: number | null
  readonly uploadId: string | null
  readonly bytes: number | null
  readonly sha256: string | null
  /** The store's name for these bytes. */
  readonly etag?: string
  /** Its media type, unless it is MP4. */
  readonly type?: Asset['type']
}

export interface LookupRow {
  readonly since: number
  readonly retryAt: number
  /** What it fails with when the look-up brings nothing. */
  readonly failure: Failure
}
