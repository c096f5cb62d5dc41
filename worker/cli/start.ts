// `npm start`: the gateway on this machine, with a key to use it. Talks to the relay that .dev.vars
// names, or to the built-in simulator, and says clearly which of the two it is.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs, parseEnv } from 'node:util'
import { type RunningGateway, startGateway } from '../../test/gateway/startGateway.ts'
import { pleasantPace, startRelaySimulator } from '../../test/relay/relaySimulator.ts'

const DEFAULT_PORT = 8787
const MINUTE_MS = 60_000

const root = join(import.meta.dirname, '../..')
const stateFolder = join(root, '.wrangler/start')

const { values: flags } = parseArgs({
  options: { port: { type: 'string', default: String(DEFAULT_PORT) } },
})

/** Settings of a real relay, if there are any. */
function readSettings(): Record<string, string> {
  const file = join(root, '.dev.vars')
  return existsSync(file) ? (parseEnv(readFileSync(file, 'utf8')) as Record<string, string>) : {}
}

/** The admin token and the key of this folder: the same at every start, so that videos stay yours. */
function readCredentials(): { adminToken: string; key?: string } {
  const file = join(stateFolder, 'credentials.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as { adminToken: string }
  return { adminToken: randomBytes(24).toString('base64url') }
}

function writeCredentials(credentials: { adminToken: string; key: string }): void {
  mkdirSync(stateFolder, { recursive: true })
  writeFileSync(join(stateFolder, 'credentials.json'), JSON.stringify(credentials), { mode: 0o600 })
}

async function ensureKey(gateway: RunningGateway, key: string | undefined): Promise<string> {
  if (key !== undefined && (await gateway.fetch('/v1/models', key)).ok) return key
  return (await gateway.createKey({ name: 'npm start', account: 'local' })).key
}

async function start(): Promise<void> {
  const settings = readSettings()
  const isReal = settings['RELAY_BASE_URL'] !== undefined
  const relay = isReal ? undefined : await startRelaySimulator(pleasantPace)
  const credentials = readCredentials()
  const adminToken = settings['ADMIN_TOKEN'] ?? credentials.adminToken
  const gateway = await startGateway({
    ...(relay !== undefined && { relay }),
    everyHost: false,
    port: Number(flags.port),
    persistTo: join(stateFolder, 'state'),
    vars: {
      ...(relay !== undefined && { RELAY_IS_SIMULATED: 'true', HEARTBEAT_MS: '30000' }),
      ...settings,
      ADMIN_TOKEN: adminToken,
    },
    onLog: (line) => process.stdout.write(line),
  })
  const key = await ensureKey(gateway, credentials.key)
  writeCredentials({ adminToken: credentials.adminToken, key })
  const schedules = runSchedules(gateway)
  tell(gateway.url, key, settings['RELAY_BASE_URL'])

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

function tell(url: string, key: string, relay: string | undefined): void {
  const body =
    '{"model":"sora-2","stream":true,"messages":[{"role":"user","content":"a cat surfing at dawn"}]}'
  console.log(`
Reelay is running: ${url}/#key=${key}

Relay    ${relay ?? 'the built-in simulator: nothing is paid, videos are test patterns. For a real one, see README.'}
API key  ${key}

Make a video:

  curl -N ${url}/v1/chat/completions \\
    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '${body}'

Ctrl-C stops it; videos and keys are kept in .wrangler/start.
`)
}

start().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error)
  console.error(
    /EADDRINUSE|in use/i.test(reason)
      ? `Port ${flags.port} is taken. Choose another: npm start -- --port 8788`
      : `Reelay could not start: ${reason}`,
  )
  process.exit(1)
})
