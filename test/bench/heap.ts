// What an isolate holds: per open generation, while many archives are made, while large images come
// in. Each is what is alive above the same gateway when nothing goes on.

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startGateway } from '../gateway/startGateway.ts'
import { createMp4 } from '../relay/media/mp4.ts'
import { AT_ONCE, FIRST_PERCENT, startBenchRelay } from './benchRelay.ts'
import type { Heap } from './heapOf.ts'
import { openHeap } from './heapOf.ts'
import type { Pace } from './measure.ts'
import type { Row } from './row.ts'
import { atMost } from './row.ts'
import { places } from './site.ts'

const KiB = 1024
const MiB = 1024 * KiB
const MOST_KIB_PER_OPEN = 64
const MOST_MIB = 32
/** Long enough for all of them to meet. */
const FILE_MS = 500

interface Stage {
  readonly relay: Awaited<ReturnType<typeof startBenchRelay>>
  readonly heap: Heap
  /** The id of a new video. Whoever is asked to come back does. */
  create(body: object): Promise<string>
  waitForEnd(id: string): Promise<string>
}

export async function measureHeap({ isQuick }: Pace): Promise<Row[]> {
  const open = isQuick ? 200 : 1000
  const said = isQuick ? 10 : 30
  const archives = isQuick ? 50 : 200
  const images = isQuick ? 6 : 20
  return [
    await on(100 * KiB, true, (stage) => holdOpen(stage, open, said)),
    await on(100 * KiB, false, (stage) => archive(stage, archives, '100 KB, length not said')),
    await on(8 * MiB, true, (stage) => archive(stage, archives / 5, '8 MiB, length said')),
    await on(8 * MiB, false, (stage) => archive(stage, archives / 5, '8 MiB, length not said')),
    await on(100 * KiB, true, (stage) => upload(stage, images)),
  ]
}

async function on(
  videoBytes: number,
  saysLength: boolean,
  measure: (stage: Stage) => Promise<Row>,
): Promise<Row> {
  const folder = mkdtempSync(join(places.memory, 'reelay-heap-'))
  const media = createMp4({ seed: 'heap', bytes: videoBytes })
  const relay = await startBenchRelay(media, { fileMs: FILE_MS, saysLength })
  const gateway = await startGateway({
    vars: {
      RELAY_BASE_URL: relay.baseUrl,
      RELAY_API_KEY: 'key-of-the-bench',
      ALLOW_PRIVATE_NETWORK: 'true',
    },
    persistTo: folder,
    hasInspector: true,
  })
  const heap = await openHeap(gateway.miniflare)
  try {
    const { key } = await gateway.createKey({ name: 'heap' })
    const stage: Stage = {
      relay,
      heap,
      async create(body) {
        for (;;) {
          const init = { method: 'POST', body: JSON.stringify(body) }
          const response = await gateway.fetch('/v1/videos', key, init)
          const { id, error } = (await response.json()) as { id: string; error?: object }
          if (response.ok) return id
          if (response.status !== 503) throw new Error(JSON.stringify(error))
        }
      },
      async waitForEnd(id) {
        for (;;) {
          const response = await gateway.fetch(`/v1/videos/${id}/events`, key)
          const text = await response.text()
          if (text.includes('event: completed')) return 'completed'
          if (text.includes('event: failed')) return 'failed'
        }
      },
    }
    // What is made once, for the first of all.
    await stage.create({ prompt: randomUUID() })
    return await measure(stage)
  } finally {
    heap.close()
    await gateway.close()
    await relay.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function holdOpen({ relay, heap, create }: Stage, count: number, said: number): Promise<Row> {
  const idle = await heap.measure()
  const prompts = Array.from({ length: count }, () => randomUUID())
  await inGroups(prompts, (prompt) => create({ prompt }))
  for (let percent = FIRST_PERCENT + 1; percent <= said; percent += 1) {
    for (const prompt of prompts) await relay.sayWhenAsked(prompt, percent)
  }
  const each = (await settled(heap)) - idle
  await relay.settle(prompts)
  return {
    section: 'Memory of an isolate',
    what: `each of ${count.toLocaleString('en-US')} open generations, ${said} times progress`,
    ours: `${(each / count / KiB).toFixed(1)} KiB of heap`,
    ...toIdle(idle, idle + each),
    target: atMost(MOST_KIB_PER_OPEN, each / count / KiB, ' KiB'),
  }
}

async function archive(stage: Stage, count: number, what: string): Promise<Row> {
  const { heap, create, waitForEnd, relay } = stage
  const idle = await heap.measure()
  const ends = async () => {
    const ids = await Promise.all(
      Array.from({ length: count }, () => create({ prompt: `${AT_ONCE} ${randomUUID()}` })),
    )
    return await Promise.all(ids.map(waitForEnd))
  }
  const { peak, result } = await watch(heap, ends())
  const completed = result.filter((end) => end === 'completed').length
  return {
    section: 'Memory of an isolate',
    what: `${count} archives at once, ${what}`,
    ours: `${((peak - idle) / MiB).toFixed(1)} MiB of heap, ${completed} completed, ${relay.mostFiles} on their way at once`,
    ...toIdle(idle, peak),
    target: atMost(MOST_MIB, (peak - idle) / MiB, ' MiB'),
  }
}

async function upload({ heap, create }: Stage, count: number): Promise<Row> {
  const idle = await heap.measure()
  const bytes = Buffer.alloc(8 * MiB, 'picture ')
  const image_url = `data:image/png;base64,${bytes.toString('base64')}`
  const body = { prompt: randomUUID(), input_reference: { image_url } }
  const all = Promise.all(
    Array.from({ length: count }, (_, index) => create({ ...body, prompt: `${index}` })),
  )
  const { peak } = await watch(heap, all)
  return {
    section: 'Memory of an isolate',
    what: `${count} images of 8 MiB at once`,
    ours: `${((peak - idle) / MiB).toFixed(1)} MiB of heap`,
    ...toIdle(idle, peak),
    target: atMost(MOST_MIB, (peak - idle) / MiB, ' MiB'),
  }
}

/** The most that is alive until `work` is done. */
async function watch<T>(heap: Heap, work: Promise<T>): Promise<{ peak: number; result: T }> {
  let peak = 0
  let isDone = false
  const done = work.finally(() => (isDone = true))
  while (!isDone) peak = Math.max(peak, await heap.measure())
  return { peak, result: await done }
}

/** Until what was said has been read. */
async function settled(heap: Heap): Promise<number> {
  for (let before = 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const now = await heap.measure()
    if (Math.abs(now - before) < 100 * KiB) return now
    before = now
  }
}

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<unknown>) {
  for (let at = 0; at < items.length; at += 20) {
    await Promise.all(items.slice(at, at + 20).map(work))
  }
}

function toIdle(idle: number, busy: number): Pick<Row, 'against' | 'verdict'> {
  return {
    against: `${(idle / MiB).toFixed(1)} MiB (the same gateway, idle)`,
    verdict: `${(busy / idle).toFixed(2)}×`,
  }
}
