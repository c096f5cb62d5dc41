// Two hundred times the runtime is killed at a random moment, with four generations on their way.

import { expect, test } from 'vitest'
import { runCrashCycles } from '../worker/crashCycles.ts'
import { startCrashingSite } from '../worker/crashingSite.ts'

const CYCLES = 200

test(`${CYCLES} crashes break no promise`, async () => {
  const site = await startCrashingSite({
    stepMs: 60,
    taskOrigin: 'https://asyncdata.net',
    vars: { RELAY_SILENCE_MS: '3000' },
  })
  try {
    site.relay.setTaskProgress(() => 'completed')
    const report = await runCrashCycles(site, CYCLES)
    const { generations, completed, doubtful, broken } = report
    console.log(`${generations} generations: ${completed} completed, ${doubtful} doubtful`)
    expect(broken).toEqual([])
    expect(completed + doubtful).toBe(4 * CYCLES)
  } finally {
    await site.close()
  }
})
