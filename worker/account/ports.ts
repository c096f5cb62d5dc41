// What an Account borrows from its host.

import type { Alarm, Now, Random, Sql } from '../../shared/ports.ts'
import type { AccountSettings } from '../config.ts'
import type { GenerationsPort } from '../protocol.ts'
import type { Report } from '../report.ts'
import type { PostPort } from './sender.ts'

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
