// `npm start` as somebody meets it: a process that prints where it is, what its relays say, and a
// command that makes a video.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { makeVideo, startProgram, stop } from './startProgram.ts'

/** How a process ends that Ctrl-C has ended, in a shell's words. */
const INTERRUPTED = 130

let folder: string
let relay: RelaySimulator
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelay-'))
  relay = await startRelaySimulator({ apiKey: 'sk-4Qmf81' })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await relay.close()
})

test('without a relay it is the simulator, and its command makes a video', async () => {
  const started = await startProgram(folder, '')
  expect(started.text).toContain('.wrangler/start/credentials.json, where npm run keys finds it')
  expect(started.text).toContain('the built-in simulator: nothing is paid')
  expect(started.text).toContain('"model":"sora-2"')
  expect(await makeVideo(started.text)).toContain('"status":"completed"')
  expect(await stop(started)).toBe(INTERRUPTED)
})

test('RELAYS is a real relay: each is asked, and the command names the first model', async () => {
  const base_url = relay.baseUrlOf('xai')
  const relays = [
    { id: 'grok', kind: 'xai', base_url, key: 'GROK_KEY', poll_ms: 100 },
    { id: 'away', kind: 'chat', base_url: relay.baseUrl, key: 'AWAY_KEY' },
  ]
  const models = [{ id: 'grok-imagine-video', relays: ['grok'] }]
  const data = join(folder, 'elsewhere')
  const started = await startProgram(
    folder,
    `RELAYS='${JSON.stringify(relays)}'\nGROK_KEY=sk-4Qmf81\nAWAY_KEY=sk-other\nMODELS='${JSON.stringify(models)}'\nALLOW_PRIVATE_NETWORK=true\n`,
    ['--data', data],
  )
  expect(started.text).toContain(
    `${data}/credentials.json, which npm run keys needs as ADMIN_TOKEN`,
  )
  expect(started.text).not.toContain('simulator')
  expect(started.text).toContain(
    `grok (xai) ${base_url}\n         reachable, key accepted, 2 models`,
  )
  // It runs all the same: what does not answer now may answer later.
  expect(started.text).toContain('AWAY_KEY is not accepted by')
  expect(started.text).toContain('"model":"grok-imagine-video"')
  expect(await makeVideo(started.text)).toContain('"status":"completed"')
  expect(relay.billedOf('xai')).toHaveLength(1)
  expect(await stop(started)).toBe(INTERRUPTED)
})

test.each<[string, string, RegExp]>([
  [
    'a key without its address',
    'RELAY_API_KEY=sk-1\n',
    /RELAY_API_KEY is set without RELAY_BASE_URL/,
  ],
  [
    'a placeholder',
    'RELAY_BASE_URL=https://relay.example/v1\nRELAY_API_KEY=sk-1\n',
    /RELAY_BASE_URL still holds an example/,
  ],
  ['a misspelt setting', 'RELAY_BASEURL=https://relay.example/v1\n', /Did you mean RELAY_BASE_URL/],
  [
    'a setting that the Worker refuses, beside the simulator',
    'RELAY_RETRIES=99\n',
    /RELAY_RETRIES must be a number/,
  ],
])('%s stops it', async (_name, settings, sentence) => {
  const { code, text } = await startProgram(folder, settings)
  expect(code).toBe(1)
  expect(text).toMatch(sentence)
  expect(text).not.toContain('Reelay is running')
})
