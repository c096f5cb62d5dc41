// The platform gives an alarm up that throws seven times. Three generations lose theirs so, with all that
// ran in memory: whoever asks for one of them, in whichever way, makes it end.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { bundleWorker } from '../gateway/bundleWorker.ts'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { silence } from '../relay/script.ts'
import { readLog } from '../worker/readEvents.ts'

const prompts = ['looked at', 'read', 'asked for again']
/** The first try and six more, two seconds to a minute apart. */
const TRIES = 7

test('three generations whose alarms were given up end, three of three', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-'))
  const relay = await startRelaySimulator()
  relay.setScenario(() => [silence])
  const worker = await bundleWorker({ entry: 'test/gateway/deadAlarmsWorker.ts' })
  let gateway = await startGateway({ relay, persistTo: folder })
  try {
    const { key } = await gateway.createKey()
    const ids = await Promise.all(prompts.map((prompt) => order(gateway, key, prompt)))
    await expect.poll(() => relay.requests.length).toBe(3)
    await gateway.close()
    gateway = await startGateway({ relay, persistTo: folder, worker, onLog: () => undefined })
    const countThrown = async () => {
      const answer = await fetch(`${gateway.url}/alarms`, { method: 'POST' })
      return ((await answer.json()) as { thrown: number }).thrown
    }
    await expect.poll(countThrown, { timeout: 600_000, interval: 1_000 }).toBe(3 * TRIES)
    await gateway.close()

    gateway = await startGateway({ relay, persistTo: folder })
    const look = async () => {
      const answer = await gateway.fetch(`/v1/videos/${ids[0]}`, key)
      return ((await answer.json()) as VideoResource).outcome
    }
    await expect.poll(look, { timeout: 30_000 }).toBe('unknown')
    const log = await readLog(await gateway.fetch(`/v1/videos/${ids[1]}/events`, key))
    expect(log.at(-1)).toMatchObject({ type: 'failed', outcome: 'unknown' })
    expect(await order(gateway, key, prompts[2] ?? '', 'wait=30')).toBe(ids[2])
    const last = await gateway.fetch(`/v1/videos/${ids[2]}`, key)
    expect(await last.json()).toMatchObject({ status: 'failed', outcome: 'unknown' })
    expect(relay.requests).toHaveLength(3)
  } finally {
    await gateway.close()
    await relay.close()
    await rm(folder, { recursive: true, force: true })
  }
})

async function order(
  gateway: RunningGateway,
  key: string,
  prompt: string,
  prefer = 'respond-async',
): Promise<string> {
  const answer = await gateway.fetch('/v1/videos', key, {
    method: 'POST',
    headers: { prefer },
    body: JSON.stringify({ prompt }),
  })
  return ((await answer.json()) as VideoResource).id
}
