// docs/clients.md, block by block, as it is printed: in Node where it is for servers, in Chromium on a page
// of another origin where it is for pages.

import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../browser/chromium.ts'
import { bundle, connection, importReelay, installed, runNode } from './installed.ts'

const root = join(import.meta.dirname, '../..')

interface Recipe {
  readonly heading: string
  readonly isForPages: boolean
  readonly code: string
}

const page = await readFile(join(root, 'docs/clients.md'), 'utf8')
const recipes: readonly Recipe[] = page.split('\n## ').flatMap((section) => {
  const [heading = ''] = section.split('\n', 1)
  const blocks = section.matchAll(/```ts( page)?\n([^`]*(?:`[^`\n]+`[^`]*)*?)```/g)
  return [...blocks].map(([, forPages, code = '']) => {
    return { heading, isForPages: forPages !== undefined, code }
  })
})

const settings = `const { baseURL, apiKey } = ${JSON.stringify(connection)};`
const link = /https?:\/\/[^\s)]+\/v1\/videos\/video_\w+\/content\?\S+/

/** What each must have printed. */
const expected: Readonly<Record<string, readonly RegExp[]>> = {
  reelay: [/^100$/m],
  'AI SDK': [/^video\/mp4 \d{4,}$/m, link],
  'OpenAI, TypeScript': [/^$/],
  LangChain: [link],
  'TanStack AI': [link],
}

test('every recipe is known, so that none is left out', () => {
  const inNode = recipes.filter(({ isForPages }) => !isForPages).map(({ heading }) => heading)
  expect(new Set(inNode)).toEqual(new Set(Object.keys(expected)))
  expect(inNode).toHaveLength(Object.values(expected).flat().length)
  expect(recipes.filter(({ isForPages }) => isForPages)).toHaveLength(2)
})

describe('in Node', () => {
  beforeAll(async () => {
    const packages = ['ai', 'openai', '@ai-sdk/openai-compatible', '@langchain/openai']
    for (const name of [...packages, '@langchain/core', '@tanstack/ai', '@tanstack/ai-openai']) {
      const path = join(installed.folder, 'node_modules', name)
      await mkdir(dirname(path), { recursive: true })
      await symlink(join(root, 'node_modules', name), path)
    }
  })

  for (const [heading, said] of Object.entries(expected)) {
    test.each(said.map((pattern, index) => [index, pattern] as const))(
      `${heading}, block %i`,
      async (index, pattern) => {
        const { code = '' } = recipes.filter((recipe) => recipe.heading === heading)[index] ?? {}
        const file = `recipe-${heading.replaceAll(/\W/g, '-')}-${index}.mjs`
        await writeFile(join(installed.folder, file), `${settings}\n${code}`)
        const ended = await runNode([file])
        expect(ended).toMatchObject({ code: 0, out: expect.stringMatching(pattern) })
      },
    )
  }

  test('and the files are videos', async () => {
    for (const name of ['boat.mp4', 'openai.mp4']) {
      const file = await readFile(join(installed.folder, name))
      expect(file.subarray(4, 8).toString()).toBe('ftyp')
    }
  })
})

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
    const { code = '' } = recipes.find(({ heading }) => heading === 'A page with a key') ?? {}
    const [imports = '', ...rest] = code.split('\n')
    const script = `${imports}\n(async () => { ${settings}\n${rest.join('\n')} })()`
    const said = await runOnPage(installed.page, await bundle(script, 'browser'))
    expect(said.length).toBeGreaterThan(3)
  })

  test('A page without a key, of an origin that nobody named', async () => {
    const { code = '' } = recipes.find(({ heading }) => heading === 'A page without a key') ?? {}
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
