// An account is erased whole: what is read afterwards is every value that the stopped gateway has stored.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPlaces, readStoredValues } from '../security/storedValues.ts'
import type { Receiver } from './startReceiver.ts'
import { startReceiver } from './startReceiver.ts'
import { createSchedule } from './scheduleCalls.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

const account = 'doomed-account'
const words = {
  prompt: 'words-of-a-doomed-prompt',
  running: 'words-of-a-doomed-running-prompt',
  scheduled: 'words-of-a-doomed-schedule',
  metadata: 'words-of-doomed-metadata',
  secret: 'words-of-a-doomed-secret',
  path: 'words-of-a-doomed-address',
  name: 'words-of-a-doomed-key',
  idempotency: 'words-of-a-doomed-idempotency-key',
}

let folder: string
let site: Site
let receiver: Receiver
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-erase-'))
  site = await startSite({ everyHost: false, persistTo: folder })
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.close()
  await rm(folder, { recursive: true })
})

const asAdmin = () => ({ key: site.gateway.adminToken })

interface Account {
  readonly status: string
  readonly erasure: { readonly videos_left: number } | null
}

async function readAccount(): Promise<Account> {
  const response = await site.get(`/admin/accounts/${account}`, asAdmin())
  expect(response.status).toBe(200)
  return (await response.json()) as Account
}

async function erase(confirm: string, id = account) {
  const path = `/admin/accounts/${id}`
  const response = await site.post(path, { confirm }, { ...asAdmin(), method: 'DELETE' })
  return { status: response.status, body: (await response.json()) as Account }
}

/** What a working account has: a stored video, one that runs, failures, webhooks, messages, a schedule. */
async function live(key: string): Promise<{ stored: string; link: string; running: string }> {
  const url = `${receiver.origin}/${words.path}`
  const endpoint = { name: 'all', url, event_types: ['video.completed', 'video.failed'] }
  expect((await site.post('/v1/webhook_endpoints', endpoint, { key })).status).toBe(200)
  const webhook = { url, secret: words.secret }
  const order = { prompt: words.prompt, metadata: { note: words.metadata }, webhook }
  const headers = { 'idempotency-key': words.idempotency }
  const { id: stored, video } = await submitVideo(site, order, { key, headers })
  await submitVideo(site, `[fail:guardrail] ${words.prompt}`, { key })
  await receiver.waitFor(3)
  await site.get(`/v1/videos/${stored}/content?variant=thumbnail`, { key })
  const { id: running } = await startVideo(site, `${words.running} [slow:30000]`, { key })
  await expect.poll(() => site.relay.postsOf(`${words.running} [slow:30000]`)).toBe(1)
  const waiting = { video_ids: [running], url, secret: words.secret }
  expect((await site.post('/v1/callbacks', waiting, { key })).status).toBe(201)
  await createSchedule(site, key, { request: { prompt: words.scheduled }, webhook })
  return { stored, link: video?.url ?? '', running }
}

test('everything goes, by itself, and nothing of it can be read', async () => {
  const made = await site.gateway.createKey({ account, name: words.name, budget_usd: 50 })
  const other = await site.gateway.createKey()
  const kept = await submitVideo(site, 'a boat of somebody else', { key: other.key })
  const { stored, link, running } = await live(made.key)
  expect(await readAccount()).toMatchObject({ status: 'active', videos: 3, running: 1 })

  for (const confirm of ['', 'another-account']) {
    expect(await erase(confirm)).toMatchObject({
      status: 400,
      body: { error: { param: 'confirm' } },
    })
  }
  expect((await erase('nobody-at-all', 'nobody-at-all')).status).toBe(404)
  expect((await site.get('/v1/usage', { key: made.key })).status).toBe(200)

  const arrivals = receiver.arrivals.length
  const begun = await erase(account)
  expect([200, 202]).toContain(begun.status)
  // At once: the key, and with it everything that it could start or read.
  expect((await site.post('/v1/videos', { prompt: 'one more' }, { key: made.key })).status).toBe(
    401,
  )
  await expect.poll(async () => (await readAccount()).status).toBe('erased')
  const erasure = {
    videos_left: 0,
    videos: 3,
    keys: 1,
    webhook_endpoints: 1,
    schedules: 1,
    done_at: expect.any(Number) as number,
  }
  expect(await readAccount()).toMatchObject({ videos: 0, running: 0, erasure })
  expect(await erase(account)).toMatchObject({ status: 200, body: { status: 'erased', erasure } })

  for (const id of [stored, running]) {
    expect((await site.get(`/admin/videos/${id}`, asAdmin())).status).toBe(404)
  }
  expect(
    (await site.get(new URL(link).pathname + new URL(link).search, { key: null })).status,
  ).toBe(404)
  const keys = await site.get(`/admin/keys?account=${account}`, asAdmin())
  expect(await keys.json()).toMatchObject({ data: [] })
  // The cancelled one was told to nobody.
  expect(receiver.arrivals.length).toBe(arrivals)
  expect((await site.get(`/v1/videos/${kept.id}/content`, { key: other.key })).status).toBe(200)

  await site.close()
  const values = readStoredValues(folder)
  for (const word of Object.values(words)) expect(findPlaces(values, word), word).toEqual([])
  // The list of deeds, what went, and for five minutes the marks that take no late start.
  expect(findPlaces(values, account)).toEqual([
    'Directory/audit.account',
    'Directory/erased_account.account',
    'GenerationObject/generation.account',
  ])
  expect(findPlaces(values, made.id)).toEqual(['Directory/audit.subject'])
  const inStore = (id: string) => findPlaces(values, `videos/${id}`).length > 0
  expect([stored, running, kept.id].map(inStore)).toEqual([false, false, true])
})
