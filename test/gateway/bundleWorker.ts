// The Worker in one file, of this tree or of another release's.

import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { build } from 'esbuild'

export const root = join(import.meta.dirname, '../..')

export interface BundleOptions {
  /** Folder of the project. */
  readonly from?: string
  /** Another Worker around the real one, by its path from that folder. */
  readonly entry?: string
  readonly minify?: boolean
  readonly plugins?: Plugin[]
}

export async function bundleWorker(options: BundleOptions = {}): Promise<string> {
  const { from = root, entry = 'worker/index.ts', minify = false, plugins = [] } = options
  const { outputFiles } = await build({
    absWorkingDir: from,
    entryPoints: [entry],
    bundle: true,
    minify,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:*', 'node:*'],
    plugins,
    write: false,
    logLevel: 'error',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('the Worker did not bundle')
  return file.text
}
