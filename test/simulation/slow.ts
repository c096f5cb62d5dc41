// The long proof: `node test/simulation/slow.ts [--seeds 100000] [--from 1]`. All seeds, every single
// crash of every script, and pairs of crashes by chance. Exits with 1 when a promise was broken.

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Chance } from './kernel/chance.ts'
import type { Mishap } from './scripts.ts'
import type { Outcome } from './simulate.ts'
import type { Task } from './task.ts'
import { toCrashes, toDelays, toScriptTasks, toSeedTasks } from './task.ts'
import { describeFailures } from './tell.ts'
import { runTasks } from './threads.ts'

const PAIRS_PER_SCRIPT = 200
const STRETCH = 5_000

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100000' }, from: { type: 'string', default: '1' } },
})
const threads = availableParallelism()

await report('single crashes', await toScriptTasks(toCrashes))
await report('single late messages', await toScriptTasks(toDelays))
await report('pairs of crashes', await toScriptTasks(drawPairs))
const from = Number(values.from)
const end = from + Number(values.seeds)
// Told in stretches: a run that is ended early has said what it found till then.
for (let first = from; first < end; first += STRETCH) {
  const count = Math.min(STRETCH, end - first)
  await report(`seeds ${first} to ${first + count - 1}`, toSeedTasks(first, count, 250))
}

async function report(what: string, tasks: readonly Task[]): Promise<void> {
  const beganAt = performance.now()
  const tally = await runTasks(tasks, { threads })
  const seconds = (performance.now() - beganAt) / 1000
  console.log(
    `${what}: ${tally.runs} worlds in ${seconds.toFixed(1)} s on ${threads} threads ` +
      `(${Math.round(tally.runs / seconds)} per second), ${tally.crashes} crashes, ` +
      `${tally.posts} paid requests, ${tally.completed} videos, ${tally.failures.length} failures`,
  )
  if (tally.failures.length === 0) return
  console.log(describeFailures(tally))
  process.exitCode = 1
}

function drawPairs({ name, places }: Outcome): Mishap[] {
  const chance = new Chance(`pairs of ${name}`)
  return Array.from({ length: PAIRS_PER_SCRIPT }, () => {
    const first = chance.below(places)
    // The second often falls into what the first set in motion.
    return { crashes: [first, first + 1 + chance.below(40)] }
  })
}
