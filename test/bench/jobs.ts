// What a generation costs that is asked for beside one that is streamed: the same video with as many
// reports, through relays that really speak so. Processor time of all of workerd, and calls to the relay.

import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import type { Pace } from './measure.ts'
import type { Row } from './row.ts'
import { places } from './site.ts'
import { cpuMsOf, listWorkerds } from './workerdCpu.ts'

const KEY = 'relay-key'
/** Between two reports of a stream, and the least between two looks. */
const STEP_MS = 250
const kinds = ['chat', 'videos'] as const

interface Cost {
  readonly cpuMs: number
  /** To the relay, the download included. */
  readonly calls: number
}

export async function measureJobs(pace: Pace): Promise<Row[]> {
  const count = pace.isQuick ? 20 : 100
  const [few, many] = [4, 24]
  const short = await measureWith(few, count)
  const long = await measureWith(many, count)
  if (short === null || long === null) return []
  const perStep = (kind: (typeof kinds)[number]) =>
    (long[kind].cpuMs - short[kind].cpuMs) / (many - few)
  const section = 'Gateway on workerd'
  const toMs = (ms: number) => `${ms.toFixed(1)} ms`
  return [
    {
      section,
      what: `CPU of a whole generation with ${few} reports, asked for as a job`,
      ours: toMs(short.videos.cpuMs),
      against: `${toMs(short.chat.cpuMs)} (streamed)`,
      verdict: `${short.videos.calls.toFixed(1)} calls to the relay, ${short.chat.calls.toFixed(1)} streamed`,
      target: null,
    },
    {
      section,
      what: 'CPU of each further look',
      ours: toMs(perStep('videos')),
      against: `${toMs(perStep('chat'))} (each further report of a stream)`,
      verdict: '',
      target: null,
    },
  ]
}

/** null where the system does not tell. */
async function measureWith(
  reports: number,
  count: number,
): Promise<Record<(typeof kinds)[number], Cost> | null> {
  const progress = Array.from({ length: reports }, (_, n) => Math.floor((99 * (n + 1)) / reports))
  const relay = await startRelaySimulator({ apiKey: KEY, stepMs: STEP_MS, progress })
  const folder = mkdtempSync(join(places.memory, 'reelay-bench-'))
  const others = new Set(listWorkerds())
  const list = kinds.map((kind) => {
    const address = { base_url: relay.baseUrlOf(kind), key: 'THE_KEY' }
    return { id: kind, kind, ...address, poll_ms: STEP_MS }
  })
  const models = kinds.map((id) => ({ id, relay_model: 'sora-2', price_usd: 0, relays: [id] }))
  const gateway = await startGateway({
    persistTo: folder,
    vars: {
      RELAYS: JSON.stringify(list),
      THE_KEY: KEY,
      MODELS: JSON.stringify(models),
      ALLOW_PRIVATE_NETWORK: 'true',
    },
  })
  try {
    const { key } = await gateway.createKey()
    const pid = listWorkerds().find((one) => !others.has(one)) ?? null
    const make = async (model: string, prompt: string) => {
      const body = JSON.stringify({ model, prompt })
      const headers = { prefer: 'wait=120' }
      const response = await gateway.fetch('/v1/videos', key, { method: 'POST', body, headers })
      const { status } = (await response.json()) as { status: string }
      if (status !== 'completed') throw new Error(`the video is ${status}`)
    }
    const measure = async (kind: (typeof kinds)[number]): Promise<Cost | null> => {
      // The first of its sort pays for what is made once.
      await make(kind, `${reports} reports, first`)
      const [before, calls] = [cpuMsOf(pid), countCalls()]
      await Promise.all(Array.from({ length: count }, (_, n) => make(kind, `${reports}, ${n}`)))
      const after = cpuMsOf(pid)
      if (before === null || after === null) return null
      return { cpuMs: (after - before) / count, calls: (countCalls() - calls) / count }
    }
    const countCalls = () => relay.requests.length + relay.downloads.length
    const [chat, videos] = [await measure('chat'), await measure('videos')]
    return chat === null || videos === null ? null : { chat, videos }
  } finally {
    await gateway.close()
    await relay.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
