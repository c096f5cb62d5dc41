// Liveness. `?deep=1` also asks every relay for its models: free, and proof that address and key work.
// Which relays there are is nobody's business here, so the worst answer stands for all.

import type { AppContext } from '../context.ts'
import { relayTransport } from '../../platform/platform.ts'
import type { Relay } from '../../relays.ts'

const DEEP_MS = 10_000

export async function getHealth(context: AppContext): Promise<Response> {
  const { config } = context.var.gateway
  const health = { status: 'ok', simulated_relay: config.isSimulated }
  if (context.req.query('deep') !== '1') return context.json(health)
  const states = await Promise.all(config.relays.map(probeRelay))
  const relay = states.find((state) => state !== 'ok') ?? 'ok'
  const isWell = relay === 'ok'
  return context.json({ ...health, status: isWell ? 'ok' : 'degraded', relay }, isWell ? 200 : 503)
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
