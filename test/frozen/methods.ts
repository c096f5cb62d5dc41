// What one object can ask of another, and with how many arguments at least: what a release promises to
// the releases beside it.

import type { Plugin } from 'esbuild'
import { bundleWorker } from '../gateway/bundleWorker.ts'

/** By class, then by method: how many arguments it needs. */
export type Methods = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Of the classes that the Worker in the folder `from` exports to the platform. */
export async function readMethods(from?: string): Promise<Methods> {
  const code = await bundleWorker({ ...(from !== undefined && { from }), plugins: [platform] })
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
  const exported = (await import(url)) as Record<string, unknown>
  const classes = Object.entries(exported).filter(([, one]) => typeof one === 'function')
  return Object.fromEntries(classes.map(([name, one]) => [name, readClass(one as Function)]))
}

function readClass({ prototype }: Function): Record<string, number> {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(prototype as object)).flatMap(
    ([name, { value }]): [string, number][] =>
      name === 'constructor' || typeof value !== 'function' ? [] : [[name, value.length]],
  )
  return Object.fromEntries(methods.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** In place of the platform's module, which only workerd has. */
const platform: Plugin = {
  name: 'platform',
  setup(build) {
    build.onResolve({ filter: /^cloudflare:workers$/ }, () => ({
      path: 'workers',
      namespace: 'platform',
    }))
    build.onLoad({ filter: /.*/, namespace: 'platform' }, () => ({
      contents: 'export class DurableObject {}',
    }))
  },
}
