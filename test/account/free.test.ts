// What free calls may leave with an account, and what a crowd of receivers costs it: counted in rows and
// statements, not in seconds.

import { expect, test } from 'vitest'
import { MOST_CALLBACKS, MOST_PENDING } from '../../worker/account/refuseFree.ts'
import { createAdmissionRequest } from './createAdmissionRequest.ts'
import { Outbox } from './outbox.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const tooMany = { kind: 'refused', code: 'rate_limit_exceeded' }
const dead = (n: number) => ({ url: `https://r${n}.example/hook`, secret: null })

function deafen(outbox: Outbox, hosts: number): void {
  for (let n = 0; n < hosts; n += 1)
    outbox.receive(`https://r${n}.example`, () => ({ ms: Infinity }))
}

/** One more request for a video that is there, with a webhook. */
function hit(outbox: Outbox, key: string, n: number) {
  const request = createAdmissionRequest(`video_hit${n}`, { key, webhook: dead(n) })
  return outbox.account.admitFor('key_1', request)
}

/** So many hits that the minute's limit of free writes is not what ends them. */
async function hitSlowly(outbox: Outbox, key: string, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) {
    expect(hit(outbox, key, n)).toMatchObject({ kind: 'existing' })
    if (n % 250 === 249) await outbox.host.runFor(MINUTE)
  }
}

test('messages that wait for a receiver are limited; a new video is told to its own webhook all the same', async () => {
  const outbox = new Outbox()
  deafen(outbox, MOST_PENDING + 2)
  await outbox.end(outbox.admit(null, 'same'))
  await hitSlowly(outbox, 'same', 0, MOST_PENDING)
  await outbox.host.runFor(MINUTE)
  expect(hit(outbox, 'same', MOST_PENDING)).toMatchObject(tooMany)
  const id = outbox.admit(dead(MOST_PENDING + 1), 'another')
  await outbox.end(id)
  const url = outbox.account.operator.listUndelivered('pending', Number.MAX_SAFE_INTEGER, 1)
  expect(url).toMatchObject([{ origin: `https://r${MOST_PENDING + 1}.example` }])
  const callback = { id: 'cb_1', videoIds: [id], ...dead(0) }
  expect(outbox.account.webhooks.addCallback(callback)).toMatchObject(tooMany)
})

test('a hit that leaves an Idempotency-Key is counted, and one that leaves nothing is not', async () => {
  const outbox = new Outbox()
  await outbox.end(outbox.admit(null, 'same'))
  const ask = (idempotencyHash: string | null) =>
    outbox.account.admitFor(
      'key_1',
      createAdmissionRequest('video_hit', { key: 'same', idempotencyHash }),
    )
  for (let n = 0; n < 300; n += 1) expect(ask(`fresh ${n}`)).toMatchObject({ kind: 'existing' })
  expect(ask('fresh 300')).toMatchObject(tooMany)
  // A key that is bound already leaves nothing new.
  expect(ask('fresh 0')).toMatchObject({ kind: 'existing' })
  expect(ask(null)).toMatchObject({ kind: 'existing' })
})

test('callbacks that wait for their videos are limited', () => {
  const outbox = new Outbox()
  const videoIds = [outbox.admit()]
  const add = (n: number) =>
    outbox.account.webhooks.addCallback({ id: `cb_${n}`, videoIds, ...dead(n) })
  for (let n = 0; n < MOST_CALLBACKS; n += 1) expect(add(n)).toBeNull()
  expect(add(MOST_CALLBACKS)).toMatchObject(tooMany)
})

test('so are the requests with a webhook that wait for one video', () => {
  const outbox = new Outbox()
  outbox.admit(dead(0), 'same')
  for (let n = 1; n < 100; n += 1)
    expect(hit(outbox, 'same', n)).toMatchObject({ kind: 'existing' })
  expect(hit(outbox, 'same', 100)).toMatchObject(tooMany)
})

test('a delivery of one endpoint is not replayed by way of another', async () => {
  const outbox = new Outbox()
  outbox.receive('https://a.example', () => ({}))
  outbox.receive('https://b.example', () => ({}))
  outbox.addEndpoint('we_a', 'https://a.example/hook')
  outbox.addEndpoint('we_b', 'https://b.example/hook')
  await outbox.endOne()
  await outbox.host.runFor(SECOND)
  const { webhooks } = outbox.account
  const [ofA] = webhooks.listDeliveries('we_a', null, 1)?.rows ?? []
  expect(webhooks.replayDelivery('we_b', ofA?.id ?? '')).toBeNull()
  await outbox.host.runFor(SECOND)
  expect(outbox.arrivals).toHaveLength(2)
  expect(webhooks.replayDelivery('we_a', ofA?.id ?? '')).toMatchObject({ state: 'pending' })
})

test('nothing is replayed to a receiver that does not come up with what waits for it', async () => {
  const outbox = new Outbox()
  outbox.receive('https://a.example', () => ({}))
  outbox.addEndpoint('we_a', 'https://a.example/hook')
  await outbox.endOne()
  await outbox.host.runFor(SECOND)
  const { webhooks } = outbox.account
  const [told] = webhooks.listDeliveries('we_a', null, 1)?.rows ?? []
  expect(told).toMatchObject({ state: 'delivered' })
  outbox.receive('https://a.example', () => ({ ms: Infinity }))
  for (let n = 0; n < MOST_PENDING; n += 1) await outbox.end(outbox.admit(null, `video ${n}`))
  expect(webhooks.replayDelivery('we_a', told?.id ?? '')).toMatchObject(tooMany)
  // What waits already may be sent sooner.
  const [waiting] = webhooks.listDeliveries('we_a', null, 1)?.rows ?? []
  expect(webhooks.replayDelivery('we_a', waiting?.id ?? '')).toMatchObject({ state: 'pending' })
})

/** What the account's storage does for `rounds` ends of sends while `receivers` × `each` messages are due. */
async function measureClaims(receivers: number, each: number) {
  const outbox = new Outbox()
  for (let n = 0; n < receivers; n += 1) {
    outbox.receive(`https://r${n}.example`, () => ({ ms: 1_000 }))
  }
  await outbox.end(outbox.admit(null, 'same'))
  const total = receivers * each
  for (let n = 0; n < total; n += 1) {
    // A minute's free writes are not what is measured.
    if (n % 250 === 249) outbox.host.now += MINUTE
    const webhook = { url: `https://r${n % receivers}.example/${n}`, secret: null }
    const request = createAdmissionRequest(`video_hit${n}`, { key: 'same', webhook })
    expect(outbox.account.admitFor('key_1', request)).toMatchObject({ kind: 'existing' })
  }
  await outbox.host.runFor(5 * SECOND)
  const { sql } = outbox.host
  const { exec } = sql
  const before = outbox.arrivals.length
  let statements = 0
  let rows = 0
  sql.exec = (query, ...bindings) => {
    const found = exec(query, ...bindings)
    statements += 1
    rows += found.length
    return found as never
  }
  await outbox.host.runFor(20 * SECOND)
  sql.exec = exec
  const sent = outbox.arrivals.length - before
  return { sent, statements: statements / sent, rows: rows / sent }
}

test('a message costs the same beside one receiver and beside a thousand', async () => {
  const one = await measureClaims(1, 1_000)
  const thousand = await measureClaims(1_000, 1)
  expect(one.sent).toBeGreaterThan(20)
  expect(thousand.sent).toBeGreaterThan(20)
  expect(thousand.statements / one.statements).toBeLessThan(1.5)
  expect(one.statements / thousand.statements).toBeLessThan(1.5)
  expect(Math.max(one.rows, thousand.rows)).toBeLessThan(20)
  expect(thousand.rows / one.rows).toBeLessThan(1.5)
}, 30_000)

test('a lease finds the next message of a receiver by an index', async () => {
  const outbox = new Outbox()
  outbox.receive('https://r0.example', () => ({}))
  const { sql } = outbox.host
  const { exec } = sql
  const queries = new Set<string>()
  sql.exec = (query, ...bindings) => {
    if (query.includes('FROM delivery') && query.startsWith('SELECT')) queries.add(query)
    return exec(query, ...bindings)
  }
  await outbox.endOne(dead(0))
  await outbox.host.runFor(SECOND)
  sql.exec = exec
  const leases = [...queries].filter((query) => query.includes('LIMIT 2'))
  expect(leases).toHaveLength(1)
  for (const query of leases) {
    const [plan] = exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, 'https://r0.example/')
    expect(plan?.detail).toMatch(/^SEARCH delivery USING INDEX delivery_waiting \(<expr>=\?/)
  }
})

test('250 dead receivers cost the other keys of the account no more than one does', async () => {
  const measure = async (hosts: number) => {
    const outbox = new Outbox()
    deafen(outbox, hosts)
    const ids = [outbox.admit()]
    await outbox.end(ids[0] ?? '')
    for (let n = 0; n < hosts; n += 1) {
      outbox.account.webhooks.addCallback({ id: `cb_${n}`, videoIds: ids, ...dead(n) })
    }
    const { sql } = outbox.host
    const { exec } = sql
    let most = 0
    let turn = 0
    sql.exec = (query, ...bindings) => {
      turn += 1
      most = Math.max(most, turn)
      // An answer to another key can come in between as soon as a turn is over.
      queueMicrotask(() => (turn = 0))
      return exec(query, ...bindings)
    }
    await outbox.host.runFor(2 * MINUTE)
    sql.exec = exec
    return most
  }
  const few = await measure(5)
  expect(await measure(250)).toBeLessThanOrEqual(few * 1.5)
})

test('one host is one receiver, however its address is spelt', async () => {
  const outbox = new Outbox()
  outbox.receive('https://a.example', () => ({ ms: 1_000 }))
  await outbox.end(outbox.admit(null, 'same'))
  const spellings = ['https://a.example?1/', 'https://a.example?2/', 'HTTPS://A.example:443/3']
  for (const [n, url] of [...spellings, 'https://a.example/4', 'https:\\\\a.example/5'].entries()) {
    const webhook = { url, secret: null }
    const request = createAdmissionRequest(`video_hit${n}`, { key: 'same', webhook })
    outbox.account.admitFor('key_1', request)
  }
  await outbox.host.runFor(10 * SECOND)
  expect(outbox.arrivals).toHaveLength(5)
  expect(outbox.mostOnTheWay).toBeLessThanOrEqual(2)
})

test('what another release stored under another spelling still leaves', async () => {
  const outbox = new Outbox()
  outbox.receive('https://a.example', () => ({}))
  await outbox.endOne({ url: 'https://a.example/1', secret: null })
  outbox.host.sql.exec("UPDATE delivery SET url = 'https://a.example?1/'")
  outbox.host.crash()
  await outbox.host.runFor(SECOND)
  expect(outbox.arrivals.map(({ url }) => url)).toEqual(['https://a.example/?1/'])
})
