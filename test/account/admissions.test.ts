// What an account remembers of earlier requests, and for how long. Days pass here in milliseconds.

import { expect, test } from 'vitest'
import type { AdmissionRequest } from '../../worker/account/admit.ts'
import { createAdmissionRequest } from './createAdmissionRequest.ts'
import { ACCOUNT, Outbox } from './outbox.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR

function ask(outbox: Outbox, more: Partial<AdmissionRequest> = {}, keyId = 'key_1') {
  return outbox.account.admitFor(keyId, createAdmissionRequest('video_new', more))
}

test('a video is as old as its end, however long it took', async () => {
  const outbox = new Outbox()
  const id = outbox.admit(null, 'same')
  await outbox.host.runFor(20 * HOUR)
  await outbox.end(id)
  // The outbox caches for a day.
  await outbox.host.runFor(23 * HOUR)
  expect(ask(outbox, { key: 'same' })).toMatchObject({ id, via: 'cache', ttlSeconds: 3_600 })
  await outbox.host.runFor(HOUR)
  expect(ask(outbox, { key: 'same' }).kind).toBe('admitted')
})

test('an idempotency key stands for its video as long as that is kept', async () => {
  const outbox = new Outbox()
  const bound = { key: 'same', idempotencyHash: 'hash' }
  expect(ask(outbox, bound).kind).toBe('admitted')
  await outbox.end('video_new')
  await outbox.host.runFor(29 * DAY)
  const again = createAdmissionRequest('video_other', bound)
  expect(outbox.account.admitFor('key_1', again)).toMatchObject({
    kind: 'existing',
    id: 'video_new',
    via: 'idempotency',
  })
})

test('what is gone is told as gone for a week', async () => {
  const outbox = new Outbox()
  const id = await outbox.endOne()
  await outbox.account.forget(id)
  await outbox.host.runFor(7 * DAY - HOUR)
  expect(outbox.account.find(id)).toMatchObject({ state: 'gone' })
  // The look that drops it comes once a day.
  await outbox.host.runFor(DAY + 2 * HOUR)
  expect(outbox.account.find(id)).toBeNull()
})

test('a minute begins with its first request and ends, however steadily a key is used', () => {
  const outbox = new Outbox()
  const limits = { budget: null, rpm: 2, concurrency: null, expiresAt: null }
  const rest = { name: '', hint: '', scopes: ['generate'] as const, digest: 'limited' }
  outbox.account.createKey(ACCOUNT, { id: 'key_2', ...rest, ...limits })
  const kinds = [0, 30, 55, 61, 91, 119, 122].map((second) => {
    outbox.host.now = Date.UTC(2026, 10, 23, 9) + second * SECOND
    const id = `video_${second}`
    return outbox.account.admitFor('key_2', createAdmissionRequest(id)).kind
  })
  expect(kinds).toEqual([
    'admitted',
    'admitted',
    'refused',
    'admitted',
    'admitted',
    'refused',
    'admitted',
  ])
})

test('a clock that was an hour ahead for a moment blocks no key for an hour', () => {
  const outbox = new Outbox()
  const limits = { budget: null, rpm: 1, concurrency: null, expiresAt: null }
  const rest = { name: '', hint: '', scopes: ['generate'] as const, digest: 'limited' }
  outbox.account.createKey(ACCOUNT, { id: 'key_2', ...rest, ...limits })
  const admit = (id: string) =>
    outbox.account.admitFor('key_2', createAdmissionRequest(id, { key: id })).kind
  outbox.host.now += HOUR
  expect(admit('video_ahead')).toBe('admitted')
  outbox.host.now -= HOUR
  expect([admit('video_a'), admit('video_b')]).toEqual(['admitted', 'refused'])
})
