// What a key is bound to where no caller is: a schedule's slot. And how often its use is written.

import { expect, test } from 'vitest'
import { createAdmissionRequest } from './createAdmissionRequest.ts'
import { ACCOUNT, Outbox } from './outbox.ts'

const DAY = 24 * 60 * 60_000
const limits = { budget: null, rpm: null, concurrency: null, expiresAt: null }
const rest = { name: '', hint: '', scopes: ['generate'] as const, digest: 'bound', ...limits }

test('a slot is bound to the key’s models, and to no address', () => {
  const outbox = new Outbox()
  const bound = { models: ['other'], ipAllow: ['203.0.113.0/24'] }
  outbox.account.createKey(ACCOUNT, { id: 'key_2', ...rest, ...bound })
  const ask = (model: string) => {
    const request = createAdmissionRequest(`video_${model}`)
    return outbox.account.admitFor('key_2', {
      ...request,
      identity: { ...request.identity, model },
    })
  }
  expect(ask('sora-2')).toMatchObject({
    kind: 'refused',
    code: 'insufficient_scope',
    param: 'model',
    message: 'This API key may not use the model sora-2. It may use other.',
  })
  expect(ask('other')).toMatchObject({ kind: 'admitted' })
})

test('a caller’s address is asked about again where it may cost money', () => {
  const outbox = new Outbox()
  outbox.account.createKey(ACCOUNT, { id: 'key_2', ...rest, ipAllow: ['203.0.113.0/24'] })
  const ask = (address: string | null) =>
    outbox.account.admit('bound', createAdmissionRequest(`video_${address}`, { address })).kind
  expect(ask('203.0.113.7')).toBe('admitted')
  expect(ask('203.0.114.7')).toBe('refused')
  expect(ask(null)).toBe('refused')
})

test('its use is written once a day and network, also by an object that starts anew', async () => {
  const outbox = new Outbox()
  const { sql } = outbox.host
  const writes = () => sql.exec<{ n: number }>('SELECT total_changes() AS n')[0]?.n ?? 0
  const countWrites = (network: string | null) => {
    const before = writes()
    outbox.account.noteUse('key_1', network)
    return writes() - before
  }
  expect(countWrites('203.0.113.0/24')).toBe(1)
  expect(countWrites('198.51.100.0/24')).toBe(1)
  for (let n = 0; n < 10; n++) {
    expect(countWrites('203.0.113.0/24')).toBe(0)
    expect(countWrites('198.51.100.0/24')).toBe(0)
  }
  outbox.host.crash()
  expect(countWrites('198.51.100.0/24')).toBe(0)
  await outbox.host.runFor(DAY)
  expect(countWrites('198.51.100.0/24')).toBe(1)
  const midnight = Math.floor(outbox.host.now / DAY) * DAY
  expect(outbox.account.listKeys()).toMatchObject([
    { lastUsedAt: midnight, lastNetwork: '198.51.100.0/24' },
  ])
})
