// Who is told what: endpoints, the webhooks of requests, callbacks; what changes on the way.

import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { Outbox } from './outbox.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const url = 'https://a.example/hook'
const otherUrl = 'https://b.example/hook'

function createOutbox(): Outbox {
  const outbox = new Outbox()
  for (const host of ['https://a.example', 'https://b.example']) outbox.receive(host, () => ({}))
  return outbox
}

const told = (outbox: Outbox) =>
  outbox.arrivals.map((arrival) => {
    const event = JSON.parse(arrival.body) as { type: string; data: { id: string } }
    return `${event.type} ${event.data.id} → ${arrival.url}`
  })

describe('endpoints', () => {
  test('hear only of what they listen to', async () => {
    const outbox = createOutbox()
    outbox.addEndpoint('we_a', url, ['video.failed'])
    outbox.addEndpoint('we_b', otherUrl, ['video.completed'])
    const completed = await outbox.endOne()
    const failed = outbox.admit()
    await outbox.end(failed, 'failed')
    await outbox.host.runFor(SECOND)
    expect(told(outbox).sort()).toEqual([
      `video.completed ${completed} → ${otherUrl}`,
      `video.failed ${failed} → ${url}`,
    ])
  })

  test('hear of an end once, however often it is settled', async () => {
    const outbox = createOutbox()
    outbox.addEndpoint('we_a', url)
    const id = outbox.admit()
    await outbox.end(id)
    await outbox.end(id)
    await outbox.host.runFor(SECOND)
    await outbox.host.runFor(HOUR)
    expect(told(outbox)).toEqual([`video.completed ${id} → ${url}`])
  })

  test('hear again when a failed video was archived in the end', async () => {
    const outbox = createOutbox()
    outbox.addEndpoint('we_a', url)
    const id = outbox.admit()
    await outbox.end(id, 'failed')
    await outbox.host.runFor(SECOND)
    await outbox.end(id, 'completed')
    await outbox.host.runFor(SECOND)
    expect(told(outbox)).toEqual([`video.failed ${id} → ${url}`, `video.completed ${id} → ${url}`])
    expect(outbox.arrivals[0]?.id).not.toBe(outbox.arrivals[1]?.id)
  })

  test('that move take what still waits along, and what is told once more', async () => {
    const outbox = createOutbox()
    outbox.receive('https://a.example', (_, n) => ({ status: n === 0 ? 200 : 500 }))
    outbox.addEndpoint('we_a', url)
    for (let n = 0; n < 2; n += 1) {
      await outbox.endOne()
      await outbox.host.runFor(SECOND)
    }
    outbox.account.webhooks.changeEndpoint('we_a', { url: otherUrl })
    await outbox.host.runFor(HOUR)
    const [heard, waiting] = outbox.arrivals
    outbox.account.webhooks.replayDelivery('we_a', heard?.id ?? '')
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals.map((arrival) => [arrival.url, arrival.id])).toEqual([
      [url, heard?.id],
      [url, waiting?.id],
      [otherUrl, waiting?.id],
      [otherUrl, heard?.id],
    ])
  })

  test('that are deleted hear nothing more, not even by a replay', async () => {
    const outbox = createOutbox()
    outbox.receive('https://a.example', (_, n) => ({ status: n === 0 ? 500 : 200 }))
    outbox.addEndpoint('we_a', url)
    await outbox.endOne()
    await outbox.host.runFor(SECOND)
    expect(outbox.account.webhooks.removeEndpoint('we_a')).toBe(true)
    const id = outbox.arrivals[0]?.id ?? ''
    expect(outbox.account.webhooks.replayDelivery('we_a', id)).toBeNull()
    await outbox.host.runFor(HOUR)
    expect(outbox.arrivals).toHaveLength(1)
  })

  test('page their own deliveries only', async () => {
    const outbox = createOutbox()
    outbox.addEndpoint('we_a', url)
    outbox.addEndpoint('we_b', otherUrl)
    for (let n = 0; n < 3; n += 1) await outbox.endOne()
    const { webhooks } = outbox.account
    const first = webhooks.listDeliveries('we_a', null, 2)
    expect(first).toMatchObject({ rows: [{}, {}], hasMore: true })
    const rest = webhooks.listDeliveries('we_a', first?.rows[1]?.id ?? '', 2)
    expect(rest).toMatchObject({ rows: [{}], hasMore: false })
    expect(webhooks.listDeliveries('we_b', first?.rows[1]?.id ?? '', 2)).toBeNull()
    expect(webhooks.replayDelivery('we_b', first?.rows[0]?.id ?? '')).toBeNull()
  })

  test('keep their time of change when nothing changes', async () => {
    const outbox = createOutbox()
    outbox.addEndpoint('we_a', url)
    await outbox.host.runFor(HOUR)
    const { webhooks } = outbox.account
    const before = webhooks.getEndpoint('we_a')?.updatedAt ?? 0
    expect(webhooks.changeEndpoint('we_a', { name: 'we_a', url })?.updatedAt).toBe(before)
    expect(webhooks.changeEndpoint('we_a', { name: 'new' })?.updatedAt).toBe(before + HOUR)
  })

  test('keep the old secret for a day after a rotation, if asked to', async () => {
    const outbox = createOutbox()
    outbox.addEndpoint('we_a', url)
    const old = outbox.account.webhooks.getEndpoint('we_a')?.secret ?? ''
    const fresh = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    outbox.account.webhooks.rotateSecret('we_a', fresh, true)
    await outbox.endOne()
    await outbox.host.runFor(25 * HOUR)
    await outbox.endOne()
    await outbox.host.runFor(SECOND)
    const signedBy = outbox.arrivals.map(({ id, timestamp, body, signature }) =>
      [fresh, old].filter((secret) =>
        signature
          ?.split(' ')
          .includes(new Webhook(secret).sign(id, new Date(timestamp * 1000), body)),
      ),
    )
    expect(signedBy).toEqual([[fresh, old], [fresh]])
  })
})

describe('the webhook of a request', () => {
  const webhook = { url, secret: null }

  test('is told once for two identical requests that name it', async () => {
    const outbox = createOutbox()
    const id = outbox.admit(webhook, 'same')
    expect(outbox.admit(webhook, 'same')).toBe(id)
    await outbox.end(id)
    await outbox.host.runFor(HOUR)
    expect(told(outbox)).toEqual([`video.completed ${id} → ${url}`])
  })

  test('is told for everybody who joined', async () => {
    const outbox = createOutbox()
    const id = outbox.admit(webhook, 'same')
    expect(outbox.admit({ url: otherUrl, secret: null }, 'same')).toBe(id)
    await outbox.end(id)
    await outbox.host.runFor(HOUR)
    expect(told(outbox).sort()).toEqual([
      `video.completed ${id} → ${url}`,
      `video.completed ${id} → ${otherUrl}`,
    ])
  })

  test('is told of both videos when the second request went past the failing first', async () => {
    const outbox = createOutbox()
    const failing = outbox.admit(webhook, 'same')
    expect(outbox.admit(webhook, 'same', { submission: 'second' })).toBe(failing)
    const newer = outbox.admit(webhook, 'same', { submission: 'second', not: failing })
    expect(newer).not.toBe(failing)
    await outbox.end(failing, 'failed')
    await outbox.end(newer)
    await outbox.host.runFor(HOUR)
    expect(told(outbox).sort()).toEqual([
      `video.completed ${newer} → ${url}`,
      `video.failed ${failing} → ${url}`,
    ])
  })

  test('is not told of a video that its only request went past', async () => {
    const outbox = createOutbox()
    const failing = outbox.admit(null, 'same')
    outbox.admit(webhook, 'same', { submission: 'second' })
    const newer = outbox.admit(webhook, 'same', { submission: 'second', not: failing })
    await outbox.end(failing, 'failed')
    await outbox.end(newer)
    await outbox.host.runFor(HOUR)
    expect(told(outbox)).toEqual([`video.completed ${newer} → ${url}`])
  })

  test('is not told, nor is anybody else, of a start that nobody confirmed', async () => {
    const outbox = createOutbox()
    outbox.addEndpoint('we_b', otherUrl)
    const unconfirmed = outbox.admit(webhook, 'same')
    await outbox.end(unconfirmed, 'failed', true)
    await outbox.host.runFor(HOUR)
    expect(told(outbox)).toEqual([])
    const again = outbox.admit(webhook, 'same')
    expect(again).not.toBe(unconfirmed)
    await outbox.end(again)
    await outbox.host.runFor(HOUR)
    expect(told(outbox).sort()).toEqual([
      `video.completed ${again} → ${url}`,
      `video.completed ${again} → ${otherUrl}`,
    ])
  })

  test('signs with the secret of the latest request that joined', async () => {
    const outbox = createOutbox()
    const id = outbox.admit(webhook, 'same')
    outbox.admit({ url, secret: 'a secret of plain words' }, 'same')
    await outbox.end(id)
    await outbox.host.runFor(HOUR)
    expect(outbox.arrivals.map(({ signature }) => signature?.slice(0, 3))).toEqual(['v1,'])
  })

  test('signs with the secret of the latest request, also for a message told before', async () => {
    const outbox = createOutbox()
    const secret = 'a secret of plain words'
    const id = outbox.admit(webhook, 'same')
    await outbox.end(id)
    await outbox.host.runFor(SECOND)
    expect(outbox.admit({ url, secret }, 'same')).toBe(id)
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(2)
    expect(outbox.arrivals[0]?.signature).toBeNull()
    expect(outbox.arrivals[1]?.signature).toMatch(/^v1,/)
    expect(outbox.arrivals[1]?.id).toBe(outbox.arrivals[0]?.id)
  })
})

describe('a callback', () => {
  const callback = (videoIds: readonly string[], id = 'cb_1') => ({
    id,
    videoIds,
    url,
    secret: null,
  })

  test('is one call when the last of its videos has ended, whichever it is', async () => {
    const outbox = createOutbox()
    const ids = [outbox.admit(), outbox.admit(), outbox.admit()]
    expect(outbox.account.webhooks.addCallback(callback(ids))).toBeNull()
    for (const [at, index] of [2, 0, 1].entries()) {
      expect(outbox.arrivals).toHaveLength(0)
      await outbox.end(ids[index] ?? '', at === 1 ? 'failed' : 'completed')
      await outbox.host.runFor(SECOND)
    }
    expect(outbox.arrivals).toHaveLength(1)
    expect(JSON.parse(outbox.arrivals[0]?.body ?? '')).toMatchObject({
      object: 'event',
      type: 'videos.finished',
      data: { id: 'cb_1', video_ids: ids },
    })
    await outbox.host.runFor(HOUR)
    expect(outbox.arrivals).toHaveLength(1)
  })

  test('does not wait for a start that nobody confirmed, should it name one', async () => {
    const outbox = createOutbox()
    const ids = [outbox.admit(), outbox.admit()]
    outbox.account.webhooks.addCallback(callback(ids))
    await outbox.end(ids[0] ?? '')
    await outbox.end(ids[1] ?? '', 'failed', true)
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(1)
  })

  test('comes at once when all have ended', async () => {
    const outbox = createOutbox()
    const id = await outbox.endOne()
    outbox.account.webhooks.addCallback(callback([id, id]))
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(1)
  })

  test('counts an id that is named twice once', async () => {
    const outbox = createOutbox()
    const id = outbox.admit()
    outbox.account.webhooks.addCallback(callback([id, id]))
    await outbox.end(id)
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(1)
  })

  test('names the first video that is not there, and orders nothing', async () => {
    const outbox = createOutbox()
    const id = outbox.admit()
    expect(outbox.account.webhooks.addCallback(callback([id, 'video_none']))).toBe('video_none')
    await outbox.end(id)
    await outbox.host.runFor(HOUR)
    expect(outbox.arrivals).toHaveLength(0)
  })

  test('does not get lost by a crash between two ends', async () => {
    const outbox = createOutbox()
    const ids = [outbox.admit(), outbox.admit()]
    outbox.account.webhooks.addCallback(callback(ids))
    await outbox.end(ids[0] ?? '')
    outbox.host.crash()
    await outbox.end(ids[1] ?? '')
    outbox.host.crash()
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(1)
  })
})
