// Which lost call is made again, and what the caller hears of it: by what the platform says of errors.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Env } from '../../worker/env.ts'
import {
  getAccount,
  getGeneration,
  getScheduleIndex,
  ObjectUnreached,
} from '../../worker/objects.ts'

const lost = { retryable: true, remote: true }
const reset = { durableObjectReset: true, remote: true }

/** Every object answers as its call number n of all says: with an error of these flags, or null. */
function createEnv(...answers: readonly (object | null)[]) {
  let calls = 0
  let stubs = 0
  const call = async () => {
    const flags = answers[calls]
    calls += 1
    if (flags != null) throw Object.assign(new Error('no'), flags)
    return null
  }
  const namespace = {
    getByName: () => {
      stubs += 1
      return { describe: call, remove: call, waitForEnd: call, settle: call, usage: call }
    },
  }
  const env = { ACCOUNT: namespace, GENERATION: namespace } as unknown as Env
  return { env, counts: () => ({ calls, stubs }) }
}

describe('a call that only reads', () => {
  test.each([
    ['a connection that was lost', lost],
    ['a reset', reset],
    ['an error of the platform without a word', {}],
  ])('is made again with a new stub after %s', async (_, flags) => {
    const { env, counts } = createEnv(flags, flags, null)
    expect(await getGeneration(env, 'video_1').describe()).toBeNull()
    expect(counts()).toEqual({ calls: 3, stubs: 3 })
  })

  test('is given up after three tries', async () => {
    const { env, counts } = createEnv(lost, reset, lost, null)
    await expect(getAccount(env, 'acct_1').usage('2026-01-01')).rejects.toMatchObject({
      name: 'ObjectUnreached',
      isOverloaded: false,
      cause: { message: 'no' },
    })
    expect(counts().calls).toBe(3)
  })

  test('is not made again while the object is overloaded', async () => {
    const { env, counts } = createEnv({ overloaded: true, retryable: true }, null)
    await expect(getGeneration(env, 'video_1').describe()).rejects.toMatchObject({
      name: 'ObjectUnreached',
      isOverloaded: true,
    })
    expect(counts().calls).toBe(1)
  })

  test("is not made again after the object's own mistake, which comes as it is", async () => {
    const { env, counts } = createEnv({ remote: true }, null)
    const problem: unknown = await getGeneration(env, 'video_1')
      .describe()
      .catch((error: unknown) => error)
    expect(problem).not.toBeInstanceOf(ObjectUnreached)
    expect(problem).toMatchObject({ message: 'no', remote: true })
    expect(counts().calls).toBe(1)
  })
})

describe('a call that is never answered', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const never = () => new Promise<never>(() => undefined)
  const namespace = {
    getByName: () => ({ describe: never, revokeKey: never, waitForEnd: never, tick: never }),
  }
  const env = { ACCOUNT: namespace, GENERATION: namespace, SCHEDULER: namespace } as unknown as Env

  test.each([
    ['reads', () => getGeneration(env, 'video_1').describe()],
    ['writes', () => getAccount(env, 'acct_1').revokeKey('key_1')],
    ['waits', () => getGeneration(env, 'video_1').waitForEnd(60_000)],
  ])('is given up after a while when it %s, and not made again', async (_, call) => {
    const lost = expect(call()).rejects.toMatchObject({
      name: 'ObjectUnreached',
      cause: { limit: 'object' },
    })
    await vi.advanceTimersByTimeAsync(74_000)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    await lost
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is waited for where it wakes one after the other', () => {
    void getScheduleIndex(env).tick(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

test.each(['remove', 'waitForEnd'] as const)('%s is made once', async (name) => {
  const { env, counts } = createEnv(reset, null)
  await expect(getGeneration(env, 'video_1')[name](1)).rejects.toBeInstanceOf(ObjectUnreached)
  expect(counts().calls).toBe(1)
})

test('a location hint goes along with every call of the account that is to be made there', async () => {
  const asked: unknown[] = []
  const listKeys = async () => []
  const getByName = (...names: unknown[]) => {
    asked.push(names)
    return { listKeys }
  }
  const env = { ACCOUNT: { getByName } } as unknown as Env
  await getAccount(env, 'acct_1', 'weur').listKeys()
  await getAccount(env, 'acct_1').listKeys()
  expect(asked).toEqual([
    ['acct_1', { locationHint: 'weur' }],
    ['acct_1', undefined],
  ])
})

test('what stands for an object is no promise', async () => {
  const { env, counts } = createEnv()
  const account = getAccount(env, 'acct_1')
  expect(await Promise.resolve(account)).toBe(account)
  expect(counts()).toEqual({ calls: 0, stubs: 0 })
})
