// `npm run check:relays` as an operator meets it: a process, its two streams, its exit code and its
// .dev.vars, in front of simulators of every kind.

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { safeParseModels } from '../../shared/request/parseModels.ts'
import { startRelaySimulator, type RelaySimulator } from './relaySimulator.ts'
import { answer, head, end, type Script } from './script.ts'

const program = join(import.meta.dirname, '../../worker/cli/checkRelays.ts')
const kinds = ['chat', 'videos', 'xai', 'newapi', 'openrouter'] as const

let relay: RelaySimulator
/** Where the program runs: no `.dev.vars` of the developer's may play a part. */
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  relay = await startRelaySimulator({ apiKey: 'sk-4Qmf81' })
})
beforeEach(() => relay.reset())
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await relay.close()
})

interface Result {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

type Vars = Readonly<Record<string, string>>

/** `settings`: the text of .dev.vars, or what stands in it. */
function check(settings: string | Vars, args: readonly string[] = [], env: Vars = {}) {
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`)
  writeFileSync(join(folder, '.dev.vars'), typeof settings === 'string' ? settings : lines.join(''))
  return new Promise<Result>((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (data: Buffer) => (out += String(data)))
    child.stderr.on('data', (data: Buffer) => (err += String(data)))
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

const readVars = () => parseEnv(readFileSync(join(folder, '.dev.vars'), 'utf8'))

const one = (more: Vars = {}) => ({
  RELAY_BASE_URL: relay.baseUrl,
  RELAY_API_KEY: relay.apiKey,
  ALLOW_PRIVATE_NETWORK: 'true',
  ...more,
})

const list = (...entries: readonly object[]) => ({
  RELAYS: JSON.stringify(entries),
  SIMULATED_KEY: relay.apiKey,
  ALLOW_PRIVATE_NETWORK: 'true',
})

const entryOf = (kind: (typeof kinds)[number]) => {
  return { id: `the-${kind}`, kind, base_url: relay.baseUrlOf(kind), key: 'SIMULATED_KEY' }
}

describe('what a relay answers', () => {
  test('is told for one relay', async () => {
    const { code, out, err } = await check(one())
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(`default (chat) ${relay.baseUrl}\n  reachable, key accepted, 2 models\n`)
    expect(relay.requests.map(({ method }) => method)).toEqual(['GET', 'GET'])
  })

  test('is told for a relay of each kind, with the models that it does not list', async () => {
    const models = [
      { id: 'sora-2' },
      { id: 'of-one', relay_model: 'sora-9', relays: ['the-xai'] },
      {
        id: 'named',
        relay_model: 'clip-{seconds}s',
        relays: ['the-videos'],
        tell: { seconds: 'model' },
      },
    ]
    const settings = { ...list(...kinds.map(entryOf)), MODELS: JSON.stringify(models) }
    const { code, out } = await check(settings)
    expect(code).toBe(0)
    const numbers = { chat: 2, videos: 4, xai: 2, newapi: 3, openrouter: 2 }
    for (const kind of kinds) {
      expect(out).toContain(
        `the-${kind} (${kind}) ${relay.baseUrlOf(kind)}\n  reachable, key accepted, ${numbers[kind]} models\n`,
      )
    }
    expect(out.match(/not in its list: .*/g)).toEqual([
      'not in its list: clip-{seconds}s',
      'not in its list: sora-2, sora-9',
      'not in its list: sora-2',
    ])
  })

  test.each([404, 405])('%s is reachable: not every relay has a list', async (status) => {
    relay.setModels(() => answer(status, 'text/plain', 'no'))
    const { code, out } = await check(one())
    expect(code).toBe(0)
    expect(out).toContain('reachable; it has no list of models')
  })

  test('a list at the usual address is a hint, where the configured one has none', async () => {
    const usual = createServer((request, response) => {
      response.writeHead(request.url === '/v1/models' ? 200 : 404).end('{"data":[]}')
    })
    await new Promise<void>((resolve) => usual.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(usual.address() as AddressInfo).port}`
    const { code, out } = await check(one({ RELAY_BASE_URL: `${origin}/v2` }))
    usual.close()
    expect(code).toBe(0)
    expect(out).toContain(`\n  ${origin}/v1 has a list: is that the address?\n`)
  })

  test.each<[string, () => Script, string]>([
    ['401', () => answer(401, 'text/plain', 'no'), 'RELAY_API_KEY is not accepted'],
    ['403', () => answer(403, 'text/plain', 'no'), 'RELAY_API_KEY is not accepted'],
    ['503', () => answer(503, 'text/plain', 'no'), 'answered 503 to /models'],
    [
      'a page',
      () => answer(200, 'text/html', '<!doctype html>'),
      'RELAY_BASE_URL answers /models with',
    ],
    [
      'a redirect',
      () => [head(301, { location: 'https://www.elsewhere.dev/v1/models?key=1' }), end],
      'RELAY_BASE_URL is answered by a redirect (301) to https://www.elsewhere.dev/v1/models, which',
    ],
  ])('%s is what has to be mended', async (_name, script, sentence) => {
    relay.setModels(script)
    const { code, out } = await check(one())
    expect(code).toBe(1)
    expect(out).toContain(sentence)
    expect(out).not.toContain(relay.apiKey)
  })

  test('a key that another relay gave is named as RELAYS names it', async () => {
    const wrong = { ...entryOf('videos'), key: 'OTHER_KEY' }
    const settings = { ...list(entryOf('xai'), wrong), OTHER_KEY: 'sk-other' }
    const { code, out } = await check(settings)
    expect(code).toBe(1)
    expect(out).toMatch(/the-xai.*\n {2}reachable/)
    expect(out).toContain(`OTHER_KEY is not accepted by ${relay.origin} (401)`)
  })

  test('a list that is shown to everybody proves no key', async () => {
    const open = createServer((_request, response) => response.end('{"data":[{"id":"sora-2"}]}'))
    await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve))
    const address = open.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, out } = await check(one({ RELAY_BASE_URL: `http://127.0.0.1:${port}/v1` }))
    open.close()
    expect(code).toBe(0)
    expect(out).toContain('key not proven')
    expect(out).toContain('1 model\n  not in its list: sora-2-pro')
  })

  test('nobody there, and a host that is not known', async () => {
    const gone = await startRelaySimulator()
    await gone.close()
    const refused = await check(one({ RELAY_BASE_URL: gone.baseUrl }))
    expect(refused).toMatchObject({ code: 1, err: '' })
    expect(refused.out).toContain(
      `RELAY_BASE_URL: ${new URL(gone.origin).host} refuses the connection.`,
    )
    const unknown = await check(one({ RELAY_BASE_URL: 'https://relay.nowhere.invalid-tld/v1' }))
    expect(unknown.code).toBe(1)
    expect(unknown.out).toContain(
      'RELAY_BASE_URL: the host relay.nowhere.invalid-tld is not known.',
    )
  })
})

describe('a mistake stops it before anybody is asked, with the name of the setting', () => {
  const address = 'RELAY_BASE_URL=https://api.relay.dev/v1\n'
  const key = 'RELAY_API_KEY=sk-4Qmf81\n'
  const relays = (entry: object) =>
    `RELAYS='${JSON.stringify([{ id: 'a', base_url: 'https://api.relay.dev/v1', key: 'A_KEY', ...entry }])}'\n`
  test.each<[string, string, RegExp]>([
    ['no relay', '', /^No relay is set. Put RELAY_BASE_URL and RELAY_API_KEY, or RELAYS/],
    ['a blank address', `RELAY_BASE_URL=\n`, /^No relay is set/],
    ['a key without its address', key, /^RELAY_API_KEY is set without RELAY_BASE_URL/],
    ['a kind without its address', 'RELAY_KIND=xai\n', /^RELAY_KIND is set without RELAY_BASE_URL/],
    ['headers without their address', 'RELAY_HEADERS={}\n', /^RELAY_HEADERS is set without/],
    ['an address without its key', address, /^RELAY_API_KEY is missing/],
    ['a letter left out', `RELAY_BASEURL=x\n${key}`, /^RELAY_BASEURL .* mean RELAY_BASE_URL\?/],
    ['a letter too many', `${address}RELAY_API_KEYS=x\n`, /^RELAY_API_KEYS .* RELAY_API_KEY\?/],
    ['letters swapped', `${address}${key}MODLES=[]\n`, /^MODLES .* mean MODELS\?/],
    ['the wrong case', `relay_base_url=x\n`, /^relay_base_url .* mean RELAY_BASE_URL\?/],
    ['an unknown name', `${address}${key}RELAY_FLAVOUR=x\n`, /^RELAY_FLAVOUR is no setting, and/],
    [
      'a secret nobody names',
      `${relays({})}A_KEY=x\nRELAY_B=x\n`,
      /^RELAY_B is no setting, and no relay/,
    ],
    [
      'the example address',
      `RELAY_BASE_URL=https://relay.example/v1\n${key}`,
      /^RELAY_BASE_URL still holds an example, "https:\/\/relay.example/,
    ],
    [
      'an example address',
      `RELAY_BASE_URL=https://api.example.com/v1\n${key}`,
      /^RELAY_BASE_URL still/,
    ],
    ['your address', `RELAY_BASE_URL=https://your-relay.com/v1\n${key}`, /^RELAY_BASE_URL still/],
    [
      'an example in RELAYS',
      `${relays({ base_url: 'https://relay.example/v1' })}A_KEY=x1\n`,
      /^RELAYS\[0\]\.base_url still/,
    ],
    [
      'a placeholder in RELAYS',
      `${relays({})}A_KEY=changeme\n`,
      /^A_KEY still holds a placeholder/,
    ],
    ...[
      'sk-…',
      'sk-xxxxxxxx',
      'sk-or-v1-xxx',
      '<your key>',
      'changeme',
      'your-api-key',
      'sk-...',
      'sk-your-key',
    ].map((value): [string, string, RegExp] => [
      `the key ${value}`,
      `${address}RELAY_API_KEY="${value}"\n`,
      /^RELAY_API_KEY still holds a placeholder/,
    ]),
    [
      'a placeholder for a secret',
      `${address}${key}ADMIN_TOKEN=a-long-random-text\n`,
      /^ADMIN_TOKEN still/,
    ],
    [
      'Bearer in the key',
      `${address}RELAY_API_KEY="Bearer sk-4Qmf81"\n`,
      /^RELAY_API_KEY must be the key alone/,
    ],
    [
      'a key of two words',
      `${address}RELAY_API_KEY="sk-4Q mf81"\n`,
      /^RELAY_API_KEY holds a space/,
    ],
    [
      'a whole route',
      `RELAY_BASE_URL=https://a.dev/v1/chat/completions\n${key}`,
      /^RELAY_BASE_URL ends with \/chat\/completions/,
    ],
    ['what the Worker refuses', `${address}${key}RELAY_KIND=grok\n`, /^RELAY_KIND must be one of/],
    ['RELAYS that is no JSON', `RELAYS=[{"key":"RELAY_A"\nRELAY_A=x\n`, /^RELAYS is not JSON/],
    ['both forms', `${relays({})}A_KEY=x1\n${address}`, /^RELAY_BASE_URL and RELAYS are both set/],
  ])('%s', async (_name, settings, message) => {
    const result = await check(settings)
    expect(result).toMatchObject({ code: 1, out: '' })
    expect(result.err).toMatch(message)
    expect(result.err.trimEnd().split('\n')).toHaveLength(1)
    expect(result.err).not.toContain('4Q')
  })

  test('in the environment, too, where names that are none of ours are left alone', async () => {
    const env = { RELAY_BASEURL: 'x', MODEL: 'x', RELAY_FLAVOUR: 'x' }
    const { code, err } = await check(one(), [], env)
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^RELAY_BASEURL is no/),
    })
    // The last two are what clients of a gateway read.
    const others = { MODEL: 'x', RELAY_FLAVOUR: 'x', REELAY_API_KEY: 'x', REELAY_BASE_URL: 'x' }
    const { code: well } = await check(one(), [], others)
    expect(well).toBe(0)
  })

  test('a relay of one’s own may ask for no key, and the environment goes first', async () => {
    const own = await startRelaySimulator({ apiKey: 'none' })
    const env = { RELAY_BASE_URL: own.baseUrl, RELAY_API_KEY: 'none' }
    const { code, out } = await check(one({ RELAY_API_KEY: 'sk-other' }), [], env)
    await own.close()
    expect(code).toBe(0)
    expect(out).toContain(own.baseUrl)
  })

  test('an unknown option', async () => {
    const { code, err } = await check(one(), ['--wrtie'])
    expect(code).toBe(1)
    expect(err).toMatch(/--wrtie[^]*Usage: npm run check:relays/)
  })
})

describe('--write', () => {
  const veo = {
    seconds: ['4', '6', '8'],
    sizes: ['1280x720', '720x1280', '1920x1080', '1080x1920'],
    price_usd: { '4': 1.6, '6': 2.4, '8': 3.2 },
  }
  const seedance = { ...veo, seconds: ['5', '10'], price_usd: { '5': 0.6, '10': 1.2 } }

  test('puts what OpenRouter tells into MODELS of .dev.vars, and touches nothing else', async () => {
    const before = `# mine\nRELAYS='${JSON.stringify([entryOf('openrouter')])}'\nSIMULATED_KEY=${relay.apiKey}\nALLOW_PRIVATE_NETWORK=true # here only\n`
    const { code, out, err } = await check(before, ['--write'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('MODELS of .dev.vars now has 2 models.')
    const file = readFileSync(join(folder, '.dev.vars'), 'utf8')
    expect(file.startsWith(before)).toBe(true)
    const models = JSON.parse(readVars()['MODELS'] ?? '') as unknown
    expect(models).toEqual([
      { id: 'google/veo-3.1', ...veo },
      { id: 'bytedance/seedance-2.0', ...seedance },
    ])
    // Written, it is read; and written again it is the same.
    expect((await check(file, ['--write'])).code).toBe(0)
    expect(readFileSync(join(folder, '.dev.vars'), 'utf8')).toBe(file)
  })

  test('keeps what somebody wrote, and says a price at this relay alone where others make it, too', async () => {
    const models = [
      {
        id: 'mine',
        relay_model: 'google/veo-3.1',
        relays: ['the-openrouter'],
        price_usd: 9,
        remix: 'off',
      },
      {
        id: 'both',
        seconds: ['5'],
        price_usd: 7,
        relays: ['the-chat', { relay: 'the-openrouter', relay_model: 'bytedance/seedance-2.0' }],
      },
      { id: 'bytedance/seedance-2.0', relays: ['the-chat'] },
    ]
    const settings = {
      ...list(entryOf('chat'), entryOf('openrouter')),
      MODELS: JSON.stringify(models),
    }
    expect((await check(settings, ['--write'])).code).toBe(0)
    const text = readVars()['MODELS']
    expect(safeParseModels(text).ok).toBe(true)
    expect(JSON.parse(text ?? '')).toEqual([
      { ...models[0], ...veo },
      {
        ...models[1],
        relays: [
          'the-chat',
          {
            relay: 'the-openrouter',
            relay_model: 'bytedance/seedance-2.0',
            price_usd: seedance.price_usd,
          },
        ],
      },
      models[2],
    ])
  })

  test('without MODELS the usual ones stay with the other relays', async () => {
    expect((await check(list(entryOf('openrouter'), entryOf('chat')), ['--write'])).code).toBe(0)
    const models = JSON.parse(readVars()['MODELS'] ?? '') as unknown
    expect(models).toMatchObject([
      { id: 'sora-2', relays: ['the-chat'] },
      { id: 'sora-2-pro', relays: ['the-chat'] },
      { id: 'google/veo-3.1', relays: ['the-openrouter'] },
      { id: 'bytedance/seedance-2.0', relays: ['the-openrouter'] },
    ])
  })

  test('prints MODELS when the settings are in the environment', async () => {
    const { code, out } = await check('', ['--write'], list(entryOf('openrouter')))
    expect(code).toBe(0)
    const [, models = ''] = /^MODELS='(.*)'$/m.exec(out) ?? []
    expect(JSON.parse(models)).toHaveLength(2)
    expect(readVars()).toEqual({})
  })

  test('no relay that tells anything: nothing is written', async () => {
    const { code, err } = await check(one(), ['--write'])
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Nothing is written/),
    })
    expect(readVars()['MODELS']).toBeUndefined()
  })
})
