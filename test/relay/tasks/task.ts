// A task at the simulated relay: what was asked, under which key, how it will go, and what has been
// done with it so far.

import type { Job } from '../job.ts'
import type { RelayRequest } from '../relayRequest.ts'
import type { Script } from '../script.ts'
import type { TaskEnding } from './endings.ts'
import type { Life } from './life.ts'
import type { Manner } from './manner.ts'
import type { TaskKindId } from './taskKind.ts'
import type { TaskRefusal } from './taskRefusals.ts'

export interface Task {
  readonly kind: TaskKindId
  /** What it is called in addresses. */
  readonly id: string
  readonly job: Job
  /** The POST that made it. */
  readonly request: RelayRequest
  /** The credentials of that POST: no other may look. */
  readonly authorization: string
  readonly plan: TaskPlan
  /** What it costs when it is billed. */
  readonly costUsd: number
  /** Milliseconds since the epoch. */
  readonly takenAt: number
  readonly links: TaskLinks
  readonly looks: number
  readonly contentReads: number
  readonly cancels: number
  readonly isCancelled: boolean
}

export interface TaskLinks {
  /** Needs the key. */
  readonly content: string
  readonly direct: string
  readonly vendor: string
}

/** All that was decided when the POST arrived. */
export interface TaskPlan {
  /** Refused, so that no task is made. */
  readonly refusal: TaskRefusal | null
  readonly accepts: 'json' | 'form' | 'both'
  /** HTTP status of the create answer; null: the kind's own. */
  readonly createStatus: number | null
  /** The POST is answered with the video itself. */
  readonly isBlocking: boolean
  /** How often the relay handed the order on for one POST; each is billed. */
  readonly upstreamOrders: number
  readonly manner: Manner
  readonly life: Life
  readonly ending: TaskEnding
  /** What becomes of the money when it fails. */
  readonly failed: 'free' | 'billed'
  readonly create: Detour
  readonly look: Detour
  readonly content: Detour
  readonly cancel: Detour
}

/** What happens to an answer on its way out. */
export type Detour = (regular: Script, visit: DetourVisit) => Script

export interface DetourVisit {
  /** 1 for the first answer of its sort to this task, then counting. */
  readonly nth: number
  readonly links: TaskLinks
  /** An error document in this relay's shape. */
  refuse(refusal: TaskRefusal): Script
}

export const straight: Detour = (regular) => regular
