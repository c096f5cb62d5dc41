// The schedules of 0.1 lie in one object for everybody; today each account has its own. They are handed
// over, taken back by a rollback and handed over again: no slot is lost and none is paid twice.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleToday } from '../gateway/startGateway.ts'
import { PATIENTLY } from './compare.ts'
import type { JsonObject } from './expected.ts'
import type { OpenedStorage } from './openStorage.ts'
import { openStorage, readWorker, releases, TEN_MINUTES_MS } from './openStorage.ts'

const EVERY_MINUTE = 'every minute'

describe.each(releases)('the schedules of %s', (release) => {
  let storage: OpenedStorage
  let before: JsonObject[]
  const started: number[] = []

  beforeAll(async () => {
    // Read by the release itself, a moment before the upgrade.
    storage = await openStorage(release, TEN_MINUTES_MS, () => {}, await readWorker(release))
    before = await list()
    await storage.restart(await bundleToday())
  })
  afterAll(() => storage.close())

  const call = (path: string, options?: object) =>
    storage.client.call(storage.key('main').key, path, options)
  const list = async () =>
    (await call('/v1/schedules?limit=100')).body['data'] as readonly JsonObject[] as JsonObject[]
  const names = async () => (await list()).map(({ name }) => name)
  const find = async (name: string) => {
    const found = (await list()).find((one) => one['name'] === name)
    if (found === undefined) throw new Error(`no schedule ${name}`)
    return found
  }
  const postsOf = (name: string, slot: number) =>
    storage.outside.relay.requests.filter(({ prompt }) =>
      prompt.startsWith(`${name}, ${new Date(slot).toISOString()}`),
    ).length
  const create = async (name: string) => {
    const request = { prompt: `${name}, {{slot}}` }
    const body = { name, cron: '* * * * *', request }
    expect((await call('/v1/schedules', { body })).status).toBe(201)
  }
  const change = async (name: string, body: object) => {
    const path = `/v1/schedules/${String((await find(name))['id'])}`
    expect((await call(path, { method: 'PATCH', body })).status).toBe(200)
  }
  const drop = async (name: string) => {
    const path = `/v1/schedules/${String((await find(name))['id'])}`
    expect((await call(path, { method: 'DELETE' })).status).toBe(200)
  }
  /** The next slot of a schedule, by two triggers, and those before it by one more each. */
  async function startNext(name: string): Promise<void> {
    const slot = Number((await find(name))['next_run_at']) * 1000
    for (const at of [...started, slot, slot]) await storage.client.trigger(at)
    started.push(slot)
    const { last_runs } = await find(name)
    const run = (last_runs as JsonObject[]).find((one) => one['slot'] === slot / 1000)
    expect(run).toMatchObject({ state: 'started' })
    await expect
      .poll(() => started.map((one) => postsOf(EVERY_MINUTE, one)), PATIENTLY)
      .toEqual(started.map(() => 1))
  }
  const isMissed = (line: string) => line.includes('slot missed')

  test('are there after the upgrade, in their order, with their runs and next slots', async () => {
    const after = await list()
    expect(before.length).toBeGreaterThan(3)
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    for (const [index, schedule] of before.entries()) {
      const { next_run_at, request, last_runs } = schedule
      // What was put off is started at once.
      const runs = schedule['name'] === 'put off' ? {} : { last_runs }
      expect(after[index]).toMatchObject({ next_run_at, request, ...runs })
    }
  })

  test('start a slot each, also when its trigger comes again', async () => {
    await startNext(EVERY_MINUTE)
    await startNext(EVERY_MINUTE)
  })

  test('are known after a rollback: what was made, changed, deleted and started', async () => {
    await create('made today')
    await change('paused', { name: 'paused, renamed' })
    await drop('without a key')
    const today = await list()
    await storage.restart(await readWorker(release))
    const found = await list()
    expect(found.map(({ id, name }) => ({ id, name }))).toEqual(
      today.map(({ id, name }) => ({ id, name })),
    )
    const ours = today.find(({ name }) => name === EVERY_MINUTE)
    const { next_run_at, last_runs } = await find(EVERY_MINUTE)
    expect(next_run_at).toBe(ours?.['next_run_at'])
    expect(last_runs).toEqual(ours?.['last_runs'])
    await startNext(EVERY_MINUTE)
    await startNext(EVERY_MINUTE)
  })

  test('are known when this release comes again, with what the earlier one did meanwhile', async () => {
    await create('made by the earlier one')
    await change('made today', { cron: '0 0 1 1 *', paused: true })
    await drop('paused, renamed')
    const theirs = await list()
    await storage.restart(await bundleToday())
    expect(await names()).toEqual(theirs.map(({ name }) => name))
    expect(await find('made today')).toMatchObject({ cron: '0 0 1 1 *', paused: true })
    const { next_run_at, last_runs } = await find(EVERY_MINUTE)
    const same = theirs.find(({ name }) => name === EVERY_MINUTE)
    expect(next_run_at).toBe(same?.['next_run_at'])
    expect(last_runs).toEqual(same?.['last_runs'])
    await startNext(EVERY_MINUTE)
    await startNext(EVERY_MINUTE)
    expect(started).toHaveLength(6)
    // A minute each: none was left out.
    expect(started).toEqual(started.map((_, index) => (started[0] ?? 0) + index * 60_000))
    expect(storage.reports.filter(isMissed)).toEqual([])
  })
})
