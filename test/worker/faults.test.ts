// Every way an upstream has been seen to fail, over real sockets: how the generation ends, what it
// may cost, and that whatever may have been charged was posted exactly once.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { downloadFaults } from '../relay/faults/downloads.ts'
import { applyFault } from '../relay/faults/faults.ts'
import type { FaultKnobs } from '../relay/faults/knobs.ts'
import { scenarioFaults } from '../relay/faults/scenarioFaults.ts'
import { isKeyOf } from '../relay/isKeyOf.ts'
import { createMp4, readWhole } from '../relay/media/mp4.ts'
import { mediaFor, serveMedia } from '../relay/media/serve.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { speakDialect } from '../relay/scenario.ts'
import { startGateway } from '../gateway/startGateway.ts'
import type { Ending } from './expectedEndings.ts'
import { answerEndings, connectionEndings, downloadEndings } from './expectedEndings.ts'
import { readLog } from './readEvents.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

/** Minutes in production; here long enough that a busy machine does not meet them by accident. */
const vars = {
  RELAY_HEADERS_MS: '3000',
  RELAY_SILENCE_MS: '3000',
  RELAY_PROGRESS_MS: '10000',
  RELAY_TOTAL_MS: '30000',
  ARCHIVE_MS: '12000',
  MAX_VIDEO_BYTES: '2000000',
}

/** What the catalogue says in minutes and gigabytes, in seconds and megabytes. */
function toKnobs(id: string): FaultKnobs {
  switch (id) {
    case '429-seconds':
      return { retryAfter: '1' }
    case '429-date':
      return { retryAfter: new Date(Date.now() + 2_000).toUTCString() }
    case 'slowloris':
      return { everyMs: 50 }
    case 'infinite':
      return { everyMs: 100 }
    case 'dl-slow':
      return { everyMs: 5 }
    case 'dl-short':
    case 'dl-short-no-length':
      return { times: 1 }
    case 'dl-too-big':
      return { bytes: 3_000_000 }
    default:
      return {}
  }
}

// A caller's prompt names the fault, so that all of them can run at the same time.
let site: Site
beforeAll(async () => {
  site = await startSite({ everyHost: false, vars })
  site.relay.setScenario((visit) => {
    const { prompt } = visit.request
    const isOver = site.relay.postsOf(prompt) > 1
    return isKeyOf(scenarioFaults, prompt) && !isOver
      ? scenarioFaults[prompt](toKnobs(prompt))(visit)
      : speakDialect('D1')(visit)
  })
  site.relay.setDownload((visit) => {
    const job = site.relay.billed.find(({ videoUrl }) => videoUrl.startsWith(visit.url.href))
    const id = job?.prompt ?? ''
    return isKeyOf(downloadFaults, id) ? downloadFaults[id](toKnobs(id))(visit) : serveMedia(visit)
  })
})
afterAll(() => site.close())

// Whoever has 10.0.0.1 on their network must not be asked by a test; see below for this one.
const { 'dl-redirect-private': _, ...openDownloadEndings } = downloadEndings
/** Asking these hosts again cannot help, and may move a gigabyte. */
const fetchedOnce = new Set(['dl-403-expired', 'dl-too-big'])
const endings: [string, Ending][] = Object.entries({ ...answerEndings, ...openDownloadEndings })

describe.concurrent('a generation', () => {
  test.each(endings)('meets %s and ends as it must', async (id, ending) => {
    // An account of its own: some of these open the breaker.
    const { key } = await site.gateway.createKey()
    const created = await site.post(
      '/v1/videos',
      { prompt: id },
      { key, headers: { prefer: 'wait=60' } },
    )
    const video = (await created.json()) as VideoResource
    expect(toEnding(video, site.relay.postsOf(id))).toEqual(ending)
    expect(video.source_url !== undefined).toBe(ending.code === 'download_failed')

    if (fetchedOnce.has(id)) {
      const fetches = site.relay.downloads.filter(({ url }) => url === video.source_url)
      expect(fetches).toHaveLength(1)
    }

    if (ending.code === null) {
      const content = await site.get(`/v1/videos/${video.id}/content`, { key })
      expect(Buffer.from(await content.arrayBuffer()).equals(readServed(id))).toBe(true)
    }

    const log = await readLog(await site.get(`/v1/videos/${video.id}/events`, { key }))
    const terminal = log.filter(({ type }) => type === 'completed' || type === 'failed')
    expect(terminal).toEqual([log.at(-1)])
  })
})

/** The whole file behind the address that was read last; a part of it, or of two, is not a video. */
function readServed(prompt: string): Uint8Array {
  const job = site.relay.billed.find((billed) => billed.prompt === prompt)
  const { pathname } = new URL(job?.videoUrl ?? '')
  const last = site.relay.downloads.findLast(({ url }) => new URL(url).pathname === pathname)
  const url = last?.url ?? ''
  const isNewVersion = prompt === 'dl-etag-change'
  return readWhole(
    isNewVersion ? createMp4({ seed: `${url}#new`, seconds: 1 }) : mediaFor(new URL(url)),
  )
}

test.each(Object.entries(connectionEndings))(
  '%s: nobody knows, so nothing is sent again',
  async (id, ending) => {
    const relay = await startRelaySimulator()
    if (!isKeyOf(connectionEndings, id)) throw new Error('not a fault')
    const RELAY_BASE_URL = await applyFault(relay, id)
    const gateway = await startGateway({
      relay,
      everyHost: false,
      vars: { ...vars, RELAY_BASE_URL },
    })
    try {
      const { key } = await gateway.createKey()
      const response = await gateway.fetch('/v1/videos', key, {
        method: 'POST',
        headers: { prefer: 'wait=60' },
        body: JSON.stringify({ prompt: id }),
      })
      const video = (await response.json()) as VideoResource
      expect(toEnding(video, relay.postsOf(id))).toEqual(ending)
    } finally {
      await gateway.close()
      await relay.close()
    }
  },
)

test('dl-redirect-private: a redirect into a private network is not followed', async () => {
  const guarded = await startSite({
    relay: { linkOrigin: 'https://cdn.example' },
    vars: { ...vars, RELAY_BASE_URL: 'https://relay.example/v1', ALLOW_PRIVATE_NETWORK: 'false' },
  })
  try {
    await applyFault(guarded.relay, 'dl-redirect-private')
    const created = await guarded.post(
      '/v1/videos',
      { prompt: 'private' },
      { headers: { prefer: 'wait=60' } },
    )
    const video = (await created.json()) as VideoResource
    expect(toEnding(video, 1)).toEqual(downloadEndings['dl-redirect-private'])
    // Refused for good at the first look: neither the private address nor the link is tried again.
    expect(guarded.relay.downloads.map(({ url }) => new URL(url).host)).toEqual(['cdn.example'])
  } finally {
    await guarded.close()
  }
})

const catalogue = join(process.env['REELAY_CORPUS'] ?? 'none', 'upstream-faults.json')
if (existsSync(catalogue)) {
  const { faults } = JSON.parse(readFileSync(catalogue, 'utf8')) as { faults: CatalogueRow[] }
  const all: Record<string, Ending> = { ...connectionEndings, ...answerEndings, ...downloadEndings }

  test.each(faults.filter(({ phase }) => phase !== 'store'))(
    'what is expected of $id is what the catalogue says',
    (row) => {
      const ending = all[row.id]
      if (ending === undefined) throw new Error('no such fault in the simulator')
      if (row.charged !== 'no') expect(ending.posts).toBe(1)
      const said = row.job_state.split(/[^a-z_]+/)
      if (row.job_state !== '')
        expect(toStates(ending).some((state) => said.includes(state))).toBe(true)
    },
  )
}

interface CatalogueRow {
  readonly id: string
  readonly phase: string
  readonly charged: 'no' | 'unknown' | 'yes'
  readonly job_state: string
}

function toEnding(video: VideoResource, posts: number): object {
  const { error, charge, outcome } = video
  return { code: error?.code ?? null, charge, outcome, posts }
}

/** The catalogue's words for an ending. */
function toStates({ code, outcome, posts }: Ending): string[] {
  if (code === null) return posts === 2 ? ['queued'] : ['succeeded']
  if (code === 'download_failed') return ['failed_download']
  // Where the catalogue is sure of a failure, not being sure is the careful side.
  return outcome === 'unknown' ? ['unknown', 'failed'] : ['failed']
}
