// The real gateway on the real runtime: bundles the Worker as deployed, binds what wrangler.toml
// binds, and runs it in workerd. Used by every test that speaks HTTP, and by `npm start`.

import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { createOutbound } from '../relay/outbound.ts'
import type { RelaySimulator } from '../relay/relaySimulator.ts'
import { bundleWorker, root } from './bundleWorker.ts'

export const ADMIN_TOKEN = 'admin-token-of-the-whole-test-suite'
export const ADMIN_READ_TOKEN = 'reading-token-of-the-test-suite-01'
/** Names the storage of the objects, too. */
const SCRIPT = 'reelay'
const OTHER_SCRIPT = 'other-release'

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
  /** Where it listens; default this machine alone. */
  readonly host?: string
  /** Lets `miniflare.getInspectorURL` be asked. */
  readonly hasInspector?: boolean
  /** Every line the runtime prints, with its end; default: those that tell of trouble are printed. */
  readonly onLog?: (line: string) => void
  /** Code of the Worker; default today's. */
  readonly worker?: string
  /** Objects that run other code than the Worker, by the name of their binding. */
  readonly objects?: { readonly code: string; readonly bindings: readonly string[] }
}

export interface KeyOptions {
  readonly name?: string
  readonly account?: string
  readonly budget_usd?: number
  readonly budget_period?: 'total' | 'month' | 'day'
  readonly rpm?: number
  readonly concurrency?: number
  readonly scopes?: readonly string[]
  readonly expires_at?: number
  readonly models?: readonly string[]
  readonly ip_allow?: readonly string[]
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

/** Today's Worker. */
export function bundleToday(): Promise<string> {
  bundled ??= bundleWorker()
  return bundled
}

/** What a run of tests shows: thousands of generations tell in lines of their own how they went. */
function printTrouble(line: string): void {
  if (!line.startsWith('{"what":') || /"error":|slot not started/.test(line))
    process.stderr.write(line)
}

export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { relay, vars = {}, everyHost = true, objects, onLog = printTrouble } = options
  const adminToken = vars['ADMIN_TOKEN'] ?? ADMIN_TOKEN
  const worker = options.worker ?? (await bundleToday())
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'))
  const toScript = (name: string, code: string) => ({
    ...workerOptions,
    name,
    durableObjects: Object.fromEntries(
      Object.entries(workerOptions.durableObjects ?? {}).map(([binding, designator]) => {
        const scriptName = objects?.bindings.includes(binding) === true ? OTHER_SCRIPT : SCRIPT
        return [binding, scriptName === name ? designator : { ...toObject(designator), scriptName }]
      }),
    ),
    modules: [{ type: 'ESModule' as const, path: join(root, 'worker/index.js'), contents: code }],
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
  })
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      ...(options.hasInspector === true && { inspectorPort: 0 }),
      cf: false,
      ...(options.persistTo !== undefined && { resourcePersistencePath: options.persistTo }),
      handleStructuredLogs: ({ message }: { readonly message: string }) => onLog(`${message}\n`),
      workers: [
        toScript(SCRIPT, worker),
        ...(objects === undefined ? [] : [withoutAssets(toScript(OTHER_SCRIPT, objects.code))]),
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

const toObject = (designator: string | object) =>
  typeof designator === 'string' ? { className: designator } : designator

/** Only one script serves files. */
function withoutAssets<Script extends object>(script: Script): Script {
  return { ...script, assets: undefined }
}
