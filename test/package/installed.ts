// The package as it was installed, and ways to run code that imports it.

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { inject } from 'vitest'

export const installed = inject('installed')

const { resolve } = createRequire(join(installed.folder, 'package.json'))

export async function importReelay() {
  return (await import(
    pathToFileURL(join(installed.folder, 'node_modules/reelay/dist/index.js')).href
  )) as typeof import('../../shared/package/index.ts')
}

export async function importAi() {
  return (await import(
    pathToFileURL(join(installed.folder, 'node_modules/reelay/dist/ai.js')).href
  )) as typeof import('../../shared/package/ai.ts')
}

export async function importWebhooks() {
  return (await import(
    pathToFileURL(join(installed.folder, 'node_modules/reelay/dist/webhooks.js')).href
  )) as typeof import('../../shared/package/webhooks.ts')
}

export const connection = { baseURL: installed.baseURL, apiKey: installed.apiKey }

export const environment = {
  PATH: process.env['PATH'],
  REELAY_BASE_URL: installed.baseURL,
  REELAY_API_KEY: installed.apiKey,
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A program of the folder, in a process of its own. */
export function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = environment,
): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [...args], { cwd: installed.folder, env }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      done({ code, out, err })
    })
  })
}

/** One script of `code`, as a bundler makes it for a browser or a Worker. */
export async function bundle(code: string, host: 'browser' | 'workerd'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: installed.folder, loader: 'ts' },
    bundle: true,
    format: host === 'browser' ? 'iife' : 'esm',
    platform: 'browser',
    ...(host === 'workerd' && { conditions: ['workerd', 'worker', 'browser'] }),
    nodePaths: [join(import.meta.dirname, '../../node_modules')],
    write: false,
    logLevel: 'error',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('nothing was bundled')
  return file.text
}

/** As Node finds it from the folder. */
export const resolveInstalled = (name: string): string => resolve(name)
