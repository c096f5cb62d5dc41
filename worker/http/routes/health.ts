// Liveness. `?deep=1` also tells whether every relay gives its models, which proves address and key: asked
// at most twice a minute per isolate, because anybody may ask us, and each question carries our key. Which
// relays there are is nobody's business here, so the worst answer stands for all.

import type { AppContext } from '../context.ts'
import type { Gateway } from '../../gateway.ts'
import { relayTransport } from '../../platform/platform.ts'
import type { Relay } from '../../settings/relays.ts'

const DEEP_MS = 10_000
const REMEMBERED_MS = 30_000

/** `relay`: null while the first one who asked waits for it. */
const answers = new WeakMap<Gateway, { readonly until: number; relay: string | null }>()

export async function getHealth(context: AppContext): Promise<Response> {
  const { gateway } = context.var
  const health = { status: 'ok', simulated_relay: gateway.config.isSimulated }
  if (context.req.query('deep') !== '1') return context.json(health)
  const relay = await askRelays(gateway)
  const isWell = relay === 'ok' || relay === 'being asked'
  return context.json({ ...health, status: isWell ? 'ok' : 'degraded', relay }, isWell ? 200 : 503)
}

async function askRelays(gateway: Gateway): Promise<string> {
  const known = answers.get(gateway)
  if (known !== undefined && known.until > Date.now()) return known.relay ?? 'being asked'
  const answer = { until: Date.now() + REMEMBERED_MS, relay: known?.relay ?? null }
  answers.set(gateway, answer)
  const states = await Promise.all(gateway.config.relays.map(probeRelay))
  answer.relay = states.find((state) => state !== 'ok') ?? 'ok'
  return answer.relay
}

export async function probeRelay({ baseUrl, headers }: Relay): Promise<string> {
  try {
    const { status } = await relayTransport.send({
      method: 'GET',
      url: `${baseUrl}/models`,
      headers,
      signal: AbortSignal.timeout(DEEP_MS),
    })
    // A relay without a list of models has answered, too.
    return [200, 404, 405].includes(status) ? 'ok' : `answered ${status}`
  } catch {
    return 'not reached'
  }
}
