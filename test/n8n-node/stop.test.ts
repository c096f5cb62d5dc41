// Stop, at every moment: no order leaves after it, and what it means is said where it can be heard.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { refusals } from '../relay/refusals.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { startNode, toOutcome, type Execution, type RunOptions } from './engine.ts'
import { generateParameters, type GenerateFields } from './panel.ts'
import { startProxy, type Intervention, type Proxy } from './startProxy.ts'

let relay: RelaySimulator
let gateway: RunningGateway
let proxy: Proxy
let apiKey: string
let intervene: (asked: string, before: number) => Intervention | null = () => null

beforeAll(async () => {
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay })
  proxy = await startProxy(gateway.url, (asked, before) => intervene(asked, before))
})
beforeEach(async () => {
  relay.reset()
  intervene = () => null
  apiKey = (await gateway.createKey()).key
})
afterAll(async () => {
  await proxy.close()
  await gateway.close()
  await relay.close()
})

function start(fields: GenerateFields, more: Partial<RunOptions> = {}): Execution {
  const credential = { baseUrl: proxy.origin, apiKey }
  return startNode({ parameters: generateParameters(fields), credential, ...more })
}

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const pause = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms))
const countOf = (asked: string) => proxy.asked.filter((one) => one === asked).length

/** Every such request is answered only once this is called. */
function hold(what: string): () => void {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  intervene = (asked) => (asked === what ? { held } : null)
  return release
}

/** Stops it, and says what came of it when everything that could still happen has. */
async function stopNow(execution: Execution, release = () => {}) {
  const [orders, paid] = [countOf('POST /v1/videos'), relay.requests.length]
  execution.stop()
  release()
  const { error } = toOutcome(await execution.done)
  await pause(300)
  expect(countOf('POST /v1/videos') - orders).toBe(0)
  expect(relay.requests.length - paid).toBe(0)
  return error
}

test.each(['streaming', 'none', 'parking'] as const)(
  'while it is asked whether it is a gateway (%s): nothing is ordered',
  async (waitBy) => {
    const release = hold('GET /health')
    const before = countOf('GET /health')
    const execution = start({ waitBy })
    await until(() => countOf('GET /health') > before)
    const error = await stopNow(execution, release)
    expect(error?.description).toContain('Nothing was sent after Stop.')
  },
)

test('while the answer is awaited: the id is known, and the video is cancelled', async () => {
  const release = hold('POST /v1/videos')
  const before = countOf('POST /v1/videos')
  const execution = start({ prompt: 'a dog [slow:60000]' })
  await until(() => countOf('POST /v1/videos') > before)
  execution.stop()
  release()
  const { error } = toOutcome(await execution.done)
  expect(error?.description).toMatch(/The video was cancelled, too\. Video: video_/)
})

test('in the pause before the order is repeated: it is not', async () => {
  const busy = { status: 503, headers: { 'retry-after': '1' }, body: '<html>' }
  intervene = (asked) => (asked === 'POST /v1/videos' ? { answer: busy } : null)
  const before = countOf('POST /v1/videos')
  const execution = start({})
  await until(() => countOf('POST /v1/videos') > before)
  await pause(100)
  const error = await stopNow(execution)
  expect(error?.description).toContain('Nobody knows whether the gateway took the order')
})

// Where the credential says what it is, no question is there to be broken off first.
test.each(['auto', 'gateway'])(
  'in the pause of Retry On Fail, which n8n does not end (%s): none of its tries pays',
  async (relayKind) => {
    const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 300 }
    const refused = () => refusals['moderation']()
    relay.queueScenarios(refused, refused, refused)
    const credential = { baseUrl: proxy.origin, apiKey, relayKind }
    const execution = start({ prompt: 'a dog' }, { settings, credential })
    await until(() => relay.requests.length === 1)
    await pause(150)
    await stopNow(execution)
    // Longer than the pauses of all tries.
    await pause(700)
    expect(relay.requests).toHaveLength(1)
    expect(relay.billed).toHaveLength(0)
  },
)

test('with many items: those that have not begun do not begin', async () => {
  const items = Array.from({ length: 5 }, (_none, n) => ({ json: { n } }))
  const options = { itemsInParallel: 1 }
  const execution = start({ prompt: '={{ $json.n }} [slow:60000]', options }, { items })
  await until(() => relay.requests.length === 1)
  await stopNow(execution)
})
