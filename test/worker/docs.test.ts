// Commands, answers and settings of the guides, as they are printed: commands run in front of a gateway,
// what they print is compared, JSON is what the gateway says or takes, and each `.dev.vars` makes a video.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../worker/settings/config.ts'
import { blocksOf, root, type Block } from '../docs/blocks.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { startReceiver, type Receiver } from './startReceiver.ts'
import { startSite, type Site } from './startSite.ts'

const ADMIN_TOKEN = 'a'.repeat(32)

let relay: RelaySimulator
beforeAll(async () => {
  relay = await startRelaySimulator()
})
afterAll(() => relay.close())

describe('settings', () => {
  const settings = blocksOf('settings')

  test('are those of docs/relays.md', () => {
    expect(settings.map(({ path }) => path)).toEqual(Array(9).fill('docs/relays.md'))
  })

  test.each(settings.map(({ place, code }) => [place, parseEnv(code)] as const))(
    '%s is read by the Worker, and makes a video with each of its models',
    async (_place, vars) => {
      const { relays, models } = parseConfig({ ADMIN_TOKEN, ...vars })
      const list = relays.map(({ id, kind }) => {
        return { id, kind, base_url: relay.baseUrlOf(kind), key: 'SIMULATED_KEY', poll_ms: 100 }
      })
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
})

describe('in front of a gateway', () => {
  let site: Site
  let folder: string
  const lines: string[] = []
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reelay-'))
    const relays = ['default', 'old'].map((id) => {
      return { id, base_url: relay.baseUrl, key: 'SIMULATED_KEY' }
    })
    const models = [
      { id: 'sora-2', relays: ['default'] },
      { id: 'old', relays: ['old'] },
    ]
    site = await startSite({
      everyHost: false,
      vars: {
        RELAY_BASE_URL: '',
        RELAY_API_KEY: '',
        RELAYS: JSON.stringify(relays),
        SIMULATED_KEY: relay.apiKey,
        MODELS: JSON.stringify(models),
      },
      onLog: (line) => lines.push(line),
    })
    // For `check:relays`: a relay that is not in these settings, where two videos are under way.
    writeFileSync(
      join(folder, '.dev.vars'),
      `RELAY_BASE_URL=${relay.baseUrl}\nRELAY_API_KEY=${relay.apiKey}\nALLOW_PRIVATE_NETWORK=true\n`,
    )
    for (const prompt of ['one [slow:60000]', 'two [slow:60000]']) {
      expect((await site.post('/v1/videos', { model: 'old', prompt })).status).toBe(200)
    }
    // For the operator who erases it.
    await site.gateway.createKey({ account: 'acme' })
  })
  afterAll(async () => {
    await site.close()
    rmSync(folder, { recursive: true })
  })

  /** The addresses and keys that stand for the reader's own. */
  const toHere = (text: string) =>
    text
      .replaceAll(/https:\/\/(?:…|(?:gateway|reelay)\.[a-z.]*(?:example|workers\.dev))/g, site.url)
      .replaceAll('https://api.flow.dev/v1', relay.baseUrl)
      .replaceAll('rk_…', site.key)

  const ofShell = blocksOf('gateway').filter(({ language }) => language !== 'json')

  test.each(ofShell.map((block) => [block.place, block] as const))(
    '%s runs, and prints what is printed there',
    async (_place, block) => {
      const { command, printed } = readSession(block)
      const { code, out } = await runShell(toHere(command))
      if (printed === '') expect(code).toBe(0)
      else if (printed.startsWith('{')) expect(toShape(out)).toEqual(toShape(printed))
      else expect(out).toBe(toHere(printed))
    },
  )

  test('there are commands of each of these', () => {
    const paths = new Set(ofShell.map(({ path }) => path))
    const guides = ['docs/api.md', 'docs/operations.md', 'docs/relays.md']
    expect([...paths].sort()).toEqual(['README.md', 'README.zh-CN.md', ...guides])
  })

  /** `npm run X` is the program behind it, started where the test's settings are. */
  function runShell(command: string) {
    const npm = `npm() { node ${root}/worker/cli/"$(sed s/check:relays/checkRelays/ <<< "$2")".ts "\${@:4}"; }`
    const curl = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }'
    const program = ['set -euo pipefail', npm, curl, command].join('\n')
    const env = {
      PATH: process.env['PATH'],
      ADMIN_TOKEN: site.gateway.adminToken,
      REELAY_API_KEY: site.key,
    }
    return new Promise<{ code: unknown; out: string }>((resolve) => {
      execFile('bash', ['--norc', '-c', program], { cwd: folder, env }, (error, out) => {
        resolve({ code: error === null ? 0 : error.code, out })
      })
    })
  }

  describe('JSON', () => {
    let receiver: Receiver
    beforeAll(async () => {
      receiver = await startReceiver()
    })
    afterAll(() => receiver.close())

    /** What the gateway itself says there, or whether it takes what stands there. */
    const checks: Readonly<Record<string, (said: unknown) => Promise<void> | void>> = {
      'docs/agents.md Clients': (said) => {
        const [[server] = []] = Object.values(said as object).map((one) =>
          Object.values(one as object),
        )
        expect(server).toEqual({
          ...((server as { type?: string }).type !== undefined && { type: 'http' }),
          url: 'https://reelay.example/mcp',
          headers: { Authorization: 'Bearer rk_…' },
        })
      },
      'docs/api.md When a request is refused': async (said) => {
        const answer = await site.post('/v1/videos', { prompt: 'a paper boat', seconds: '3' })
        expect(await answer.json()).toEqual(said)
      },
      'docs/api.md Webhooks': async (said) => {
        const webhook = { url: `${receiver.origin}/told` }
        await site.post('/v1/videos', { prompt: 'a boat that is told', webhook })
        const [arrival] = await receiver.waitFor(1)
        expect(toShape(arrival?.body)).toEqual(toShape(said))
      },
      'docs/operations.md Models and prices': (said) => {
        const [model] = said as [object]
        const { models } = parseConfig({
          ADMIN_TOKEN,
          RELAY_BASE_URL: 'https://api.flow.dev/v1',
          RELAY_API_KEY: 'key',
          MODELS: JSON.stringify(said),
        })
        expect(models).toHaveLength(1)
        expect(Object.keys(model)).toContain('price_usd')
      },
      'docs/operations.md Lines': async (said) => {
        await site.post(
          '/v1/videos',
          { prompt: 'a boat in the logs' },
          { headers: { prefer: 'wait=30' } },
        )
        const find = () => lines.find((line) => line.includes('"what":"generation ended"'))
        await expect.poll(find).toBeDefined()
        expect(toShape(find())).toEqual(toShape(said))
      },
    }

    const ofJson = blocksOf('gateway').filter(({ language }) => language === 'json')
    test.each(ofJson.map((block) => [block.place, block] as const))('%s', async (_place, block) => {
      const check = checks[`${block.path} ${block.heading}`]
      if (check === undefined) throw new Error('nobody checks JSON below this heading')
      await check(JSON.parse(block.code))
    })

    test('every check has its block', () => {
      const headings = ofJson.map(({ path, heading }) => `${path} ${heading}`)
      expect(new Set(headings)).toEqual(new Set(Object.keys(checks)))
    })
  })
})

/** A `console` block is one command behind a `$` and what it prints; `sh` is commands alone. */
function readSession({ language, code }: Block) {
  if (language === 'sh') return { command: code, printed: '' }
  const [, command = '', printed = ''] = /^\$ ((?:.*\\\n)*.*\n)([^]*)$/.exec(code) ?? []
  return { command, printed }
}

/** The names of an object's fields. */
function toShape(said: unknown): readonly string[] {
  const value = (typeof said === 'string' ? JSON.parse(said) : said) as object
  return Object.keys(value).sort()
}
