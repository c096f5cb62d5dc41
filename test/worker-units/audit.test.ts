// The list of operators' deeds: how long it gets, and that nothing is done which cannot stand in it.

import { expect, test } from 'vitest'
import type { NewAuditRow } from '../../worker/directory/audit.ts'
import { KEEP_AUDIT_DAYS, MOST_AUDIT_ROWS } from '../../worker/directory/audit.ts'
import { Directory } from '../../worker/directory/directory.ts'
import type { Env } from '../../worker/env.ts'
import { createApp } from '../../worker/http/app.ts'
import { openSql } from '../objects/openSql.ts'

const DAY_MS = 24 * 60 * 60_000
const all = { account: null, deed: null }
const row = (at: number, more: Partial<NewAuditRow> = {}): NewAuditRow => ({
  at,
  deed: 'key.create',
  account: 'acme',
  subject: 'key_1',
  detail: null,
  network: '203.0.113.0/24',
  token: 'full',
  request: 'req_1',
  ...more,
})

function count(directory: Directory): number {
  return directory.audit(all, Number.MAX_SAFE_INTEGER, MOST_AUDIT_ROWS * 2).length
}

test('it keeps 10,000 rows, the newest', () => {
  const directory = new Directory(openSql(':memory:'))
  for (let n = 1; n <= MOST_AUDIT_ROWS + 5; n++) directory.beginAudit(row(n))
  expect(count(directory)).toBe(MOST_AUDIT_ROWS)
  expect(directory.audit(all, Number.MAX_SAFE_INTEGER, 1)).toMatchObject([
    { at: MOST_AUDIT_ROWS + 5 },
  ])
})

test('it keeps 90 days', () => {
  const directory = new Directory(openSql(':memory:'))
  directory.beginAudit(row(0))
  directory.beginAudit(row(KEEP_AUDIT_DAYS * DAY_MS))
  expect(count(directory)).toBe(2)
  directory.beginAudit(row(KEEP_AUDIT_DAYS * DAY_MS + 1))
  expect(count(directory)).toBe(2)
})

test('how a deed ended is said once', () => {
  const directory = new Directory(openSql(':memory:'))
  const number = directory.beginAudit(row(1)) ?? 0
  const said = { account: 'acme', subject: 'key_1', detail: 'name' }
  directory.endAudit(number, 200, said)
  directory.endAudit(number, 500, { ...said, detail: 'another word' })
  expect(directory.audit(all, 10, 10)).toMatchObject([{ status: 200, detail: 'name' }])
})

test('an export is noted again after an hour, or from elsewhere', () => {
  const directory = new Directory(openSql(':memory:'))
  const ask = (at: number, more: Partial<NewAuditRow> = {}) =>
    directory.beginAudit(row(at, { deed: 'export', token: 'read', ...more }))
  expect(ask(1)).not.toBeNull()
  expect(ask(2)).toBeNull()
  expect(ask(3, { network: null })).not.toBeNull()
  expect(ask(4, { network: null })).toBeNull()
  expect(ask(5, { token: 'full' })).not.toBeNull()
  expect(ask(1 + 60 * 60_000)).not.toBeNull()
})

test('a deed whose row cannot be written is not done', async () => {
  const asked: string[] = []
  const lost = Object.assign(new Error('Network connection lost.'), { retryable: true })
  const env = {
    ADMIN_TOKEN: 'admin-token-of-the-test-suite-0001',
    RELAY_BASE_URL: 'https://relay.example/v1',
    RELAY_API_KEY: 'key',
    DIRECTORY: { getByName: () => ({ beginAudit: () => Promise.reject(lost) }) },
    ACCOUNT: { getByName: (name: string) => asked.push(name) },
  }
  const response = await createApp().request(
    '/admin/keys',
    {
      method: 'POST',
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'test', account: 'acme' }),
    },
    env as unknown as Env,
  )
  expect(response.status).toBe(503)
  expect(response.headers.get('x-should-retry')).toBe('true')
  expect(asked).toEqual([])
})
