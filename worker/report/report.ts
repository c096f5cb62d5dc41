// One line of JSON per fact worth telling an operator. Ids, codes, numbers and names of steps only:
// never a prompt, a key, a link, or words from outside. What is told of an error: tellError.ts.

import type { Charge, FailureCode, Outcome } from '../../shared/video/failures.ts'
import type { Run } from '../protocol.ts'
import { tellError } from './tellError.ts'

export type Report =
  | {
      readonly what:
        | 'request failed'
        | 'object not reached'
        | 'store not reached'
        | 'step failed'
        | 'alarm failed'
        | 'slot not started'
        | 'schedule paused'
        | 'model without price'
        | 'metrics failed'
        | 'account work failed'
        | 'generation work failed'
        | 'scheduler work failed'
      /** Of what it is about, '' when that is not known. */
      readonly id: string
      readonly request?: string | null
      readonly error?: unknown
    }
  | SlotReport
  | AttemptReport
  | RetryReport
  | RecoveryReport
  | LookupReport
  | JobReport
  | JobCancelReport
  | ArchiveReport
  | EndReport
  | AccountReport
  | SuspensionReport
  | WokenReport
  | WebhookReport
  | EndpointReport
  | AnalyticsReport

/** The overview was put together from accounts alone. */
export interface AnalyticsReport {
  readonly what: 'analytics not read'
  readonly id: ''
  /** HTTP status of Analytics Engine; null when it gave no answer. */
  readonly status: number | null
  readonly error?: unknown
}

/** A slot of a schedule that will not be started any more; the schedule's runs say why. */
export interface SlotReport {
  readonly what: 'slot missed'
  /** The schedule's. */
  readonly id: string
  /** Its time, ms since the epoch. */
  readonly slot: number
}

/** What every line about a generation begins with. */
interface OfVideo {
  /** The video's. */
  readonly id: string
  /** Of the request that admitted it, as its answer's `x-request-id`; null where 0.1 admitted it. */
  readonly request: string | null
}

/** How one attempt at a relay ended. */
export interface AttemptReport extends OfVideo {
  readonly what: 'attempt ended'
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

/** The attempt cost nothing, and another one follows. */
interface RetryReport extends OfVideo {
  readonly what: 'retry planned'
  readonly attempt: number
  readonly relay: string
  readonly code: FailureCode
  readonly waitMs: number
}

/** An attempt was under way when the object was lost; it is not sent again. */
interface RecoveryReport extends OfVideo {
  readonly what: 'attempt recovered'
  readonly attempt: number
  readonly relay: string
  /** A link was seen: the video is archived. Without one the attempt counts as doubtful. */
  readonly hasLink: boolean
}

/** The relay's public task page was asked. */
interface LookupReport extends OfVideo {
  readonly what: 'looked up'
  readonly relay: string
  /** `unknown`: there was no page, or nothing that can be read. */
  readonly state: 'running' | 'completed' | 'failed' | 'unknown'
}

/** A job was asked for at its relay. */
interface JobReport extends OfVideo {
  readonly what: 'job looked at'
  readonly relay: string
  readonly state: 'running' | 'video' | 'failed' | 'no news'
}

/** A relay was asked to stop a job; at most five times. */
interface JobCancelReport extends OfVideo {
  readonly what: 'job cancelled'
  readonly relay: string
  /** What the answer says of the job; `no answer`: it is asked again. */
  readonly state: JobReport['state'] | 'no answer'
}

/** One try to bring the video into the store failed. */
interface ArchiveReport extends OfVideo {
  readonly what: 'archive failed'
  /** `storage_failed` is ours, `download_failed` the link's. */
  readonly code: FailureCode
  readonly tries: number
  /** null: it was the last one. */
  readonly waitMs: number | null
}

/**
 * One per closing, written in the turn in which the account books it. A crash before the books are
 * durable repeats it, with the same `id` and `endedAt`; it is never lost. A video that is archived once
 * more after a failed download closes, and is told, a second time.
 */
export interface EndReport extends OfVideo, MaybeRun {
  readonly what: 'generation ended'
  readonly account: string
  readonly model: string
  /** null when it completed. */
  readonly code: FailureCode | null
  readonly charge: Charge
  readonly outcome: Outcome
  /** What it costs if the relay bills it, which `charge` says. */
  readonly usd: number
  /** ms since the epoch. */
  readonly endedAt: number
}

/** Nothing is said by a generation that still runs 0.1. */
type MaybeRun = { readonly [Field in keyof Run]: Run[Field] | null }

/** What an account's hourly look found; daily, where nothing runs and nothing waits. */
export interface AccountReport {
  readonly what: 'account looked after'
  /** The account's. */
  readonly id: string
  /** Messages that wait to be delivered, and the age of the oldest. */
  readonly outbox: number
  readonly outboxAgeMs: number
  /** Generations that have not ended, and the age of the oldest. */
  readonly open: number
  readonly oldestOpenMs: number
  /** Held for generations of which nobody knows whether the relay billed them. */
  readonly doubtUsd: number
}

/** The relay refused the gateway's key or money: for some seconds this account asks it for nothing. */
interface SuspensionReport {
  readonly what: 'relay suspended'
  /** The account's. */
  readonly id: string
  readonly relay: string
  readonly code: FailureCode
  readonly ms: number
}

/**
 * An account found a generation that should have ended or gone long ago: its alarm was lost, or, as
 * after a restore, there is nothing of it any more and it ends in doubt.
 */
interface WokenReport extends OfVideo {
  readonly what: 'generation woken' | 'generation lost'
  readonly account: string
  /** Since its admission. */
  readonly ageMs: number
}

interface WebhookReport {
  readonly what: 'webhook given up'
  /** The message's `webhook-id`. */
  readonly id: string
  readonly account: string
  /** null for one that came with a request or a callback. */
  readonly endpoint: string | null
  readonly attempts: number
  /** Of the last answer; null when there was none. */
  readonly status: number | null
  readonly ageMs: number
}

/** Its receiver answered 410. */
interface EndpointReport {
  readonly what: 'endpoint disabled'
  readonly id: string
  readonly account: string
  /** Messages that were still to be sent, and are not any more. */
  readonly dropped: number
}

export function report(line: Report): void {
  const { error, ...rest } = 'error' in line ? line : { ...line, error: undefined }
  console.log(JSON.stringify({ ...rest, ...(error !== undefined && tellError(error)) }))
}
