// The outbox over virtual days: when each attempt leaves, what ends it, and what a crash does.

import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import type { Receiver } from './outbox.ts'
import { listen, onlyDelivery, Outbox, SECRET } from './outbox.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Standard Webhooks' schedule, as waits between attempts. */
const schedule = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]
const longEnough = 120 * HOUR

const failing =
  (times: number, status = 500): Receiver =>
  (_, n) =>
    n < times ? { status, ms: 0 } : { status: 200, ms: 0 }

describe('a receiver that fails', () => {
  test.each([0, 1, 2, 3, 5, 8, 9])(
    '%i times gets one attempt more, at the scheduled times, with one id and fresh timestamps',
    async (times) => {
      const outbox = listen(failing(times))
      const endedAt = outbox.host.now
      await outbox.endOne()
      await outbox.host.runFor(longEnough)
      const due = schedule
        .slice(0, times)
        .reduce((all, wait) => [...all, (all.at(-1) ?? 0) + wait], [0])
      expect(outbox.arrivals.map(({ at }) => at - endedAt)).toEqual(due)
      expect(new Set(outbox.arrivals.map(({ id }) => id)).size).toBe(1)
      expect(outbox.arrivals.map(({ timestamp }) => timestamp)).toEqual(
        outbox.arrivals.map(({ at }) => Math.floor(at / 1000)),
      )
      expect(new Set(outbox.arrivals.map(({ body }) => body)).size).toBe(1)
      expect(onlyDelivery(outbox)).toMatchObject({
        state: 'delivered',
        attempts: times + 1,
        status: 200,
      })
    },
  )

  test('always is given up after ten attempts in 75 hours', async () => {
    const outbox = listen(failing(Infinity, 503))
    const endedAt = outbox.host.now
    await outbox.endOne()
    await outbox.host.runFor(longEnough)
    expect(outbox.arrivals).toHaveLength(10)
    expect(outbox.arrivals.at(-1)?.at).toBe(endedAt + 75 * HOUR + 35 * MINUTE + 5 * SECOND)
    expect(onlyDelivery(outbox)).toMatchObject({ state: 'failed', attempts: 10, status: 503 })
    expect(
      outbox.account.webhooks.replayDelivery('we_a', outbox.arrivals[0]?.id ?? ''),
    ).toMatchObject({
      state: 'pending',
    })
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(11)
    expect(outbox.arrivals[10]?.id).toBe(outbox.arrivals[0]?.id)
  })

  test('meets each wait up to a tenth late, never early', async () => {
    const outbox = listen(failing(9), 255)
    const endedAt = outbox.host.now
    await outbox.endOne()
    await outbox.host.runFor(longEnough)
    const waits = outbox.arrivals.slice(1).map(({ at }, i) => at - (outbox.arrivals[i]?.at ?? 0))
    expect(outbox.arrivals[0]?.at).toBe(endedAt)
    expect(waits).toEqual(schedule.map((wait) => Math.round(wait * 1.1)))
  })

  test('is signed anew each time, so that receivers accept a late one', async () => {
    const outbox = listen(failing(4))
    await outbox.endOne()
    await outbox.host.runFor(longEnough)
    const signatures = new Set(outbox.arrivals.map(({ signature }) => signature))
    expect(signatures.size).toBe(5)
    const webhook = new Webhook(SECRET)
    for (const { id, timestamp, signature, body } of outbox.arrivals) {
      // The library's clock is the real one, so its own signature is the judge, not its tolerance.
      expect(webhook.sign(id, new Date(timestamp * 1000), body)).toBe(signature)
    }
  })
})

describe('what an answer means', () => {
  test.each([
    ['a redirect', { status: 302, headers: { location: 'https://b.example/' } }],
    ['a permanent redirect', { status: 308, headers: { location: 'https://b.example/' } }],
    ['401', { status: 401 }],
    ['404', { status: 404 }],
    ['409 "has finished"', { status: 409, text: 'The execution "1" has finished already.' }],
    ['429', { status: 429 }],
    ['a hang', { ms: Infinity }],
  ])('%s is tried again for an endpoint', async (_, reply) => {
    const outbox = listen((_arrival, n) => (n === 0 ? reply : {}))
    await outbox.endOne()
    await outbox.host.runFor(MINUTE)
    expect(outbox.arrivals.map(({ url }) => url)).toEqual(Array(2).fill('https://a.example/hook'))
    expect(onlyDelivery(outbox)?.state).toBe('delivered')
  })

  test.each([
    ['401', { status: 401 }],
    ['403', { status: 403 }],
    ['404', { status: 404 }],
    ['410', { status: 410 }],
    [
      '409 "has finished"',
      { status: 409, text: '{"message":"The execution \\"1\\" has finished already."}' },
    ],
  ])('%s is final for the webhook of a request and for a callback', async (_, reply) => {
    const outbox = new Outbox()
    outbox.receive('https://n8n.example', () => reply)
    const id = await outbox.endOne({ url: 'https://n8n.example/1', secret: null })
    outbox.account.webhooks.addCallback({
      id: 'cb_1',
      videoIds: [id],
      url: 'https://n8n.example/2',
      secret: null,
    })
    await outbox.host.runFor(longEnough)
    expect(outbox.arrivals.map(({ url }) => url).sort()).toEqual([
      'https://n8n.example/1',
      'https://n8n.example/2',
    ])
  })

  test('500 is not final for the webhook of a request', async () => {
    const outbox = new Outbox()
    outbox.receive('https://n8n.example', failing(3))
    await outbox.endOne({ url: 'https://n8n.example/1', secret: null })
    await outbox.host.runFor(longEnough)
    expect(outbox.arrivals).toHaveLength(4)
  })

  test('n8n\'s "is running already" is asked again at doubling distances until the execution sleeps', async () => {
    const outbox = new Outbox()
    const text = '{"message":"The execution \\"12\\" is running already."}'
    outbox.receive('https://n8n.example', (_, n) => (n < 5 ? { status: 409, text, ms: 0 } : {}))
    const startedAt = outbox.host.now
    await outbox.endOne({ url: 'https://n8n.example/webhook-waiting/12', secret: null })
    await outbox.host.runFor(HOUR)
    expect(outbox.arrivals.map(({ at }) => (at - startedAt) / SECOND)).toEqual([0, 1, 2, 4, 8, 16])
  })

  test('an execution that never sleeps is given up', async () => {
    const outbox = new Outbox()
    outbox.receive('https://n8n.example', () => ({
      status: 409,
      text: 'is running already',
      ms: 0,
    }))
    const startedAt = outbox.host.now
    await outbox.endOne({ url: 'https://n8n.example/webhook-waiting/12', secret: null })
    await outbox.host.runFor(longEnough)
    const soon = outbox.arrivals.filter(({ at }) => at < startedAt + 30 * MINUTE)
    expect(soon.length).toBeGreaterThan(30)
    expect(soon.length).toBeLessThan(40)
    // Then as any other that fails.
    expect(outbox.arrivals.length).toBe(soon.length + 10)
    expect(outbox.host.alarmAt).toBeGreaterThan(outbox.host.now)
  })

  test('n8n that fell over while the execution was running is still called when it is back', async () => {
    const outbox = new Outbox()
    const text = 'The execution is running already.'
    outbox.receive('https://n8n.example', (_, n) => {
      if (n < 12) return { status: 409, text, ms: 0 }
      return n < 14 ? { status: 502, ms: 0 } : {}
    })
    await outbox.endOne({ url: 'https://n8n.example/webhook-waiting/12', secret: null })
    await outbox.host.runFor(longEnough)
    expect(outbox.arrivals).toHaveLength(15)
  })

  test.each([
    ['is still starting', { status: 404, text: 'Cannot POST /webhook-waiting/12', ms: 0 }],
    ['is down behind its proxy', { status: 502, ms: 0 }],
  ])('n8n that %s is asked again within moments', async (_, answer) => {
    const outbox = new Outbox()
    outbox.receive('https://n8n.example', (_request, n) => (n < 5 ? answer : {}))
    const startedAt = outbox.host.now
    await outbox.endOne({ url: 'https://n8n.example/webhook-waiting/12', secret: null })
    await outbox.host.runFor(HOUR)
    expect(outbox.arrivals.map(({ at }) => (at - startedAt) / SECOND)).toEqual([0, 1, 2, 4, 8, 16])
  })

  test('410 disables an endpoint: what waits for it fails, nothing new is queued', async () => {
    const outbox = listen((_, n) => ({ status: n === 0 ? 500 : 410, ms: 0 }))
    await outbox.endOne()
    await outbox.host.runFor(SECOND)
    await outbox.endOne()
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(2)
    await outbox.endOne()
    await outbox.host.runFor(longEnough)
    expect(outbox.arrivals).toHaveLength(2)
    const rows = outbox.account.webhooks.listDeliveries('we_a', null, 100)?.rows
    expect(rows?.map(({ state }) => state)).toEqual(['failed', 'failed'])
    expect(outbox.account.webhooks.getEndpoint('we_a')?.disabledAt).toEqual(expect.any(Number))
  })

  test.each([
    ['seconds', '60', 60 * SECOND],
    ['less than the schedule', '1', 5 * SECOND],
    ['a date', new Date(Date.UTC(2026, 10, 23, 9, 10)).toUTCString(), 10 * MINUTE],
    ['more than a day', '9999999', 24 * HOUR],
    ['nonsense', 'soon', 5 * SECOND],
  ])('Retry-After is honoured: %s', async (_, retryAfter, wait) => {
    const outbox = listen((_arrival, n) =>
      n === 0 ? { status: 429, headers: { 'retry-after': retryAfter }, ms: 0 } : {},
    )
    await outbox.endOne()
    await outbox.host.runFor(longEnough)
    const [first, second, ...others] = outbox.arrivals
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(wait)
    expect(others).toEqual([])
  })
})

describe('a crash', () => {
  test('between sending and marking gives a duplicate with the same id', async () => {
    const outbox = listen(() => ({ ms: 1_000 }))
    await outbox.endOne()
    await outbox.host.runFor(500)
    expect(outbox.arrivals).toHaveLength(1)
    outbox.host.crash()
    await outbox.host.runFor(2 * MINUTE)
    expect(outbox.arrivals).toHaveLength(2)
    expect(outbox.arrivals[1]?.id).toBe(outbox.arrivals[0]?.id)
    expect((outbox.arrivals[1]?.at ?? 0) - (outbox.arrivals[0]?.at ?? 0)).toBe(20 * SECOND)
    expect(onlyDelivery(outbox)).toMatchObject({ state: 'delivered', attempts: 1 })
  })

  test('before the answer was noted costs no attempt: the next wait is the first of the schedule', async () => {
    const outbox = listen((_, n) => (n < 2 ? { status: 500, ms: 1_000 } : {}))
    await outbox.endOne()
    await outbox.host.runFor(500)
    outbox.host.crash()
    await outbox.host.runFor(2 * MINUTE)
    const [first, again, next] = outbox.arrivals.map(({ at }) => at)
    expect((again ?? 0) - (first ?? 0)).toBe(20 * SECOND)
    expect((next ?? 0) - (again ?? 0)).toBe(6 * SECOND)
    expect(onlyDelivery(outbox)).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  test('before anything was sent loses nothing', async () => {
    const outbox = listen(() => ({}))
    await outbox.endOne()
    outbox.host.crash()
    await outbox.host.runFor(SECOND)
    expect(outbox.arrivals).toHaveLength(1)
  })

  test('of an object that slept through the lease is made up for', async () => {
    const outbox = listen(() => ({ ms: 1_000 }))
    await outbox.endOne()
    await outbox.host.runFor(500)
    // A minute passes in which the object gets no turn: the lease is over, the send is not.
    outbox.host.now += MINUTE
    outbox.account.alarm()
    outbox.host.crash()
    await outbox.host.runFor(MINUTE)
    expect(outbox.arrivals).toHaveLength(2)
    expect(onlyDelivery(outbox)).toMatchObject({ state: 'delivered', attempts: 1 })
  })

  test('loses none of many, wherever it comes', async () => {
    for (const crashMs of [0, 1, 49, 50, 51, 120, 990]) {
      const outbox = listen(() => ({ ms: 50 }))
      for (let n = 0; n < 30; n += 1) await outbox.endOne()
      await outbox.host.runFor(crashMs)
      outbox.host.crash()
      await outbox.host.runFor(5 * MINUTE)
      expect(new Set(outbox.arrivals.map(({ id }) => id)).size, `after ${crashMs} ms`).toBe(30)
      // Two were on their way.
      expect(outbox.arrivals.length, `after ${crashMs} ms`).toBeLessThanOrEqual(32)
    }
  })
})
