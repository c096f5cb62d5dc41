// Starts the baseline Worker in a workerd of its own.

import { join } from 'node:path'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

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
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      resourcePersistencePath: persistTo,
      workers: [
        {
          name: 'baseline',
          compatibilityDate: '2026-10-20',
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
            DURABLE: { className: 'DurableRelay', useSQLite: true },
            EMPTY: { className: 'EmptyObject', useSQLite: true },
          },
          r2Buckets: ['VIDEOS'],
        },
      ],
    }),
  )
  return { url: (await miniflare.ready).origin, close: () => miniflare.dispose() }
}
