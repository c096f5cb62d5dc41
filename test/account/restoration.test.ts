// An account that was taken back in time: what it forgot is not paid twice unasked, what it holds open
// comes to its end, and no request slips in between.

import { beforeEach, describe, expect, test } from 'vitest'
import { Account } from '../../worker/account/account.ts'
import type { Admission, AdmissionRequest } from '../../worker/account/admit.ts'
import { Directory } from '../../worker/directory/directory.ts'
import { restore } from '../../worker/http/restore.ts'
import { Restore } from '../../worker/platform/restore.ts'
import { openSql } from '../objects/openSql.ts'
import type { Lent } from '../objects/soloHost.ts'
import { SoloHost } from '../objects/soloHost.ts'
import { createAdmissionRequest } from './createAdmissionRequest.ts'
import { PastStorage } from './pastStorage.ts'
import { noErasure } from '../objects/noErasure.ts'

const ACCOUNT = 'acct_1'
const PRICE = 800_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let world: RestoringWorld
beforeEach(() => {
  world = new RestoringWorld()
})

/** One account, the directory, and a platform that keeps its history. */
class RestoringWorld {
  readonly directory = new Directory(openSql(':memory:'))
  readonly host: SoloHost<{ account: Account; restore: Restore; alarm(): void }>
  readonly past: PastStorage
  readonly woken: string[] = []
  readonly abandoned: string[] = []
  /** Of generations: what an object says that is woken. */
  readonly gone = new Set<string>()
  /** How often the directory was asked; it may be out of reach. */
  asked = 0
  isDirectoryReached = true

  constructor() {
    this.host = new SoloHost((lent) => this.#create(lent))
    this.past = new PastStorage(this.host.sql)
    this.directory.add('key_1', ACCOUNT)
    this.account.createKey(ACCOUNT, {
      id: 'key_1',
      digest: 'digest',
      name: 'test',
      hint: '',
      scopes: ['generate', 'read', 'manage'],
      budget: null,
      rpm: null,
      concurrency: null,
      expiresAt: null,
    })
  }

  get account(): Account {
    return this.host.object.account
  }

  get money(): { spent: number; held: number } {
    const [key] = this.account.listKeys()
    return { spent: key?.spent ?? 0, held: key?.held ?? 0 }
  }

  #create(lent: Lent) {
    const account = new Account({
      ...lent,
      post: () => Promise.resolve({ ok: true, status: 200 }),
      erasure: noErasure,
      tellOperator: null,
      askRestoredUntil: async (name) => {
        this.asked++
        if (!this.isDirectoryReached) throw new Error('not reached')
        return this.directory.restoredUntil(name)
      },
      generations: {
        abandon: async ({ identity }) => {
          this.abandoned.push(identity.id)
          return 'alive'
        },
        wake: async (id) => {
          this.woken.push(id)
          return this.gone.has(id) ? 'gone' : 'awake'
        },
      },
      report: () => undefined,
      settings: {
        cacheTtlMs: DAY,
        retentionMs: 30 * DAY,
        breaker: false,
        writesPerMinute: 300,
        longestMs: 75 * MINUTE,
      },
    })
    const restore = new Restore({
      storage: {
        getBookmarkForTime: () => Promise.reject(new Error('No history here.')),
        onNextSessionRestoreBookmark: (bookmark) => {
          const undo = this.past.keep()
          return this.past.plan(bookmark)
            ? Promise.resolve(undo)
            : Promise.reject(new Error('No such bookmark.'))
        },
        sync: () => Promise.resolve(),
      },
      abort: () => {
        this.past.restore()
        this.host.crash()
        throw new Error('The session ended.')
      },
      begin: (until) => account.operator.beginRestored(until),
    })
    return { account, restore, alarm: () => account.alarm() }
  }

  /** What the Durable Object does with an admission. */
  async admit(id: string, more: Partial<AdmissionRequest> = {}): Promise<Admission> {
    const { account } = this
    await account.learn()
    return account.admitFor('key_1', createAdmissionRequest(id, { cost: PRICE, ...more }))
  }

  async complete(id: string): Promise<void> {
    const { identity } = this.account.find(id) ?? {}
    if (identity === undefined) throw new Error(`there is no ${id}`)
    const endedAt = this.host.now
    await this.account.settle(id, {
      status: 'completed',
      code: null,
      charge: 'certain',
      outcome: 'known',
      endedAt,
      expiresAt: endedAt + 30 * DAY,
      video: { ...identity } as never,
    })
  }

  async restoreTo(bookmark: string, onPause: () => Promise<void> = () => Promise.resolve()) {
    return await restore(
      {
        account: {
          findBookmark: (at) => this.host.object.restore.findBookmark(at),
          planRestore: (to) => this.host.object.restore.planRestore(to),
          finishRestore: async (planned, until) =>
            await this.host.object.restore.finishRestore(planned, until),
        },
        directory: {
          restoredUntil: async (name) => this.directory.restoredUntil(name),
          setRestored: async (name, until) => this.directory.setRestored(name, until),
        },
        now: () => this.host.now,
        sleep: onPause,
      },
      ACCOUNT,
      { bookmark },
    )
  }
}

const isRefused = (admission: Admission) =>
  admission.kind === 'refused' ? admission.code : admission.kind

describe('a restored account', () => {
  test('starts nothing new for a day unless that is accepted, and then as before', async () => {
    await world.admit('video_known')
    await world.complete('video_known')
    const bookmark = world.past.keep()
    await world.host.runFor(HOUR)
    // Paid, and forgotten a moment later.
    expect(isRefused(await world.admit('video_forgotten'))).toBe('admitted')
    const restored = await world.restoreTo(bookmark)
    expect(restored).toMatchObject({ ok: true, isConfirmed: true, until: world.host.now + DAY })
    expect(world.account.find('video_forgotten')).toBeNull()

    const refusal = await world.admit('video_forgotten')
    expect(refusal).toMatchObject({ kind: 'refused', code: 'outcome_unknown' })
    expect(refusal).toMatchObject({ message: expect.stringContaining('restored') as string })
    // What it knows is served, and costs nothing.
    const known = await world.admit('video_again', { key: 'video_known' })
    expect(known).toMatchObject({ kind: 'existing', id: 'video_known', via: 'cache' })
    const accepted = await world.admit('video_anew', { acceptPossibleCharge: true })
    expect(accepted.kind).toBe('admitted')
    const joined = await world.admit('video_other', { key: 'video_anew' })
    expect(joined).toMatchObject({ kind: 'existing', id: 'video_anew' })

    await world.host.runFor(DAY - MINUTE)
    expect(isRefused(await world.admit('video_late'))).toBe('outcome_unknown')
    await world.host.runFor(MINUTE)
    expect(isRefused(await world.admit('video_late'))).toBe('admitted')
  })

  test('asks also those who come before it was told that it was restored', async () => {
    const bookmark = world.past.keep()
    await world.host.runFor(HOUR)
    await world.admit('video_forgotten')
    const between: string[] = []
    await world.restoreTo(bookmark, async () => {
      between.push(isRefused(await world.admit('video_forgotten')))
    })
    expect(between).toEqual(['outcome_unknown'])
  })

  test('finds out by itself when whoever restored it is gone', async () => {
    const bookmark = world.past.keep()
    await world.host.runFor(HOUR)
    await world.admit('video_forgotten')
    await world
      .restoreTo(bookmark, () => Promise.reject(new Error('the Worker is gone')))
      .catch(() => undefined)
    world.host.crash()
    expect(isRefused(await world.admit('video_forgotten'))).toBe('outcome_unknown')
    // From then on it stands in its own storage.
    world.isDirectoryReached = false
    world.host.crash()
    expect(isRefused(await world.admit('video_forgotten'))).toBe('outcome_unknown')
  })

  test('can be taken back to what it was, and still asks', async () => {
    const bookmark = world.past.keep()
    await world.host.runFor(HOUR)
    await world.admit('video_forgotten')
    const restored = await world.restoreTo(bookmark)
    if (!restored.ok) throw new Error(restored.problem)
    await world.restoreTo(restored.undo)
    expect(world.account.find('video_forgotten')).toMatchObject({ id: 'video_forgotten' })
    expect(isRefused(await world.admit('video_next'))).toBe('outcome_unknown')
  })

  test('ends what it holds open and what is gone as doubtful, and never says that it was unpaid', async () => {
    await world.admit('video_ended')
    await world.admit('video_running')
    const bookmark = world.past.keep()
    // Both go on; one is deleted and forgotten by everybody.
    world.gone.add('video_ended')
    await world.host.runFor(30_000)
    await world.complete('video_ended')
    await world.account.forget('video_ended')
    await world.host.runFor(HOUR)
    world.abandoned.length = 0
    world.woken.length = 0
    await world.restoreTo(bookmark)
    expect(world.money).toEqual({ spent: 0, held: 2 * PRICE })

    await world.host.runFor(MINUTE)
    expect(world.abandoned).toEqual([])
    expect(world.woken).toEqual(expect.arrayContaining(['video_ended', 'video_running']))
    expect(world.account.find('video_ended')).toMatchObject({
      state: 'failed',
      code: 'outcome_unknown',
      charge: 'possible',
      outcome: 'unknown',
      hold: PRICE,
      video: { status: 'failed', error: { code: 'outcome_unknown' } },
    })
    expect(world.account.find('video_running')).toMatchObject({ state: 'open', hold: PRICE })
    await world.complete('video_running')
    await world.host.runFor(DAY)
    expect(world.money).toEqual({ spent: 2 * PRICE, held: 0 })
  })
})

describe('an account that was not restored', () => {
  test('asks once a session, and not while it knows of a recent admission', async () => {
    await world.host.runFor(HOUR)
    expect(isRefused(await world.admit('video_1'))).toBe('admitted')
    expect(world.asked).toBe(1)
    world.host.crash()
    await world.admit('video_2')
    expect(world.asked).toBe(1)
    await world.host.runFor(HOUR)
    await world.admit('video_3')
    await world.host.runFor(HOUR)
    await world.admit('video_4')
    expect(world.asked).toBe(2)
  })

  test('goes on when nobody can be asked, and asks again', async () => {
    world.isDirectoryReached = false
    expect(isRefused(await world.admit('video_1'))).toBe('admitted')
    await world.host.runFor(HOUR)
    world.isDirectoryReached = true
    const asked = world.asked
    await world.admit('video_2')
    expect(world.asked).toBe(asked + 1)
  })

  test('still gives up an admission that was never started', async () => {
    await world.admit('video_1')
    await world.host.runFor(2 * MINUTE)
    expect(world.abandoned).toContain('video_1')
  })

  test('stays as it is when the platform cannot restore it', async () => {
    await world.admit('video_1')
    expect(await world.restoreTo('nonsense')).toEqual({ ok: false, problem: 'No such bookmark.' })
    expect(world.directory.restoredUntil(ACCOUNT)).toBe(0)
    await world.host.runFor(HOUR)
    world.host.crash()
    expect(isRefused(await world.admit('video_2'))).toBe('admitted')
  })

  test('keeps the mark of an earlier restore when a later one fails', async () => {
    const bookmark = world.past.keep()
    const restored = await world.restoreTo(bookmark)
    if (!restored.ok) throw new Error(restored.problem)
    await world.host.runFor(HOUR)
    await world.restoreTo('nonsense')
    expect(world.directory.restoredUntil(ACCOUNT)).toBe(restored.until)
  })
})
