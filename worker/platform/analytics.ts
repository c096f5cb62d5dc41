// Asks Workers Analytics Engine how the generations of the last 24 hours ended, of all accounts. It samples
// when there are many, so its counts are estimates; where it does not answer, the accounts are asked.

import { isJsonObject } from '../../shared/wire/json.ts'
import { report } from '../report/report.ts'

export interface AnalyticsSettings {
  readonly accountId: string
  /** May read Account Analytics, and nothing else. */
  readonly token: string
  readonly dataset: string
}

/** Generations of one relay that ended alike. */
export interface EndCount {
  readonly relay: string
  /** `completed`, or the code of a failure. */
  readonly code: string
  readonly count: number
  readonly p50Ms: number
  readonly p95Ms: number
}

const ASK_MS = 5_000

/** Blobs and doubles stand where `metrics.ts` puts them. */
const toQuery = (dataset: string) => `SELECT blob4 AS relay, blob5 AS code,
    sum(_sample_interval) AS ends,
    quantileExactWeighted(0.5)(double2, _sample_interval) AS p50,
    quantileExactWeighted(0.95)(double2, _sample_interval) AS p95
  FROM ${dataset}
  WHERE blob1 = 'generation ended' AND timestamp > NOW() - INTERVAL '1' DAY
  GROUP BY relay, code FORMAT JSON`

/** null when nothing that can be read was answered in time. */
export async function countEnds(
  { accountId, token, dataset }: AnalyticsSettings,
  send: (url: string, init: RequestInit) => Promise<Response> = (url, init) => fetch(url, init),
): Promise<EndCount[] | null> {
  const url = `https://api.cloudflare.com/client/v4/accounts/${accountId}/analytics_engine/sql`
  let status: number | null = null
  try {
    const response = await send(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: toQuery(dataset),
      redirect: 'manual',
      signal: AbortSignal.timeout(ASK_MS),
    })
    status = response.status
    const answer: unknown = status === 200 ? await response.json() : null
    const rows: unknown = isJsonObject(answer) ? answer['data'] : null
    if (Array.isArray(rows)) return rows.flatMap(toEndCount)
    report({ what: 'analytics not read', id: '', status })
  } catch (error) {
    report({ what: 'analytics not read', id: '', status, error })
  }
  return null
}

/** Large integers come as text. */
function toEndCount(row: unknown): EndCount[] {
  if (!isJsonObject(row)) return []
  const [count, p50Ms, p95Ms] = [row['ends'], row['p50'], row['p95']].map(Number)
  if (!Number.isFinite(count)) return []
  return [
    {
      relay: String(row['relay']),
      code: String(row['code']),
      count: Math.round(count ?? 0),
      p50Ms: p50Ms ?? 0,
      p95Ms: p95Ms ?? 0,
    },
  ]
}
