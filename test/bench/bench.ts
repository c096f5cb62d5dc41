// `npm run bench`: starts everything itself, prints one table and writes docs/benchmarks.md.
// `--quick` takes less than a minute and writes nothing. A missed target is news, never a failure.

import { measureCore } from './core.ts'
import { measureGrowth } from './growth.ts'
import { measureLatency } from './latency.ts'
import type { Pace } from './measure.ts'
import { printRows, writeRows } from './report.ts'
import type { Row } from './row.ts'
import { startSite } from './site.ts'
import { measureSubscribers } from './subscribers.ts'
import { measureThroughput } from './throughput.ts'
import { measureWeight } from './weight.ts'

const isQuick = process.argv.includes('--quick')
const pace: Pace = { isQuick, rounds: isQuick ? 7 : 25 }

const rows: Row[] = [...(await measureCore(pace)), ...(await measureWeight(pace))]
const site = await startSite()
try {
  rows.push(...(await measureLatency(site, pace)))
  rows.push(...(await measureThroughput(site, pace)))
  rows.push(...(await measureSubscribers(site, pace)))
  rows.push(...(await measureGrowth(site, pace)))
} finally {
  await site.close()
}
printRows(rows)
if (!isQuick) writeRows(rows)
