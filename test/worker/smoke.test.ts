// `npm run smoke` against a gateway: what it tells of one that works, of a wrong key, and of none.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startSite, type Site } from './startSite.ts'

const program = join(import.meta.dirname, '../../worker/cli/smoke.ts')

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(() => site.relay.reset())

function smoke(url: string, key: string, ...flags: readonly string[]) {
  const child = spawn(process.execPath, [program, '--url', url, ...flags], {
    env: { PATH: process.env['PATH'], REELAY_API_KEY: key },
  })
  return new Promise<{ text: string; code: number | null }>((resolve) => {
    let text = ''
    child.stdout.on('data', (data) => (text += String(data)))
    child.stderr.on('data', (data) => (text += String(data)))
    child.on('close', (code) => resolve({ text, code }))
  })
}

test('a gateway that works is tried without a video', async () => {
  const { text, code } = await smoke(site.url, site.key)
  expect(code).toBe(0)
  expect(text).toContain('✓ the key works: sora-2, sora-2-pro')
  expect(text).toContain('✓ its budget: 0 USD spent, no limit\n')
  expect(text).toContain('No video was made')
  expect(site.relay.billed).toHaveLength(0)
})

test('a video is made when it is asked for, and its link gives bytes', async () => {
  const { text, code } = await smoke(site.url, site.key, '--video')
  expect(code).toBe(0)
  expect(text).toMatch(/✓ a video: video_\w+, sora-2, [1-9]\d{3,} bytes/)
  expect(site.relay.billed).toHaveLength(1)
})

test.each([
  ['a wrong key', () => smoke(site.url, 'rk_wrong'), /✗ the key works\n.*401/],
  ['no gateway', () => smoke('http://127.0.0.1:9', 'rk_x'), /✗ the gateway answers\n.*not answer/],
  ['no key', () => smoke(site.url, ''), /REELAY_API_KEY is not set/],
])('%s is told', async (_, run, sentence) => {
  const { text, code } = await run()
  expect(code).toBe(1)
  expect(text).toMatch(sentence)
})
