// Every `.dev.vars` of docs/relays.md: the Worker's own reader takes it, and with the simulator's
// address and key in place of the relay's it makes a video.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../worker/settings/config.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/relays.md'), 'utf8')
const examples = Array.from(page.matchAll(/```sh\n((?:[A-Z_]+=.*\n)+)```/g), ([, text = '']) => {
  return parseEnv(text) as Record<string, string>
})

let relay: RelaySimulator
beforeAll(async () => {
  relay = await startRelaySimulator()
})
afterAll(() => relay.close())

test('there are that many', () => expect(examples).toHaveLength(9))

test.each(examples.map((vars) => [vars['RELAY_BASE_URL'] ?? vars['RELAYS'], vars] as const))(
  '%s',
  async (_name, vars) => {
    const { relays, models } = parseConfig({ ADMIN_TOKEN: 'a'.repeat(32), ...vars })
    const list = relays.map(({ id, kind }) => ({
      id,
      kind,
      base_url: relay.baseUrlOf(kind),
      key: 'SIMULATED_KEY',
      poll_ms: 100,
    }))
    const { MODELS } = vars
    const gateway = await startGateway({
      relay,
      everyHost: false,
      vars: {
        RELAY_BASE_URL: '',
        RELAYS: JSON.stringify(list),
        SIMULATED_KEY: relay.apiKey,
        ...(MODELS !== undefined && { MODELS }),
      },
    })
    const { key } = await gateway.createKey()
    const made = models.map(async ({ id }) => {
      const response = await gateway.fetch('/v1/videos', key, {
        method: 'POST',
        body: JSON.stringify({ model: id, prompt: `a cat by ${id}` }),
        headers: { prefer: 'wait=30' },
      })
      return await response.json()
    })
    const videos = await Promise.all(made)
    await gateway.close()
    expect(videos).toEqual(models.map(() => expect.objectContaining({ status: 'completed' })))
  },
)
