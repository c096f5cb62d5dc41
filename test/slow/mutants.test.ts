// Is there a promise that nothing checks? Every planted bug of the core must be found, and soon.

import { describe, expect, it } from 'vitest'
import { coreMutants } from '../simulation/mutants.ts'
import { toCrashes, toDelays, toScriptTasks, toSeedTasks } from '../simulation/task.ts'
import { runTasks } from '../simulation/threads.ts'

const mishaps = [...(await toScriptTasks(toDelays)), ...(await toScriptTasks(toCrashes))]
/** Most are found within forty; what needs more luck than this, by a single late message or crash. */
const SEEDS = 600

describe('a planted bug', () => {
  it.each(coreMutants.map(({ name }) => name))('is found: %s', async (mutant) => {
    const tasks = [...toSeedTasks(1, SEEDS, 10), ...mishaps]
    const tally = await runTasks(tasks, { threads: 2, mutant, stopsEarly: true })
    expect(tally.failures.length, `survived ${tally.runs} worlds`).toBeGreaterThan(0)
  })
})
