import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { applyFault } from './faults/faults.ts'
import { createOutbound } from './outbound.ts'
import { startRelaySimulator, type RelaySimulator } from './relaySimulator.ts'
import { bytes, head, reset, wait } from './script.ts'

/** Fetches what it is told and says what happened, as a gateway inside workerd would see it. */
const PROBE = `export default {
  async fetch(request) {
    const { url, init } = await request.json()
    try {
      const response = await fetch(url, init)
      return Response.json({ status: response.status, text: await response.text() })
    } catch (error) {
      return Response.json({ thrown: error.message })
    }
  },
}`

let simulator: RelaySimulator
let miniflare: Miniflare
beforeAll(async () => {
  simulator = await startRelaySimulator({ stepMs: 1 })
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: PROBE,
      compatibilityDate: '2026-10-20',
      outboundService: createOutbound(simulator),
    }),
  )
  await miniflare.ready
})
afterAll(async () => {
  await miniflare.dispose()
  await simulator.close()
})
beforeEach(() => simulator.reset())

async function probe(url: string, init: object = {}): Promise<unknown> {
  const body = JSON.stringify({ url, init })
  const response = await miniflare.dispatchFetch('http://probe', { method: 'POST', body })
  return response.json()
}
const generate = (url: string) =>
  probe(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body: JSON.stringify({ model: 'sora-2', stream: true, messages: [] }),
  })

test('every host has a video of its own, and the link is recorded whole', async () => {
  const links = [
    'https://videos.example/az/files/1%2Fraw?se=2026&sig=a%2Bb%3D',
    'https://storage.example/video/2?Expires=1&Signature=x',
    'http://localhost:8000/tmp/3.mp4',
  ]
  const texts = []
  for (const link of links) texts.push(await probe(link))
  expect(simulator.downloads.map((download) => download.url)).toEqual(links)
  expect(new Set(texts.map((text) => JSON.stringify(text))).size).toBe(links.length)
  for (const text of texts) expect(text).toMatchObject({ text: expect.stringContaining('ftyp') })
})

test.each(['own', 'foreign'])('the relay answers under its %s name', async (name) => {
  const base = name === 'own' ? simulator.baseUrl : 'https://relay.example/v1'
  const answer = await generate(`${base}/chat/completions`)
  expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('data: [DONE]') })
  expect(simulator.requests[0]?.url.href).toBe(`${base}/chat/completions`)
  expect(Object.keys(simulator.requests[0]?.headers ?? {})).not.toContain('mf-custom-node-service')
})

test('a relay of tasks answers under any name, and its links bear that name', async () => {
  const base = 'https://relay.example/kinds/openrouter/api/v1'
  const headers = { authorization: `Bearer ${simulator.apiKey}` }
  const body = '{"model":"m","prompt":"[after:0] a cat"}'
  expect(await probe(`${base}/videos`, { method: 'POST', headers, body })).toMatchObject({
    status: 202,
  })
  const url = `${base}/videos/${simulator.tasks[0]?.id}`
  expect(await probe(url, { headers })).toMatchObject({
    status: 200,
    text: expect.stringContaining(`"unsigned_urls":["${url}/content?index=0"]`),
  })
  expect(await probe(`${url}/content`, { headers })).toMatchObject({
    text: expect.stringContaining('ftyp'),
  })
  expect(simulator.authorizationsAt('https://relay.example')).toEqual([headers.authorization])
  expect(await probe(simulator.tasks[0]?.links.vendor ?? '')).toMatchObject({ status: 200 })
  expect(simulator.authorizationsAt(simulator.vendorOrigin)).toEqual([])
})

test('a reset is a lost connection inside workerd, before and after the head', async () => {
  simulator.queueScenarios(
    () => [reset],
    () => [head(200, {}), bytes('data: {}\n\n'), wait(10), reset],
  )
  for (const _ of [1, 2]) {
    const answer = await generate('https://relay.example/v1/chat/completions')
    expect(answer).toEqual({ thrown: 'Network connection lost.' })
  }
})

test.each(['dns-fail', 'refused', 'tls-fail', 'rst-before-read'] as const)(
  '%s: a relay that cannot be reached is not reached this way either',
  async (id) => {
    const baseUrl = await applyFault(simulator, id)
    expect(await generate(`${baseUrl}/chat/completions`)).toEqual({
      thrown: 'Network connection lost.',
    })
    expect(simulator.requests).toHaveLength(0)
  },
)
