// A gateway that is unwell for a moment or behind an unkind proxy: it is never taken for a relay, what
// was paid is not lost, and every sentence says what is known and what to do.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { readBinary, runNode, type RunOptions } from './engine.ts'
import { generateParameters, videoParameters, type GenerateFields } from './panel.ts'
import { startProxy, type Intervention, type Proxy } from './startProxy.ts'

let relay: RelaySimulator
let gateway: RunningGateway
let proxy: Proxy
let credential: { baseUrl: string; apiKey: string; relayKind?: string }
let intervene: (asked: string, before: number) => Intervention | null = () => null
const since = { asked: 0 }

beforeAll(async () => {
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay })
  proxy = await startProxy(gateway.url, (asked) => {
    const before = proxy.asked.slice(since.asked).filter((one) => one === asked).length - 1
    return intervene(asked, before)
  })
})
beforeEach(async () => {
  relay.reset()
  intervene = () => null
  since.asked = proxy.asked.length
  credential = { baseUrl: proxy.origin, apiKey: (await gateway.createKey()).key }
})
afterAll(async () => {
  await proxy.close()
  await gateway.close()
  await relay.close()
})

function generate(fields: GenerateFields, more: Partial<RunOptions> = {}): RunOptions {
  return { parameters: generateParameters(fields), credential, ...more }
}

const bad = { answer: { status: 502, body: '<html>Bad gateway</html>' } }

/** Bad answers to this request, so many times. */
function failing(name: string, times = Infinity): typeof intervene {
  return (asked, before) => (asked === name && before < times ? bad : null)
}

describe('the question whether it is a gateway', () => {
  test('is asked again after a bad answer', async () => {
    intervene = failing('GET /health', 1)
    const { items } = await runNode(generate({}))
    expect(items[0]?.json['id']).toMatch(/^video_/)
  })

  test('unanswered, nothing is sent, and the sentence says so', async () => {
    intervene = failing('GET /health')
    const { error } = await runNode(generate({}))
    expect(error?.message).toContain('502')
    expect(error?.description).toContain('Nothing was sent, nothing was charged')
    expect(relay.requests).toHaveLength(0)
  })

  test('is not asked where the credential says what it is', async () => {
    intervene = failing('GET /health')
    credential = { ...credential, relayKind: 'gateway' }
    const { items } = await runNode(generate({}))
    expect(items[0]?.json['id']).toMatch(/^video_/)
  })

  test('is answered also where a proxy takes our header away', async () => {
    const body = JSON.stringify({ status: 'ok', simulated_relay: false })
    intervene = (asked) => (asked === 'GET /health' ? { answer: { status: 200, body } } : null)
    const { items } = await runNode(generate({}))
    expect(items[0]?.json['id']).toMatch(/^video_/)
  })
})

test('one bad answer to the download does not lose a paid video', async () => {
  intervene = (asked, before) => (asked.endsWith('/content') && before === 0 ? bad : null)
  const { items, error } = await runNode(generate({}))
  expect(error).toBeNull()
  expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
})

test('a download that never works names the video, which Download finds later', async () => {
  intervene = (asked) => (asked.endsWith('/content') ? { answer: { status: 403 } } : null)
  const { error } = await runNode(generate({}))
  const id = /Video: (video_\w+), charge certain/.exec(String(error?.description))?.[1] ?? ''
  expect(error?.context['video']).toMatchObject({ id, url: expect.any(String) })
  intervene = () => null
  const more = { outputField: 'data', fileName: 'Episode 1.5' }
  const { items } = await runNode({ parameters: videoParameters('download', id, more), credential })
  expect(items[0]?.binary?.['data']).toMatchObject({ fileName: 'Episode 1.5.mp4' })
})

test('an order without an answer may have made a video, and says how to find it', async () => {
  intervene = failing('POST /v1/videos')
  const { error } = await runNode(generate({}))
  expect(error?.description).toContain('A video may be on its way')
  expect(error?.description).toContain('Get Many shows it')
})

test('where nobody listens the sentence says why, and that nothing was sent', async () => {
  credential = { baseUrl: 'http://127.0.0.1:9', apiKey: 'k', relayKind: 'gateway' }
  const { error } = await runNode(generate({}))
  // n8n has its own words for the code.
  expect(error?.message).toContain('refused the connection')
  expect(error?.description).toContain('Nothing was sent, nothing was charged')
})

test('a doubtful end says that nothing was sent now, and how to go on', async () => {
  const first = await runNode(generate({ prompt: 'a dog [cut:40]' }))
  expect(first.error?.description).toContain('Pay Again if Unsure')
  expect(first.error?.description).not.toContain('Nothing was sent now')
  const again = await runNode(generate({ prompt: 'a dog [cut:40]' }))
  expect(again.error?.description).toMatch(/^Nothing was sent now: .*Pay Again if Unsure/)
  expect(again.error?.description).toMatch(/Video: video_\w+, code \w+, charge possible/)
  expect(relay.postsOf('a dog [cut:40]')).toBe(1)
})

test('the videos that were made besides a failed one are named', async () => {
  const items = [{ json: { p: 'a dog' } }, { json: { p: '[fail:guardrail]' } }]
  const options = { itemsInParallel: 1 }
  const { error } = await runNode(generate({ prompt: '={{ $json.p }}', options }, { items }))
  expect(error?.description).toMatch(/Done besides: video_/)
})

test('Download of a failed video says why there is none', async () => {
  const failed = await runNode(
    generate({ prompt: '[fail:guardrail]' }, { settings: { onError: 'continueRegularOutput' } }),
  )
  const id = String(failed.items[0]?.json['id'])
  const { error } = await runNode({
    parameters: videoParameters('download', id, { outputField: 'data', fileName: '' }),
    credential,
  })
  expect(error?.message).toContain('No video was made')
})

test('a wrong path in the base URL is what the error speaks of', async () => {
  credential = { baseUrl: `${gateway.url}/nowhere`, apiKey: 'k', relayKind: 'auto' }
  const { error } = await runNode(generate({}))
  expect(error?.description).toMatch(/^Check the base URL .*Nothing was charged/)
})
