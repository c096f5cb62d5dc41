// `npm run keys -- create --name n8n --budget 20`: keys from a terminal, local or deployed. Speaks
// /admin/keys and nothing else; a new key goes to stdout alone, so that a script can catch it.

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const usage = `Usage: npm run keys -- <command> [options]

  create --name NAME [--account ID] [--budget USD] [--rpm N] [--concurrency N]
         [--scopes generate,read,manage] [--expires 2027-01-31]
  list   [--account ID]
  rotate KEY_ID [--overlap SECONDS]     a new secret; the old one works for a day unless told
  revoke KEY_ID

  --url URL            the gateway; default http://127.0.0.1:8787
  --admin-token TOKEN  default: ADMIN_TOKEN of the environment, else of .dev.vars`

/** What the person at the terminal has to mend. Anything else is a defect and may show its stack. */
class UserError extends Error {}

interface Key {
  readonly id: string
  readonly account: string
  readonly name: string
  readonly hint: string
  readonly scopes: readonly string[]
  readonly budget_usd: number | null
  readonly spent_usd: number
  readonly expires_at: number | null
  readonly revoked_at: number | null
}

const options = {
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  'admin-token': { type: 'string' },
  name: { type: 'string' },
  account: { type: 'string' },
  budget: { type: 'string' },
  rpm: { type: 'string' },
  concurrency: { type: 'string' },
  scopes: { type: 'string' },
  expires: { type: 'string' },
  overlap: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}

type Values = ReturnType<typeof parse>['values']

async function run(argv: string[]): Promise<void> {
  const { values, positionals } = parse(argv)
  const [command, id, ...rest] = positionals
  if (values.help) return console.log(usage)
  if (rest.length > 0) throw new UserError(`Too many words.\n\n${usage}`)
  const gateway = { url: toGatewayUrl(values.url), token: findAdminToken(values) }

  switch (command) {
    case 'create': {
      if (values.name === undefined) throw new UserError('A key needs a name: --name n8n')
      const key = await call<Key & { key: string }>(gateway, 'POST', '/admin/keys', {
        name: values.name,
        account: values.account,
        budget_usd: toNumber('budget', values.budget),
        rpm: toNumber('rpm', values.rpm),
        concurrency: toNumber('concurrency', values.concurrency),
        scopes: values.scopes?.split(','),
        expires_at: toUnixSeconds(values.expires),
      })
      return show(key, `Account ${key.account}, ${describe(key)}.`)
    }
    case 'list': {
      const query =
        values.account === undefined ? '' : `account=${encodeURIComponent(values.account)}`
      return await list(gateway, query)
    }
    case 'rotate': {
      const overlap = toNumber('overlap', values.overlap)
      const path = `/admin/keys/${requireId(id)}/rotate`
      const key = await call<Key & { key: string; old_key_expires_at: number }>(
        gateway,
        'POST',
        path,
        { overlap_seconds: overlap },
      )
      return show(key, `The old key works until ${toDate(key.old_key_expires_at)}.`)
    }
    case 'revoke': {
      const key = await call<Key>(gateway, 'DELETE', `/admin/keys/${requireId(id)}`)
      return console.error(`${key.id} (${key.name}) is revoked.`)
    }
    case undefined:
      throw new UserError(usage)
    default:
      throw new UserError(`There is no command ${JSON.stringify(command)}.\n\n${usage}`)
  }
}

interface Gateway {
  readonly url: string
  readonly token: string
}

async function list(gateway: Gateway, query: string): Promise<void> {
  let after: string | null = ''
  while (after !== null) {
    const page: { data: readonly Key[]; next_after: string | null } = await call(
      gateway,
      'GET',
      `/admin/keys?${query}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
    )
    for (const key of page.data) {
      console.log([key.id, key.account, key.hint, describe(key), key.name].join('\t'))
    }
    after = page.next_after
  }
}

function show(key: Key & { key: string }, what: string): void {
  console.error(`${key.id}: ${what} The key is shown once; keep it now:`)
  console.log(key.key)
}

function describe(key: Key): string {
  if (key.revoked_at !== null) return `revoked ${toDate(key.revoked_at)}`
  const budget = key.budget_usd === null ? 'no budget limit' : `of ${key.budget_usd} USD`
  const end = key.expires_at === null ? '' : `, until ${toDate(key.expires_at)}`
  return `may ${key.scopes.join(', ')}; ${key.spent_usd} USD spent, ${budget}${end}`
}

async function call<Answer>(
  { url, token }: Gateway,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  let response: Response
  let text: string
  try {
    response = await fetch(`${url}${path}`, {
      method,
      // The token is for this gateway alone.
      redirect: 'error',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    text = await response.text()
  } catch {
    throw new UserError(
      `${url} does not answer. Start the gateway (npm start), or name another with --url.`,
    )
  }
  const answer = parseAnswer(text)
  if (response.status === 401) {
    throw new UserError('The gateway does not take this admin token. Give the one it runs with.')
  }
  if (!response.ok || answer === null) {
    const said = answer?.error?.message ?? 'It does not look like a Reelay gateway.'
    throw new UserError(`${url} answered ${response.status}: ${said}`)
  }
  return answer as Answer
}

function parseAnswer(text: string): { error?: { message?: string } } | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function toGatewayUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`--url must be an address such as https://video.example, got ${text}`)
  }
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url.protocol === 'http:' && !isLocal) {
    throw new UserError('--url must be https: the admin token would travel in the clear.')
  }
  return url.origin
}

function findAdminToken(values: Values): string {
  const token = values['admin-token'] ?? process.env['ADMIN_TOKEN'] ?? readDevVars()
  if (token !== undefined && token !== '') return token
  throw new UserError(
    'No admin token. Set ADMIN_TOKEN in the environment or in .dev.vars, or give --admin-token.',
  )
}

/** As `wrangler dev` reads it: `NAME=value`, quoted or not. */
function readDevVars(): string | undefined {
  let text: string
  try {
    text = readFileSync('.dev.vars', 'utf8')
  } catch {
    return undefined
  }
  const line = text.split('\n').find((one) => one.trim().startsWith('ADMIN_TOKEN='))
  const value = line?.slice(line.indexOf('=') + 1).trim()
  const quote = value?.[0]
  const isQuoted = (quote === '"' || quote === "'") && value?.endsWith(quote) === true
  return isQuoted ? value?.slice(1, -1) : value
}

function requireId(id: string | undefined): string {
  if (id === undefined) throw new UserError(`Which key? Give its id, key_….\n\n${usage}`)
  return encodeURIComponent(id)
}

function toNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new UserError(`--${name} must be a number, got ${JSON.stringify(text)}`)
  }
  return value
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

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
