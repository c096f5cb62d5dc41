// A store that has taken the video and does not say so: what stands there is found, whatever became of
// the link meanwhile, and is neither downloaded nor given up once more.

import { expect, test } from 'vitest'
import { SoloGeneration } from './soloGeneration.ts'

const MINUTE = 60_000

/** What tells the store that it has all of it, by how it is stored. */
const ways = [
  ['put', false],
  ['completeUpload', true],
] as const

/** Until the store has all of it and denies that; the link is dead from then on. */
async function startDenied(
  call: (typeof ways)[number][0],
  isInParts: boolean,
): Promise<SoloGeneration> {
  const solo = new SoloGeneration({ isInParts })
  solo.deniesAll = true
  await solo.start()
  while (!solo.calls.has(call)) await solo.host.runFor(100)
  solo.isLinkDead = true
  return solo
}

test.each(ways)(
  'an error after a %s that was done costs no second download',
  async (call, isInParts) => {
    const solo = new SoloGeneration({ isInParts })
    solo.failing.add(call)
    await solo.start()
    await solo.host.runFor(5 * MINUTE)
    expect(solo.generation.describe()?.state.status).toBe('completed')
    expect(solo.downloads).toBe(1)
  },
)

test.each(ways)(
  'a store that denies what it took by %s is asked again after the link died',
  async (call, isInParts) => {
    const solo = await startDenied(call, isInParts)
    await solo.host.runFor(MINUTE)
    expect(solo.generation.describe()?.state.status).toBe('in_progress')
    solo.deniesAll = false
    await solo.host.runFor(MINUTE)
    expect(solo.generation.describe()?.state.status).toBe('completed')
  },
)

test.each(ways)(
  'a store that never has what it took by %s is believed after some minutes',
  async (call, isInParts) => {
    const solo = await startDenied(call, isInParts)
    await solo.host.runFor(5 * MINUTE)
    expect(solo.generation.describe()?.state).toMatchObject({
      status: 'failed',
      isLinkDead: true,
      error: { code: 'download_failed' },
    })
  },
)

test.each(ways)(
  'what an outage left of a %s is found by whoever asks after it',
  async (call, isInParts) => {
    const solo = new SoloGeneration({ isInParts })
    solo.failing.add(call).add('head')
    await solo.start()
    await solo.host.runFor(40 * MINUTE)
    expect(solo.generation.describe()?.state.error?.code).toBe('storage_failed')
    const { downloads } = solo
    solo.host.crash()
    solo.failing.clear()
    solo.isLinkDead = true
    await solo.host.run(solo.generation.archiveAgain())
    await solo.host.runFor(MINUTE)
    expect(solo.generation.describe()?.state.status).toBe('completed')
    expect(solo.downloads).toBe(downloads)
  },
)
