// Liveness. `?deep=1` also asks the relay for its models: free, and proof that address and key work.

import type { AppContext } from '../context.ts'
import { relayTransport } from '../../platform/platform.ts'

const DEEP_MS = 10_000

export async function getHealth(context: AppContext): Promise<Response> {
  const { config } = context.var.gateway
  const health = { status: 'ok', simulated_relay: config.isSimulated }
  if (context.req.query('deep') !== '1') return context.json(health)
  const { baseUrl, apiKey, headers } = config.relay
  let relay: string
  try {
    const response = await relayTransport.send({
      method: 'GET',
      url: `${baseUrl}/models`,
      headers: { ...headers, authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(DEEP_MS),
    })
    relay = response.status === 200 ? 'ok' : `answered ${response.status}`
  } catch {
    relay = 'not reached'
  }
  const isWell = relay === 'ok'
  return context.json({ ...health, status: isWell ? 'ok' : 'degraded', relay }, isWell ? 200 : 503)
}
