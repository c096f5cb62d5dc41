// The options that every command has, and how a command line is read.

import { parseArgs, type ParseArgsConfig } from 'node:util'
import { Reelay } from '../reelay.ts'
import { UserError } from './userError.ts'

type Options = NonNullable<ParseArgsConfig['options']>

export const flag = { type: 'boolean', default: false } as const
export const text = { type: 'string' } as const

const everywhere = {
  'base-url': text,
  'api-key': text,
  json: flag,
  help: { ...flag, short: 'h' },
} as const

/** Of a command that takes `most` words; null when only its usage was asked for, and shown. */
export function read<Own extends Options>(
  args: readonly string[],
  usage: string,
  own: Own,
  most: 0 | 1,
) {
  const parsed = parse(args, usage, own)
  // Of every command; TypeScript does not see it through the own ones.
  const { help = false }: { help?: boolean } = parsed.values
  if (help) {
    console.log(usage)
    return null
  }
  const { positionals: words } = parsed
  if (words.length > most) throw new UserError(`Too many words.\n\n${usage}`)
  if (words.length < most) throw new UserError(`A word is missing.\n\n${usage}`)
  return { ...parsed, word: words[0] ?? '' }
}

function parse<Own extends Options>(args: readonly string[], usage: string, own: Own) {
  try {
    const options = { ...everywhere, ...own }
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}

export function connect(values: {
  readonly 'base-url'?: string | undefined
  readonly 'api-key'?: string | undefined
}): Reelay {
  const { 'base-url': baseURL, 'api-key': apiKey } = values
  const need = (what: string, given: string | undefined, option: string, variable: string) => {
    if (given === undefined && !process.env[variable]) {
      throw new UserError(`There is no ${what}. Give --${option}, or set ${variable}.`)
    }
  }
  need('base URL', baseURL, 'base-url', 'REELAY_BASE_URL')
  need('API key', apiKey, 'api-key', 'REELAY_API_KEY')
  return new Reelay({ baseURL, apiKey })
}

/** What a program reads. */
export function printJson(answer: unknown): void {
  console.log(JSON.stringify(answer, null, 2))
}

export function toNumber(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  if (/^-?\d{1,15}$/.test(given)) return Number(given)
  throw new UserError(`--${name} must be a whole number, got ${JSON.stringify(given)}`)
}
