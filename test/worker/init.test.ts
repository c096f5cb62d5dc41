// `npm run init` as somebody answers it: what it asks, what it writes, and what it does not touch.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'

const program = join(import.meta.dirname, '../../worker/cli/init.ts')

let folder: string
let relay: RelaySimulator
beforeAll(async () => {
  relay = await startRelaySimulator({ apiKey: 'sk-4Qmf81' })
})
afterAll(() => relay.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  return () => rmSync(folder, { recursive: true })
})

function init(answers: readonly string[]): Promise<{ text: string; code: number | null }> {
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
  })
  child.stdin.end(answers.map((answer) => `${answer}\n`).join(''))
  return new Promise((resolve) => {
    let text = ''
    child.stdout.on('data', (data) => (text += String(data)))
    child.stderr.on('data', (data) => (text += String(data)))
    child.on('close', (code) => resolve({ text, code }))
  })
}

const file = () => join(folder, '.dev.vars')
const settings = () => parseEnv(readFileSync(file(), 'utf8'))

test('a relay that answers is written down, for its owner alone', async () => {
  const { text, code } = await init([relay.baseUrl, '', 'sk-4Qmf81', 'sora-2'])
  expect(text).toContain('reachable, key accepted')
  expect(code).toBe(0)
  expect(settings()).toEqual({
    RELAY_BASE_URL: relay.baseUrl,
    RELAY_API_KEY: 'sk-4Qmf81',
    ALLOW_PRIVATE_NETWORK: 'true',
    MODELS: '[{"id":"sora-2"}]',
    ADMIN_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(relay.billed).toHaveLength(0)
})

test('a wrong key and a missing kind are asked for again', async () => {
  const wrong = [relay.baseUrlOf('xai'), 'grok', 'xai', 'sk-wrong', 'n']
  const right = [relay.baseUrlOf('xai'), 'xai', 'sk-4Qmf81', '']
  const { text, code } = await init([...wrong, ...right])
  expect(text).toContain('There is no kind "grok".')
  expect(text).toContain('RELAY_API_KEY is not accepted by')
  expect(code).toBe(0)
  expect(settings()).toMatchObject({ RELAY_KIND: 'xai', RELAY_API_KEY: 'sk-4Qmf81' })
  expect(settings()).not.toHaveProperty('MODELS')
})

test('what stands in the file already stays', async () => {
  const kept = 'k'.repeat(40)
  writeFileSync(
    file(),
    `# mine\nADMIN_TOKEN=${kept}\nRETENTION_DAYS=7\nRELAY_API_KEY=old\nRELAY_BASE_URL=\n`,
  )
  await init([relay.baseUrl, '', 'sk-4Qmf81', ''])
  expect(readFileSync(file(), 'utf8')).toContain('# mine')
  expect(settings()).toMatchObject({
    ADMIN_TOKEN: kept,
    RETENTION_DAYS: '7',
    RELAY_API_KEY: 'sk-4Qmf81',
  })
})

test('input that ends writes nothing', async () => {
  const { text, code } = await init([relay.baseUrl])
  expect(text).toContain('Nothing was written')
  expect(code).toBe(1)
  expect(() => settings()).toThrow()
})
