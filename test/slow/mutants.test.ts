// Is there a promise that nothing checks? Every planted bug must be found: by seeds, by a message that
// comes late, by a crash, or by a script that goes well.

import { describe, expect, it } from 'vitest'
import { coreMutants } from '../simulation/mutants.ts'
import { relayMutants } from '../simulation/relayMutants.ts'
import { toCrashes, toDelays, toScriptTasks, toSeedTasks } from '../simulation/task.ts'
import { runTasks } from '../simulation/threads.ts'

const scripts = [
  ...(await toScriptTasks(() => [{}])),
  ...(await toScriptTasks(toDelays)),
  ...(await toScriptTasks(toCrashes)),
]

/** Most are found within forty seeds, the rarest after more than a thousand. */
describe.each([
  { what: 'the core', mutants: coreMutants, seeds: 2_000 },
  { what: 'jobs and relays', mutants: relayMutants, seeds: 2_000 },
])('a planted bug of $what', ({ mutants, seeds }) => {
  it.each(mutants.map(({ name }) => name))('is found: %s', async (mutant) => {
    const tasks = [...toSeedTasks(1, seeds, 10), ...scripts]
    const tally = await runTasks(tasks, { threads: 2, mutant, stopsEarly: true })
    expect(tally.failures.length, `survived ${tally.runs} worlds`).toBeGreaterThan(0)
  })
})
