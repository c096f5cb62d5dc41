// `client.webhooks.*` of the official `openai` package, unmodified: endpoints are made, changed, tried
// out and deleted, and nobody else's are seen.

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
  const asks: [string, string, string][] = [
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
