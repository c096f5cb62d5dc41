// What an isolate holds while many archives are made or large images come in, and whether all of them
// end well: what is alive above the same gateway when nothing goes on.

import { randomUUID } from 'node:crypto'
import type { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { AT_ONCE } from './benchRelay.ts'
import type { Heap } from './heapOf.ts'
import { openHeap } from './heapOf.ts'
import { createPool, readText, send } from './http.ts'
import type { Pace } from './measure.ts'
import type { Row } from './row.ts'
import { atMost } from './row.ts'
import type { Site, SiteOptions } from './site.ts'
import { startSite } from './site.ts'
import { cpuMsOf } from './workerdProcess.ts'

const MiB = 1024 * 1024
const MOST_MIB = 32
/** Long enough for all of them to meet. */
const FILE_MS = 500
const MOST_SOCKETS = 200

interface Stage {
  readonly site: Site
  readonly heap: Heap
  readonly pool: Agent
}

export async function measureArchives({ isQuick }: Pace): Promise<Row[]> {
  const count = isQuick ? 10 : 200
  const [large, small] = [20 * MiB, 100 * 1024]
  const rows = [await onSite({ videoBytes: large }, (stage) => archive(stage, count, '20 MiB'))]
  if (isQuick) return rows
  const unsaid = { videoBytes: small, saysLength: false }
  rows.push(
    await onSite(unsaid, (stage) => archive(stage, count, '100 KiB, length not said')),
    await onSite({ videoBytes: small }, (stage) => upload(stage, 20, 0)),
    await onSite(unsaid, (stage) => upload(stage, 6, count)),
  )
  return rows
}

async function onSite(options: SiteOptions, measure: (stage: Stage) => Promise<Row>): Promise<Row> {
  const site = await startSite({ ...options, fileMs: FILE_MS, hasInspector: true })
  const heap = await openHeap(site.gateway)
  const pool = createPool(MOST_SOCKETS)
  // What is made once, for the first of all.
  await complete(site, pool, { prompt: `${AT_ONCE}, the first` })
  const row = await measure({ site, heap, pool })
  heap.close()
  pool.destroy()
  await site.close()
  return row
}

async function archive({ site, heap, pool }: Stage, count: number, what: string): Promise<Row> {
  const idle = await heap.measure()
  const [cpuMs, beganAt] = [cpuMsOf(site.gatewayPid), performance.now()]
  const peak = await watch(
    heap,
    Array.from({ length: count }, () =>
      complete(site, pool, { prompt: `${AT_ONCE} ${randomUUID()}` }),
    ),
  )
  const seconds = (performance.now() - beganAt) / 1000
  const each = (cpuMsOf(site.gatewayPid) - cpuMs) / count
  return {
    section: 'Many archives and images',
    what: `${count} archives at once, ${what}`,
    ours: `${((peak - idle) / MiB).toFixed(1)} MiB of heap, all completed after ${seconds.toFixed(1)} s`,
    against: `${(idle / MiB).toFixed(1)} MiB (the same gateway, idle)`,
    verdict: `${site.relay.mostFiles} on their way at once, ${each.toFixed(0)} ms of CPU each, the local store's included`,
    target: atMost(MOST_MIB, (peak - idle) / MiB, ' MiB'),
  }
}

/** `archives`: of videos whose length is not said, at the same time. */
async function upload({ site, heap, pool }: Stage, count: number, archives: number): Promise<Row> {
  const idle = await heap.measure()
  const bytes = Buffer.alloc(8 * MiB, 'picture ')
  const image_url = `data:image/png;base64,${bytes.toString('base64')}`
  const images = Array.from({ length: count }, (_, index) => ({
    prompt: `${AT_ONCE} ${index}`,
    input_reference: { image_url },
  }))
  const plain = Array.from({ length: archives }, () => ({ prompt: `${AT_ONCE} ${randomUUID()}` }))
  // What one image holds most of lasts for a tenth of a second.
  const peak = await watch(
    heap,
    [...plain, ...images].map((body) => complete(site, pool, body)),
    0,
  )
  return {
    section: 'Many archives and images',
    what: `${count} images of 8 MiB at once${archives > 0 ? `, beside ${archives} archives` : ''}`,
    ours: `${((peak - idle) / MiB).toFixed(1)} MiB of heap, all completed`,
    against: `${(idle / MiB).toFixed(1)} MiB (the same gateway, idle)`,
    verdict: '',
    target: atMost(MOST_MIB, (peak - idle) / MiB, ' MiB'),
  }
}

/** Asks again when asked to, and waits until the video is there. */
async function complete({ gateway, key }: Site, pool: Agent, body: object): Promise<void> {
  const auth = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const headers = { ...auth, prefer: 'wait=300' }
  const url = `${gateway.url}/v1/videos`
  for (;;) {
    const ask = { method: 'POST', url, headers, body: JSON.stringify(body) } as const
    const response = await send(pool, ask)
    const answer = await readText(response)
    if (answer.includes('"status":"completed"')) return
    // The same request again waits for the same video.
    const isOnItsWay = response.statusCode === 503 || /"status":"(queued|in_progress)"/.test(answer)
    if (!isOnItsWay) throw new Error(answer)
  }
}

/** The most that is alive until all are done. */
async function watch(heap: Heap, work: readonly Promise<void>[], pauseMs = 250): Promise<number> {
  let peak = 0
  let isDone = false
  const done = Promise.all(work).finally(() => (isDone = true))
  while (!isDone) {
    peak = Math.max(peak, await heap.measure())
    // Each look collects all garbage, and is not to be the most of the work.
    await pause(pauseMs)
  }
  await done
  return peak
}
