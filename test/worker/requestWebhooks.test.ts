// A webhook that comes with a request: told whatever the request gets, whoever paid for it.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { initialState, toVideoResource } from '../../shared/video/video.ts'
import type { AdmissionRequest } from '../../worker/account/admit.ts'
import { toSha256 } from '../../shared/wire/bytes.ts'
import type { RemoteAccount } from '../../worker/objects.ts'
import { createAdmissionRequest } from '../account/createAdmissionRequest.ts'
import type { Receiver } from './startReceiver.ts'
import { findAcceptors, startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
let receiver: Receiver
let key: string
beforeAll(async () => {
  site = await startSite({ everyHost: false, vars: { RELAY_BREAKER: 'off' } })
})
afterAll(() => site.close())
beforeEach(async () => {
  receiver = await startReceiver()
  key = (await site.gateway.createKey()).key
  return () => receiver.close()
})

const standardSecret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`

const order = (path: string, secret?: string) => ({
  webhook: { url: `${receiver.origin}${path}`, ...(secret !== undefined && { secret }) },
})

async function generate(prompt: string, body: object = {}): Promise<string> {
  const response = await site.post('/v1/videos', { prompt, ...body }, { key })
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

test('the webhook of a request is called when the video has ended, and signed when there is a secret', async () => {
  const signed = await generate('a crane', order('/signed', standardSecret))
  const plain = await generate('a stork', order('/plain'))
  const worded = await generate('a swan', order('/worded', 'a secret in plain words'))
  await receiver.waitFor(3)
  const at = (path: string) => receiver.arrivals.find((arrival) => arrival.path === path)
  expect(at('/signed')?.event).toMatchObject({ type: 'video.completed', data: { id: signed } })
  expect(at('/plain')?.event.data).toEqual({ id: plain })
  expect(at('/plain')?.headers).not.toHaveProperty('webhook-signature')
  expect(at('/plain')?.headers['webhook-id']).toBe(at('/plain')?.event.id)
  expect(at('/worded')?.event.data).toEqual({ id: worded })
  const signedArrival = at('/signed')
  const wordedArrival = at('/worded')
  if (signedArrival === undefined || wordedArrival === undefined) throw new Error('not arrived')
  expect(await findAcceptors(signedArrival, standardSecret)).toEqual(['openai', 'standardwebhooks'])
  expect(await findAcceptors(wordedArrival, 'a secret in plain words')).toContain('openai')
})

test('the webhook of a request is told of a failure', async () => {
  const id = await generate('[fail:guardrail] a crane', order('/hook'))
  const [arrival] = await receiver.waitFor(1)
  expect(arrival?.event).toMatchObject({ type: 'video.failed', data: { id } })
})

test('the webhook of a request is told of both videos when an identical request went past the failing one', async () => {
  // Over HTTP the moment between a failure and its settlement lasts a millisecond. Here the account
  // is asked what `submit` asks it, and told what the generations tell it.
  const owner = await site.gateway.createKey()
  const digest = await toSha256(owner.key)
  const accounts = await site.gateway.miniflare.getDurableObjectNamespace('ACCOUNT')
  const stub: unknown = accounts.get(accounts.idFromName(owner.account))
  const account = stub as RemoteAccount
  const webhook = { url: `${receiver.origin}/both`, secret: null }
  const admit = async (id: string, more: Partial<AdmissionRequest> = {}) => {
    const order = { key: 'the same', webhook, ...more }
    const admission = await account.admit(digest, createAdmissionRequest(id, order))
    return admission.kind === 'refused' ? admission.code : admission.identity.id
  }
  const settle = async (id: string, status: 'completed' | 'failed', endedAt: number) => {
    const row = await account.find(id)
    if (row === null) throw new Error(`there is no ${id}`)
    const state = { ...initialState, status, endedAt }
    const video = toVideoResource(row.identity, state, 0)
    const end = {
      code: null,
      charge: 'none',
      outcome: 'known',
      expiresAt: endedAt + 60_000,
    } as const
    await account.settle(id, { status, endedAt, video, ...end })
  }
  expect(await admit('video_first')).toBe('video_first')
  const submission = 'video_unused'
  expect(await admit('video_unused', { submission })).toBe('video_first')
  expect(await admit('video_second', { submission, not: 'video_first' })).toBe('video_second')
  await settle('video_first', 'failed', Date.now())
  await settle('video_second', 'completed', Date.now())
  const arrivals = await receiver.waitFor(2)
  expect(arrivals.map(({ event }) => `${event.type} ${event.data.id}`).sort()).toEqual([
    'video.completed video_second',
    'video.failed video_first',
  ])
})

test('the webhook of a request may come with a chat', async () => {
  const messages = [{ role: 'user', content: 'a crane in a chat' }]
  await site.post('/v1/chat/completions', { model: 'sora-2', messages, ...order('/chat') }, { key })
  const [arrival] = await receiver.waitFor(1)
  expect(arrival?.event.type).toBe('video.completed')
  expect(site.relay.requests.at(-1)?.bodyText).not.toContain('webhook')
})

test('the webhook of a request is told by a join and by a cache hit, too, and one payment is all there is', async () => {
  const prompt = '[slow:150] a rare crane'
  const ids = [
    await generate(prompt, order('/first')),
    await generate(prompt, order('/joined', standardSecret)),
  ]
  await receiver.waitFor(2)
  ids.push(await generate(prompt, order('/hit')))
  const arrivals = await receiver.waitFor(3)
  expect(new Set(ids).size).toBe(1)
  expect(arrivals.map(({ path }) => path).sort()).toEqual(['/first', '/hit', '/joined'])
  expect(new Set(arrivals.map(({ event }) => event.data.id))).toEqual(new Set(ids))
  expect(site.relay.postsFor((request) => request.prompt.startsWith(prompt))).toBe(1)
  const joined = arrivals.find(({ path }) => path === '/joined')
  if (joined === undefined) throw new Error('the join was not told')
  expect(await findAcceptors(joined, standardSecret)).toHaveLength(2)
})

test('the webhook of a request is given up where nobody will ever be', async () => {
  receiver.queue({ status: 404 })
  await generate('a lost crane', order('/gone'))
  await receiver.waitFor(1)
  // The next one comes through meanwhile; the lost one would be due after 5 s.
  await new Promise((resolve) => setTimeout(resolve, 6_500))
  expect(receiver.arrivals).toHaveLength(1)
})

test("the webhook of a request is called again soon while n8n's execution has not gone to sleep yet", async () => {
  const body = '{"message":"The execution \\"7\\" is running already."}'
  receiver.queue({ status: 409, body }, { status: 409, body })
  await generate('a crane for n8n', order('/webhook-waiting/7?signature=abc'))
  const startedAt = Date.now()
  const arrivals = await receiver.waitFor(3)
  expect(new Set(arrivals.map(({ event }) => event.id)).size).toBe(1)
  expect(arrivals[0]?.path).toBe('/webhook-waiting/7?signature=abc')
  // 1 s and 1 to 2 s later; the ordinary schedule would take five minutes.
  expect(Date.now() - startedAt).toBeLessThan(30_000)
})

test.each([
  [{ url: 'nowhere' }, 'webhook.url'],
  [{ url: 'https://a.example/', secret: 'whsec_short' }, 'webhook.secret'],
  [{ url: 'https://a.example/', secret: '' }, 'webhook.secret'],
  [{ secret: 'words' }, 'webhook.url'],
  [{ url: 'https://a.example/', extra: 1 }, 'webhook.extra'],
  ['https://a.example/', 'webhook'],
])('a webhook %j is refused naming %s, and nothing is paid', async (webhook, param) => {
  const before = site.relay.billed.length
  const response = await site.post('/v1/videos', { prompt: 'never', webhook }, { key })
  expect(response.status).toBe(400)
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject({ error: { param } })
  expect(text).not.toContain('short')
  expect(site.relay.billed).toHaveLength(before)
})
