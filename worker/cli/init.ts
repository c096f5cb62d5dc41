// `npm run init`: asks for a relay, looks whether it answers, and writes .dev.vars, readable by its
// owner alone. Nothing is paid and nothing that stands in the file already is lost.

import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs, parseEnv } from 'node:util'
import { kindIds, type KindId } from '../../shared/relay/kinds.ts'
import { ConfigError, isConfigError } from '../settings/configError.ts'
import { askRelays, type RelayReport } from './askRelays.ts'
import { parseLocalSettings, readLocalSettings, toRelayNames } from './localSettings.ts'
import { tellRelay } from './tellRelays.ts'
import { writeSetting } from './writeSetting.ts'

const usage = `Usage: npm run init

  asks for a relay and its key, shows what it offers, and writes .dev.vars; nothing is paid.
  Several relays at once are settings of their own: docs/relays.md`

const file = '.dev.vars'
/** More than a screen of names helps nobody to choose. */
const SHOWN = 40

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** The answer, or `usual` for an empty line. */
async function ask(question: string, usual = ''): Promise<string> {
  process.stdout.write(usual === '' ? `${question}: ` : `${question} [${usual}]: `)
  const { done, value } = await lines.next()
  if (done === true) throw new ConfigError('\nNothing was written: the input ended.')
  const answer = String(value).trim()
  return answer === '' ? usual : answer
}

async function run(): Promise<void> {
  const { values: flags } = parseArgs({ options: { help: { type: 'boolean', default: false } } })
  if (flags.help) return console.log(usage)
  console.log(
    'A relay is where your videos are really made: a reseller, a proxy, or your own server.\n',
  )
  const { settings, report } = await askUntilReached()
  const models = await askForModels(report)
  const written = {
    ...settings,
    ...(models.length > 0 && { MODELS: JSON.stringify(models.map((id) => ({ id }))) }),
    ADMIN_TOKEN: randomBytes(32).toString('base64url'),
  }
  write(written)
  const prices =
    models.length > 0
      ? '\nNo prices are known yet: put price_usd into MODELS, or budgets bind nothing (docs/operations.md).'
      : ''
  console.log(`\nWritten to ${file}, for your eyes only.${prices}\nNow: npm start`)
}

/** Again from the start until the relay takes the key, or the person says that it is right. */
async function askUntilReached(): Promise<{
  settings: Readonly<Record<string, string>>
  report: RelayReport
}> {
  for (;;) {
    const url = await ask('Address of the relay, mostly with /v1 at its end')
    const kind = await askForKind(url)
    const key = await ask('Key that the relay gave you')
    const settings = {
      RELAY_BASE_URL: url,
      RELAY_API_KEY: key,
      ...(kind !== 'chat' && { RELAY_KIND: kind }),
      ...(url.startsWith('http:') && { ALLOW_PRIVATE_NETWORK: 'true' }),
    }
    try {
      const [report] = await look(settings)
      if (report === undefined) throw new ConfigError('There is no relay.')
      console.log(`\n${tellRelay(report)}\n`)
      if (report.is === 'reached') return { settings, report }
      if (/^y/i.test(await ask('Use it all the same? y or n', 'n'))) return { settings, report }
    } catch (error) {
      if (!isConfigError(error)) throw error
      console.log(`\n${error.message}\n`)
    }
  }
}

async function look(settings: Readonly<Record<string, string>>): Promise<readonly RelayReport[]> {
  const local = readLocalSettings('', settings)
  const config = parseLocalSettings(local, { ADMIN_TOKEN: 'no relay is asked with this token' })
  return await askRelays(config, toRelayNames(local.values))
}

async function askForKind(url: string): Promise<KindId> {
  const host = URL.parse(url)?.hostname ?? ''
  const usual = /(?:^|\.)openrouter\.ai$/.test(host)
    ? 'openrouter'
    : /(?:^|\.)x\.ai$/.test(host)
      ? 'xai'
      : 'chat'
  for (;;) {
    const kind = await ask(`How it speaks: ${kindIds.join(', ')} (docs/relays.md)`, usual)
    const known = kindIds.find((id) => id === kind)
    if (known !== undefined) return known
    console.log(`There is no kind ${JSON.stringify(kind)}.`)
  }
}

/** Ids; none: the default models. */
async function askForModels(report: RelayReport): Promise<readonly string[]> {
  const offered = report.is === 'reached' ? (report.models ?? []) : []
  if (offered.length > 0) {
    const more = offered.length > SHOWN ? `, and ${offered.length - SHOWN} more` : ''
    console.log(`It offers ${offered.slice(0, SHOWN).join(', ')}${more}.`)
  }
  const answer = await ask(
    'Which models, separated by commas (empty: sora-2 and sora-2-pro, the defaults)',
  )
  return answer
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
}

/** What ADMIN_TOKEN must have at least. */
const TOKEN_LENGTH = 32

/** An ADMIN_TOKEN that stands there already stays: links and ids were signed with it. */
function write(settings: Readonly<Record<string, string>>): void {
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600 })
  chmodSync(file, 0o600)
  const old = parseEnv(readFileSync(file, 'utf8'))
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'ADMIN_TOKEN' && (old['ADMIN_TOKEN'] ?? '').length >= TOKEN_LENGTH) continue
    if (!writeSetting(file, name, value)) {
      throw new ConfigError(`${name} could not be written to ${file}. Put it there yourself.`)
    }
  }
}

try {
  await run()
} catch (error) {
  if (!isConfigError(error)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  process.stdin.destroy()
}
