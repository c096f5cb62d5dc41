// Property tests with other values than a commit's: `node test/slow/properties.ts [--seeds 20]`. Exits with
// 1 when one fails, and names its seed: `PROPERTY_SEED=… npx vitest run …` fails again.

import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '20' } } })
const files = globSync('test/**/*.test.ts').filter((path) =>
  readFileSync(path, 'utf8').includes("from 'fast-check'"),
)
const projects = ['shared-node', 'worker-units', 'security'].map((name) => `--project=${name}`)
const first = Date.now() % 1_000_000_000
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const { status } = spawnSync('npx', ['vitest', 'run', ...projects, ...files], {
    env: { ...process.env, PROPERTY_SEED: String(seed) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  console.log(`seed ${seed}: ${status === 0 ? 'holds' : 'fails'}`)
  if (status !== 0) process.exitCode = 1
}
