// The TypeScript in the guides runs as printed, against a gateway at the address that they name.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSite, type Site } from './startSite.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

let site: Site
/** Inside the repository, where the packages are, and ignored by git. */
let folder: string
beforeAll(async () => {
  site = await startSite()
  mkdirSync(join(root, '.wrangler'), { recursive: true })
  folder = mkdtempSync(join(root, '.wrangler/guides-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await site.close()
})

const guides = ['docs/from-openai.md', 'docs/agents.md']
const blocks = guides.flatMap((guide) =>
  Array.from(readFileSync(join(root, guide), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)).map(
    ([, code = ''], index) => [`${guide}, block ${index + 1}`, code] as const,
  ),
)

test('every guide has code', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(guides.length)
})

test.each(blocks)('%s', async (_, code) => {
  const before = site.relay.billed.length
  const file = join(folder, `block-${before}.mts`)
  const here = code.replaceAll(/http:\/\/127\.0\.0\.1:8787|https:\/\/reelay\.example/g, site.url)
  writeFileSync(file, here)
  await run(process.execPath, [file], {
    env: { PATH: process.env['PATH'], REELAY_API_KEY: site.key },
    timeout: 50_000,
  })
  expect(site.relay.billed.length).toBe(before + 1)
})
