// What is shipped: how much the Worker weighs and how soon it answers, how much the n8n package
// weighs and how long Node takes to load it.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Pace } from './measure.ts'
import { median, medianDifference, takeTurns } from './measure.ts'
import type { Row } from './row.ts'
import { atMost, toMs } from './row.ts'
import { startSite } from './site.ts'
import { weighWorker } from '../worker-units/weighWorker.ts'

const section = 'Weight and start'
const root = join(import.meta.dirname, '../..')
const KiB = 1024
const MOST_KIB = 105

export async function measureWeight(pace: Pace): Promise<Row[]> {
  const worker = await weighWorker()
  const starts = await timeStarts(pace)
  const node = weighPackage()
  const loads = await takeTurns(pace.isQuick ? 3 : 9, {
    node: () => timeLoad(join(root, 'n8n-node/dist/nodes/Reelay/Reelay.node.js')),
    nothing: () => timeLoad(null),
  })
  return [
    {
      section,
      what: 'the Worker, minified as deployed',
      ours: `${worker.gzipKiB.toFixed(1)} KiB gzip`,
      against: `${worker.plainKiB.toFixed(0)} KiB plain`,
      verdict: '',
      target: atMost(MOST_KIB, Math.round(worker.gzipKiB * 10) / 10, ' KiB'),
    },
    {
      section,
      what: 'from starting workerd to the first answer',
      ours: toMs(median(starts.gateway)),
      against: `${toMs(median(starts.baseline))} (the baseline Worker)`,
      verdict: `+${toMs(medianDifference(starts.gateway, starts.baseline))}`,
      target: null,
    },
    {
      section,
      what: 'the n8n package',
      ours: `${node.gzip.toFixed(1)} KiB gzip`,
      against: `${node.plain.toFixed(0)} KiB plain`,
      verdict: '',
      target: null,
    },
    {
      section,
      what: 'loading the n8n node in Node',
      ours: toMs(median(loads.node)),
      against: `${toMs(median(loads.nothing))} (an empty script)`,
      verdict: `+${toMs(medianDifference(loads.node, loads.nothing))}`,
      target: null,
    },
  ]
}

async function timeStarts(pace: Pace): Promise<{ gateway: number[]; baseline: number[] }> {
  const gateway: number[] = []
  const baseline: number[] = []
  for (let i = 0; i < (pace.isQuick ? 2 : 7); i += 1) {
    const site = await startSite()
    gateway.push(site.startMs.gateway)
    baseline.push(site.startMs.baseline)
    await site.close()
  }
  return { gateway, baseline }
}

function weighPackage(): { plain: number; gzip: number } {
  execFileSync('npm', ['run', 'build', '-w', 'n8n-node'], { cwd: root, stdio: 'ignore' })
  const folder = join(root, 'n8n-node/dist')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0) / KiB
  return {
    plain: sum(files.map((file) => file.length)),
    gzip: sum(files.map((file) => gzipSync(file, { level: 9 }).length)),
  }
}

/** A process of its own each time, and only the loading is timed. */
function timeLoad(file: string | null): number {
  const load = file === null ? '' : `require(${JSON.stringify(file)});`
  const script = `const start = performance.now(); ${load} console.log(performance.now() - start)`
  return Number(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }))
}
