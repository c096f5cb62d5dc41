// Many messages at once: which may leave now, so that nobody waits for a host that is slow or dead.

import { describe, expect, test } from 'vitest'
import { listen, onlyDelivery, Outbox } from './outbox.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const fast = 50

function toVideoId(body: string): string {
  return (JSON.parse(body) as { data: { id: string } }).data.id
}

describe('many messages', () => {
  test('a hanging host delays nobody else, whatever its addresses', async () => {
    const outbox = new Outbox()
    outbox.receive('https://hangs.example', () => ({ ms: Infinity }))
    outbox.receive('https://b.example', () => ({ ms: fast }))
    outbox.addEndpoint('we_hangs', 'https://hangs.example/hook')
    // One-time addresses of one host, as n8n makes them.
    const startedAt = outbox.host.now
    for (let n = 0; n < 40; n += 1) {
      await outbox.endOne({ url: `https://hangs.example/${n}`, secret: null })
    }
    outbox.addEndpoint('we_b', 'https://b.example/hook')
    for (let n = 0; n < 40; n += 1) await outbox.endOne()
    await outbox.host.runFor(14 * SECOND)
    const others = outbox.arrivals.filter(({ url }) => url.startsWith('https://b.'))
    expect(others).toHaveLength(40)
    expect(Math.max(...others.map(({ at }) => at - startedAt))).toBeLessThanOrEqual(2 * SECOND)
  })

  test('three dead hosts delay nobody else, although only six calls may wait at once', async () => {
    const outbox = new Outbox()
    for (const host of ['dead1', 'dead2', 'dead3']) {
      outbox.receive(`https://${host}.example`, () => ({ ms: Infinity }))
      outbox.addEndpoint(`we_${host}`, `https://${host}.example/hook`)
    }
    outbox.receive('https://b.example', () => ({ ms: fast }))
    outbox.addEndpoint('we_b', 'https://b.example/hook')
    const endedAt = new Map<string, number>()
    for (let n = 0; n < 100; n += 1) {
      endedAt.set(await outbox.endOne(), outbox.host.now)
      await outbox.host.runFor(3 * SECOND)
    }
    const waits = outbox.arrivals
      .filter(({ url }) => url.startsWith('https://b.'))
      .map(({ at, body }) => at - (endedAt.get(toVideoId(body)) ?? 0))
    expect(waits).toHaveLength(100)
    expect(Math.max(...waits)).toBe(0)
  })

  test('hosts known to be slow share two places, whatever waits for them', async () => {
    const outbox = new Outbox()
    for (let host = 0; host < 6; host += 1) {
      outbox.receive(`https://slow${host}.example`, () => ({ ms: 10 * SECOND }))
      outbox.addEndpoint(`we_${host}`, `https://slow${host}.example/hook`)
    }
    await outbox.endOne()
    await outbox.host.runFor(MINUTE)
    expect(outbox.mostOnTheWay).toBe(4)
    outbox.mostOnTheWay = 0
    const before = outbox.arrivals.length
    for (let n = 0; n < 5; n += 1) await outbox.endOne()
    await outbox.host.runFor(65 * SECOND)
    expect(outbox.mostOnTheWay).toBe(2)
    // Each in its turn, so that none waits for all that another has to hear.
    const turns = outbox.arrivals.slice(before, before + 12).map(({ url }) => new URL(url).host)
    expect(new Set(turns.slice(0, 6)).size).toBe(6)
    expect(new Set(turns.slice(6)).size).toBe(6)
  })

  test('a host that never answered is still known as slow after a restart', async () => {
    const outbox = new Outbox()
    for (let host = 0; host < 4; host += 1) {
      outbox.receive(`https://dead${host}.example`, () => ({ ms: Infinity }))
      outbox.addEndpoint(`we_${host}`, `https://dead${host}.example/hook`)
    }
    await outbox.endOne()
    await outbox.host.runFor(16 * SECOND)
    expect(outbox.mostOnTheWay).toBe(4)
    outbox.mostOnTheWay = 0
    outbox.host.crash()
    await outbox.host.runFor(40 * SECOND)
    expect(outbox.arrivals.length).toBeGreaterThan(4)
    expect(outbox.mostOnTheWay).toBe(2)
  })

  test('at most two are on their way to one host, five in all', async () => {
    const outbox = new Outbox()
    for (let host = 0; host < 8; host += 1) {
      outbox.receive(`https://h${host}.example`, () => ({ ms: 1_000 }))
      outbox.addEndpoint(`we_${host}`, `https://h${host}.example/hook`)
    }
    for (let n = 0; n < 20; n += 1) await outbox.endOne()
    await outbox.host.runFor(40 * SECOND)
    expect(outbox.arrivals).toHaveLength(160)
    expect(outbox.mostOnTheWay).toBe(5)
    expect(Math.max(...outbox.mostPerHost.values())).toBeLessThanOrEqual(2)
  })

  test('no attempt times out before it was sent', async () => {
    const outbox = new Outbox()
    for (let host = 0; host < 9; host += 1) {
      // Almost as long as may be.
      outbox.receive(`https://h${host}.example`, () => ({ ms: 14_900 }))
      outbox.addEndpoint(`we_${host}`, `https://h${host}.example/hook`)
    }
    await outbox.endOne()
    await outbox.host.runFor(2 * MINUTE)
    expect(outbox.arrivals).toHaveLength(9)
    for (let host = 0; host < 9; host += 1) {
      expect(onlyDelivery(outbox, `we_${host}`)).toMatchObject({ state: 'delivered', attempts: 1 })
    }
  })

  test('an outbox that waits for a slow receiver sleeps', async () => {
    const outbox = listen(() => ({ ms: 10_000 }))
    for (let n = 0; n < 40; n += 1) await outbox.endOne()
    await outbox.host.runFor(0)
    const alarms = outbox.host.alarms
    await outbox.host.runFor(210 * SECOND)
    expect(outbox.arrivals).toHaveLength(40)
    expect(outbox.mostOnTheWay).toBe(2)
    // One per batch at most; without a plan it would ring thousands of times.
    expect(outbox.host.alarms - alarms).toBeLessThanOrEqual(20)
  })
})

const halfWritten = ['UPDATE delivery', 'INSERT OR REPLACE INTO due']

test.each(halfWritten)('a message stays, and gives its place back, without: %s', async (write) => {
  const outbox = listen(() => ({ ms: fast }))
  const { sql } = outbox.host
  const { exec } = sql
  let isFull = false
  sql.exec = (query, ...bindings) => {
    if (isFull && query.startsWith(write)) throw new Error('database or disk is full')
    return exec(query, ...bindings)
  }
  await outbox.endOne()
  isFull = true
  // Without a plan for the next try it is the shell that rings again.
  await Promise.allSettled([outbox.host.runFor(SECOND)])
  await outbox.host.settle()
  expect(outbox.arrivals).toHaveLength(0)
  isFull = false
  await outbox.endOne()
  await outbox.host.runFor(SECOND)
  expect(outbox.arrivals).toHaveLength(2)
})
