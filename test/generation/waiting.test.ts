// Who waits for the end, and an object that was restarted meanwhile.

import { expect, test } from 'vitest'
import { SoloGeneration } from './soloGeneration.ts'

const MINUTE = 60_000

/** Waits for up to an hour and notes what it was answered, and when. */
async function wait(solo: SoloGeneration, answers: string[]): Promise<void> {
  const video = await solo.generation.waitForEnd(60 * MINUTE)
  answers.push(`${video?.state.status} ${Math.round(solo.host.now / MINUTE)}`)
}

test('a wait at a restarted object ends with the generation', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  await solo.host.runFor(MINUTE)
  solo.host.crash()
  const answers: string[] = []
  void wait(solo, answers)
  await solo.host.runFor(59 * MINUTE)
  const endedAt = solo.generation.describe()?.state.endedAt ?? 0
  expect(answers).toEqual([`failed ${Math.round(endedAt / MINUTE)}`])
})

test('a wait for an end that is past is over at once, also at a restarted object', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  await solo.host.runFor(5 * MINUTE)
  solo.host.crash()
  const answers: string[] = []
  void wait(solo, answers)
  await solo.host.settle()
  expect(answers).toEqual([`completed ${Math.round(solo.host.now / MINUTE)}`])
})
