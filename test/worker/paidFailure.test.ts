// A video that was paid and could not be stored is never bought again unasked: an identical request
// joins its log and the link is tried once more. Only a dead link asks for consent.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyFault } from '../relay/faults/faults.ts'
import type { Receiver } from './startReceiver.ts'
import { startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

let site: Site
let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
  site = await startSite({ everyHost: false, vars: { ARCHIVE_MS: '1900' } })
})
afterAll(async () => {
  await site.close()
  await receiver.close()
})
beforeEach(() => site.relay.reset())

const chat = (content: string, more: object = {}) =>
  site.post('/v1/chat/completions', {
    model: 'sora-2',
    messages: [{ role: 'user', content }],
    ...more,
  })

describe('after a download that failed', () => {
  test('identical requests join, pay nothing, and get the video once its host is well', async () => {
    await applyFault(site.relay, 'dl-html')
    const first = await submitVideo(site, 'a barge')
    expect(first.video).toMatchObject({ status: 'failed', error: { code: 'download_failed' } })
    for (const headers of [{}, { 'cache-control': 'no-cache' }, { 'cache-control': 'no-store' }]) {
      const again = await submitVideo(site, 'a barge', { headers })
      expect(again.id).toBe(first.id)
      expect(again.cacheStatus).toBe('reelay; fwd=uri-miss; collapsed')
      expect(again.video).toMatchObject({ status: 'failed', charge: 'certain' })
    }
    site.relay.reset()
    const last = await submitVideo(site, 'a barge')
    expect(last).toMatchObject({ id: first.id, video: { status: 'completed', error: null } })
    expect(site.relay.postsOf('a barge')).toBe(0)
    const { key } = (await (await site.get('/v1/usage')).json()) as { key: { held_usd: number } }
    expect(key.held_usd).toBe(0)
  })

  test('an identical chat gets the link, also as a stream that ends once', async () => {
    await applyFault(site.relay, 'dl-html')
    expect((await chat('a ferry')).status).toBe(502)
    site.relay.reset()
    const stream = await (await chat('a ferry', { stream: true })).text()
    expect(stream).toContain('[Watch the video](')
    expect(stream).not.toContain('"error"')
    expect(stream.match(/\[DONE\]/g)).toHaveLength(1)
    expect(site.relay.requests).toHaveLength(0)
  })

  test('the same Idempotency-Key finds the same video, mended', async () => {
    await applyFault(site.relay, 'dl-html')
    const headers = { 'idempotency-key': 'tug-1' }
    const first = await submitVideo(site, 'a tug', { headers })
    site.relay.reset()
    const again = await submitVideo(site, 'a tug', { headers })
    expect(again).toMatchObject({ id: first.id, isReplay: true, video: { status: 'completed' } })
    expect(site.relay.requests).toHaveLength(0)
  })

  test('the webhook of the request that joined is told of the new end, not of the old one', async () => {
    await applyFault(site.relay, 'dl-html')
    const first = await submitVideo(site, 'a raft')
    site.relay.reset()
    await submitVideo(site, { prompt: 'a raft', webhook: { url: `${receiver.origin}/raft` } })
    const [arrival] = await receiver.waitFor(1, '/raft')
    expect(arrival?.event).toMatchObject({ type: 'video.completed', data: { id: first.id } })
  })

  test('only consent buys another', async () => {
    await applyFault(site.relay, 'dl-html')
    const first = await submitVideo(site, 'a canoe')
    const body = { prompt: 'a canoe', accept_possible_charge: true }
    site.relay.reset()
    const other = await submitVideo(site, body)
    expect(other.id).not.toBe(first.id)
    expect(other.video?.status).toBe('completed')
    expect(site.relay.postsOf('a canoe')).toBe(1)
  })
})

describe('after a link that is dead', () => {
  test('identical requests get the failed video, and its webhook is told at once', async () => {
    await applyFault(site.relay, 'dl-403-expired')
    const first = await submitVideo(site, 'a galley')
    expect(first.video).toMatchObject({ status: 'failed', error: { code: 'download_failed' } })
    site.relay.reset()
    const webhook = { url: `${receiver.origin}/galley` }
    const again = await submitVideo(site, { prompt: 'a galley', webhook })
    expect(again).toMatchObject({ id: first.id, video: { status: 'failed' } })
    expect(site.relay.downloads).toHaveLength(0)
    expect(site.relay.requests).toHaveLength(0)
    const [arrival] = await receiver.waitFor(1, '/galley')
    expect(arrival?.event).toMatchObject({ type: 'video.failed', data: { id: first.id } })
  })

  test('a chat is asked for consent, and consent pays once', async () => {
    await applyFault(site.relay, 'dl-403-expired')
    expect((await chat('a dhow')).status).toBe(502)
    site.relay.reset()
    const refused = await chat('a dhow')
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({
      error: { code: 'outcome_unknown', param: 'accept_possible_charge' },
    })
    expect(site.relay.requests).toHaveLength(0)
    expect((await chat('a dhow', { accept_possible_charge: true })).status).toBe(200)
    expect(site.relay.requests).toHaveLength(1)
  })
})
