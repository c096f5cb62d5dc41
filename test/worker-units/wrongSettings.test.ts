// What docs/troubleshooting.md says of wrong settings is what they make `npm start` and `check:relays` say,
// word for word; its relay is a server that knows one key and has its models at /v1.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askRelays } from '../../worker/cli/askRelays.ts'
import {
  parseLocalSettings,
  readLocalSettings,
  toRelayNames,
} from '../../worker/cli/localSettings.ts'
import { isConfigError } from '../../worker/settings/configError.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/troubleshooting.md'), 'utf8')
const rows = Array.from(
  page.matchAll(/^\| `(\w+=[^`]*)`[^|]* \| (.*) \|$/gm),
  ([, wrong = '', said = '']) => {
    return [wrong, said] as const
  },
)

let folder: string
let relay: Server
let origin: string
/** Nothing listens there, anywhere: a port of the system's that no service was ever given. */
const closed = '127.0.0.1:2'
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  relay = createServer(({ url, headers }, response) => {
    const status =
      url !== '/v1/models' ? 404 : headers.authorization === 'Bearer sk-4Qmf81' ? 200 : 401
    response.writeHead(status).end('{"data":[{"id":"sora-2"},{"id":"sora-2-pro"}]}')
  })
  origin = await listen(relay)
})
afterAll(async () => {
  await new Promise((resolve) => relay.close(resolve))
  rmSync(folder, { recursive: true })
})

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const toHere = (text: string) =>
  text.replaceAll('https://api.flow.dev', origin).replaceAll('127.0.0.1:8000', closed)

async function say(wrong: string): Promise<string> {
  const isPrivate = !wrong.includes('http://10.')
  const right = `RELAY_BASE_URL=${origin}/v1\nRELAY_API_KEY=sk-4Qmf81\nALLOW_PRIVATE_NETWORK=${isPrivate}\n`
  const file = join(folder, '.dev.vars')
  writeFileSync(file, `${right}${toHere(wrong)}\n`)
  try {
    const settings = readLocalSettings(file, {})
    const config = parseLocalSettings(settings, { ADMIN_TOKEN: 'a'.repeat(32) })
    const [report] = await askRelays(config, toRelayNames(settings.values))
    return report?.is === 'wrong' ? report.sentence : 'nothing is wrong'
  } catch (error) {
    if (isConfigError(error)) return error.message
    throw error
  }
}

test('what is right is not wrong', async () => {
  expect(rows).toHaveLength(14)
  expect(await say('RELAY_RETRIES=2')).toBe('nothing is wrong')
})

test.each(rows)('%s', async (wrong, said) => {
  expect(await say(wrong)).toBe(toHere(said))
})
