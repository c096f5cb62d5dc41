// Who holds open generations, each as its callers use it: the gateway with streams or with jobs, and a
// peer with streams.

import type { Agent } from 'node:http'
import { FIRST_PERCENT } from './benchRelay.ts'
import type { Heap } from './heapOf.ts'
import { createPool, drain, Listener, readText, send } from './http.ts'
import { ask, type Way } from './latency.ts'
import type { Site } from './site.ts'
import { cpuMsOf, residentBytesOf } from './workerdProcess.ts'

export interface Opened {
  readonly prompt: string
  readonly id: string
  /** Its caller; nobody listens to a job. */
  readonly listener: Listener | null
  percent: number
}

export interface OpenSubject {
  /** Until its caller has the first percentage, or the id of a job. */
  open(prompt: string): Promise<Opened>
  /** null where nobody can ask. */
  readonly readStatus: ((one: Opened) => Promise<unknown>) | null
  /** How it words a percentage to who listens. */
  readonly word: (percent: number) => string
  cpuMs(): number
  weigh(): Promise<{ readonly heap: number; readonly resident: number }>
  close(): void
}

/** More than are ever open. */
const SOCKETS = 2_000

/** Streams through the gateway or through anybody else. */
export function toStreams(way: Way, pid: number | null, heap: Heap | null): OpenSubject {
  const pool = createPool(SOCKETS)
  return {
    async open(prompt) {
      const listener = new Listener(await ask(pool, way, prompt))
      const [id = ''] = /video_[\w-]+/.exec(await listener.hearText(way.word(FIRST_PERCENT))) ?? []
      return { prompt, id, listener, percent: FIRST_PERCENT }
    },
    readStatus: null,
    word: way.word,
    ...toMeasures(pid, heap, pool),
  }
}

/** Only the gateway can say how a video is doing. */
export function withStatus(streams: OpenSubject, site: Site): OpenSubject {
  return { ...streams, readStatus: toReadStatus(site) }
}

export function toJobs(site: Site, heap: Heap): OpenSubject {
  const pool = createPool(SOCKETS)
  const headers = { authorization: `Bearer ${site.key}`, 'content-type': 'application/json' }
  const url = `${site.gateway.url}/v1/videos`
  return {
    async open(prompt) {
      const body = JSON.stringify({ model: 'job', prompt })
      const response = await send(pool, { method: 'POST', url, headers, body })
      const { id } = JSON.parse(await readText(response)) as { id: string }
      return { prompt, id, listener: null, percent: FIRST_PERCENT }
    },
    readStatus: toReadStatus(site),
    word: String,
    ...toMeasures(site.gatewayPid, heap, pool),
  }
}

function toReadStatus({ gateway, key }: Site): (one: Opened) => Promise<unknown> {
  const pool = createPool(SOCKETS)
  const headers = { authorization: `Bearer ${key}` }
  return async ({ id }) =>
    await drain(await send(pool, { url: `${gateway.url}/v1/videos/${id}`, headers }))
}

function toMeasures(
  pid: number | null,
  heap: Heap | null,
  pool: Agent,
): Pick<OpenSubject, 'cpuMs' | 'weigh' | 'close'> {
  return {
    close() {
      heap?.close()
      pool.destroy()
    },
    cpuMs: () => cpuMsOf(pid),
    weigh: async () => ({
      heap: (await heap?.measure()) ?? Number.NaN,
      resident: residentBytesOf(pid),
    }),
  }
}
