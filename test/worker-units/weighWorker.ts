// The Worker as wrangler uploads it: bundled and minified, and without names as wrangler.toml says.
// Built with wrangler's own bundler rather than by wrangler, which says only the sum.

import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')

export interface WorkerWeight {
  readonly plainKiB: number
  readonly gzipKiB: number
  /** What is in it, by path from the project's root, the heaviest first. */
  readonly files: readonly string[]
}

export async function weighWorker(): Promise<WorkerWeight> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['worker/index.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:*', 'node:*'],
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  return {
    plainKiB: code.length / 1024,
    gzipKiB: gzipSync(code, { level: 9 }).length / 1024,
    files: inputs
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .sort(([, one], [, other]) => other.bytesInOutput - one.bytesInOutput)
      .map(([path]) => path),
  }
}
