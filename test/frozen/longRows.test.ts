// Rows as long as 0.1 let them be: forty refused requests of 950 KB, after which its own lists answered
// 500. Today's lists show all of them, page by page.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startGateway } from '../gateway/startGateway.ts'
import type { RunningGateway } from '../gateway/startGateway.ts'
import type { RelaySimulator } from '../relay/relaySimulator.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import { createOpenAI } from '../worker/openaiClient.ts'
import { PATIENTLY } from './compare.ts'
import { readWorker } from './openStorage.ts'

const REQUESTS = 40
const LENGTH = 950_000

interface List {
  readonly data: readonly { readonly id: string; readonly message?: string }[]
}

describe('forty refused requests of 950 KB that 0.1 took', () => {
  let relay: RelaySimulator
  let folder: string
  let gateway: RunningGateway
  let key: string
  let statusBefore: number

  beforeAll(async () => {
    relay = await startRelaySimulator()
    folder = await mkdtemp(join(tmpdir(), 'reelay-frozen-'))
    const start = (worker?: string) =>
      startGateway({
        relay,
        persistTo: folder,
        vars: { RELAY_BREAKER: 'off' },
        ...(worker !== undefined && { worker }),
        // Its list that fails is no trouble here.
        onLog: () => {},
      })
    gateway = await start(await readWorker('0.1.0'))
    ;({ key } = await gateway.createKey())
    for (let n = 0; n < REQUESTS; n++) {
      const text = `${n} [fail:moderation] `
      const messages = [{ role: 'user', content: text + 'x'.repeat(LENGTH - text.length) }]
      const body = JSON.stringify({ model: 'sora-2', messages })
      const refused = await gateway.fetch('/v1/chat/completions', key, { method: 'POST', body })
      expect(refused.status).toBe(400)
      await refused.text()
    }
    // Each ends in its account a moment after its caller was answered.
    await vi.waitUntil(
      async () => (await listAll('status=running&limit=1')).data.length === 0,
      PATIENTLY,
    )
    statusBefore = (await gateway.fetch('/v1/videos?limit=100', key)).status
    await gateway.close()
    gateway = await start()
  }, 120_000)
  afterAll(async () => {
    await gateway.close()
    await relay.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function listAll(query: string): Promise<List> {
    const response = await gateway.fetch(`/admin/videos?${query}`, gateway.adminToken)
    expect(response.status).toBe(200)
    return (await response.json()) as List
  }

  test('its list failed', () => {
    expect(statusBefore).toBe(500)
  })

  test('the official client walks through all of them, whatever it asks at once', async () => {
    const watched = createOpenAI(gateway.url, key)
    for (const order of ['asc', 'desc'] as const) {
      const ids: string[] = []
      for await (const video of watched.client.videos.list({ limit: 100, order })) {
        expect(video.prompt).toHaveLength(LENGTH)
        ids.push(video.id)
      }
      expect(new Set(ids).size).toBe(REQUESTS)
      expect(ids).toHaveLength(REQUESTS)
    }
    await watched.settled()
    expect(watched.complaints).toEqual([])
    // 8 MiB a page: eight of them at once.
    expect(watched.calls).toHaveLength(2 * Math.ceil(REQUESTS / 8))
  })

  test('an operator sees them on one page, without what was asked', async () => {
    const { data } = await listAll('limit=100')
    expect(new Set(data.map(({ id }) => id)).size).toBe(REQUESTS)
    expect(data.every(({ message }) => (message ?? '') !== '')).toBe(true)
    expect(JSON.stringify(data).length).toBeLessThan(100_000)
  })
})
