// `npm start`: the gateway on this machine, with a key to use it. Talks to the relays that .dev.vars
// names, or to the built-in simulator, and says clearly which of the two it is. A setting that can only
// be a mistake stops it; a relay that does not answer now may answer later, and is told.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { type RunningGateway, startGateway } from '../../test/gateway/startGateway.ts'
import { pleasantPace, startRelaySimulator } from '../../test/relay/relaySimulator.ts'
import type { Config } from '../settings/config.ts'
import { ConfigError, quote } from '../settings/configError.ts'
import { askRelays } from './askRelays.ts'
import { buildPage } from './buildPage.ts'
import { parseLocalSettings, readLocalSettings, toRelayNames } from './localSettings.ts'
import { tellRelay } from './tellRelays.ts'

const DEFAULT_PORT = 8787
/** Free ports are looked for from the default one on, as far as this. */
const PORTS_TRIED = 20
const MINUTE_MS = 60_000
/** `npm run keys` looks for the admin token there. */
const USUAL_FOLDER = '.wrangler/start'

const usage = `Usage: npm start -- [--port N] [--host ADDRESS] [--data FOLDER]

  --port N        default ${DEFAULT_PORT}, or the next free one; a port that is named must be free
  --host ADDRESS  where to listen; default 127.0.0.1, this machine alone (docs/self-hosting.md)
  --data FOLDER   keys, logs and videos; default ${USUAL_FOLDER}, below the folder it is started in`

const text = { type: 'string' } as const
const { values: flags } = parseArgs({
  options: {
    port: text,
    host: { ...text, default: '127.0.0.1' },
    data: { ...text, default: USUAL_FOLDER },
    help: { type: 'boolean', default: false },
  },
})
const stateFolder = flags.data
const isLoopback = ['127.0.0.1', '::1', 'localhost'].includes(flags.host)

/** The one that was named; else the first free one. */
async function findPort(): Promise<number> {
  if (flags.port !== undefined) return toPort(flags.port)
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TRIED; port++) {
    if (await isFree(port)) return port
  }
  return DEFAULT_PORT
}

function toPort(named: string): number {
  if (/^\d{1,5}$/.test(named) && Number(named) <= 65_535) return Number(named)
  throw new ConfigError(`--port must be a number up to 65535, got ${quote(named)}.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, flags.host, () => server.close(() => resolve(true)))
  })
}

/** The admin token and the key of this folder: the same at every start, so that videos stay yours. */
function readCredentials(): { adminToken: string; key?: string } {
  const file = `${stateFolder}/credentials.json`
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as { adminToken: string }
  return { adminToken: randomBytes(24).toString('base64url') }
}

function writeCredentials(credentials: { adminToken: string; key: string }): void {
  mkdirSync(stateFolder, { recursive: true })
  writeFileSync(`${stateFolder}/credentials.json`, JSON.stringify(credentials), { mode: 0o600 })
}

async function ensureKey(gateway: RunningGateway, key: string | undefined): Promise<string> {
  if (key !== undefined && (await gateway.fetch('/v1/models', key)).ok) return key
  return (await gateway.createKey({ name: 'npm start', account: 'local' })).key
}

async function start(): Promise<void> {
  const settings = readLocalSettings('.dev.vars', process.env)
  const credentials = readCredentials()
  const adminToken = settings.values['ADMIN_TOKEN'] ?? credentials.adminToken
  // Read before anything runs: the Worker would say the same with every answer.
  const config = parseLocalSettings(settings, {
    ADMIN_TOKEN: adminToken,
    ...(!settings.hasRelay && { RELAY_BASE_URL: 'https://simulator.invalid', RELAY_API_KEY: '-' }),
  })
  await buildPage()
  const relay = settings.hasRelay ? undefined : await startRelaySimulator(pleasantPace)
  const gateway = await startGateway({
    ...(relay !== undefined && { relay }),
    everyHost: false,
    host: flags.host,
    port: await findPort(),
    persistTo: `${stateFolder}/state`,
    vars: {
      ...(relay !== undefined && { RELAY_IS_SIMULATED: 'true', HEARTBEAT_MS: '30000' }),
      // With loopback allowed it would be off, which is for this machine alone.
      ...(!isLoopback && { AUTH_FAILURES_PER_MINUTE: '20' }),
      ...settings.values,
      ADMIN_TOKEN: adminToken,
    },
    onLog: (line) => process.stdout.write(line),
  })
  const key = await ensureKey(gateway, credentials.key)
  writeCredentials({ adminToken: credentials.adminToken, key })
  const schedules = runSchedules(gateway)
  const reports =
    relay === undefined ? await askRelays(config, toRelayNames(settings.values)) : null
  tell({
    url: gateway.url,
    key,
    config,
    relays: reports?.map(tellRelay) ?? null,
    adminToken:
      settings.values['ADMIN_TOKEN'] === undefined
        ? `made up; in ${stateFolder}/credentials.json, ${stateFolder === USUAL_FOLDER ? 'where npm run keys finds it' : 'which npm run keys needs as ADMIN_TOKEN'}`
        : 'ADMIN_TOKEN of .dev.vars or the environment',
  })

  const stop = async () => {
    clearInterval(schedules)
    await gateway.close()
    await relay?.close()
    process.exit(0)
  }
  process.once('SIGINT', () => void stop())
  process.once('SIGTERM', () => void stop())
}

/** Cloudflare would call every minute; here nobody else does. */
function runSchedules(gateway: RunningGateway): NodeJS.Timeout {
  return setInterval(() => {
    const tick = async () => {
      const worker = await gateway.miniflare.getWorker()
      await worker.scheduled({ scheduledTime: new Date(), cron: '* * * * *' })
    }
    tick().catch((error: unknown) => console.error('The minute trigger failed:', error))
  }, MINUTE_MS)
}

interface Started {
  readonly url: string
  readonly key: string
  readonly config: Config
  /** What asking them has shown; null: the simulator. */
  readonly relays: readonly string[] | null
  /** Where it stands, never what it is. */
  readonly adminToken: string
}

function tell({ url, key, config, relays, adminToken }: Started): void {
  const messages = [{ role: 'user', content: 'a cat surfing at dawn' }]
  const body = JSON.stringify({ model: config.models[0].id, stream: true, messages })
  const told =
    relays === null
      ? 'Relay    the built-in simulator: nothing is paid, videos are test patterns. For a real one: npm run init'
      : relays.map((relay) => `Relay    ${relay.replaceAll('\n', '\n       ')}`).join('\n')
  console.log(`
Reelay is running. Open the page:

  ${url}/#key=${key}

API key  ${key}
Admin    ${adminToken}
Docs     ${url}/docs
${told}

Or make a video from a terminal:

  curl -N ${url}/v1/chat/completions \\
    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '${body.replaceAll("'", String.raw`'\''`)}'

Ctrl-C stops it; videos and keys are kept in ${stateFolder}.
`)
}

if (flags.help) console.log(usage)
else start().catch(explain)

function explain(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  console.error(
    /EADDRINUSE|in use/i.test(reason)
      ? `Port ${flags.port ?? DEFAULT_PORT} is taken. Choose another: npm start -- --port 8788`
      : `Reelay could not start: ${reason}`,
  )
  process.exit(1)
}
