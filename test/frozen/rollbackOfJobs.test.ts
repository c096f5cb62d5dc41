// An upgrade that is taken back while jobs are under way: the earlier release knows no jobs, and would
// ask a chat. It sends nothing twice and nothing empty; what it cannot know it leaves in doubt.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { arrange, type TaskWishes } from '../relay/tasks/taskScenario.ts'
import { killRuntime } from '../worker/killRuntime.ts'
import { readWorker, releases } from './openStorage.ts'

/** What becomes of each order, and how the earlier release ends it. */
const orders: Readonly<Record<string, TaskWishes>> = {
  queued: { fail: 'rate-limited', retryAfter: '15' },
  dispatched: { faults: ['create-silence'] },
  'at work': { afterMs: 3_600_000 },
  'at work, and looked at in vain': { faults: ['poll-503'], times: 1_000, afterMs: 3_600_000 },
}

let folder: string
let relay: RelaySimulator
let gateway: RunningGateway
let key: string
const made = new Map<string, string>()

const start = (worker?: string) =>
  startGateway({
    relay,
    persistTo: folder,
    everyHost: false,
    vars: { RELAY_BASE_URL: relay.baseUrlOf('videos'), RELAY_KIND: 'videos' },
    ...(worker !== undefined && { worker }),
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-frozen-'))
  relay = await startRelaySimulator()
  relay.setTaskScenario((visit) => arrange(orders[visit.request.prompt] ?? {})(visit))
  gateway = await start()
  ;({ key } = await gateway.createKey())
  for (const prompt of Object.keys(orders)) {
    const body = JSON.stringify({ prompt })
    const response = await gateway.fetch('/v1/videos', key, { method: 'POST', body })
    made.set(prompt, ((await response.json()) as VideoResource).id)
  }
}, 60_000)
afterAll(async () => {
  await gateway.close()
  await relay.close()
  await rm(folder, { recursive: true, force: true })
})

async function read(prompt: string): Promise<VideoResource> {
  const response = await gateway.fetch(`/v1/videos/${made.get(prompt) ?? ''}`, key)
  return (await response.json()) as VideoResource
}

async function replaceBy(worker?: string): Promise<void> {
  await killRuntime()
  await gateway.close()
  gateway = await start(worker)
}

const postsFor = (prompt: string) =>
  relay.requests.filter(
    ({ method, headers }) => method === 'POST' && headers['idempotency-key'] === made.get(prompt),
  )

test('one is refused for now, one is sent, two are at work', async () => {
  await expect
    .poll(() => Object.keys(orders).map((one) => relay.postsOf(one)))
    .toEqual([1, 1, 1, 1])
  await expect
    .poll(() => relay.tasks.filter(({ looks }) => looks > 0).length, { timeout: 10_000 })
    .toBe(2)
  await expect.poll(async () => (await read('queued')).status).toBe('queued')
}, 30_000)

test.each(releases)(
  '%s sends nothing twice and nothing empty',
  async (release) => {
    await replaceBy(await readWorker(release))
    for (const prompt of Object.keys(orders)) {
      await expect.poll(async () => (await read(prompt)).status, { timeout: 30_000 }).toBe('failed')
    }
    // Refused, and so asked again: as a chat, with its prompt.
    const [first, second, ...more] = postsFor('queued')
    expect([first?.url.pathname, second?.url.pathname, more]).toEqual([
      '/kinds/videos/v1/videos',
      '/kinds/videos/v1/chat/completions',
      [],
    ])
    expect(second?.bodyText).toContain('"content":"queued"')
    expect(await read('queued')).toMatchObject({ charge: 'none' })
    for (const prompt of Object.keys(orders).filter((one) => one !== 'queued')) {
      expect(postsFor(prompt), prompt).toHaveLength(1)
      const doubt = { error: { code: 'outcome_unknown' }, charge: 'possible', outcome: 'unknown' }
      expect(await read(prompt), prompt).toMatchObject(doubt)
    }
  },
  90_000,
)

test('this release, come again, pays nothing again, and shows what was', async () => {
  const before = await Promise.all([...made.keys()].map(read))
  await replaceBy()
  for (const [index, prompt] of [...made.keys()].entries()) {
    const { status, error, charge, outcome } = before[index] ?? {}
    expect(await read(prompt)).toMatchObject({ status, error, charge, outcome })
    expect(postsFor(prompt)).toHaveLength(prompt === 'queued' ? 2 : 1)
  }
  const billed = relay.billed.map(({ prompt }) => prompt)
  expect(billed).toEqual([...new Set(billed)])
}, 60_000)
