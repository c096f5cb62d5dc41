// Every promise about jobs and several relays has a bug planted against it, and each is found. Some
// need thousands of worlds, which is more than a commit can wait for.

import { describe, expect, it } from 'vitest'
import { relayMutants } from '../simulation/relayMutants.ts'
import { toCrashes, toDelays, toScriptTasks, toSeedTasks } from '../simulation/task.ts'
import { runTasks } from '../simulation/threads.ts'

const mishaps = [...(await toScriptTasks(toDelays)), ...(await toScriptTasks(toCrashes))]
const SEEDS = 2_000

describe('a planted bug of jobs and relays', () => {
  it.each(relayMutants.map(({ name }) => name))('is found: %s', async (mutant) => {
    const tasks = [...toSeedTasks(1, SEEDS, 10), ...mishaps]
    const tally = await runTasks(tasks, { threads: 2, mutant, stopsEarly: true })
    expect(tally.failures.length, `survived ${tally.runs} worlds`).toBeGreaterThan(0)
  })
})
