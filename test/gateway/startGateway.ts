// The real gateway on the real runtime: bundles the Worker as deployed, binds what wrangler.toml
// binds, and runs it in workerd. Used by every test that speaks HTTP, and by `npm start`.

import { join } from 'node:path'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { createOutbound } from '../relay/outbound.ts'
import type { RelaySimulator } from '../relay/relaySimulator.ts'

const root = join(import.meta.dirname, '../..')

export const ADMIN_TOKEN = 'admin-token-of-the-test-suite'

export interface GatewayOptions {
  /** The simulator in front of which it stands; without one, `vars` must name a real relay. */
  readonly relay?: RelaySimulator
  /** Settings over the defaults of a development gateway. */
  readonly vars?: Readonly<Record<string, string>>
  /** Every host that the gateway fetches from is answered by the simulator; on by default. */
  readonly everyHost?: boolean
  /** Folder for objects and videos that must survive a restart. */
  readonly persistTo?: string
  readonly port?: number
  /** Every line the runtime prints, with its end. */
  readonly onLog?: (line: string) => void
}

export interface KeyOptions {
  readonly name?: string
  readonly account?: string
  readonly budget_usd?: number
  readonly rpm?: number
  readonly concurrency?: number
  readonly scopes?: readonly string[]
  readonly expires_at?: number
}

export interface RunningGateway {
  readonly url: string
  readonly adminToken: string
  readonly miniflare: Miniflare
  createKey(options?: KeyOptions): Promise<{ id: string; key: string; account: string }>
  /** A request with a key, `/v1/…`. */
  fetch(path: string, key: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

let bundled: Promise<string> | undefined

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [join(root, 'worker/index.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:*', 'node:*'],
    write: false,
    logLevel: 'error',
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('the Worker did not bundle')
  return file.text
}

export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { relay, vars = {}, everyHost = true } = options
  const adminToken = vars['ADMIN_TOKEN'] ?? ADMIN_TOKEN
  bundled ??= bundle()
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'))
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: options.port ?? 0,
      cf: false,
      ...(options.persistTo !== undefined && { resourcePersistencePath: options.persistTo }),
      ...(options.onLog !== undefined && {
        handleStructuredLogs: ({ message }: { readonly message: string }) =>
          options.onLog?.(`${message}\n`),
      }),
      workers: [
        {
          ...workerOptions,
          name: 'reelay',
          modules: [
            { type: 'ESModule', path: join(root, 'worker/index.js'), contents: await bundled },
          ],
          modulesRoot: root,
          bindings: {
            ...(relay !== undefined && {
              RELAY_BASE_URL: relay.baseUrl,
              RELAY_API_KEY: relay.apiKey,
              ALLOW_PRIVATE_NETWORK: 'true',
              HEARTBEAT_MS: '2000',
            }),
            ADMIN_TOKEN,
            ...vars,
          },
          ...(relay !== undefined && everyHost && { outboundService: createOutbound(relay) }),
        },
      ],
    }),
  )
  const url = (await miniflare.ready).origin

  return {
    url,
    adminToken,
    miniflare,
    async createKey(key = {}) {
      const response = await fetch(`${url}/admin/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'test', ...key }),
      })
      if (response.status !== 201) throw new Error(`no key: ${await response.text()}`)
      return (await response.json()) as { id: string; key: string; account: string }
    },
    fetch: (path, key, init = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${key}`,
          ...(typeof init.body === 'string' && { 'content-type': 'application/json' }),
          ...(init.headers as Record<string, string> | undefined),
        },
      }),
    close: () => miniflare.dispose(),
  }
}
