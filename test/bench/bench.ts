// `npm run bench`: starts everything itself, prints one table and writes docs/benchmarks.md.
// `--quick` takes less than a minute and writes nothing. A missed target is news, never a failure.

import { measureAccounts } from './accounts.ts'
import { measureCore } from './core.ts'
import { measureGrowth } from './growth.ts'
import { measureHeap } from './heap.ts'
import { measureJobs } from './jobs.ts'
import { measureLatency } from './latency.ts'
import type { Pace } from './measure.ts'
import { measurePeer } from './peer.ts'
import { printRows, writeRows } from './report.ts'
import type { Row } from './row.ts'
import type { Place, Site } from './site.ts'
import { startSite } from './site.ts'
import { measureSubscribers } from './subscribers.ts'
import { measureThroughput } from './throughput.ts'
import { measureWeight } from './weight.ts'

const isQuick = process.argv.includes('--quick')
const pace: Pace = { isQuick, rounds: isQuick ? 7 : 25 }

const rows: Row[] = [...(await measureCore(pace)), ...(await measureWeight(pace))]
await measureOn('memory', async (site) => {
  rows.push(...(await measureLatency(site, pace)))
  if (!isQuick) rows.push(...(await measurePeer(site)))
  rows.push(...(await measureThroughput(site, pace)))
  rows.push(...(await measureSubscribers(site, pace)))
  rows.push(...(await measureGrowth(site, pace)))
  rows.push(...(await measureAccounts(site, pace)))
})
if (!isQuick) {
  await measureOn('disk', async (site) => {
    const [first] = await measureLatency(site, pace)
    if (first === undefined) return
    rows.push({ ...first, what: `${first.what}, objects on this disk`, target: null })
  })
}
rows.push(...(await measureJobs(pace)))
rows.push(...(await measureHeap(pace)))
printRows(rows)
if (!isQuick) writeRows(rows)

async function measureOn(place: Place, measure: (site: Site) => Promise<void>): Promise<void> {
  const site = await startSite(place)
  try {
    await measure(site)
  } finally {
    await site.close()
  }
}
