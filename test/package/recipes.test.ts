// Every TypeScript of the guides, as it is printed: in Node where it is for servers, in Chromium on a page
// of another origin where it is for pages; and what the package's own page says for a terminal.

import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../browser/chromium.ts'
import { blocksOf, root } from '../docs/blocks.ts'
import { bundle, connection, environment, importReelay, installed, runNode } from './installed.ts'

const blocks = blocksOf('package')
const forNode = blocks.filter(({ language }) => language === 'ts')
const forPages = blocks.filter(({ language }) => language === 'ts page')
const forTerminals = blocks.filter(({ language }) => language === 'sh')

const settings = `const { baseURL, apiKey } = ${JSON.stringify(connection)};`
const link = /https?:\/\/[^\s)]+\/v1\/videos\/video_\w+\/content\?\S+/
const video = /^video\/mp4 \d{4,}$/m

/** What each must have printed, by page and heading. */
const expected: Readonly<Record<string, readonly RegExp[]>> = {
  'README.md Use it': [link],
  'README.zh-CN.md 使用': [link],
  'docs/agents.md Clients': [link],
  "docs/from-openai.md From OpenAI's Videos API": [/^video_\w+ \d{4,}$/m],
  'docs/clients.md reelay': [/^100$/m],
  'docs/clients.md AI SDK': [video, link],
  'docs/clients.md OpenAI, TypeScript': [/^$/],
  'docs/clients.md LangChain': [link],
  'docs/clients.md TanStack AI': [link],
  'shared/package/README.md reelay': [/^100$/m],
  'shared/package/README.md AI SDK': [video],
  'shared/package/README.md Webhooks': [/^video.completed$/m],
}

/** What a block has from its surroundings, and what shows that it has done its work. */
const around: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'shared/package/README.md AI SDK': ['', 'console.log(video.mediaType, video.uint8Array.length)'],
  'shared/package/README.md Webhooks': [signWebhook(), 'console.log(event.type)'],
}

function signWebhook(): string {
  const secret = `whsec_${Buffer.from('a secret of these tests alone').toString('base64')}`
  const data = { id: 'video_1' }
  const event = { id: 'evt_1', object: 'event', type: 'video.completed', created_at: 1, data }
  const body = JSON.stringify(event)
  const sent = new Date()
  const headers = {
    'webhook-id': event.id,
    'webhook-timestamp': String(Math.floor(sent.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(event.id, sent, body),
  }
  const request = `new Request('http://a.test', { method: 'POST', ...${JSON.stringify({ headers, body })} })`
  return `const secret = '${secret}'\nconst request = ${request}`
}

const toName = ({ path, heading }: { path: string; heading: string }) => `${path} ${heading}`

test('of every block it is known what it prints', () => {
  expect(new Set(forNode.map(toName))).toEqual(new Set(Object.keys(expected)))
  expect(forNode).toHaveLength(Object.values(expected).flat().length)
  expect(forPages.map(({ heading }) => heading)).toEqual([
    'A page with a key',
    'A page without a key',
  ])
  expect(forTerminals).toHaveLength(1)
})

describe('in Node', () => {
  beforeAll(async () => {
    const packages = ['ai', 'openai', '@ai-sdk/openai-compatible', '@modelcontextprotocol/client']
    const ofChat = ['@langchain/openai', '@langchain/core', '@tanstack/ai', '@tanstack/ai-openai']
    for (const name of [...packages, ...ofChat]) {
      const path = join(installed.folder, 'node_modules', name)
      await mkdir(dirname(path), { recursive: true })
      await symlink(join(root, 'node_modules', name), path)
    }
  })

  for (const [name, said] of Object.entries(expected)) {
    test.each(said.map((pattern, index) => [index, pattern] as const))(
      `${name}, block %i`,
      async (index, pattern) => {
        const { code = '' } = forNode.filter((block) => toName(block) === name)[index] ?? {}
        const here = code
          .replaceAll('http://127.0.0.1:8787/v1', installed.baseURL)
          .replaceAll('https://reelay.example/mcp', installed.baseURL.replace(/v1$/, 'mcp'))
        const file = `block-${name.replaceAll(/\W/g, '-')}-${index}.mts`
        const [before, after] = around[name] ?? [settings, '']
        await writeFile(join(installed.folder, file), `${before}\n${here}\n${after}`)
        const ended = await runNode([file])
        expect({ ...ended, err: ended.code === 0 ? '' : ended.err }).toEqual({
          code: 0,
          err: '',
          out: expect.stringMatching(pattern),
        })
      },
    )
  }

  test('and the files are videos', async () => {
    for (const name of ['boat.mp4', 'openai.mp4']) expect(await isVideo(name)).toBe(true)
  })
})

test.each(forTerminals.map(({ place, code }) => [place, code] as const))(
  '%s, on a terminal',
  async (_place, code) => {
    const env = { ...environment, HOME: installed.folder }
    const here = code.replaceAll('boat.mp4', 'terminal.mp4')
    const run = promisify(execFile)
    const { stdout } = await run('bash', ['--norc', '-euc', here], { cwd: installed.folder, env })
    expect(stdout).toMatch(/^terminal\.mp4\n(?:.*\n)*Usage/)
    expect(await isVideo('terminal.mp4')).toBe(true)
  },
)

async function isVideo(name: string): Promise<boolean> {
  const file = await readFile(join(installed.folder, name))
  return file.subarray(4, 8).toString() === 'ftyp'
}

describe('in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  /** What the page has printed when the last line holds a link. */
  async function runOnPage(url: string, code: string): Promise<readonly string[]> {
    const tab = await browser.newPage()
    try {
      const said: string[] = []
      await tab.goto(url)
      const finished = new Promise<void>((resolve) => {
        tab.on('console', (message) => {
          said.push(message.text())
          if (link.test(message.text())) resolve()
        })
      })
      await tab.addScriptTag({ content: code })
      await finished
      return said
    } finally {
      await tab.close()
    }
  }

  test('A page with a key', async () => {
    const { code = '' } = forPages[0] ?? {}
    const [imports = '', ...rest] = code.split('\n')
    const script = `${imports}\n(async () => { ${settings}\n${rest.join('\n')} })()`
    const said = await runOnPage(installed.page, await bundle(script, 'browser'))
    expect(said.length).toBeGreaterThan(3)
  })

  test('A page without a key, of an origin that nobody named', async () => {
    const { code = '' } = forPages[1] ?? {}
    const { Reelay } = await importReelay()
    const video = await new Reelay(connection).create({ prompt: 'a boat seen by all [slow:30]' })
    const script = `const video = ${JSON.stringify({ events_url: video.events_url })};\n${code}`
    const said = await runOnPage(installed.page.replace('127.0.0.1', 'localhost'), script)
    expect(
      said
        .slice(0, -1)
        .map(Number)
        .every((percent) => percent > 0),
    ).toBe(true)
    expect(said.length).toBeGreaterThan(3)
  })
})
