// `reelay keys create --name n8n --budget 20`: keys from a terminal, local or deployed. Speaks /admin/keys
// and nothing else; a new key goes to stdout alone, so that a script can catch it.

import { existsSync, readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import type { ApiKey, ApiKeyList, CreatedApiKey, RotatedApiKey } from '../wire.ts'
import { flag, text } from './options.ts'
import { UserError } from './userError.ts'

const toUsage = (program: string) => `Usage: ${program} <command> [options]

  create --name NAME [--account ID] [--budget USD] [--period total|month|day]
         [--rpm N] [--concurrency N]
         [--scopes generate,read,manage] [--expires 2027-01-31]
         [--models sora-2,…] [--from 203.0.113.0/24,…]
         [--location REGION]            of a new account: wnam enam sam weur eeur apac oc afr me
  list   [--account ID]
  rotate KEY_ID [--overlap SECONDS]     a new secret; the old one works for a day unless told
  revoke KEY_ID

  --json               what the gateway answered, for programs
  --url, --base-url    the gateway; default REELAY_BASE_URL, else http://127.0.0.1:8787
  --admin-token -      reads ADMIN_TOKEN from stdin; default: of the environment, else of .dev.vars, else
                       what npm start made up here`

const gateway = { url: text, 'base-url': text, 'admin-token': text }
const limits = {
  budget: text,
  period: text,
  rpm: text,
  concurrency: text,
  scopes: text,
  expires: text,
}
const restrictions = { models: text, from: text }
const subject = { name: text, account: text, location: text, overlap: text }
const output = { json: flag, help: { ...flag, short: 'h' } } as const
const options = { ...gateway, ...subject, ...limits, ...restrictions, ...output }

/** @throws UserError for what the person at the terminal has to mend */
export async function runKeys(args: readonly string[], program: string): Promise<void> {
  const usage = toUsage(program)
  const { values, positionals } = parse(args, usage)
  const [command, id, ...rest] = positionals
  if (values.help) return console.log(usage)
  if (rest.length > 0) throw new UserError(`Too many words.\n\n${usage}`)
  const named = values.url ?? values['base-url']
  const url = toGateway(named ?? process.env['REELAY_BASE_URL'] ?? 'http://127.0.0.1:8787')
  const token = readToken(values['admin-token'], url)
  if (token === undefined || token === '') {
    throw new UserError(
      'No admin token. Set ADMIN_TOKEN in the environment or in .dev.vars, or give `--admin-token -` and the token on stdin.',
    )
  }
  const call = async <Answer>(method: string, path: string, body?: object) =>
    (await ask(`${url}/admin/keys${path}`, token, method, body)) as Answer
  const toPath = () => {
    if (id === undefined) throw new UserError(`Which key? Give its id, key_….\n\n${usage}`)
    return `/${encodeURIComponent(id)}`
  }
  const toNumber = (name: 'budget' | 'rpm' | 'concurrency' | 'overlap') => {
    const given = values[name]
    if (given === undefined) return undefined
    if (given.trim() !== '' && Number.isFinite(Number(given))) return Number(given)
    throw new UserError(`--${name} must be a number, got ${JSON.stringify(given)}`)
  }

  switch (command) {
    case 'create': {
      if (values.name === undefined) throw new UserError('A key needs a name: --name n8n')
      const key = await call<CreatedApiKey>('POST', '', {
        name: values.name,
        account: values.account,
        location_hint: values.location,
        budget_usd: toNumber('budget'),
        budget_period: values.period,
        rpm: toNumber('rpm'),
        concurrency: toNumber('concurrency'),
        scopes: values.scopes?.split(','),
        expires_at: toUnixSeconds(values.expires),
        models: values.models?.split(','),
        ip_allow: values.from?.split(','),
      })
      if (values.json) return tell(key)
      return show(key, `Account ${key.account}, ${describe(key)}.`)
    }
    case 'list': {
      const account = values.account === undefined ? {} : { account: values.account }
      const keys: ApiKey[] = []
      let after: string | null = ''
      do {
        const query = new URLSearchParams({ ...account, ...(after !== '' && { after }) })
        const page: ApiKeyList = await call('GET', `?${query.toString()}`)
        keys.push(...page.data)
        after = page.next_after
      } while (after !== null)
      if (values.json) return tell(keys)
      for (const key of keys) {
        console.log([key.id, key.account, key.hint, describe(key), key.name].join('\t'))
      }
      return
    }
    case 'rotate': {
      const body = { overlap_seconds: toNumber('overlap') }
      const key = await call<RotatedApiKey>('POST', `${toPath()}/rotate`, body)
      if (values.json) return tell(key)
      return show(key, `The old key works until ${toDate(key.old_key_expires_at)}.`)
    }
    case 'revoke': {
      const key = await call<ApiKey>('DELETE', toPath())
      if (values.json) return tell(key)
      return console.error(`${key.id} (${key.name}) is revoked.`)
    }
    case undefined:
      throw new UserError(usage)
    default:
      throw new UserError(`There is no command ${JSON.stringify(command)}.\n\n${usage}`)
  }
}

function parse(args: readonly string[], usage: string) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}

/** For programs. */
function tell(answer: unknown): void {
  console.log(JSON.stringify(answer, null, 2))
}

function show(key: CreatedApiKey, what: string): void {
  console.error(`${key.id}: ${what} The key is shown once; keep it now:`)
  console.log(key.key)
}

function describe(key: ApiKey): string {
  if (key.revoked_at !== null) return `revoked ${toDate(key.revoked_at)}`
  const budget = key.budget_usd === null ? 'no budget limit' : `of ${key.budget_usd} USD`
  const isTotal = key.budget_period === 'total'
  const spent = isTotal ? key.spent_usd : key.period_spent_usd
  const period = isTotal ? '' : ` a ${key.budget_period}`
  const end = key.expires_at === null ? '' : `, until ${toDate(key.expires_at)}`
  return `may ${key.scopes.join(', ')}; ${spent} USD spent, ${budget}${period}${end}`
}

async function ask(url: string, token: string, method: string, body?: object): Promise<unknown> {
  const { origin } = new URL(url)
  const response = await fetch(url, {
    method,
    // The token is for this gateway alone.
    redirect: 'error',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new UserError(
      `${origin} does not answer. Start the gateway (npm start), or name another with --url.`,
      { cause, exitCode: 3 },
    )
  })
  if (response.status === 401) {
    throw new UserError('The gateway does not take this admin token. Give the one it runs with.', {
      exitCode: 1,
    })
  }
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok && typeof answer === 'object' && answer !== null) return answer
  const { error } = (answer ?? {}) as { error?: { message?: string } }
  const said = error?.message ?? 'It does not look like a Reelay gateway.'
  throw new UserError(`${origin} answered ${response.status}: ${said}`, { exitCode: 1 })
}

/** Without `/v1`; a proxy may serve the gateway under a path. */
function toGateway(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`--url must be an address such as https://video.example, got ${text}`)
  }
  if (url.protocol === 'http:' && !isLocal(url)) {
    throw new UserError('--url must be https: the admin token would travel in the clear.')
  }
  return url.origin + url.pathname.replace(/(?:\/v1)?\/*$/, '')
}

/** What stands in a command line is read by everybody on the machine, and kept by the shell. */
function readToken(given: string | undefined, url: string): string | undefined {
  if (given === '-') return readFileSync(process.stdin.fd, 'utf8').trim()
  if (given === undefined) {
    return process.env['ADMIN_TOKEN'] ?? readDevVars() ?? readMadeUp(url)
  }
  console.error(
    'Warning: --admin-token shows the token in `ps` and in the history of the shell. Use ADMIN_TOKEN, or `--admin-token -`.',
  )
  return given
}

/** As `wrangler dev` reads it. */
function readDevVars(): string | undefined {
  const file = '.dev.vars'
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8'))['ADMIN_TOKEN'] : undefined
}

/** What `npm start` made up where nobody set one: for the gateway on this machine alone. */
function readMadeUp(url: string): string | undefined {
  const file = '.wrangler/start/credentials.json'
  if (!isLocal(new URL(url)) || !existsSync(file)) return undefined
  return (JSON.parse(readFileSync(file, 'utf8')) as { adminToken?: string }).adminToken
}

function isLocal({ hostname }: URL): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

function toUnixSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UserError('--expires must be a date such as 2027-01-31')
  return Math.floor(at / 1000)
}

function toDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
