// The AI SDK's own functions make a video with the provider as it was installed.

import type { Experimental_VideoModelV4 } from '@ai-sdk/provider'
import {
  createProviderRegistry,
  experimental_generateVideo,
  experimental_getVideoStatus,
  experimental_startVideo,
} from 'ai'
import { expect, test } from 'vitest'
import { startReceiver } from '../worker/startReceiver.ts'
import { connection, importAi, importReelay } from './installed.ts'

const { createReelay } = await importAi()
const { Reelay } = await importReelay()
const client = new Reelay(connection)
const reelay = createReelay(connection)
const model = reelay.video('sora-2')
const poll = { intervalMs: 50 }

/** A PNG of one pixel. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test('the model is what the SDK calls one', () => {
  const asIts: Experimental_VideoModelV4 = model
  expect(asIts.specificationVersion).toBe('v4')
})

test('generateVideo gives the bytes, and warns of what cannot be had', async () => {
  const result = await experimental_generateVideo({
    model,
    prompt: 'a boat of the AI SDK',
    duration: 8,
    resolution: '1280x720',
    fps: 24,
    providerOptions: { reelay: { metadata: { order: '17' } } },
    poll,
  })
  expect(result.video.mediaType).toBe('video/mp4')
  expect(Buffer.from(result.video.uint8Array.subarray(4, 8)).toString()).toBe('ftyp')
  expect(result.warnings).toEqual([
    expect.objectContaining({ type: 'unsupported', feature: 'fps' }),
  ])
  const { videos } = await client.list({ limit: 20 })
  const made = videos.filter(({ prompt }) => prompt === 'a boat of the AI SDK')
  expect(result.providerMetadata).toMatchObject({
    reelay: { progress: 100, videos: [{ id: made[0]?.id, charge: 'certain' }] },
  })
  expect(made).toEqual([
    expect.objectContaining({ seconds: '8', size: '1280x720', metadata: { order: '17' } }),
  ])
})

test('it stands in a registry, and says what it has not', () => {
  const registry = createProviderRegistry({ reelay })
  expect(registry.videoModel('reelay:sora-2')).toMatchObject({ modelId: 'sora-2' })
  expect(() => registry.languageModel('reelay:sora-2')).toThrow('video models only')
})

test('two videos are two, each paid', async () => {
  const { videos } = await experimental_generateVideo({ model, prompt: 'two boats', n: 2, poll })
  expect(videos).toHaveLength(2)
  const { videos: made } = await client.list({ limit: 20 })
  expect(made.filter(({ prompt }) => prompt === 'two boats')).toHaveLength(2)
})

test('an image is the first frame', async () => {
  const started = await experimental_startVideo({
    model,
    prompt: { image: dot, text: 'this dot, as a boat' },
  })
  expect(started.warnings).toEqual([])
  const { ids } = started.operation as { ids: string[] }
  expect((await client.get(ids[0] ?? '')).prompt).toBe('this dot, as a boat')
})

test('startVideo and getVideoStatus, and the SDK’s own key pays once', async () => {
  const request = {
    model,
    prompt: 'started twice [slow:30]',
    headers: { 'Idempotency-Key': 'aisdk_vid_of_this_test' },
  }
  const first = await experimental_startVideo(request)
  const again = await experimental_startVideo(request)
  expect(again.operation).toEqual(first.operation)
  const other = { ...request, prompt: 'another under the same key' }
  await expect(experimental_startVideo({ ...other, maxRetries: 0 })).rejects.toMatchObject({
    code: 'idempotency_mismatch',
  })
  const states: string[] = []
  const told: unknown[] = []
  const { operation } = first
  await expect
    .poll(async () => {
      const status = await experimental_getVideoStatus(model, { operation })
      states.push(status.status)
      if (status.status === 'pending') told.push(status.providerMetadata)
      return status
    })
    .toMatchObject({ status: 'completed', videos: [{ type: 'binary', mediaType: 'video/mp4' }] })
  expect(states).toContain('pending')
  expect(
    new Set(told.map((one) => Object.keys((one as { reelay: object }).reelay).join())),
  ).toEqual(new Set(['progress']))
})

test('a webhook ends the wait', async () => {
  const receiver = await startReceiver()
  try {
    const webhook = (path: string) => async () => ({
      url: `${receiver.origin}${path}`,
      received: receiver
        .waitFor(1, path)
        .then(([arrival]) => ({ headers: arrival?.headers ?? {}, body: { ...arrival?.event } })),
    })
    const one = { model, prompt: 'a boat that calls', webhook: webhook('/one') }
    expect((await experimental_generateVideo(one as never)).videos).toHaveLength(1)
    const two = { model, prompt: 'boats that call', n: 2, webhook: webhook('/two') }
    expect((await experimental_generateVideo(two as never)).videos).toHaveLength(2)
    expect(receiver.arrivals.map(({ event }) => event.type)).toEqual([
      'video.completed',
      'videos.finished',
    ])
  } finally {
    await receiver.close()
  }
})

test('a failure says its code, its price and what to do', async () => {
  const failing = { model, prompt: 'a boat [fail:guardrail]', poll }
  await expect(experimental_generateVideo(failing)).rejects.toThrow(
    /^content_policy \((?:not charged|perhaps charged)\): .+ Rephrase/,
  )
})
