// All objects of an isolate share its memory: many archives at once wait for one another and all
// complete; a caller whose images find no room is asked to come back.

import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_ONCE, startBenchRelay, type BenchRelay } from '../bench/benchRelay.ts'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { createMp4 } from '../relay/media/mp4.ts'

const MiB = 1024 * 1024
/** Those whose length nobody knows: 6 MiB each of 32. */
const ARCHIVES_AT_ONCE = 5

let relay: BenchRelay
let gateway: RunningGateway
let key: string
beforeAll(async () => {
  const media = createMp4({ seed: 'room', bytes: 100_000 })
  relay = await startBenchRelay(media, { fileMs: 300, saysLength: false })
  gateway = await startGateway({
    vars: {
      RELAY_BASE_URL: relay.baseUrl,
      RELAY_API_KEY: 'key-of-the-test',
      ALLOW_PRIVATE_NETWORK: 'true',
    },
  })
  key = (await gateway.createKey()).key
})
afterAll(async () => {
  await gateway.close()
  await relay.close()
})

function create(body: object, caller = key, wait = 60): Promise<Response> {
  const headers = { prefer: `wait=${wait}` }
  const init = { method: 'POST', body: JSON.stringify(body), headers }
  return gateway.fetch('/v1/videos', caller, init)
}

test('30 archives at once all complete, a few at a time', async () => {
  const made = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const response = await create({ prompt: `${AT_ONCE} ${index}` })
      return (await response.json()) as { status: string }
    }),
  )
  expect(made.map(({ status }) => status)).toEqual(made.map(() => 'completed'))
  expect(relay.mostFiles).toBeGreaterThan(1)
  expect(relay.mostFiles).toBeLessThanOrEqual(ARCHIVES_AT_ONCE)
})

test('images that find no room are refused for a moment, and taken when there is some', async () => {
  const half = sendHalf(12 * MiB)
  const toBody = (prompt: string, bytes: number) => {
    const image_url = `data:image/png;base64,${Buffer.alloc(bytes, 'picture ').toString('base64')}`
    return { prompt: `${AT_ONCE} ${prompt}`, input_reference: { image_url } }
  }
  const body = toBody('with an image', 3 * MiB)
  await half.begun
  const other = await gateway.createKey()
  const waiting = create(body)
  // Another account's does not wait for what this one has too much of: ten seconds, until it is refused.
  const passing = create(toBody('of another account', MiB), other.key, 0)
  expect(await Promise.race([waiting, passing])).toMatchObject({ status: 200 })
  const refused = await waiting
  expect(refused.status).toBe(503)
  expect(refused.headers.get('x-should-retry')).toBe('true')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ error: { code: 'try_again' } })
  half.end()
  const taken = await create(body)
  expect(await taken.json()).toMatchObject({ status: 'completed' })
})

/** The beginning of a request that takes nearly all the room, and goes on only a little. */
function sendHalf(length: number): { readonly begun: Promise<void>; end(): void } {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': length,
  }
  const upload = request(`${gateway.url}/v1/videos`, { method: 'POST', headers })
  // Cut off by `end`, which is meant.
  upload.on('error', () => undefined)
  upload.write(' '.repeat(MiB))
  const drip = setInterval(() => upload.write(' '.repeat(1024)), 1_000)
  return {
    // Long after the gateway has begun to read: what it would answer until then is 201.
    begun: new Promise((resolve) => setTimeout(resolve, 3_000)),
    end() {
      clearInterval(drip)
      upload.destroy()
    },
  }
}
