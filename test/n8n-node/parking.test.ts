// Parked executions against the real gateway: the sleep, the call that ends it, and the limit that
// passes first.

import { createServer } from 'node:http'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { startCallbackServer, type CallbackServer } from './callbackServer.ts'
import { callParked, callTool, readBinary, resumeNode, runNode, type RunOptions } from './engine.ts'
import { generateParameters, type GenerateFields } from './panel.ts'

let relay: RelaySimulator
let gateway: RunningGateway
let n8n: CallbackServer
let apiKey: string

beforeAll(async () => {
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay, everyHost: false })
})
beforeEach(async () => {
  relay.reset()
  n8n = await startCallbackServer()
  apiKey = (await gateway.createKey()).key
  return async () => await n8n.close()
})
afterAll(async () => {
  await gateway.close()
  await relay.close()
})

function park(fields: GenerateFields, more: Partial<RunOptions> = {}): RunOptions {
  return {
    parameters: generateParameters({ ...fields, waitBy: 'parking' }),
    credential: { baseUrl: gateway.url, apiKey },
    webhookWaitingBaseUrl: `${n8n.origin}/webhook-waiting`,
    ...more,
  }
}

const threeItems = ['one', 'two', 'three'].map((p) => ({ json: { p } }))

test('all items sleep as one, one call wakes them, each with its file', async () => {
  const options = park(
    { prompt: '={{ $json.p }}', options: { fileName: '={{ $json.p }}.mp4', outputField: 'clip' } },
    { items: threeItems },
  )
  const { run } = await runNode(options)
  expect(run.status).toBe('waiting')
  const call = await n8n.take()
  expect(call.path).toMatch(/^\/webhook-waiting\/\d+/)
  expect(JSON.parse(call.body)).toMatchObject({ type: 'videos.finished' })
  const items = await resumeNode(run, options, JSON.parse(call.body) as object)
  expect(items.map((item) => item.json['prompt'])).toEqual(['one', 'two', 'three'])
  expect(items.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }])
  expect(items.map((item) => item.binary?.['clip']?.fileName)).toEqual([
    'one.mp4',
    'two.mp4',
    'three.mp4',
  ])
  expect((await readBinary(items[0], 'clip')).subarray(4, 8).toString('latin1')).toBe('ftyp')
  expect(n8n.arrivals).toHaveLength(1)
})

// n8n parts failed items from the rest by emptying the very list that a node returns.
test.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
  'On Error %s: what sleeps is what wakes up, the good and the failed',
  async (onError) => {
    const items = ['a dog', '[fail:guardrail]'].map((p) => ({ json: { p } }))
    const options = park({ prompt: '={{ $json.p }}' }, { items, settings: { onError } })
    const { run } = await runNode(options)
    expect(run.status).toBe('waiting')
    expect(run.data.executionData?.nodeExecutionStack[0]?.data['main']?.[0]).toHaveLength(2)
    await n8n.take()
    const woken = await resumeNode(run, options)
    expect(woken.map(({ json }) => json['status'])).toEqual(['completed', 'failed'])
    expect((await readBinary(woken[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
  },
)

test('an agent that waits for the answer itself is told, and nothing is started', async () => {
  const [item] = await callTool(park({}), 1)
  expect(item?.json).toMatchObject({ status: 'failed', charge: 'none', may_retry: true })
  expect(JSON.stringify(item?.json)).toContain('An AI agent cannot sleep')
  expect(relay.requests).toHaveLength(0)
})

test('a video that is there already wakes it up at once, and nothing is paid', async () => {
  await runNode({ ...park({}), parameters: generateParameters({}) })
  const { run } = await runNode(park({}))
  await n8n.take()
  expect((await resumeNode(run, park({})))[0]?.json['status']).toBe('completed')
  expect(relay.billed).toHaveLength(1)
})

test('an execution that is not asleep yet is called again', async () => {
  const running = { status: 409, body: '{"message":"The execution \\"1\\" is running already."}' }
  n8n.answerWith(running)
  await runNode(park({}))
  await n8n.take()
  await n8n.take()
  expect(n8n.arrivals).toHaveLength(2)
})

test('when the limit passes first, the items say what is pending', async () => {
  const { run } = await runNode(park({ prompt: 'a dog [slow:5000]', options: { totalLimit: 90 } }))
  // What n8n forwards then is what the node was given, so the node has put these in its place.
  const forwarded = run.data.executionData?.nodeExecutionStack[0]?.data['main']?.[0]
  expect(forwarded?.[0]?.json).toMatchObject({
    id: expect.stringMatching(/^video_/),
    status: 'pending',
    advice: expect.stringContaining('Get operation'),
  })
  expect(Number(run.waitTill) - Date.now()).toBeGreaterThan(60_000)
})

test('a video that failed is an item with the reason, not an exception', async () => {
  const options = park({ prompt: '[fail:guardrail]' })
  const { run } = await runNode(options)
  await n8n.take()
  const [item] = await resumeNode(run, options)
  expect(item?.json).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('No video was made'),
    failure: { code: 'content_policy' },
  })
})

test('a gateway that cannot be asked any more leaves pending items, not an exception', async () => {
  const options = park({})
  const { run } = await runNode(options)
  await n8n.take()
  const lost = { ...options, credential: { baseUrl: 'http://127.0.0.1:9', apiKey } }
  expect((await resumeNode(run, lost))[0]?.json).toMatchObject({
    id: expect.stringMatching(/^video_/),
    status: 'pending',
    error: expect.any(String),
  })
})

// n8n 1.x lets anybody call who knows the address, which has nothing secret in it.
test('a call before the videos have ended wakes nobody', async () => {
  const options = park({ prompt: '={{ $json.p }} [slow:60000]' }, { items: threeItems })
  const { run } = await runNode(options)
  expect(await callParked(run, options)).toEqual({ status: 409, items: null })
})

test('an address that the gateway will not call is said before anything is paid', async () => {
  const options = park({}, { webhookWaitingBaseUrl: 'ftp://n8n.example.com/webhook-waiting' })
  const { error } = await runNode(options)
  expect(error?.message).toContain('cannot call n8n back')
  expect(error?.description).toContain('Choose Live')
  expect(relay.requests).toHaveLength(0)
})

test('a public gateway cannot call an n8n at home, which is said before anything is paid', async () => {
  const proxy = await startForwardProxy(gateway.url)
  process.env['HTTP_PROXY'] = proxy.origin
  const credential = { baseUrl: 'http://gateway.example', apiKey }
  const { error } = await runNode(park({}, { credential })).finally(async () => {
    delete process.env['HTTP_PROXY']
    await proxy.close()
  })
  expect(error?.message).toBe(`The gateway cannot call n8n back at ${n8n.origin}`)
  expect(proxy.paths).toEqual(['/health'])
})

/** Lends a local server a public name. */
async function startForwardProxy(target: string) {
  const paths: string[] = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '')
    paths.push(pathname)
    const forward = async () => {
      const answer = await fetch(target + pathname)
      const requestId = answer.headers.get('x-request-id') ?? ''
      response.writeHead(answer.status, { 'x-request-id': requestId }).end(await answer.text())
    }
    void forward()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    paths,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
