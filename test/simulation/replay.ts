// Shows one run, event by event: `node test/simulation/replay.ts --seed 42`, or
// `--script 'one video' --crashes 17`; with `--mutant <name>` as it runs with that bug planted.

import { parseArgs } from 'node:util'
import { mutants } from './mutants.ts'
import { plant } from './plant.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    script: { type: 'string' },
    crashes: { type: 'string', default: '' },
    lates: { type: 'string', default: '' },
    mutant: { type: 'string' },
  },
})
if (values.mutant !== undefined) plant(mutants.find(({ name }) => name === values.mutant))
const { simulate } = await import('./simulate.ts')
const { drawScenario } = await import('./scenario.ts')
const { scriptNames, toScript } = await import('./scripts.ts')

const script = scriptNames.find((name) => name === values.script)
if (script === undefined && values.seed === undefined) {
  throw new Error(`Give --seed <number>, or --script with one of: ${scriptNames.join(', ')}.`)
}
const scenario =
  script === undefined
    ? drawScenario(Number(values.seed))
    : toScript(script, { crashes: toNumbers(values.crashes), lates: toNumbers(values.lates) })
const outcome = await simulate(scenario, true)
for (const line of outcome.trace) console.log(line)
const { violation } = outcome
console.log(
  violation === null ? 'Nothing is wrong.' : `${violation.invariant}: ${violation.detail}`,
)
process.exitCode = violation === null ? 0 : 1

function toNumbers(list: string): number[] {
  return list.split(',').filter(Boolean).map(Number)
}
