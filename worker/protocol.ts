// What an account and its generations tell each other. They know one another only by these shapes;
// every call may be repeated after a crash, so every one of them is idempotent.

import type { JsonObject } from '../shared/wire/json.ts'
import type { Charge, FailureCode, Outcome } from '../shared/video/failures.ts'
import type { VideoIdentity, VideoResource } from '../shared/video/video.ts'

/** Whose generation it is, and which. */
export interface Owner {
  readonly account: string
  readonly identity: VideoIdentity
}

/** How a generation went, for those who watch the gateway. */
export interface Run {
  /** The configured id of the relay that was asked last. */
  readonly relay: string
  readonly attempts: number
  /** HTTP status of the last attempt's answer; null when none began, or nobody saw it. */
  readonly status: number | null
  /** From the admission to the first attempt, or to an end without one. */
  readonly queuedMs: number
  /** From there to the link or the end, with the waits between attempts. */
  readonly runningMs: number
  /** Of the latest archiving. */
  readonly archivingMs: number
  /** Of the stored video. */
  readonly bytes: number | null
}

/** How a generation ended, as its account needs to know it. Times in ms since the epoch. */
export interface Settlement {
  readonly status: 'completed' | 'failed'
  readonly code: FailureCode | null
  readonly charge: Charge
  readonly outcome: Outcome
  readonly endedAt: number
  readonly expiresAt: number
  /** The resource without links, kept for lists and deliveries. */
  readonly video: VideoResource
  /** Its start was never confirmed, so nobody was told its id. */
  readonly abandoned?: boolean
  /** The relay's refusal would meet the next request, too. Absent in what 0.1 sends: as its code says. */
  readonly opensBreaker?: boolean
  /** Absent in what 0.1 sends. */
  readonly run?: Run
  /** What it costs at the relay that took it, if billed, millionths of a US dollar. Absent: as held. */
  readonly cost?: number
}

/** What was learned about a generation's money after its end, from the job it left at the relay. */
export type LateTruth = Pick<Settlement, 'charge' | 'cost'>

/** What a generation asks of its account. */
export interface AccountPort {
  settle(account: string, id: string, settlement: Settlement): Promise<void>
  forget(account: string, id: string): Promise<void>
  /** This relay refuses the gateway's key or its money: nobody of this account asks it for a while. */
  suspend(account: string, relay: string, code: FailureCode): Promise<void>
  /** It failed for certain, or the work was done for one that was cancelled: only money follows. */
  settleLate(account: string, id: string, truth: LateTruth): Promise<void>
}

/** The account object that tells the operator. No account's id has a full stop. */
export const OPERATOR_OBJECT = 'gateway.operator'

/** What the operator is told. */
export interface Alert {
  /** The same for the same news, so that telling it twice is telling it once. */
  readonly id: string
  readonly type: 'gateway.budget_used' | 'gateway.relay_suspended' | 'gateway.login_failures'
  /** ms since the epoch. */
  readonly at: number
  /** Ids, codes and numbers only. */
  readonly data: JsonObject
}

/** How much went when an account was erased. */
export interface ErasedCounts {
  readonly videos: number
  readonly keys: number
  readonly endpoints: number
  readonly deliveries: number
  readonly schedules: number
}

/** What an account that is erased asks of everything that is its own. Each may be repeated. */
export interface ErasurePort {
  /** Ends and deletes one generation. `going`: it does, and tells the account when it is gone. */
  generation(id: string): Promise<'gone' | 'going'>
  /** All schedules of this account go; says how many. */
  schedules(account: string): Promise<number>
  /** Nobody finds it any more; only these numbers stay. */
  finish(account: string, counts: ErasedCounts): Promise<void>
  /** All that the account's own object stores. */
  storage(): Promise<void>
}

/** What an account asks of its generations. */
export interface GenerationsPort {
  /** Ends an admitted generation that never started, or says that it is alive after all. */
  abandon(owner: Owner): Promise<'abandoned' | 'alive'>
  /** Makes one that should have ended or gone long ago do so; `gone`: it is not there any more. */
  wake(id: string): Promise<'awake' | 'gone'>
}
