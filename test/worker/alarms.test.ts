// What the platform's alarms do not promise: the runtime dies while a generation runs, and its next
// alarm finds settings that nothing can be made of, or was lost.

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { silence } from '../relay/script.ts'
import type { RelaySimulator } from '../relay/relaySimulator.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'

let folder: string
let relay: RelaySimulator
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-alarms-'))
  relay = await startRelaySimulator()
  relay.setScenario(function* () {
    yield silence
  })
})
afterEach(async () => {
  await relay.close()
  await rm(folder, { recursive: true })
})

/** Orders a video that never comes, and takes the runtime away while the relay is silent. */
async function leaveOneRunning(): Promise<{ id: string; key: string }> {
  const gateway = await startGateway({ relay, persistTo: folder })
  const { key } = await gateway.createKey()
  const response = await gateway.fetch('/v1/videos', key, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'a kite' }),
  })
  const { id } = (await response.json()) as VideoResource
  await expect.poll(() => relay.postsFor(() => true)).toBe(1)
  await gateway.close()
  return { id, key }
}

test(
  'an alarm that finds a bad setting rings on until it is mended',
  { timeout: 150_000 },
  async () => {
    const { id, key } = await leaveOneRunning()
    const lines: string[] = []
    const broken = await startGateway({
      relay,
      persistTo: folder,
      vars: { MODELS: '{' },
      onLog: (line) => void lines.push(line),
    })
    const rings = () => lines.filter((line) => line.includes('"alarm failed"')).length
    await expect.poll(rings, { timeout: 60_000 }).toBeGreaterThan(1)
    expect(lines.join('')).toContain('ConfigError')
    const answer = await broken.fetch(`/v1/videos/${id}`, key)
    expect([answer.status, await answer.json()]).toMatchObject([
      500,
      { error: { code: 'misconfigured' } },
    ])
    await broken.close()

    // Nobody looks: the alarm alone goes on with what the crash has left.
    const told: string[] = []
    const mended = await startGateway({
      relay,
      persistTo: folder,
      onLog: (line) => void told.push(line),
    })
    const isTold = () => told.some((line) => line.includes('"attempt ended"') && line.includes(id))
    await expect.poll(isTold, { timeout: 60_000 }).toBe(true)
    const video = await (await mended.fetch(`/v1/videos/${id}`, key)).json()
    expect(video).toMatchObject({ status: 'failed', error: { code: 'outcome_unknown' } })
    await mended.close()
  },
)

test('a generation whose alarm was lost ends as soon as somebody looks', async () => {
  const { id, key } = await leaveOneRunning()
  await loseAlarms()
  const gateway = await startGateway({ relay, persistTo: folder })
  const look = async () => (await (await gateway.fetch(`/v1/videos/${id}`, key)).json()) as object
  await expect.poll(look, { timeout: 20_000 }).toMatchObject({
    status: 'failed',
    error: { code: 'outcome_unknown' },
  })
  expect(relay.postsFor(() => true)).toBe(1)
  await gateway.close()
})

/** Wipes every alarm that the runtime has stored, in the objects and in its own list. */
async function loseAlarms(): Promise<void> {
  let lost = 0
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith('.sqlite')) continue
    const database = new DatabaseSync(join(folder, entry))
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    for (const { name } of tables) {
      if (name !== '_cf_METADATA' && name !== '_cf_ALARM') continue
      lost += Number(database.prepare(`DELETE FROM ${name}`).run().changes)
    }
    database.close()
  }
  expect(lost).toBeGreaterThan(0)
}
