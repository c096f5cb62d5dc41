// What an Account borrows from its host.

import type { Alarm, Now, Random, Sleep, Sql } from '../../shared/ports.ts'
import type { AccountSettings } from '../settings/config.ts'
import type { Alert, ErasurePort, GenerationsPort } from '../protocol.ts'
import type { Delivery } from '../outbound/outbound.ts'
import type { Report } from '../report/report.ts'

export interface AccountPorts {
  readonly sql: Sql
  readonly alarm: Alarm
  readonly now: Now
  readonly sleep: Sleep
  readonly random: Random
  readonly generations: GenerationsPort
  readonly erasure: ErasurePort
  /** May be repeated; null: nobody wants to be told. */
  readonly tellOperator: ((alert: Alert) => Promise<void>) | null
  /** Until when this account counts as restored, ms since the epoch, as the directory knows it. */
  readonly askRestoredUntil: (account: string) => Promise<number | null>
  /** Sends one webhook message, guarded and with limits; never throws for what a receiver does. */
  readonly post: (
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<Delivery>
  /** Keeps the object busy until the promise settles; a rejection is reported. */
  readonly defer: (work: Promise<void>) => void
  readonly report: (line: Report) => void
  readonly settings: AccountSettings
}
