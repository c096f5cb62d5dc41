// What a script fixes of its world; all else is calm.

import type { CallerPlan, Clocks, Scenario } from './scenario.ts'
import type { Fate } from './world/fates.ts'
import type { DownloadFate } from './world/files.ts'
import type { MarketName } from './world/market.ts'

export interface Story {
  readonly market?: MarketName
  readonly jobMs?: number
  readonly hasEndpoint?: boolean
  readonly callers: readonly Partial<CallerPlan>[]
  /** What becomes of a generation's first POST, its second, …; the last one for all that follow. */
  readonly fates: readonly [Fate, ...Fate[]]
  readonly downloads?: readonly DownloadFate[]
  readonly storeFailures?: number
  readonly storeDeadMs?: number
  readonly storeHangs?: number
  readonly hungCalls?: number
  readonly alarms?: Scenario['alarms']
  readonly storage?: Scenario['storage']
  readonly clocks?: Clocks
  readonly broken?: NonNullable<Scenario['broken']>
  readonly mayLoseArchive?: boolean
  readonly partBytes?: number
  readonly archivesAtOnce?: number
  readonly slowDiskShare?: number
  readonly webhookRefusals?: number
  readonly webhookMs?: number
}
