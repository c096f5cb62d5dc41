// The erasing of an account under crashes, and under generations that do not go at once or do not answer.

import { expect, test } from 'vitest'
import { Account } from '../../worker/account/account.ts'
import type { ErasedCounts } from '../../worker/protocol.ts'
import { createAdmissionRequest } from './createAdmissionRequest.ts'
import { SoloHost } from '../objects/soloHost.ts'

const MINUTE = 60_000
const limits = { budget: null, rpm: null, concurrency: null, expiresAt: null }
const key = {
  id: 'key_1',
  digest: 'digest',
  name: '',
  hint: '',
  scopes: ['generate'] as const,
  ...limits,
}

class Doomed {
  readonly host: SoloHost<Account>
  readonly finished: ErasedCounts[] = []
  readonly asked: string[] = []
  readonly abandoned: string[] = []
  readonly posted: string[] = []
  /** What a generation does when it is asked to go. */
  answer: (id: string) => 'gone' | 'going' | 'silent' = () => 'gone'

  constructor(videos: number) {
    this.host = new SoloHost(
      (lent) =>
        new Account({
          ...lent,
          post: (url) => {
            this.posted.push(url)
            return Promise.resolve({ ok: true, status: 200 })
          },
          generations: {
            abandon: ({ identity }) => {
              this.abandoned.push(identity.id)
              return Promise.resolve('abandoned')
            },
            wake: () => Promise.resolve('awake'),
          },
          erasure: {
            generation: async (id) => {
              this.asked.push(id)
              const answer = this.answer(id)
              await lent.wait(answer === 'silent' ? 10 * MINUTE : 10, () => undefined)
              if (answer === 'going') await this.host.object.forget(id)
              return answer === 'gone' ? 'gone' : 'going'
            },
            schedules: () => lent.wait(10, () => 4),
            finish: async (_, counts) => {
              await lent.wait(10, () => undefined)
              this.finished.push(counts)
            },
            storage: async () => {
              await lent.wait(10, () => undefined)
              const tables = lent.sql.exec<{ name: string }>(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
              )
              for (const { name } of tables) lent.sql.exec(`DROP TABLE ${name}`)
              lent.alarm.clear()
            },
          },
          tellOperator: null,
          askRestoredUntil: () => Promise.resolve(null),
          report: () => undefined,
          settings: {
            cacheTtlMs: 0,
            retentionMs: MINUTE,
            breaker: false,
            longestMs: MINUTE,
            writesPerMinute: 1_000,
          },
        }),
    )
    this.account.createKey('acme', key)
    for (let n = 0; n < videos; n++) {
      const request = createAdmissionRequest(`video_${n}`, { key: `key_${n}` })
      expect(this.account.admitFor('key_1', request).kind).toBe('admitted')
    }
  }

  get account(): Account {
    return this.host.object
  }

  get isErased(): boolean {
    return this.account.operator.summary() === null
  }
}

const counts = { videos: 45, keys: 1, endpoints: 0, deliveries: 0, schedules: 4 }

test('nothing starts from the moment it is asked, and no key is made', async () => {
  const doomed = new Doomed(1)
  expect(await doomed.account.operator.beginErasure()).toBe(true)
  const request = createAdmissionRequest('video_late')
  expect(doomed.account.admitFor('key_1', request)).toMatchObject({ code: 'invalid_api_key' })
  expect(doomed.account.createKey('acme', { ...key, id: 'key_2', digest: 'other' })).toBeNull()
  await doomed.host.runFor(MINUTE)
  expect(doomed.isErased).toBe(true)
  // What nobody had started cannot start any more.
  expect(doomed.abandoned).toEqual(['video_0'])
  expect(await doomed.account.operator.beginErasure()).toBe(false)
  expect(doomed.host.alarmAt).toBeNull()
  expect(doomed.account.createKey('acme', key)).not.toBeNull()
})

test('nobody is told of what ends while it goes on', async () => {
  const doomed = new Doomed(1)
  doomed.answer = () => 'going'
  const { account } = doomed
  const to = { url: 'https://a.example/hook', secret: null }
  expect(account.webhooks.addCallback({ id: 'cb_1', videoIds: ['video_0'], ...to })).toBeNull()
  await account.operator.beginErasure()
  const { identity } = account.find('video_0') ?? {}
  await account.settle('video_0', {
    status: 'failed',
    code: 'cancelled',
    charge: 'none',
    outcome: 'known',
    endedAt: doomed.host.now,
    expiresAt: doomed.host.now + MINUTE,
    video: { ...identity } as never,
  })
  expect(account.operator.listUndelivered('pending', Number.MAX_SAFE_INTEGER, 10)).toEqual([])
  await doomed.host.runFor(MINUTE)
  expect(doomed.posted).toEqual([])
})

test('a crash at any moment loses nothing of it', async () => {
  for (let ms = 0; ms <= 120; ms += 10) {
    const doomed = new Doomed(45)
    doomed.answer = (id) => (Number(id.slice(6)) % 2 === 0 ? 'going' : 'gone')
    await doomed.account.operator.beginErasure()
    for (let crashes = 0; crashes < 3; crashes++) {
      await doomed.host.runFor(ms)
      doomed.host.crash()
    }
    await doomed.host.runFor(MINUTE)
    expect(doomed.isErased, `${ms}`).toBe(true)
    expect(new Set(doomed.asked).size).toBe(45)
    expect(doomed.finished.at(-1)).toEqual(counts)
  }
})

test('one that does not answer holds up no other, and is asked until it goes', async () => {
  const doomed = new Doomed(45)
  let isDead = true
  doomed.answer = (id) => (isDead && id === 'video_3' ? 'silent' : 'gone')
  await doomed.account.operator.beginErasure()
  await doomed.host.runFor(3 * MINUTE)
  expect(doomed.account.operator.summary()).toMatchObject({ videos: 1, erasing: { left: 1 } })
  isDead = false
  await doomed.host.runFor(3 * MINUTE)
  expect(doomed.isErased).toBe(true)
  expect(doomed.finished).toEqual([counts])
})
