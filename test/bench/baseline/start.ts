// Starts the baseline Worker in a workerd of its own, behind the same asset router as the gateway: the
// local platform puts one in front of every Worker with files, and it costs 0.3 ms of each request.

import { join } from 'node:path'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'

export interface RunningBaseline {
  readonly url: string
  close(): Promise<void>
}

let bundled: Promise<string> | undefined

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*'],
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

export async function startBaseline(
  relayBaseUrl: string,
  persistTo: string,
): Promise<RunningBaseline> {
  bundled ??= bundle()
  const settings = join(import.meta.dirname, '../../../wrangler.toml')
  const { workerOptions } = unstable_getMiniflareWorkerOptions(settings)
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      resourcePersistencePath: persistTo,
      workers: [
        {
          ...workerOptions,
          name: 'baseline',
          cronTriggers: [],
          modules: [
            {
              type: 'ESModule',
              path: join(import.meta.dirname, 'worker.js'),
              contents: await bundled,
            },
          ],
          modulesRoot: import.meta.dirname,
          bindings: { RELAY_BASE_URL: relayBaseUrl },
          durableObjects: {
            BARE: { className: 'BareObject', useSQLite: true },
            EMPTY: { className: 'EmptyObject', useSQLite: true },
          },
          r2Buckets: ['VIDEOS'],
        },
      ],
    }),
  )
  return { url: (await miniflare.ready).origin, close: () => miniflare.dispose() }
}
