// Failed logins are limited per address. Off in development unless set, so this is the one file
// that switches it on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuthFailures } from '../../worker/proofs/authFailures.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'

const LIMIT = 5

let site: Site
beforeAll(async () => {
  site = await startSite({ vars: { AUTH_FAILURES_PER_MINUTE: String(LIMIT) } })
})
afterAll(() => site.close())

/** As if Cloudflare had seen another address. */
const from = (address: string, key: string | null, path = '/v1/models') =>
  site.get(path, { key, headers: { 'cf-connecting-ip': address } })

const guesses = (address: string, count: number, path = '/v1/models') =>
  Promise.all(
    Array.from(
      { length: count },
      async (_, n) => (await from(address, `rk_wrong${n}`, path)).status,
    ),
  )

test('an address that failed five times in a minute is not heard again in it', async () => {
  const address = '203.0.113.7'
  expect(await guesses(address, LIMIT)).toEqual(Array(LIMIT).fill(401))
  for (const key of ['rk_wrong', site.key, site.gateway.adminToken]) {
    const refused = await from(address, key)
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } })
  }
})

test('who was heard there a moment ago is heard on, whatever a stranger behind the same address fails', async () => {
  const address = '203.0.113.14'
  const { key, id } = await site.gateway.createKey()
  const { adminToken } = site.gateway
  expect((await from(address, key)).status).toBe(200)
  expect((await from(address, adminToken, '/admin/keys')).status).toBe(200)
  expect((await guesses(address, LIMIT + 1)).at(-1)).toBe(429)
  // A route that trusts nobody for long asks the account, and hears the same.
  expect((await from(address, key, '/v1/webhook_endpoints')).status).toBe(200)
  expect((await from(address, key)).status).toBe(200)
  expect((await from(address, adminToken, '/admin/keys')).status).toBe(200)
  // Neither a key that never was there, nor one that is good no more.
  expect((await from(address, site.key)).status).toBe(429)
  await site.get(`/admin/keys/${id}`, { key: adminToken, method: 'DELETE' })
  expect((await from(address, key, '/v1/webhook_endpoints')).status).toBe(401)
  expect((await from(address, key, '/v1/webhook_endpoints')).status).toBe(429)
})

test('others are heard as before', async () => {
  await guesses('203.0.113.8', LIMIT + 1)
  expect((await from('203.0.113.9', site.key)).status).toBe(200)
})

test('guesses at the admin token count with guesses at keys', async () => {
  const address = '203.0.113.10'
  await guesses(address, LIMIT - 1)
  expect(await guesses(address, 1, '/admin/keys')).toEqual([401])
  expect((await from(address, site.gateway.adminToken, '/admin/keys')).status).toBe(429)
})

test('a neighbour in the same IPv6 network is the same caller, one beyond is not', async () => {
  await guesses('2001:db8:1:2::1', LIMIT)
  expect((await from('2001:db8:1:2:ffff::9', site.key)).status).toBe(429)
  expect((await from('2001:db8:1:3::1', site.key)).status).toBe(200)
})

test('whoever shows no credential has guessed nothing', async () => {
  const address = '203.0.113.11'
  for (let n = 0; n < 2 * LIMIT; n++) expect((await from(address, null)).status).toBe(401)
  expect((await from(address, site.key)).status).toBe(200)
})

test('a right key lacks a scope, not a login', async () => {
  const address = '203.0.113.12'
  const { key } = await site.gateway.createKey({ scopes: ['generate'] })
  for (let n = 0; n < 2 * LIMIT; n++) expect((await from(address, key)).status).toBe(403)
})

test('a revoked key, tried again and again, counts', async () => {
  const address = '203.0.113.13'
  const { id, key } = await site.gateway.createKey()
  await site.get(`/admin/keys/${id}`, { key: site.gateway.adminToken, method: 'DELETE' })
  const seen = []
  for (let n = 0; n <= LIMIT; n++) seen.push((await from(address, key)).status)
  expect(seen).toEqual([...Array(LIMIT).fill(401), 429])
})

describe('AuthFailures', () => {
  const address = '203.0.113.1'

  test('forgets after a minute', () => {
    let now = 1_000_000
    const failures = new AuthFailures(2, () => now)
    failures.add(address, 'rk_wrong')
    expect(failures.waitMs(address)).toBe(0)
    now += 30_000
    failures.add(address, 'rk_wrong')
    expect(failures.waitMs(address)).toBe(30_000)
    now += 29_999
    expect(failures.waitMs(address)).toBe(1)
    now += 1
    expect(failures.waitMs(address)).toBe(0)
    failures.add(address, 'rk_wrong')
    expect(failures.waitMs(address)).toBe(0)
  })

  test('counts nothing when it is off', () => {
    const failures = new AuthFailures(null, () => 0)
    for (let n = 0; n < 1_000; n++) failures.add(address, 'rk_wrong')
    expect(failures.waitMs(address)).toBe(0)
  })

  test('remembers the latest ten thousand addresses, however many there are', () => {
    const failures = new AuthFailures(1, () => 0)
    failures.add(address, 'rk_wrong')
    for (let n = 0; n < 9_999; n++) failures.add(`10.0.${n >> 8}.${n & 255}`, 'rk_wrong')
    expect(failures.waitMs(address)).toBe(60_000)
    failures.add('198.51.100.1', 'rk_wrong')
    expect(failures.waitMs(address)).toBe(0)
    expect(failures.waitMs('198.51.100.1')).toBe(60_000)
  })

  test('takes an IPv4 address for the same in whatever spelling', () => {
    const failures = new AuthFailures(1, () => 0)
    failures.add(address, 'rk_wrong')
    expect(failures.waitMs(`::ffff:${address}`)).toBe(60_000)
  })
})
