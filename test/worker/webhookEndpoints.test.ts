// `client.webhooks.*` of the official `openai` package, unmodified, and what it leads to: endpoints
// that are told, signed so that the package itself and the standard's library believe it.

import type OpenAI from 'openai'
import { NotFoundError, PermissionDeniedError } from 'openai'
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
let account: string
beforeAll(async () => {
  site = await startSite({ everyHost: false, vars: { RELAY_BREAKER: 'off' } })
})
afterAll(() => site.close())
beforeEach(async () => {
  receiver = await startReceiver()
  ;({ key, account } = await site.gateway.createKey())
  client = createOpenAI(site.url, key).client
  return () => receiver.close()
})

const both = ['video.completed', 'video.failed'] as const
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

test('an endpoint is made, found, changed, listed and deleted', async () => {
  const { signing_secret, ...created } = await createEndpoint()
  expect(created).toMatchObject({
    id: expect.stringMatching(/^we_[0-9A-Za-z]{24}$/),
    object: 'webhook_endpoint',
    name: 'mine',
    url: `${receiver.origin}/hook`,
    event_types: both,
    signing_secret_hint: expect.stringMatching(/^whsec_….{4}$/),
  })
  expect(signing_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(await client.webhooks.retrieve(created.id)).toEqual(created)
  const changed = await client.webhooks.update(created.id, {
    name: 'yours',
    event_types: ['video.failed'],
  })
  expect(changed).toMatchObject({ id: created.id, name: 'yours', event_types: ['video.failed'] })
  expect((await client.webhooks.list()).data).toEqual([changed])
  expect(await client.webhooks.delete(created.id)).toEqual({
    id: created.id,
    object: 'webhook_endpoint.deleted',
    deleted: true,
  })
  await expect(client.webhooks.retrieve(created.id)).rejects.toThrow(NotFoundError)
  await expect(client.webhooks.delete(created.id)).rejects.toThrow(NotFoundError)
})

test('lists page by themselves, the newest first', async () => {
  const ids: string[] = []
  for (let n = 0; n < 7; n += 1) ids.unshift((await createEndpoint(`/${n}`)).id)
  const listed: string[] = []
  for await (const { id } of client.webhooks.list({ limit: 3 })) listed.push(id)
  expect(listed).toEqual(ids)
})

test('there is an end to their number', async () => {
  for (let n = 0; n < 50; n += 1) await createEndpoint(`/${n}`)
  await expect(createEndpoint('/one-more')).rejects.toThrow(/50 webhook endpoints/)
})

test('the event types are those that OpenAI has for videos', async () => {
  expect(await client.webhooks.eventTypes.list()).toEqual({ object: 'list', data: both })
})

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
    .poll(async () => await listDeliveries(endpoint))
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

test('a test sends a signed sample and gives back what the receiver answered', async () => {
  const { id, signing_secret } = await createEndpoint()
  const order = { event_type: 'video.failed' } as const
  const result = {
    object: 'webhook_endpoint.test',
    webhook_endpoint_id: id,
    success: true,
    ...order,
  }
  expect(await client.webhooks.test(id, order)).toEqual({ ...result, status_code: 200 })
  receiver.queue({ status: 418 })
  expect(await client.webhooks.test(id, order)).toEqual({ ...result, status_code: 418 })
  const arrivals = await receiver.waitFor(2)
  for (const arrival of arrivals)
    expect(await findAcceptors(arrival, signing_secret)).toEqual(everybody)
  expect(arrivals[0]?.event.type).toBe('video.failed')
  expect(await listDeliveries(id)).toEqual([])
  await receiver.close()
  await expect(client.webhooks.test(id, order)).rejects.toMatchObject({ status: 400, param: 'url' })
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
    .poll(async () => await listDeliveries(endpoint))
    .toMatchObject([{ state: 'delivered', attempts: 2 }])
  await elsewhere.close()
})

test('410 disables; a change enables again, and a replay brings what was missed', async () => {
  const { id: endpoint } = await createEndpoint()
  receiver.queue({ status: 410 })
  await generate('a wren')
  const disabled = async () =>
    ((await client.webhooks.retrieve(endpoint)) as { disabled_at?: number | null }).disabled_at
  await expect.poll(disabled).toBeTypeOf('number')
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

test('secrets are shown when they are made, and never again', async () => {
  const { id, signing_secret } = await createEndpoint()
  const { signing_secret: rotated } = await client.webhooks.rotateSecret(id)
  await client.webhooks.update(id, { name: 'again' })
  const texts = await Promise.all(
    [
      '/v1/webhook_endpoints',
      `/v1/webhook_endpoints/${id}`,
      `/v1/webhook_endpoints/${id}/deliveries`,
    ].map(async (path) => (await site.get(path, { key })).text()),
  )
  texts.push(await (await site.post(`/v1/webhook_endpoints/${id}`, {}, { key })).text())
  texts.push(
    await (
      await site.post(`/v1/webhook_endpoints/${id}`, { name: 5, signing_secret }, { key })
    ).text(),
  )
  for (const text of texts) {
    for (const secret of [signing_secret, rotated]) {
      expect(text).not.toContain(secret.slice(6, 20))
      expect(text).not.toContain('"signing_secret"')
    }
  }
})

test.each([
  [{ url: 'x' }, 'name'],
  [{ name: 'x', url: 'not a url', event_types: both }, 'url'],
  [{ name: 'x', url: 'ftp://files.example/', event_types: both }, 'url'],
  [{ name: 'x', url: 'https://user:word@a.example/', event_types: both }, 'url'],
  [{ name: 'x', url: 'https://a.example/', event_types: [] }, 'event_types'],
  [{ name: 'x', url: 'https://a.example/', event_types: ['batch.completed'] }, 'event_types[0]'],
  [{ name: '', url: 'https://a.example/', event_types: both }, 'name'],
])('%j is refused naming %s', async (body, param) => {
  const response = await site.post('/v1/webhook_endpoints', body, { key })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param } })
})

test('no body at all is taken for an empty one', async () => {
  const { id } = await createEndpoint()
  const rotated = await fetch(`${site.url}/v1/webhook_endpoints/${id}/rotate_secret`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  })
  expect(rotated.status).toBe(200)
})

test("another tenant's endpoint is the same as none, to the byte", async () => {
  const { id } = await createEndpoint()
  const stranger = (await site.gateway.createKey()).key
  const none = id.replace(/.{4}$/, 'zzzz')
  const asks: [string, RequestInit['method'], string][] = [
    ['', 'GET', ''],
    ['', 'POST', '{"name":"stolen"}'],
    ['', 'DELETE', ''],
    ['/rotate_secret', 'POST', '{}'],
    ['/test', 'POST', '{"event_type":"video.failed"}'],
    ['/deliveries', 'GET', ''],
    ['/deliveries/evt_1/replay', 'POST', ''],
  ]
  for (const [path, method, body] of asks) {
    const answers = await Promise.all(
      [id, none].map(async (one) => {
        const response = await site.gateway.fetch(`/v1/webhook_endpoints/${one}${path}`, stranger, {
          method,
          ...(body !== '' && { body }),
        })
        return [response.status, await response.text()]
      }),
    )
    expect(answers[0]?.[0], path).toBe(404)
    expect(answers[0], path).toEqual(answers[1])
  }
  expect(await client.webhooks.retrieve(id)).toMatchObject({ name: 'mine' })
  expect(receiver.arrivals).toEqual([])
})

test('a key without the scope `manage` sees none of it', async () => {
  const { id } = await createEndpoint()
  const { key: reader } = await site.gateway.createKey({ account, scopes: ['generate', 'read'] })
  const other = createOpenAI(site.url, reader).client
  for (const ask of [
    () => other.webhooks.list(),
    () => other.webhooks.retrieve(id),
    () => other.webhooks.rotateSecret(id),
    () => other.webhooks.delete(id),
    () => other.webhooks.eventTypes.list(),
  ]) {
    await expect(ask()).rejects.toThrow(PermissionDeniedError)
  }
})
