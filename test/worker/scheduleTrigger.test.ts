// The minute's trigger over HTTP, sent by hand: the times are the test's, runtime and relay are real.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Schedule } from './scheduleCalls.ts'
import { createSchedule, deleteSchedules, getSchedule } from './scheduleCalls.ts'
import type { Receiver } from './startReceiver.ts'
import { findAcceptors, startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
const lines: string[] = []
let receiver: Receiver
let key: string
let keyId: string
let account: string
beforeAll(async () => {
  const onLog = (line: string) => void lines.push(line)
  site = await startSite({ everyHost: false, vars: { RELAY_BREAKER: 'off' }, onLog })
})
afterAll(() => site.close())
beforeEach(async () => {
  receiver = await startReceiver()
  site.relay.reset()
  ;({ key, account, id: keyId } = await site.gateway.createKey())
  return async () => {
    await receiver.close()
    await deleteSchedules(site, key)
  }
})

const DAY_MS = 86_400_000
const at = (time: string) => Date.parse(`2030-01-15T${time}Z`)
const create = (more?: object) => createSchedule(site, key, more)
const get = (id: string) => getSchedule(site, key, id)
const startsOf = ({ last_runs }: Schedule) => last_runs.filter(({ state }) => state === 'started')
const prompts = () => site.relay.requests.map(({ prompt }) => prompt)
/** Until it is so: the machine may be busy. */
const patiently = { timeout: 20_000, interval: 20 }

async function statusOf(video: string): Promise<string> {
  return ((await (await site.get(`/v1/videos/${video}`, { key })).json()) as { status: string })
    .status
}

/** What Cloudflare does every minute. */
async function trigger(scheduledTime: number): Promise<void> {
  const worker = await site.gateway.miniflare.getWorker()
  const { outcome } = await worker.scheduled({
    scheduledTime: new Date(scheduledTime),
    cron: '* * * * *',
  })
  expect(outcome).toBe('ok')
}

describe('the trigger', () => {
  test('starts what is due, once, with the placeholders filled, and tells the webhook', async () => {
    const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`
    const nine = await create({
      timezone: 'Europe/Berlin',
      cron: '30 10 * * *',
      request: { prompt: 'on {{date}} at {{time}}, {{slot}}' },
      webhook: { url: receiver.origin, secret },
    })
    const later = await create({ cron: '31 10 * * *', timezone: 'Europe/Berlin' })
    const paused = await create({ paused: true, cron: '30 10 * * *', timezone: 'Europe/Berlin' })
    const slot = at('09:30')
    await trigger(slot - 60_000)
    await Promise.all([trigger(slot), trigger(slot)])
    await trigger(slot)
    await expect
      .poll(() => prompts().filter((prompt) => prompt.startsWith('on ')), patiently)
      .toHaveLength(1)
    expect(prompts().find((prompt) => prompt.startsWith('on '))).toContain(
      `on 2030-01-15 at 10:30, ${new Date(slot).toISOString()}`,
    )
    const { last_runs } = await get(nine.id)
    expect(last_runs[0]).toMatchObject({ slot: slot / 1000, state: 'started', reason: null })
    const id = last_runs[0]?.video_id
    const [arrival] = await receiver.waitFor(1)
    if (arrival === undefined) throw new Error('nothing arrived')
    expect(arrival.event).toMatchObject({ type: 'video.completed', data: { id } })
    expect(await findAcceptors(arrival, secret)).toHaveLength(2)
    expect((await site.get(`/v1/videos/${id}/content`, { key })).status).toBe(200)
    expect((await get(paused.id)).last_runs).toEqual([])
    expect(startsOf(await get(later.id))).toEqual([])
  })

  test('makes a new video every day where the prompt has the date, else the same', async () => {
    const dated = await create({ request: { prompt: 'dated {{date}}' } })
    const undated = await create({ request: { prompt: 'undated' } })
    for (const offset of [0, DAY_MS]) {
      await trigger(at('09:00') + offset)
      const id = (await get(undated.id)).last_runs[0]?.video_id ?? ''
      await expect.poll(() => statusOf(id), patiently).toBe('completed')
    }
    const videos = async (id: string) => startsOf(await get(id)).map((run) => run.video_id)
    expect(new Set(await videos(dated.id)).size).toBe(2)
    expect(await videos(undated.id)).toHaveLength(2)
    expect(new Set(await videos(undated.id)).size).toBe(1)
  })

  test('that comes too late records the slot as missed', async () => {
    const { id } = await create()
    await trigger(at('09:16'))
    const { last_runs, last_missed_slot } = await get(id)
    expect(last_missed_slot).toBe(at('09:00') / 1000)
    const told = { what: 'slot missed', id, slot: at('09:00') }
    await expect.poll(() => lines, patiently).toContain(`${JSON.stringify(told)}\n`)
    expect(last_runs[0]).toMatchObject({
      slot: at('09:00') / 1000,
      state: 'missed',
      video_id: null,
      reason: expect.stringContaining('late'),
    })
    expect(prompts()).toEqual([])
  })

  test('says why a revoked key starts nothing, and what its schedule does next', async () => {
    const { id } = await create()
    const admin = { key: site.gateway.adminToken, method: 'DELETE' }
    const { key: other } = await site.gateway.createKey({ account })
    expect((await site.get(`/admin/keys/${keyId}`, admin)).ok).toBe(true)
    await trigger(at('09:00'))
    key = other
    const { last_runs, next_run_at } = await get(id)
    expect(last_runs[0]).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('revoked'),
    })
    expect(next_run_at).toBe((at('09:00') + DAY_MS) / 1000)
  })

  test.each([
    [{ scopes: ['read', 'manage'] }, 'generate'],
    [{ models: ['sora-2-pro'] }, 'sora-2'],
  ])('starts nothing with a key that has only %j since', async (change, lack) => {
    const { id } = await create()
    const admin = { key: site.gateway.adminToken, method: 'PATCH' }
    expect((await site.post(`/admin/keys/${keyId}`, change, admin)).status).toBe(200)
    await trigger(at('09:00'))
    const [run] = (await get(id)).last_runs
    expect(run).toMatchObject({ state: 'refused', reason: expect.stringContaining(lack) })
    expect(prompts()).toEqual([])
  })

  test('says why an empty budget starts nothing, and goes on when there is money again', async () => {
    ;({ key, account, id: keyId } = await site.gateway.createKey({ budget_usd: 0 }))
    const { id } = await create()
    await trigger(at('09:00'))
    const refused = (await get(id)).last_runs[0]
    expect(refused).toMatchObject({ state: 'refused', reason: expect.stringContaining('budget') })
    const changed = await site.post(
      `/admin/keys/${keyId}`,
      { budget_usd: 100 },
      { key: site.gateway.adminToken, method: 'PATCH' },
    )
    expect(changed.status).toBe(200)
    await trigger(at('09:00') + DAY_MS)
    expect((await get(id)).last_runs[0]).toMatchObject({ state: 'started' })
  })
})

describe('run now', () => {
  test('starts one beside the slots and notes it', async () => {
    const { id, next_run_at } = await create()
    const response = await site.post(`/v1/schedules/${id}/run`, '', { key })
    expect(response.status).toBe(200)
    const schedule = (await response.json()) as Schedule
    expect(schedule.next_run_at).toBe(next_run_at)
    expect(schedule.last_runs).toMatchObject([
      { state: 'started', video_id: expect.stringMatching(/^video_/) },
    ])
    const video = schedule.last_runs[0]?.video_id ?? ''
    await expect.poll(() => statusOf(video), patiently).toBe('completed')
  })

  test('counts in the minute of its key, also when the video is there already', async () => {
    ;({ key, account, id: keyId } = await site.gateway.createKey({ rpm: 2 }))
    const { id } = await create({ request: { prompt: 'the same each time' } })
    const run = async () => (await site.post(`/v1/schedules/${id}/run`, '', { key })).status
    expect([await run(), await run(), await run()]).toEqual([200, 200, 429])
    expect((await get(id)).last_runs).toHaveLength(2)
    expect(prompts()).toHaveLength(1)
  })

  test('is refused as any request is', async () => {
    const { id } = await create()
    const { key: poor } = await site.gateway.createKey({ account, budget_usd: 0 })
    const response = await site.post(`/v1/schedules/${id}/run`, '', { key: poor })
    expect(response.status).toBe(429)
    expect(await response.json()).toMatchObject({ error: { code: 'insufficient_quota' } })
    expect((await get(id)).last_runs).toEqual([])
  })
})
