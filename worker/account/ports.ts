// What an Account borrows from its host.

import type { Alarm, Now, Random, Sql } from '../../shared/ports.ts'
import type { VideoIdentity } from '../../shared/video/video.ts'
import type { Report } from '../generation/ports.ts'
import type { PostPort } from './sender.ts'

/** The generations' side of the protocol. */
export interface GenerationsPort {
  /** Ends an admitted generation that never started; idempotent. */
  abandon(owner: { account: string; identity: VideoIdentity }): Promise<'abandoned' | 'alive'>
}

export interface AccountPorts {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly random: Random
  readonly generations: GenerationsPort
  /** Sends one webhook message, guarded and with limits; never throws for what a receiver does. */
  readonly post: PostPort
  /** Keeps the object busy until the promise settles; a rejection is reported. */
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
  readonly settings: AccountSettings
}

export interface AccountSettings {
  /** How long a completed generation answers identical requests, ms; 0 turns the cache off. */
  readonly cacheTtlMs: number
  readonly retentionMs: number
  readonly breaker: boolean
}
