// `reelay check`: is the gateway there, does its relay answer, does it take this key. Nothing is paid.

import { ReelayError } from '../error.ts'
import { connect, printJson, read } from './options.ts'
import { UserError } from './userError.ts'

const usage = `Usage: reelay check [--json]

  asks the gateway whether it and its relays are there, and whether it takes the key; nothing is paid.
  What is wrong with a relay's settings is said where they are: npm run check:relays`

interface Finding {
  readonly what: 'gateway' | 'relay' | 'key' | 'models'
  readonly ok: boolean
  readonly said: string
}

export async function runCheck(args: readonly string[]): Promise<void> {
  const parsed = read(args, usage, {}, 0)
  if (parsed === null) return
  const reelay = connect(parsed.values)
  const findings: Finding[] = [...(await askHealth(reelay.baseURL))]
  const usageOfKey = await reelay.usage({ days: 1 })
  const { name, spent_usd: spent, limits } = usageOfKey.key
  const budget = limits.budget_usd === null ? 'no budget' : `of ${limits.budget_usd} USD`
  findings.push({ what: 'key', ok: true, said: `${name}: ${spent} USD spent, ${budget}` })
  const models = await reelay.models()
  findings.push({ what: 'models', ok: true, said: models.map(({ id }) => id).join(', ') })
  if (parsed.values.json) printJson(findings)
  else
    for (const { what, ok, said } of findings)
      console.log(`${ok ? '✓' : '✗'} ${what.padEnd(8)} ${said}`)
  const wrong = findings.find(({ ok }) => !ok)
  if (wrong !== undefined)
    throw new UserError(`${wrong.what}: ${wrong.said}`, { exitCode: 1, isTold: true })
}

async function askHealth(baseUrl: string): Promise<readonly Finding[]> {
  // Beside `/v1`: a proxy may serve the gateway under a path.
  const response = await fetch(new URL('../health?deep=1', `${baseUrl}/`), {
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw new ReelayError(`${baseUrl} does not answer.`, { code: 'connection_failed' }, cause)
  })
  const health: unknown = await response.json().catch(() => null)
  if (typeof health !== 'object' || health === null || !('status' in health)) {
    throw new ReelayError(`${baseUrl} is no Reelay gateway, or not configured.`, {
      code: 'unexpected_answer',
      status: response.status,
    })
  }
  const { relay, simulated_relay: isSimulated } = health as {
    relay?: string
    simulated_relay?: boolean
  }
  const said =
    isSimulated === true ? 'the built-in simulator: nothing is paid' : (relay ?? 'not asked')
  return [
    { what: 'gateway', ok: true, said: baseUrl },
    { what: 'relay', ok: health.status === 'ok', said },
  ]
}
