// The official package against the `videos` kind: what it sends and what it makes of the answers is
// not ours, so where the two meet, the simulator is like a relay.

import OpenAI, { APIError, NotFoundError, RateLimitError } from 'openai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readWhole } from '../media/mp4.ts'
import { mediaFor } from '../media/serve.ts'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'

let simulator: RelaySimulator
let client: OpenAI
beforeAll(async () => {
  simulator = await startRelaySimulator({ progress: [40] })
  client = new OpenAI({
    apiKey: simulator.apiKey,
    baseURL: simulator.baseUrlOf('videos'),
    maxRetries: 0,
  })
})
afterAll(() => simulator.close())
beforeEach(() => simulator.reset())

const create = (prompt: string) =>
  client.videos.create({ model: 'sora-2', prompt, seconds: '8', size: '720x1280' })

test('create, retrieve until it is done, downloadContent', async () => {
  const { id, status, seconds, size } = await create('a cat')
  expect([status, seconds, size]).toEqual(['queued', '8', '720x1280'])
  expect(simulator.requests[0]?.headers['content-type']).toContain('multipart/form-data')
  const states = []
  for (const _ of [1, 2, 3]) {
    const { status, progress } = await client.videos.retrieve(id)
    states.push([status, progress])
  }
  expect(states).toEqual([
    ['queued', 0],
    ['in_progress', 40],
    ['completed', 100],
  ])
  const content = await client.videos.downloadContent(id)
  const media = mediaFor(new URL(simulator.tasks[0]?.links.direct ?? ''))
  expect(Buffer.from(await content.arrayBuffer()).equals(readWhole(media))).toBe(true)
})

test('a reference image arrives as a file', async () => {
  const bytes = new Uint8Array([137, 80, 78, 71])
  const input_reference = new File([bytes], 'first.png', { type: 'image/png' })
  await client.videos.create({ model: 'sora-2', prompt: 'a cat', input_reference })
  expect(simulator.requests[0]?.files).toMatchObject([
    { field: 'input_reference', name: 'first.png', type: 'image/png' },
  ])
})

test('downloadContent follows to another host', async () => {
  const { id } = await create('[fault:content-redirect][looks:0] a cat')
  await client.videos.retrieve(id)
  await client.videos.retrieve(id)
  const content = await client.videos.downloadContent(id)
  expect(new URL(content.url).origin).toBe(simulator.vendorOrigin)
  expect(simulator.authorizationsAt(simulator.vendorOrigin)).toEqual([])
})

test('refusals and unknown ids are the errors that it knows', async () => {
  await expect(create('[fail:rate-limited] a cat')).rejects.toBeInstanceOf(RateLimitError)
  await expect(create('[fail:server-error] a cat')).rejects.toBeInstanceOf(APIError)
  await expect(client.videos.retrieve('video_none')).rejects.toBeInstanceOf(NotFoundError)
  expect(simulator.billed).toHaveLength(0)
})

test('delete and remix', async () => {
  const { id } = await create('a cat')
  // Only what is finished can be remixed: queued, two reports, over.
  for (let look = 1; look <= 4; look++) await client.videos.retrieve(id)
  const remixed = await client.videos.remix(id, { prompt: 'a blue cat' })
  expect(remixed.id).toBe(simulator.tasks[1]?.id)
  expect(await client.videos.delete(id)).toMatchObject({ id, deleted: true })
  await expect(client.videos.retrieve(id)).rejects.toBeInstanceOf(NotFoundError)
})
