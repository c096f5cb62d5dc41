// What endpoints are told over real connections: signed so that the official `openai` package and the
// standard's own library believe it, again until it is heard, and past whoever hangs.

import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createOpenAI } from './openaiClient.ts'
import type { Receiver } from './startReceiver.ts'
import { findAcceptors, startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
let receiver: Receiver
let client: OpenAI
let key: string
const logs: string[] = []
beforeAll(async () => {
  site = await startSite({
    everyHost: false,
    vars: { RELAY_BREAKER: 'off' },
    onLog: (line) => logs.push(line),
  })
})
afterAll(() => site.close())
beforeEach(async () => {
  receiver = await startReceiver()
  key = (await site.gateway.createKey()).key
  client = createOpenAI(site.url, key).client
  return () => receiver.close()
})

const both = ['video.completed', 'video.failed'] as const
/** Until it is so: the machine may be busy. */
const patiently = { timeout: 20_000, interval: 20 }
const everybody = ['openai', 'standardwebhooks']

const createEndpoint = (path = '/hook') =>
  client.webhooks.create({ name: 'mine', url: `${receiver.origin}${path}`, event_types: [...both] })

async function generate(prompt: string, body: object = {}): Promise<string> {
  const response = await site.post('/v1/videos', { prompt, ...body }, { key })
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

interface Deliveries {
  data: {
    id: string
    state: string
    attempts: number
    status_code: number | null
    problem: string | null
  }[]
}
async function listDeliveries(endpoint: string): Promise<Deliveries['data']> {
  const response = await site.get(`/v1/webhook_endpoints/${endpoint}/deliveries`, { key })
  expect(response.status).toBe(200)
  return ((await response.json()) as Deliveries).data
}

test('a completed video is told to its endpoint, once, and everybody believes it', async () => {
  const { id: endpoint, signing_secret } = await createEndpoint()
  const id = await generate('a heron')
  const [arrival] = await receiver.waitFor(1)
  if (arrival === undefined) throw new Error('nothing arrived')
  expect(await findAcceptors(arrival, signing_secret)).toEqual(everybody)
  expect(arrival.headers['content-type']).toBe('application/json')
  expect(arrival.event).toEqual({
    id: arrival.headers['webhook-id'],
    object: 'event',
    type: 'video.completed',
    created_at: expect.any(Number),
    data: { id },
  })
  expect(arrival.event.created_at).toBeGreaterThan(1.7e9)
  // Announced only after it could be had.
  expect(await client.videos.retrieve(id)).toMatchObject({ status: 'completed' })
  await expect
    .poll(async () => await listDeliveries(endpoint), patiently)
    .toMatchObject([
      { id: arrival.event.id, state: 'delivered', attempts: 1, status_code: 200, problem: null },
    ])
})

test('a failed video is told, too', async () => {
  await createEndpoint()
  const id = await generate('[fail:guardrail] a heron')
  const [arrival] = await receiver.waitFor(1)
  expect(arrival?.event).toMatchObject({ type: 'video.failed', data: { id } })
})

test('while a secret rotates, both secrets verify; without the wish only the new one', async () => {
  const { id: endpoint, signing_secret: first } = await createEndpoint()
  const { signing_secret: second } = await client.webhooks.rotateSecret(endpoint, {
    keep_old_secret_active_for_24_hours: true,
  })
  await generate('an owl')
  const [both] = await receiver.waitFor(1)
  if (both === undefined) throw new Error('nothing arrived')
  expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2)
  expect(await findAcceptors(both, first)).toEqual(everybody)
  expect(await findAcceptors(both, second)).toEqual(everybody)

  const { signing_secret: third } = await client.webhooks.rotateSecret(endpoint)
  await generate('another owl')
  const [, alone] = await receiver.waitFor(2)
  if (alone === undefined) throw new Error('nothing arrived')
  expect(await findAcceptors(alone, third)).toEqual(everybody)
  expect(await findAcceptors(alone, second)).toEqual([])
  expect(new Set([first, second, third]).size).toBe(3)
})

test('a receiver that fails gets the same message again; a redirect is a failure', async () => {
  const elsewhere = await startReceiver()
  const { id: endpoint, signing_secret } = await createEndpoint()
  receiver.queue({ status: 307, headers: { location: elsewhere.origin } })
  await generate('a robin')
  const [first, second] = await receiver.waitFor(2)
  if (first === undefined || second === undefined) throw new Error('nothing arrived')
  expect(second.body).toBe(first.body)
  expect(second.event.id).toBe(first.event.id)
  const timestamps = [first, second].map(({ headers }) => Number(headers['webhook-timestamp']))
  expect((timestamps[1] ?? 0) - (timestamps[0] ?? 0)).toBeGreaterThanOrEqual(5)
  for (const arrival of [first, second]) {
    expect(await findAcceptors(arrival, signing_secret)).toEqual(everybody)
  }
  expect(elsewhere.arrivals).toEqual([])
  await expect
    .poll(async () => await listDeliveries(endpoint), patiently)
    .toMatchObject([{ state: 'delivered', attempts: 2 }])
  await elsewhere.close()
})

test('410 disables; a change enables again, and a replay brings what was missed', async () => {
  const { id: endpoint } = await createEndpoint()
  receiver.queue({ status: 410 })
  await generate('a wren')
  const disabled = async () =>
    ((await client.webhooks.retrieve(endpoint)) as { disabled_at?: number | null }).disabled_at
  await expect.poll(disabled, patiently).toBeTypeOf('number')
  const unheard = await site.post(
    '/v1/videos',
    { prompt: 'a second wren' },
    { key, headers: { prefer: 'wait=30' } },
  )
  expect(await unheard.json()).toMatchObject({ status: 'completed' })
  const [missed, ...nothing] = await listDeliveries(endpoint)
  expect(missed).toMatchObject({ state: 'failed', attempts: 1, status_code: 410 })
  expect(nothing).toEqual([])
  await client.webhooks.update(endpoint, { name: 'back' })
  expect(await disabled()).toBeNull()
  const replay = `/v1/webhook_endpoints/${endpoint}/deliveries/${missed?.id}/replay`
  expect((await site.post(replay, '', { key })).status).toBe(200)
  const [before, after, ...others] = await receiver.waitFor(2)
  expect(after?.event).toEqual(before?.event)
  expect(others).toEqual([])
})

test('a receiver that hangs delays nobody else, and gets no more than four at once', async () => {
  const hanging = await startReceiver()
  hanging.queue(...Array<'hang'>(20).fill('hang'))
  await client.webhooks.create({ name: 'hangs', url: hanging.origin, event_types: [...both] })
  await createEndpoint()
  const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => generate(`bird number ${n}`)))
  const arrivals = await receiver.waitFor(12)
  expect(new Set(arrivals.map(({ event }) => event.data.id))).toEqual(new Set(ids))
  // None of its four was given up yet: the others did not wait for that.
  await hanging.waitFor(4)
  expect(hanging.arrivals).toHaveLength(4)
  await hanging.close()
})

test('no secret, address or prompt gets into a log', async () => {
  const { signing_secret } = await createEndpoint('/quiet')
  const secret = 'the words of a receiver'
  receiver.queue({ status: 500 }, { status: 500 })
  await generate('a secretive bittern', {
    webhook: { url: `${receiver.origin}/quiet?token=abc`, secret },
  })
  await receiver.waitFor(2)
  await client.webhooks.rotateSecret('we_none').catch(() => undefined)
  const text = logs.join('')
  for (const one of [signing_secret, secret, 'token=abc', 'bittern', key]) {
    expect(text).not.toContain(one)
  }
})
