// Whose a generation is. The MAC of its id stands in front of every call, so this guard is only seen here.

import { expect, test } from 'vitest'
import { SoloGeneration } from './soloGeneration.ts'

test('is told to its own account and to nobody else, whoever got so far', async () => {
  const solo = new SoloGeneration({ isInParts: false })
  await solo.start()
  const { generation } = solo
  expect(generation.describe('acct_1')?.identity.id).toBe('video_1')
  // A signed link is proof by itself.
  expect(generation.describe(null)?.account).toBe('acct_1')
  for (const other of ['acct_2', 'ACCT_1', 'acct_', 'acct_1 ', '']) {
    expect(generation.describe(other)).toBeNull()
  }
})
