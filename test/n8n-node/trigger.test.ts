// The trigger against the real gateway: its endpoint, and whom it believes.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { startCallbackServer, type Arrival, type CallbackServer } from './callbackServer.ts'
import { runNode, type Credential } from './engine.ts'
import { generateParameters } from './panel.ts'
import { openTrigger, type Trigger } from './trigger.ts'

let relay: RelaySimulator
let gateway: RunningGateway
let n8n: CallbackServer
let credential: Credential

beforeAll(async () => {
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay, everyHost: false })
})
beforeEach(async () => {
  relay.reset()
  n8n = await startCallbackServer()
  credential = { baseUrl: gateway.url, apiKey: (await gateway.createKey()).key }
  return async () => await n8n.close()
})
afterAll(async () => {
  await gateway.close()
  await relay.close()
})

const bothEvents = ['video.completed', 'video.failed']

function open(events = bothEvents, options = {}, filters: object = {}): Trigger {
  const parameters = { events, options, filters: { ...filters } }
  return openTrigger(credential, parameters, `${n8n.origin}/webhook`)
}

async function endpoints(): Promise<{ id: string; url: string; event_types: string[] }[]> {
  const response = await gateway.fetch('/v1/webhook_endpoints', credential.apiKey)
  return ((await response.json()) as { data: { id: string; url: string; event_types: string[] }[] })
    .data
}

async function makeVideo(prompt = 'a dog'): Promise<Arrival> {
  await runNode({
    parameters: generateParameters({ prompt, options: { downloadVideo: false } }),
    credential,
    settings: { onError: 'continueRegularOutput' },
  })
  return await n8n.take()
}

describe('its endpoint', () => {
  test('is registered with the events, found again, and removed', async () => {
    const trigger = open()
    expect(await trigger.checkExists()).toBe(false)
    expect(await trigger.create()).toBe(true)
    expect(await endpoints()).toMatchObject([{ url: trigger.url, event_types: bothEvents }])
    expect(await trigger.checkExists()).toBe(true)
    expect(await trigger.remove()).toBe(true)
    expect(await endpoints()).toEqual([])
    expect(trigger.store['secret']).toBeUndefined()
  })

  test('is made anew when the events have changed', async () => {
    const trigger = open(['video.failed'])
    await trigger.create()
    const changed = open(bothEvents)
    Object.assign(changed.store, trigger.store)
    expect(await changed.checkExists()).toBe(false)
    await changed.create()
    expect(await endpoints()).toMatchObject([{ event_types: bothEvents }])
  })

  test('counts as removed when the gateway has forgotten it', async () => {
    const trigger = open()
    await trigger.create()
    const [endpoint] = await endpoints()
    await gateway.fetch(`/v1/webhook_endpoints/${endpoint?.id}`, credential.apiKey, {
      method: 'DELETE',
    })
    expect(await trigger.checkExists()).toBe(false)
    expect(await trigger.remove()).toBe(true)
  })

  test('needs a gateway, and says so', async () => {
    const plain = { baseUrl: relay.baseUrl, apiKey: relay.apiKey }
    const trigger = openTrigger(plain, { events: bothEvents, options: {} }, n8n.origin)
    await expect(trigger.create()).rejects.toThrow('The trigger needs a Reelay gateway')
  })
})

describe('a delivery', () => {
  test('starts the workflow with the video, and its file when that is wanted', async () => {
    const trigger = open(['video.completed'], { downloadVideo: true, outputField: 'clip' })
    await trigger.create()
    const { headers, body } = await makeVideo('a special dog')
    const { status, items } = await trigger.deliver(headers, body)
    expect(status).toBe(200)
    expect(items?.[0]?.json).toMatchObject({
      event: 'video.completed',
      status: 'completed',
      prompt: 'a special dog',
      url: expect.stringContaining(gateway.url),
    })
    expect(items?.[0]?.binary).toMatchObject({ clip: { mimeType: 'video/mp4' } })
  })

  test('of a failure carries its code', async () => {
    const trigger = open()
    await trigger.create()
    const { headers, body } = await makeVideo('[fail:guardrail]')
    const { items } = await trigger.deliver(headers, body)
    expect(items?.[0]?.json).toMatchObject({
      event: 'video.failed',
      failure: { code: 'content_policy' },
    })
  })

  test('is believed only once', async () => {
    const trigger = open()
    await trigger.create()
    const { headers, body } = await makeVideo()
    expect((await trigger.deliver(headers, body)).items).toHaveLength(1)
    expect(await trigger.deliver(headers, body)).toEqual({ status: 200, items: null })
  })

  test.each<[string, (arrival: Arrival) => Arrival]>([
    ['with another body', (real) => ({ ...real, body: real.body.replace('video_', 'video_x') })],
    ['with another id', (real) => changeHeader(real, 'webhook-id', 'evt_other')],
    ['with a signature of nobody', (real) => changeHeader(real, 'webhook-signature', 'v1,AAAA')],
    ['without a signature', (real) => changeHeader(real, 'webhook-signature', '')],
    ['of an hour ago', (real) => changeHeader(real, 'webhook-timestamp', hourAgo(real))],
  ])('%s is refused and starts nothing', async (_how, forge) => {
    const trigger = open()
    await trigger.create()
    const forged = forge(await makeVideo())
    expect(await trigger.deliver(forged.headers, forged.body)).toEqual({ status: 401, items: null })
  })

  async function deliverOf(body: object, filters: object) {
    const trigger = open(bothEvents, {}, filters)
    await trigger.create()
    await gateway.fetch('/v1/videos', credential.apiKey, {
      method: 'POST',
      body: JSON.stringify({ prompt: 'a dog', ...body }),
    })
    const arrival = await n8n.take()
    return (await trigger.deliver(arrival.headers, arrival.body)).items
  }

  // Such a workflow would start itself again and again, and pay each time.
  test('of what this very workflow made starts nothing, unless it is to', async () => {
    const own = { metadata: { n8n_workflow: 'workflow-2' } }
    expect(await deliverOf(own, {})).toBeNull()
    n8n = await startCallbackServer()
    credential = { ...credential, apiKey: (await gateway.createKey()).key }
    expect(await deliverOf(own, { notOwn: false })).toHaveLength(1)
  })

  test('says which workflow made it', async () => {
    const trigger = open()
    await trigger.create()
    await makeVideo()
    const { data } = (await (await gateway.fetch('/v1/videos', credential.apiKey)).json()) as {
      data: { metadata: object }[]
    }
    expect(data[0]?.metadata).toEqual({ n8n_workflow: 'workflow-1' })
  })

  test.each<[object, object, boolean]>([
    [{ model: 'sora-2-pro' }, { model: 'sora-2-pro' }, true],
    [{ model: 'sora-2-pro' }, { model: 'sora-2' }, false],
    [{ metadata: { order: '1' } }, { metadataKey: 'order' }, true],
    [{ metadata: { order: '1' } }, { metadataKey: 'order', metadataValue: '2' }, false],
    [{}, { metadataKey: 'order' }, false],
  ])('of %j with the filter %j: %s', async (body, filters, isHeard) => {
    expect((await deliverOf(body, filters)) !== null).toBe(isHeard)
  })

  test('is refused when no endpoint was ever registered', async () => {
    const registered = open()
    await registered.create()
    const { headers, body } = await makeVideo()
    const other = openTrigger(credential, { events: bothEvents, options: {} }, n8n.origin)
    expect((await other.deliver(headers, body)).status).toBe(401)
  })
})

function changeHeader(arrival: Arrival, name: string, value: string): Arrival {
  return { ...arrival, headers: { ...arrival.headers, [name]: value } }
}

function hourAgo({ headers }: Arrival): string {
  return String(Number(headers['webhook-timestamp']) - 3600)
}
