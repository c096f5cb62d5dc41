// `npm run check:relays`: are the configured relays there, do they take their keys, do they list the
// configured models. `-- --write` puts what a relay tells of its models into MODELS. Nothing is paid.

import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { isConfigError, ConfigError } from '../settings/configError.ts'
import type { Config } from '../settings/config.ts'
import { askForVideoModels, askRelays } from './askRelays.ts'
import {
  parseLocalSettings,
  readLocalSettings,
  toRelayNames,
  type LocalSettings,
} from './localSettings.ts'
import { findStranded, tellStranded } from './findStranded.ts'
import { mergeOffers } from './mergeOffers.ts'
import { readOffers } from './relayOffers.ts'
import { tellRelay } from './tellRelays.ts'
import { writeSetting } from './writeSetting.ts'

const usage = `Usage: npm run check:relays [-- --write] [-- --gateway URL]

  asks every relay of .dev.vars, or of the environment, for its models; nothing is paid
  --write   puts lengths, sizes and prices that a relay tells (openrouter) into MODELS of .dev.vars,
            or prints MODELS when the settings are in the environment
  --gateway URL   also asks the running gateway, with its ADMIN_TOKEN of .dev.vars or of the environment,
            for videos whose relay these settings do not name any more`

const file = '.dev.vars'

async function run(args: string[]): Promise<void> {
  const flags = parse(args)
  if (flags.help) return console.log(usage)
  const settings = readLocalSettings(file, process.env)
  if (!settings.hasRelay) {
    throw new ConfigError(
      'No relay is set. Put RELAY_BASE_URL and RELAY_API_KEY, or RELAYS, into .dev.vars.',
    )
  }
  // No relay is asked for anything with it.
  const config = parseLocalSettings(settings, { ADMIN_TOKEN: 'not needed to look at the relays' })
  const reports = await askRelays(config, toRelayNames(settings.values))
  for (const report of reports) console.log(tellRelay(report))
  const stranded =
    flags.gateway === undefined ? [] : await askGateway(flags.gateway, config, settings)
  for (const one of stranded) console.log(tellStranded(one))
  if (flags.write) await write(config, settings)
  if (stranded.length > 0 || reports.some(({ is }) => is === 'wrong')) process.exitCode = 1
}

function parse(args: string[]) {
  const flag = { type: 'boolean', default: false } as const
  try {
    const gateway = { type: 'string' } as const
    return parseArgs({ args, options: { write: flag, help: flag, gateway } }).values
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}

async function askGateway(url: string, { relays }: Config, { values }: LocalSettings) {
  const origin = URL.parse(url)?.origin
  if (origin === undefined || !/^https?:/.test(origin)) {
    throw new ConfigError('--gateway must be an address such as https://reelay.example.')
  }
  const token = values['ADMIN_TOKEN']
  if (token === undefined) {
    throw new ConfigError('--gateway needs ADMIN_TOKEN, in .dev.vars or in the environment.')
  }
  return await findStranded({ url: origin, token }, relays)
}

async function write({ relays }: Config, settings: LocalSettings): Promise<void> {
  const told = await Promise.all(
    relays
      .filter(({ kind }) => kind === 'openrouter')
      .map(async (relay) => {
        const document = await askForVideoModels(relay).catch(() => undefined)
        return { relay: relay.id, offers: readOffers(document) }
      }),
  )
  const heard = told.filter(({ offers }) => offers.length > 0)
  if (heard.length === 0) {
    throw new ConfigError(
      'Nothing is written: only relays of the kind openrouter tell lengths, sizes and prices, and none has.',
    )
  }
  const entries = mergeOffers(settings.values['MODELS'], relays, heard)
  const models = JSON.stringify(entries)
  const read = safeParseModels(models)
  if (!read.ok)
    throw new ConfigError(`Nothing is written, for it could not be read: ${read.message}`)
  const isElsewhere = ['MODELS', 'RELAYS', 'RELAY_BASE_URL'].some((name) =>
    settings.fromEnvironment.includes(name),
  )
  if (!isElsewhere && existsSync(file) && writeSetting(file, 'MODELS', models)) {
    console.log(`\nMODELS of ${file} now has ${entries.length} models.`)
  } else console.log(`\nMODELS='${models}'`)
  const priceless = heard.flatMap(({ offers }) => offers.filter(({ price }) => price === null))
  if (priceless.length > 0) {
    const names = priceless.map(({ id }) => id).join(', ')
    console.log(`Told in no price by the second; give them a price_usd yourself: ${names}`)
  }
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!isConfigError(error)) throw error
  console.error(error.message)
  process.exitCode = 1
}
