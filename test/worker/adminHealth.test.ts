// GET /admin/health on the real runtime: what it says of a gateway that is well, and of one where
// something that should happen by itself does not.

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { requireDescribed } from '../gateway/validateExchange.ts'
import type { RelaySimulator } from '../relay/relaySimulator.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'

let folder: string
let relay: RelaySimulator
let gateway: RunningGateway
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-health-'))
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay, persistTo: folder })
})
afterEach(async () => {
  await gateway.close()
  await relay.close()
  await rm(folder, { recursive: true })
})

async function readHealth(query = ''): Promise<Record<string, unknown>> {
  const path = `/admin/health${query}`
  const response = await gateway.fetch(path, gateway.adminToken)
  expect(response.status).toBe(200)
  return (await (await requireDescribed('GET', path, response)).json()) as Record<string, unknown>
}

async function tick(at = Date.now()): Promise<void> {
  const worker = await gateway.miniflare.getWorker()
  await worker.scheduled({ scheduledTime: new Date(at), cron: '* * * * *' })
}

async function order(key: string, prompt: string): Promise<string> {
  const body = JSON.stringify({ prompt })
  const response = await gateway.fetch('/v1/videos', key, { method: 'POST', body })
  return ((await response.json()) as { id: string }).id
}

/** Changes the stored objects of one kind while the gateway is down. */
async function change(kind: string, sql: string): Promise<void> {
  await gateway.close()
  let changed = 0
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.includes(kind) || !/[0-9a-f]{64}\.sqlite$/.test(entry)) continue
    const database = new DatabaseSync(join(folder, entry))
    database.exec(sql)
    database.close()
    changed++
  }
  expect(changed).toBeGreaterThan(0)
  gateway = await startGateway({ relay, persistTo: folder })
}

test('a gateway that is well says so, and what runs', async () => {
  const { key, account } = await gateway.createKey()
  await gateway.createKey({ account: 'other' })
  await tick()
  const id = await order(key, 'a boat [slow:20000]')
  const health = await readHealth()
  expect(health).toMatchObject({
    status: 'ok',
    store: { ok: true },
    objects: { ok: true },
    cron: { last_tick_seconds: expect.any(Number) as number },
    oldest_running: { id, account },
    lost_alarms: [],
    outbox: { pending: 0, oldest_seconds: null, overdue_seconds: null },
    restored: [],
    accounts: { asked: 2, not_reached: [], next_after: null },
  })
  expect(await readHealth('?after=other')).toMatchObject({
    accounts: { asked: account > 'other' ? 1 : 0 },
  })
})

test('is the operator’s alone', async () => {
  const { key } = await gateway.createKey()
  expect((await gateway.fetch('/admin/health', key)).status).toBe(401)
})

test('a trigger that does not come is told, and leaves no schedule behind', async () => {
  expect(await readHealth()).toMatchObject({
    status: 'degraded',
    cron: { last_tick_seconds: null },
  })
  await tick(Date.now() - 3_600_000)
  const late = (await readHealth()) as { status: string; cron: { last_tick_seconds: number } }
  expect(late.status).toBe('degraded')
  expect(late.cron.last_tick_seconds).toBeGreaterThanOrEqual(3_600)
  await tick()
  expect(await readHealth()).toMatchObject({ status: 'ok' })
})

test('an account without its alarm is found, and rung', async () => {
  const { account } = await gateway.createKey()
  await tick()
  expect(await readHealth()).toMatchObject({ status: 'ok' })
  await change('AccountObject', 'DELETE FROM _cf_METADATA')
  expect(await readHealth()).toMatchObject({ status: 'degraded', lost_alarms: [account] })
  await expect.poll(() => readHealth()).toMatchObject({ status: 'ok', lost_alarms: [] })
})

test('what has run for too long and what was not sent in time is told', async () => {
  const { account, id: keyId } = await gateway.createKey()
  await tick()
  const longAgo = Date.now() - 86_400_000
  await change(
    'AccountObject',
    `INSERT INTO generation
       (id, key, key_id, identity, state, cacheable, created_at, price, hold)
       VALUES ('video_stuck', 'k', '${keyId}', '{}', 'open', 1, ${longAgo}, 0, 0)`,
  )
  expect(await readHealth()).toMatchObject({
    status: 'degraded',
    oldest_running: { id: 'video_stuck', account },
    outbox: { pending: 0 },
  })

  await change(
    'AccountObject',
    `UPDATE generation SET created_at = ${Date.now()};
     INSERT INTO delivery (id, url, type, body, next_at, created_at)
       VALUES ('evt_1', 'https://down.example/', 'video.failed', '{}', ${longAgo}, ${longAgo - 9000})`,
  )
  const health = (await readHealth()) as { status: string; outbox: Record<string, number> }
  expect(health.outbox['pending']).toBe(1)
  expect(health.outbox['overdue_seconds']).toBeGreaterThanOrEqual(86_400)
  expect(health.outbox['oldest_seconds']).toBeGreaterThan(health.outbox['overdue_seconds'] ?? 0)
  expect(health.status).toBe('degraded')
})

test('a part that does not answer is named, and the others all the same', async () => {
  const { account } = await gateway.createKey()
  const { account: sound } = await gateway.createKey({ account: 'sound' })
  await tick()
  expect(await readHealth()).toMatchObject({ status: 'ok' })
  await change('AccountObject', `DROP TABLE IF EXISTS delivery`)
  expect(await readHealth()).toMatchObject({
    status: 'degraded',
    store: { ok: true },
    accounts: { not_reached: [account, sound].sort() },
  })
})

test('a store that fails is named, and who asks for a video is told to come back', async () => {
  const { key } = await gateway.createKey()
  const body = JSON.stringify({ prompt: 'a kite' })
  const headers = { prefer: 'wait=60' }
  const made = await gateway.fetch('/v1/videos', key, { method: 'POST', body, headers })
  const { id } = (await made.json()) as { id: string }
  await tick()
  // Its storage is made by the first look.
  expect(await readHealth()).toMatchObject({ status: 'ok', store: { ok: true } })
  await change('R2BucketObject', 'ALTER TABLE _mf_objects RENAME COLUMN key TO hidden')
  expect(await readHealth()).toMatchObject({
    status: 'degraded',
    store: { ok: false },
    objects: { ok: true },
  })
  const path = `/v1/videos/${id}/content`
  const content = await requireDescribed('GET', path, await gateway.fetch(path, key))
  expect(content.status).toBe(503)
  expect(content.headers.get('x-should-retry')).toBe('true')
  expect(Number(content.headers.get('retry-after'))).toBeGreaterThan(0)
})
