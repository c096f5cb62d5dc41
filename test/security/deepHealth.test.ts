// `/health?deep=1` carries the gateway's key to its relays: strangers may ask as often as they like, the
// relays hear of it twice a minute.

import { expect, test } from 'vitest'
import { startSite } from '../worker/startSite.ts'

test('200 strangers at once, and those who come later, are one question to the relay', async () => {
  const site = await startSite()
  try {
    const ask = async () => {
      const response = await site.get('/health?deep=1', { key: null })
      return [response.status, ((await response.json()) as { relay: string }).relay]
    }
    const all = await Promise.all(Array.from({ length: 200 }, ask))
    for (const [status, relay] of all) {
      expect(status).toBe(200)
      expect(relay).toMatch(/^(?:ok|being asked)$/)
    }
    expect(await ask()).toEqual([200, 'ok'])
    expect(site.relay.requests.map(({ url }) => url.pathname)).toEqual(['/v1/models'])
    // Liveness asks nobody.
    expect((await site.get('/health', { key: null })).status).toBe(200)
  } finally {
    await site.close()
  }
})
