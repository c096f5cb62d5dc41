// What the Worker is told on this machine: .dev.vars, and the environment over it, read as the Worker
// reads them. What can only be a mistake stops here, with the name of the setting and what to do: a
// gateway that starts with the wrong relay, or with none, looks as if it worked.

import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { parseConfig, type Config, type Settings } from '../settings/config.ts'
import { ConfigError, quote } from '../settings/configError.ts'
import { countEdits } from './countEdits.ts'

export interface LocalSettings {
  readonly values: Readonly<Record<string, string>>
  /** Those that the environment says, whatever the file says. */
  readonly fromEnvironment: readonly string[]
  /** Without one the simulator is the relay. */
  readonly hasRelay: boolean
}

/** Where one relay's address and key stand, for sentences about them. */
export interface RelayNames {
  readonly address: string
  readonly key: string
  readonly url: string
}

type Variables = Readonly<Record<string, string | undefined>>

/** Settings that say nothing without a relay's address. */
const ofTheOneRelay = ['RELAY_API_KEY', 'RELAY_KIND', 'RELAY_HEADERS'] as const

/** @throws ConfigError for a name that is no setting, and for part of a relay. */
export function readLocalSettings(file: string, environment: Variables): LocalSettings {
  const inFile: Variables = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const known = findSettingNames()
  const secrets = findSecretNames(environment['RELAYS'] ?? inFile['RELAYS'] ?? '')
  const isSetting = (name: string) => known.has(name) || secrets.has(name)
  for (const name of Object.keys(inFile)) if (!isSetting(name)) checkName(name, known, 'file')
  for (const name of Object.keys(environment)) {
    if (!isSetting(name)) checkName(name, known, 'environment')
  }

  const fromEnvironment = Object.keys(environment).filter(isSetting)
  const values = toTexts({
    ...inFile,
    ...Object.fromEntries(fromEnvironment.map((name) => [name, environment[name]])),
  })
  const hasRelay = values['RELAY_BASE_URL'] !== undefined || values['RELAYS'] !== undefined
  const orphan = ofTheOneRelay.find((name) => values[name] !== undefined)
  if (orphan !== undefined && !hasRelay && !secrets.has(orphan)) {
    throw new ConfigError(
      `${orphan} is set without RELAY_BASE_URL. Set that to the relay's address, such as https://relay.example/v1, or remove ${orphan}.`,
    )
  }
  return { values, fromEnvironment, hasRelay }
}

/** `missing`: what stands for settings that are not set. @throws ConfigError */
export function parseLocalSettings({ values }: LocalSettings, missing: Settings): Config {
  const config = parseConfig({ ...missing, ...values })
  for (const { address, key, url } of toRelayNames(values)) {
    if (url !== '') checkAddress(address, url)
    if (values[key] !== undefined) checkKey(key, values[key])
  }
  for (const secret of ['ADMIN_TOKEN', 'SIGNING_SECRET']) {
    if (!isPlaceholder(values[secret] ?? '')) continue
    throw new ConfigError(`${secret} still holds a placeholder. Put a long random text there.`)
  }
  return config
}

/** In the order of the relays. RELAYS, where it is set, was read by parseConfig. */
export function toRelayNames(values: Readonly<Record<string, string>>): readonly RelayNames[] {
  const { RELAYS: list = '', RELAY_BASE_URL: url = '' } = values
  if (list === '') return [{ address: 'RELAY_BASE_URL', key: 'RELAY_API_KEY', url }]
  const entries = JSON.parse(list) as { base_url: string; key: string }[]
  return entries.map(({ base_url: url, key }, index) => {
    return { address: `RELAYS[${index}].base_url`, key, url }
  })
}

/** Asked of the Worker itself, so that there is no second list of its settings. */
function findSettingNames(): ReadonlySet<string> {
  const names = new Set<string>()
  const least = {
    RELAY_BASE_URL: 'https://relay.invalid',
    RELAY_API_KEY: '-',
    ADMIN_TOKEN: '-'.repeat(32),
  }
  parseConfig(
    new Proxy<Settings>(least, {
      get(settings, name) {
        names.add(String(name))
        return settings[String(name)]
      },
    }),
  )
  return names
}

/** Names of secrets in RELAYS; in its text, so that they are found when it is no JSON, too. */
function findSecretNames(relays: string): ReadonlySet<string> {
  return new Set(Array.from(relays.matchAll(/"key"\s*:\s*"(\w+)"/g), ([, name = '']) => name))
}

function checkName(name: string, known: ReadonlySet<string>, from: 'file' | 'environment'): void {
  const meant = [...known].find((one) => countEdits(name.toUpperCase(), one) <= toTolerance(one))
  // An environment is full of names that are no settings, also those that our clients read there.
  const isOurs =
    from === 'file' || (meant?.startsWith('RELAY') === true && !name.startsWith('REELAY_'))
  if (meant !== undefined && isOurs) {
    throw new ConfigError(`${name} is no setting. Did you mean ${meant}? Rename it.`)
  }
  if (from === 'file' && /^RELAYS?(?:_|$)/i.test(name)) {
    const isOurs = (one: string) => one.startsWith('RELAY') && one !== 'RELAY_IS_SIMULATED'
    const names = [...known].filter(isOurs).sort()
    throw new ConfigError(
      `${name} is no setting, and no relay in RELAYS names it as its key. Remove it, or use one of ${names.join(', ')}.`,
    )
  }
}

/** Two slips in a long name, one in a short one. */
function toTolerance(name: string): number {
  return name.length >= 8 ? 2 : 1
}

function checkAddress(setting: string, text: string): void {
  const { hostname, pathname } = new URL(text)
  const labels = hostname.split('.')
  const isExample =
    /^(?:example|invalid)$/.test(labels.at(-1) ?? '') ||
    /(?:^|\.)example\.(?:com|net|org)$/.test(hostname) ||
    labels.some((label) => label.startsWith('your-'))
  if (isExample) {
    throw new ConfigError(
      `${setting} still holds an example, ${quote(text)}. Put your relay's address there.`,
    )
  }
  const [, route] =
    /(\/(?:chat\/completions|videos?(?:\/generations)?|models))\/?$/.exec(pathname) ?? []
  if (route === undefined) return
  throw new ConfigError(
    `${setting} ends with ${route}, which the gateway adds itself. End it before that, mostly with /v1.`,
  )
}

function checkKey(setting: string, key: string): void {
  if (isPlaceholder(key)) {
    throw new ConfigError(`${setting} still holds a placeholder. Put the relay's key there.`)
  }
  if (/^bearer\s/i.test(key.trim())) {
    throw new ConfigError(`${setting} must be the key alone. Remove the word Bearer.`)
  }
  if (!/^[\x21-\x7e]+$/.test(key.trim())) {
    throw new ConfigError(
      `${setting} holds a space, a line break or a letter that no key has. Copy the key again.`,
    )
  }
}

/**
 * `<your key>`, `sk-xxx…`, `changeme`, `your-api-key`. Words such as `none` are left alone: a relay of
 * one's own may ask for no key.
 */
function isPlaceholder(value: string): boolean {
  const text = value.trim()
  return (
    /^(?:\w{2,4}[-_])*[x*.•-]{3,200}$/i.test(text) ||
    /^(?:<.*>|\[.*\]|\{.*\})$|…|\.\.\.$/.test(text) ||
    /^(?:\w{2,4}[-_])?(?:your|replace|insert|put|paste|enter)[-_ ]/i.test(text) ||
    /change[-_ ]?(?:me|this)|place[-_ ]?holder|^a-long-random-text$/i.test(text) ||
    /^(?:todo|example|undefined|api[-_]?key)$/i.test(text)
  )
}

/** What is blank is not set. */
function toTexts(variables: Variables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  )
}
