// Is there a promise that nothing checks? Every planted bug must be found, and soon.

import { describe, expect, it } from 'vitest'
import { coreMutants } from './mutants.ts'
import { toCrashes, toDelays, toScriptTasks, toSeedTasks } from './task.ts'
import { runTasks } from './threads.ts'

const mishaps = [...(await toScriptTasks(toDelays)), ...(await toScriptTasks(toCrashes))]
/** Most are found within forty; what needs more luck than this, by a single late message or crash. */
const SEEDS = 600

describe('a planted bug', () => {
  it.concurrent.each(coreMutants.map(({ name }) => name))(
    'is found: %s',
    async (mutant) => {
      const tasks = [...toSeedTasks(1, SEEDS, 10), ...mishaps]
      const tally = await runTasks(tasks, { threads: 1, mutant, stopsEarly: true })
      expect(tally.failures.length, `survived ${tally.runs} worlds`).toBeGreaterThan(0)
    },
    600_000,
  )

  it('is refused when its text is not in the sources any more', async () => {
    const gone = runTasks(toSeedTasks(1, 1, 1), { threads: 1, mutant: 'never planted' })
    await expect(gone).rejects.toThrow('There is no such mutant.')
  })
})
