// Every route of the app against every kind of credential. What each may do is what the policy says,
// not the table that the app is made of; a route beside the table, or one without a policy, fails.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scope } from '../../worker/account/keys.ts'
import { scopes } from '../../worker/account/keys.ts'
import { createApiKey } from '../../worker/proofs/apiKey.ts'
import { createApp } from '../../worker/http/app.ts'
import { type Route, routes } from '../../worker/http/routes.ts'
import { operations } from '../../worker/openapi/operations.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { ADMIN_READ_TOKEN } from '../gateway/startGateway.ts'
import { type Policy, toPolicy } from './routePolicy.ts'
import { toCall } from './toCall.ts'
import { mistype } from '../worker/mistype.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const missing = { id: 'video_missing', delivery: 'evt_missing', name: 'boat.mp4' }

type Credential = 'admin' | 'reading admin' | 'nobody' | readonly Scope[]

let site: Site
/** The header each kind of caller sends, and whom it makes of them. */
const callers: Record<string, { header: string | null; is: Credential }> = {}

beforeAll(async () => {
  const vars = { ADMIN_READ_TOKEN, SECURITY_CONTACT: 'security@gateway.example' }
  site = await startSite({ vars })
  const nobody = (name: string, header: string | null) => (callers[name] = { header, is: 'nobody' })
  const bearer = (key: string) => `Bearer ${key}`

  nobody('no header', null)
  nobody('an empty header', '')
  nobody('a scheme without a key', 'Bearer')
  nobody('another scheme', `Basic ${btoa(`user:${site.key}`)}`)
  nobody('a key without its scheme', site.key)
  nobody('two keys', `Bearer ${site.key} ${site.key}`)
  nobody('an OpenAI key', 'Bearer sk-proj-0123456789')
  nobody('a very long key', bearer(`rk_${'a'.repeat(5_000)}`))
  nobody('a wrong checksum', bearer(mistype(site.key)))
  nobody('an unknown account', bearer(createApiKey(random, 'nobody')))
  nobody('an unknown key of a known account', bearer(createApiKey(random, site.account)))
  nobody('the relay’s key', bearer(site.relay.apiKey))
  nobody('almost the admin token', bearer(site.gateway.adminToken.slice(0, -1)))

  const revoked = await site.gateway.createKey()
  const revocation = await site.get(`/admin/keys/${revoked.id}`, {
    key: site.gateway.adminToken,
    method: 'DELETE',
  })
  expect(revocation.status).toBe(200)
  nobody('a revoked key', bearer(revoked.key))
  const expired = await site.gateway.createKey({ expires_at: 1_700_000_000 })
  nobody('an expired key', bearer(expired.key))

  for (const scope of scopes) {
    const { key } = await site.gateway.createKey({ scopes: [scope] })
    callers[`a key that may only ${scope}`] = { header: bearer(key), is: [scope] }
  }
  callers['a key that may everything'] = { header: bearer(site.key), is: scopes }
  const readsOnly = bearer(ADMIN_READ_TOKEN)
  callers['an admin who may only read'] = { header: readsOnly, is: 'reading admin' }
  callers['the admin'] = { header: bearer(site.gateway.adminToken), is: 'admin' }
})
afterAll(() => site.close())

const table = Object.keys(routes) as Route[]

test('the app answers the routes of the table and no other', () => {
  const answered = createApp()
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`)
  expect([...new Set(answered)]).toEqual(table)
})

test.each(table)('the row of %s says what the policy says', (route) => {
  const [access] = routes[route]
  expect(access === 'admit' ? 'generate' : access).toBe(toPolicy(route))
})

/** What the right credential gets for an empty object as body and ids that nobody was given. */
function toAnswer(route: Route): number {
  const { answers, body } = operations[route]
  if (answers.length === 0) return 501
  if (body !== undefined && !body.schema.safeParse({}).success) return 400
  return route.includes(':') ? 404 : 200
}

function toExpected(policy: Policy, answer: number, is: Credential, isReading: boolean): number {
  switch (policy) {
    case 'anyone':
      return answer
    case 'admin':
      if (is === 'reading admin') return isReading ? answer : 403
      return is === 'admin' ? answer : 401
    case 'link':
      return toExpected('read', answer, is, isReading)
    case 'generate':
    case 'read':
    case 'manage':
      if (is === 'admin' || is === 'reading admin' || is === 'nobody') return 401
      return is.includes(policy) ? answer : 403
  }
}

describe.each(table)('%s', (route) => {
  const policy = toPolicy(route)
  const answer = toAnswer(route)

  test(`is for: ${policy}`, async () => {
    const { method, path } = toCall(route, missing)
    const seen: Record<string, number> = {}
    const expected: Record<string, number> = {}
    for (const [name, { header, is }] of Object.entries(callers)) {
      const response = await fetch(`${site.url}${path}`, {
        method,
        headers: {
          ...(header !== null && { authorization: header }),
          ...(method !== 'GET' && { 'content-type': 'application/json' }),
        },
        ...(method !== 'GET' && { body: '{}' }),
      })
      seen[name] = response.status
      expected[name] = toExpected(policy, answer, is, method === 'GET')
      const text = await response.text()
      if (response.status === 401) {
        expect(response.headers.get('www-authenticate')).toBe('Bearer')
        expect(text).toContain('"code":"invalid_api_key"')
      }
      if (response.status === 403) expect(text).toContain('"code":"insufficient_scope"')
      if (header !== null && header.length > 12) expect(text).not.toContain(header.slice(7))
    }
    expect(seen).toEqual(expected)
  })
})

test('a credential counts only in its header, never in the address', async () => {
  for (const name of ['key', 'api_key', 'token', 'access_token', 'authorization']) {
    const { adminToken } = site.gateway
    expect((await site.get(`/v1/models?${name}=${site.key}`, { key: null })).status).toBe(401)
    expect((await site.get(`/admin/keys?${name}=${adminToken}`, { key: null })).status).toBe(401)
  }
})

test.each([
  ['GET', '/v1/nothing'],
  ['PUT', '/v1/videos'],
  ['GET', '/admin'],
  ['GET', '/admin/accounts'],
  ['GET', '//admin/keys'],
  ['GET', '/v1/../admin/keys'],
  ['GET', '/v1/%2e%2e/admin/keys'],
  ['GET', '/V1/models'],
])('%s %s opens nothing for nobody', async (method, path) => {
  const response = await site.get(path, { key: null, method })
  expect([401, 404]).toContain(response.status)
  expect(await response.text()).not.toContain('"data"')
})
