// The same lines as numbers, for graphs and alerts: some of them become a data point of Workers
// Analytics Engine, if wrangler.toml binds METRICS. Columns are found by their place, so they stay in
// their order, and new ones follow the last.

import type { Report } from './report.ts'
import { report } from './report.ts'

/** As `AnalyticsEngineDataPoint`. */
export interface DataPoint {
  /** What is sampled together: the account. */
  readonly indexes: readonly [account: string]
  readonly blobs: readonly string[]
  readonly doubles: readonly number[]
}

/** null for a line that is told in the logs alone. */
export function toDataPoint(line: Report): DataPoint | null {
  if (line.what === 'generation ended') {
    const { what, account, model, relay, code, charge, outcome } = line
    const { queuedMs, runningMs, archivingMs, usd, attempts, bytes, status } = line
    return {
      indexes: [account],
      blobs: [what, account, model, relay ?? '', code ?? 'completed', charge, outcome],
      doubles: [queuedMs, runningMs, archivingMs, usd, attempts, bytes, status].map((n) => n ?? 0),
    }
  }
  if (line.what === 'account looked after') {
    const { what, id, outbox, outboxAgeMs, open, oldestOpenMs, doubtUsd } = line
    return {
      indexes: [id],
      blobs: [what, id],
      doubles: [outbox, outboxAgeMs, open, oldestOpenMs, doubtUsd],
    }
  }
  return null
}

/** `dataset` undefined: nobody bound one. A point that is not taken is told, and stops nothing. */
export function createReport(dataset: AnalyticsEngineDataset | undefined): (line: Report) => void {
  return (line) => {
    report(line)
    const point = dataset === undefined ? null : toDataPoint(line)
    if (point === null) return
    try {
      const { indexes, blobs, doubles } = point
      dataset?.writeDataPoint({ indexes: [...indexes], blobs: [...blobs], doubles: [...doubles] })
    } catch (error) {
      report({ what: 'metrics failed', id: line.id, error })
    }
  }
}
