// The package's client, in this page: its key is the session's, and every break and return of the line
// is told, because a video goes on while nobody can see it.

import { type Client, createClient } from '../../../shared/client/client.ts'
import { createFetchTransport, sleep } from '../../../shared/package/fetchTransport.ts'

export function createGatewayClient(
  key: string,
  base: '/v1' | '/admin',
  onLine: (isUp: boolean) => void = () => {},
): Client {
  // No `cache` mode here: some would add Cache-Control: no-cache, which asks for a new generation.
  const send: typeof fetch = async (input, init) => {
    try {
      const response = await fetch(input, { ...init, credentials: 'omit' })
      onLine(true)
      return response
    } catch (error) {
      if (init?.signal?.aborted !== true) onLine(false)
      throw error
    }
  }
  const transport = createFetchTransport(key, send, {})
  return createClient({ transport, sleep, now: Date.now, baseUrl: base })
}
