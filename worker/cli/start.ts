// `npm start`: the gateway on this machine, with a key to use it. Talks to the relays that .dev.vars
// names, or to the built-in simulator, and says clearly which of the two it is. A setting that can only
// be a mistake stops it; a relay that does not answer now may answer later, and is told.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type RunningGateway, startGateway } from '../../test/gateway/startGateway.ts'
import { pleasantPace, startRelaySimulator } from '../../test/relay/relaySimulator.ts'
import type { Config } from '../config.ts'
import { askRelays } from './askRelays.ts'
import { parseLocalSettings, readLocalSettings, toRelayNames } from './localSettings.ts'
import { tellRelay } from './tellRelays.ts'

const DEFAULT_PORT = 8787
const MINUTE_MS = 60_000

/** Below the folder it is started in, which npm makes the repository's. */
const stateFolder = '.wrangler/start'

const { values: flags } = parseArgs({
  options: { port: { type: 'string', default: String(DEFAULT_PORT) } },
})

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
  const relay = settings.hasRelay ? undefined : await startRelaySimulator(pleasantPace)
  const gateway = await startGateway({
    ...(relay !== undefined && { relay }),
    everyHost: false,
    port: Number(flags.port),
    persistTo: `${stateFolder}/state`,
    vars: {
      ...(relay !== undefined && { RELAY_IS_SIMULATED: 'true', HEARTBEAT_MS: '30000' }),
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
  tell(gateway.url, key, config, reports?.map(tellRelay) ?? null)

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

function tell(url: string, key: string, { models }: Config, relays: readonly string[] | null) {
  const messages = [{ role: 'user', content: 'a cat surfing at dawn' }]
  const body = JSON.stringify({ model: models[0].id, stream: true, messages })
  const told =
    relays === null
      ? 'Relay    the built-in simulator: nothing is paid, videos are test patterns. For a real one, see README.'
      : relays.map((relay) => `Relay    ${relay.replaceAll('\n', '\n       ')}`).join('\n')
  console.log(`
Reelay is running: ${url}/#key=${key}

${told}
API key  ${key}

Make a video:

  curl -N ${url}/v1/chat/completions \\
    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '${body.replaceAll("'", String.raw`'\''`)}'

Ctrl-C stops it; videos and keys are kept in ${stateFolder}.
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
