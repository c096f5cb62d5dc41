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
import type { BenchRelay } from './benchRelay.ts'
import { startBenchRelay } from './benchRelay.ts'
import { listWorkerds } from './workerdCpu.ts'

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

/** Linux' memory file system. */
const MEMORY = '/dev/shm'

export const places = { memory: existsSync(MEMORY) ? MEMORY : tmpdir(), disk: tmpdir() } as const
/** Where the objects live. */
export type Place = keyof typeof places

export async function startSite(place: Place = 'memory'): Promise<Site> {
  const folder = mkdtempSync(join(places[place], 'reelay-bench-'))
  const media = createMp4({ seed: 'bench', bytes: VIDEO_BYTES })
  const relay = await startBenchRelay(media)
  const gatewayAt = performance.now()
  const gateway = await startGateway({
    vars: {
      RELAY_BASE_URL: relay.baseUrl,
      RELAY_API_KEY: 'key-of-the-bench',
      ALLOW_PRIVATE_NETWORK: 'true',
    },
    persistTo: join(folder, 'gateway'),
  })
  await answer(`${gateway.url}/health`)
  const baselineAt = performance.now()
  const [gatewayPid = null] = listWorkerds()
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

async function answer(url: string): Promise<void> {
  await (await fetch(url)).text()
}
