// What callers hear of a store that fails or is silent: never the store's own error, and never nothing.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readObject, readThumbnail, storeThumbnail } from '../../worker/platform/bucket.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const calls: readonly [string, (bucket: R2Bucket) => Promise<unknown>][] = [
  ['video', (bucket) => readObject(bucket, 'a', { offset: 0, length: 1 })],
  ['preview', (bucket) => readThumbnail(bucket, 'a')],
  ['new preview', (bucket) => storeThumbnail(bucket, 'a', new Uint8Array(1))],
]

/** Every call is answered with `answer`. */
function createBucket(answer: () => Promise<never>): R2Bucket {
  return { get: answer, put: answer } as unknown as R2Bucket
}

test.each(calls)('an error of the store for a %s says who failed', async (_, call) => {
  const bucket = createBucket(() => Promise.reject(new Error('get: Internal error (10001)')))
  await expect(call(bucket)).rejects.toMatchObject({ name: 'StoreUnreached' })
  expect(vi.getTimerCount()).toBe(0)
})

test.each(calls)(
  'a store that never answers for a %s has failed after a minute',
  async (_, call) => {
    const lost = expect(
      call(createBucket(() => new Promise(() => undefined))),
    ).rejects.toMatchObject({ name: 'StoreUnreached', cause: { limit: 'store' } })
    await vi.advanceTimersByTimeAsync(60_000)
    await lost
  },
)
