// Everything the gateway's measurements need, started once: a relay, the gateway in one workerd, the
// baselines in another. Their objects live in memory where the system has a place for that: a local
// disk's fsync is ten times everything else here, and says nothing about Cloudflare's storage.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { createMp4 } from '../relay/media/mp4.ts'
import type { RunningBaseline } from './baseline/start.ts'
import { startBaseline } from './baseline/start.ts'
import type { BenchRelay, FileOptions } from './benchRelay.ts'
import { startBenchRelay } from './benchRelay.ts'
import { listWorkerds } from './workerdProcess.ts'

export interface Site {
  readonly relay: BenchRelay
  readonly gateway: RunningGateway
  readonly baseline: RunningBaseline
  /** An API key without limits. */
  readonly key: string
  readonly videoBytes: number
  /** From nothing to the first answer, ms. */
  readonly startMs: { readonly gateway: number; readonly baseline: number }
  /** Process id of the gateway's workerd; null where the system does not tell. */
  readonly gatewayPid: number | null
  close(): Promise<void>
}

/** A short clip in full definition. */
const VIDEO_BYTES = 8 * 1024 * 1024

/** Where the objects live: Linux' memory file system, where there is one. */
export const storage = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export interface SiteOptions extends FileOptions {
  /** So that `openHeap` can be asked. */
  readonly hasInspector?: boolean
  readonly videoBytes?: number
}

export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const folder = mkdtempSync(join(storage, 'reelay-bench-'))
  const media = createMp4({ seed: 'bench', bytes: options.videoBytes ?? VIDEO_BYTES })
  const relay = await startBenchRelay(media, options)
  const others = new Set(listWorkerds())
  const gatewayAt = performance.now()
  const gateway = await startGateway({
    vars: toVars(relay.baseUrl),
    persistTo: join(folder, 'gateway'),
    ...(options.hasInspector === true && { hasInspector: true }),
  })
  await answer(`${gateway.url}/health`)
  const baselineAt = performance.now()
  const gatewayPid = listWorkerds().find((pid) => !others.has(pid)) ?? null
  const baseline = await startBaseline(relay.baseUrl, join(folder, 'baseline'))
  await answer(`${baseline.url}/v1/route`)
  const startMs = { gateway: baselineAt - gatewayAt, baseline: performance.now() - baselineAt }
  const { key } = await gateway.createKey({ name: 'bench' })
  return {
    relay,
    gateway,
    baseline,
    key,
    videoBytes: media.size,
    gatewayPid,
    startMs,
    async close() {
      await Promise.all([gateway.close(), baseline.close()])
      await relay.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** As a job of five minutes is looked at in the mean: 35 times. */
const POLL_MS = 8_000

/** One relay that streams, and the same one as a taker of jobs. */
function toVars(baseUrl: string): Record<string, string> {
  const relay = { base_url: baseUrl, key: 'RELAY_API_KEY' }
  const model = { relay_model: 'sora-2', price_usd: 0 }
  return {
    RELAYS: JSON.stringify([
      { id: 'streams', kind: 'chat', ...relay },
      { id: 'jobs', kind: 'videos', body: 'json', poll_ms: POLL_MS, ...relay },
    ]),
    MODELS: JSON.stringify([
      { id: 'sora-2', relays: ['streams'], ...model },
      { id: 'job', relays: ['jobs'], ...model },
    ]),
    RELAY_API_KEY: 'key-of-the-bench',
    ALLOW_PRIVATE_NETWORK: 'true',
    REQUESTS_PER_MINUTE: '1000000',
    WRITES_PER_MINUTE: '1000000',
  }
}

async function answer(url: string): Promise<void> {
  await (await fetch(url)).text()
}
