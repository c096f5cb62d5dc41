// Every single call to the store and to the account is left unanswered for ever, one at a time: the
// generation ends within its limits all the same, and says what did not answer.

import { expect, test } from 'vitest'
import type { Call } from './soloGeneration.ts'
import { DAY_MS, SoloGeneration } from './soloGeneration.ts'

const MINUTE = 60_000

const storing: [Call, boolean, string][] = [
  ['head', false, 'The object store did not say what it holds.'],
  ['put', false, 'The object store did not take the video.'],
  ['createUpload', true, 'The object store did not begin an upload.'],
  ['uploadPart', true, 'The object store did not take a part of the video.'],
  ['completeUpload', true, 'The object store did not complete the upload.'],
]

test.each(storing)(
  'a store that never answers to %s ends it within half an hour of archiving',
  async (call, isInParts, message) => {
    const solo = new SoloGeneration({ isInParts })
    solo.hanging = call
    await solo.start()
    await solo.host.runFor(35 * MINUTE)
    expect(solo.calls).toContain(call)
    expect(solo.generation.describe()?.state).toMatchObject({
      status: 'failed',
      charge: 'certain',
      error: { code: 'storage_failed', message },
    })
    expect(solo.settled).toHaveLength(1)

    solo.hanging = null
    await solo.host.run(solo.generation.archiveAgain())
    await solo.host.runFor(MINUTE)
    expect(solo.generation.describe()?.state.status).toBe('completed')
  },
)

test('an upload that cannot be dropped holds nothing up', async () => {
  const solo = new SoloGeneration({ isInParts: true })
  solo.hanging = 'completeUpload'
  await solo.start()
  await solo.host.runFor(5 * MINUTE)
  solo.hanging = 'abortUpload'
  await solo.host.runFor(10 * MINUTE)
  expect(solo.calls).toContain('abortUpload')
  expect(solo.generation.describe()?.state.status).toBe('completed')
})

test('an account that never answers to settle delays no reader, and hears of the end at last', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  solo.hanging = 'settle'
  await solo.start()
  await solo.host.runFor(10 * MINUTE)
  expect(solo.generation.describe()?.state.status).toBe('completed')
  const said = solo.reports.filter(({ what }) => what === 'step failed')
  expect(said.length).toBeGreaterThan(0)
  expect(said[0]).toMatchObject({ id: 'video_1', error: { limit: 'account' } })
  solo.hanging = null
  await solo.host.runFor(10 * MINUTE)
  expect(solo.settled).toHaveLength(1)
})

test.each<Call>(['delete', 'forget'])(
  'a %s that is never answered is made again, until nothing is left',
  async (call) => {
    const solo = new SoloGeneration({ isInParts: false })
    await solo.start()
    await solo.host.runFor(5 * MINUTE)
    solo.hanging = call
    await solo.host.runFor(2 * DAY_MS)
    expect(solo.calls).toContain(call)
    expect(solo.reports).toContainEqual(
      expect.objectContaining({ what: 'step failed', id: 'video_1' }),
    )
    // Its time is over for readers, whatever does not answer.
    expect(solo.generation.describe()).toBeNull()
    solo.hanging = null
    await solo.host.runFor(10 * MINUTE)
    expect(solo.generation.log).toBeNull()
    expect(solo.objects.size).toBe(0)
    expect(solo.host.alarmAt).toBeNull()
  },
)
