// `npm run bench`: starts everything itself, prints its tables and writes them into docs/benchmarks.md.
// `--quick` takes less than a minute and writes nothing. A missed target is news, never a failure.

import { measureArchives } from './archives.ts'
import { measureCore } from './core.ts'
import { measureGrowth } from './growth.ts'
import { measureLatency } from './latency.ts'
import type { Pace } from './measure.ts'
import { describeOpen } from './openTables.ts'
import { startPortkey } from './portkey.ts'
import { printTables, toTables, writeTables } from './report.ts'
import type { Row } from './row.ts'
import { startSite } from './site.ts'
import { measureSubscribers } from './subscribers.ts'
import { measureThroughput } from './throughput.ts'
import { measureWeight } from './weight.ts'

const isQuick = process.argv.includes('--quick')
const pace: Pace = { isQuick, rounds: isQuick ? 5 : 25 }

const peer = isQuick ? null : await startPortkey()
const open = await describeOpen(pace, peer)
tell('open generations')
const rows: Row[] = []
const site = await startSite()
const measures = [
  () => measureLatency(site, pace, peer),
  () => measureThroughput(site, pace),
  () => measureSubscribers(site, pace),
  () => measureGrowth(pace),
  () => measureArchives(pace),
  () => measureCore(pace),
  () => measureWeight(pace),
]
for (const measure of measures) {
  rows.push(...(await measure()))
  tell(rows.at(-1)?.what ?? '')
}
await peer?.close()
await site.close()

const tables = [...open, ...toTables(rows)]
printTables(tables)
if (!isQuick) writeTables(tables)

/** What has been measured, and how long all took so far. */
function tell(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0)} s: ${what}`)
}
