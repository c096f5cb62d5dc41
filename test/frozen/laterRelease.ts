// A release that is still to come: today's code, and tables that grow.

import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { bundleWorker } from '../gateway/bundleWorker.ts'

const schemas =
  /worker\/(generation\/schema|account\/schema|scheduler\/schema|directory\/directory)\.ts$/

/** The Worker whose objects have these steps besides today's. */
export async function bundleWithSteps(steps: (mark: string) => readonly string[]): Promise<string> {
  let patched = 0
  const plugin: Plugin = {
    name: 'steps',
    setup(build) {
      build.onLoad({ filter: schemas }, async ({ path }) => {
        const source = await readFile(path, 'utf8')
        const mark = /mark: '(\w+)'/.exec(source)?.[1] ?? ''
        const more = steps(mark).map((step) => `${JSON.stringify(step)},`)
        const contents = source.replace(/steps: \[([^\]]*?),?\s*\]/, (_, known: string) => {
          patched++
          return `steps: [${known.trim() === '' ? '' : `${known},`} ${more.join(' ')}]`
        })
        return { contents, loader: 'ts' }
      })
    },
  }
  const code = await bundleWorker({ plugins: [plugin] })
  if (patched !== 4) throw new Error(`${patched} schemas of 4 were found.`)
  return code
}
