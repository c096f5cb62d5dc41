// What an operator does to one video without its tenant's key, and the list of what was not delivered.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toSha256 } from '../../shared/wire/bytes.ts'
import type { RemoteAccount } from '../../worker/objects.ts'
import { createSigner } from '../../worker/proofs/signature.ts'
import { createVideoId } from '../../worker/proofs/videoId.ts'
import { createAdmissionRequest } from '../account/createAdmissionRequest.ts'
import { applyFault } from '../relay/faults/faults.ts'
import type { Receiver } from './startReceiver.ts'
import { startReceiver } from './startReceiver.ts'
import type { CallOptions, Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

let site: Site
let receiver: Receiver
let key: string
let account: string
beforeAll(async () => {
  const vars = { RELAY_BREAKER: 'off', ARCHIVE_MS: '1900' }
  site = await startSite({ everyHost: false, vars })
})
afterAll(() => site.close())
beforeEach(async () => {
  site.relay.reset()
  receiver = await startReceiver()
  ;({ key, account } = await site.gateway.createKey({ budget_usd: 10 }))
  return () => receiver.close()
})

const admin = (path: string, options: CallOptions = {}) =>
  site.get(path, { key: site.gateway.adminToken, ...options })

interface Answer {
  readonly status: number
  readonly body: {
    readonly status?: string
    readonly code?: string | null
    readonly data?: readonly { readonly id: string; readonly origin: string }[]
    readonly error?: { readonly code: string; readonly message: string }
  }
}

async function act(verb: string, id: string, query = ''): Promise<Answer> {
  const response = await admin(`/admin/videos/${id}/${verb}${query}`, { method: 'POST' })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

async function readVideo(id: string) {
  return (await (await site.get(`/v1/videos/${id}`, { key })).json()) as {
    status: string
    error: { code: string } | null
  }
}

/** The account admits a video, and its start never comes. */
async function admitOnly(): Promise<{ id: string; stub: RemoteAccount }> {
  const objects = await site.gateway.miniflare.getDurableObjectNamespace('ACCOUNT')
  const stub = objects.get(objects.idFromName(account)) as unknown as RemoteAccount
  const { adminToken } = site.gateway
  const signer = createSigner({ adminToken })
  const id = await createVideoId(signer, (bytes) => randomBytes(bytes), account)
  const admission = await stub.admit(
    await toSha256(key),
    createAdmissionRequest(id, { cost: 800_000 }),
  )
  expect(admission.kind).toBe('admitted')
  return { id, stub }
}

/** An account hears of an end a moment after its caller. */
async function settled(id: string): Promise<void> {
  const state = async () =>
    ((await (await admin(`/admin/videos/${id}`)).json()) as { status: string }).status
  await expect.poll(state).not.toBe('running')
}

const verbs = ['cancel', 'wake', 'archive', 'replay'] as const

describe.each(verbs)('%s', (verb) => {
  test('is the operator’s alone', async () => {
    const { id } = await submitVideo(site, `a ferry for ${verb}`, { key })
    const call = (bearer: string | null) =>
      site.get(`/admin/videos/${id}/${verb}`, { key: bearer, method: 'POST' })
    for (const bearer of [null, key, 'nonsense']) expect((await call(bearer)).status).toBe(401)
  })

  test.each(['video_x', `video_${'a'.repeat(30)}`])('does not find %s', async (id) => {
    expect(await act(verb, id)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    })
  })
})

describe('cancel', () => {
  test('ends a running video for everybody; again it changes nothing', async () => {
    const { id } = await startVideo(site, 'a long crossing [slow:20000]', { key })
    await expect.poll(() => site.relay.requests.length).toBe(1)
    const cancelled = { status: 'failed', code: 'cancelled', charge: 'possible' }
    expect(await act('cancel', id)).toMatchObject({ status: 200, body: cancelled })
    expect(await readVideo(id)).toMatchObject({ status: 'failed', error: { code: 'cancelled' } })
    await settled(id)
    expect(await act('cancel', id)).toMatchObject({ status: 200, body: cancelled })
  })

  test('leaves a completed one as it is', async () => {
    const { id } = await submitVideo(site, 'a dinghy', { key })
    expect(await act('cancel', id)).toMatchObject({ status: 200, body: { status: 'completed' } })
  })
})

describe('wake', () => {
  test('does no harm to what runs or has ended', async () => {
    const running = await startVideo(site, 'a raft [slow:20000]', { key })
    expect(await act('wake', running.id)).toMatchObject({
      status: 200,
      body: { status: 'running' },
    })
    const done = await submitVideo(site, 'a canoe', { key })
    expect(await act('wake', done.id)).toMatchObject({ status: 200, body: { status: 'completed' } })
    expect(site.relay.postsOf('a canoe')).toBe(1)
    await act('cancel', running.id)
  })

  test('ends one that its account holds open and nobody else knows', async () => {
    const { id, stub } = await admitOnly()
    // Its start was confirmed, and then an hour passed of which the restored account knows nothing.
    await stub.beginRestored(Date.now() + 60_000)
    expect(await act('wake', id)).toMatchObject({ status: 404 })
    expect(await act('wake', id, '?account=somebody-else')).toMatchObject({ status: 404 })
    expect(await act('wake', id, `?account=${account}`)).toMatchObject({
      status: 200,
      body: { status: 'failed', code: 'outcome_unknown', charge: 'possible', outcome: 'unknown' },
    })
    const usage = (await (await site.get('/v1/usage', { key })).json()) as {
      key: { held_usd: number; spent_usd: number }
    }
    expect(usage.key.held_usd).toBeGreaterThan(0)
    expect(usage.key.spent_usd).toBe(0)
    const { data } = (await (await site.get('/v1/videos', { key })).json()) as { data: object[] }
    expect(data).toMatchObject([{ id, status: 'failed', error: { code: 'outcome_unknown' } }])
  })

  test('says of one that was never started that it is given up by itself', async () => {
    const { id, stub } = await admitOnly()
    expect(await act('wake', id, `?account=${account}`)).toMatchObject({
      status: 409,
      body: { error: { code: 'not_wakeable' } },
    })
    // Nobody knows better yet: it may still start.
    expect(await stub.find(id)).toMatchObject({ state: 'admitted', endedAt: null })
  })
})

describe('archive', () => {
  test('fetches again what was paid and not stored, unpaid', async () => {
    await applyFault(site.relay, 'dl-html')
    const { id, video } = await submitVideo(site, 'a barge', { key })
    expect(video).toMatchObject({ status: 'failed', error: { code: 'download_failed' } })
    site.relay.reset()
    const { status, body } = await act('archive', id)
    expect([status, body.status]).toEqual([200, expect.stringMatching(/running|completed/)])
    await expect.poll(async () => (await readVideo(id)).status).toBe('completed')
    expect(site.relay.postsOf('a barge')).toBe(0)
    expect(await act('archive', id)).toMatchObject({ status: 200, body: { status: 'completed' } })
  })

  test.each([
    ['[fail:quota] a tug', 'failed with quota'],
    ['a tug [slow:20000]', 'still running'],
  ])('refuses %s and says why', async (prompt, why) => {
    const { id } = await startVideo(site, prompt, { key })
    if (prompt.startsWith('[fail')) await settled(id)
    const { status, body } = await act('archive', id)
    expect([status, body.error?.code]).toEqual([409, 'not_archivable'])
    expect(body.error?.message).toContain(why)
    await act('cancel', id)
  })
})

describe('replay', () => {
  test('tells endpoint, request and callback again, each under its own id', async () => {
    await site.post(
      '/v1/webhook_endpoints',
      { name: 'all', url: `${receiver.origin}/endpoint`, event_types: ['video.completed'] },
      { key },
    )
    const webhook = { url: `${receiver.origin}/request?token=hidden`, secret: 'hidden words' }
    const { id } = await startVideo(site, { prompt: 'a sloop', webhook }, { key })
    const callback = { video_ids: [id], url: `${receiver.origin}/callback` }
    expect((await site.post('/v1/callbacks', callback, { key })).status).toBe(201)
    const first = await receiver.waitFor(3)
    // What is still on its way is not sent twice.
    const pending = async () =>
      await (await admin(`/admin/deliveries?status=pending&account=${account}`)).json()
    await expect.poll(pending).toMatchObject({ data: [] })

    const { status, body } = await act('replay', id)
    expect([status, body.data?.length]).toEqual([200, 3])
    expect(body.data?.map(({ origin }) => origin)).toEqual(Array(3).fill(receiver.origin))
    expect(JSON.stringify(body)).not.toContain('hidden')
    const all = await receiver.waitFor(6)
    const ids = (arrivals: typeof all) => arrivals.map(({ event }) => event.id).sort()
    expect(ids(all.slice(3))).toEqual(ids(first))
    expect(new Set(all.map(({ path }) => path)).size).toBe(3)
  })

  test('refuses what has not ended, and what nobody listened to', async () => {
    const running = await startVideo(site, 'a ketch [slow:20000]', { key })
    expect(await act('replay', running.id)).toMatchObject({
      status: 409,
      body: { error: { code: 'not_terminal' } },
    })
    const { id } = await submitVideo(site, 'a yawl', { key })
    await settled(id)
    expect(await act('replay', id)).toMatchObject({
      status: 409,
      body: { error: { code: 'not_replayable' } },
    })
    await act('cancel', running.id)
  })
})

describe('GET /admin/deliveries', () => {
  const list = async (query: string) => {
    const response = await admin(`/admin/deliveries?${query}`)
    const body = (await response.json()) as {
      data: { id: string; account: string; webhook_endpoint_id: string | null; state: string }[]
      has_more: boolean
      next_after: string | null
    }
    return { status: response.status, ...body }
  }

  test('shows what was given up and what is still tried, over all accounts, page by page', async () => {
    const other = await site.gateway.createKey()
    // A one-time address that is gone is given up at once.
    receiver.queue(...Array.from({ length: 4 }, () => ({ status: 404 })))
    for (const [owner, name] of [
      [key, 'one'],
      [key, 'two'],
      [other.key, 'three'],
    ] as const) {
      const webhook = { url: `${receiver.origin}/${name}?token=hidden`, secret: 'hidden words' }
      await submitVideo(site, { prompt: `a wreck ${name}`, webhook }, { key: owner })
    }
    await receiver.waitFor(3)
    const mine = async (owner: string) => (await list(`account=${owner}`)).data.length
    await expect.poll(() => mine(account)).toBe(2)
    await expect.poll(() => mine(other.account)).toBe(1)

    const seen: string[] = []
    for (let query = 'limit=1'; ;) {
      const page = await list(query)
      expect(page.status).toBe(200)
      expect(page.data.length).toBeLessThanOrEqual(1)
      expect(JSON.stringify(page)).not.toContain('hidden')
      for (const one of page.data) {
        expect(one).toMatchObject({
          webhook_endpoint_id: null,
          state: 'failed',
          origin: receiver.origin,
          status_code: 404,
        })
        if (one.account === account || one.account === other.account) seen.push(one.id)
      }
      expect(page.has_more).toBe(page.next_after !== null)
      if (page.next_after === null) break
      query = `limit=1&after=${page.next_after}`
    }
    expect(new Set(seen).size).toBe(3)
    expect(seen).toHaveLength(3)
    expect((await list(`account=${account}&status=pending`)).data).toEqual([])
    expect((await list('account=nobody-at-all')).data).toEqual([])
  })

  test('shows what waits for its next attempt', async () => {
    receiver.queue({ status: 500 })
    const webhook = { url: `${receiver.origin}/later` }
    await submitVideo(site, { prompt: 'a lighter', webhook }, { key })
    await receiver.waitFor(1)
    const pending = async () => (await list(`account=${account}&status=pending`)).data
    await expect.poll(pending).toMatchObject([{ state: 'pending', attempts: 1, status_code: 500 }])
  })

  test('is the operator’s alone, and refuses what it does not know', async () => {
    expect((await site.get('/admin/deliveries', { key })).status).toBe(401)
    for (const query of ['status=delivered', 'account=a_b', 'after=x', 'limit=0']) {
      const response = await admin(`/admin/deliveries?${query}`)
      expect(response.status).toBe(400)
      const { error } = (await response.json()) as { error: { param: string } }
      expect(error.param).toBe(query.split('=')[0])
    }
  })
})
