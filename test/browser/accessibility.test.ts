// The page for people who do not see it or do not use a mouse: axe in the four main states, light and
// dark, and one whole run with nothing but keys.

import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { generate, startPlayground } from './playground.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  empty: (page) => page.getByText('It will play here.').waitFor(),
  async running(page) {
    await generate(page, 'A film being made [slow:2000]')
    await page.getByRole('log', { name: 'Events' }).getByText('Sent to the relay').waitFor()
  },
  async done(page) {
    await generate(page, 'A film that is done [slow:5]')
    await page.getByRole('button', { name: 'Remix', exact: true }).click()
    await page.getByText('Image reference').click()
  },
  async failed(page) {
    await generate(page, 'A film that fails [fail:moderation]')
    await page.getByRole('alert').waitFor()
  },
}

describe.for(['light', 'dark'] as const)('%s', (colorScheme) => {
  test.for(Object.entries(states))('axe finds nothing serious when %s', async ([, reach]) => {
    const context = { colorScheme, viewport: { width: 1280, height: 860 } }
    const { page } = await playground.visit({ context, key: { budget_usd: 20 } })
    await reach(page)
    expect(await findViolations(page)).toEqual([])
    await page.context().close()
  })

  test('axe finds nothing serious in the reference', async () => {
    const { page } = await playground.visit({ context: { colorScheme } })
    await page.goto(`${playground.gateway.url}/docs`)
    await page.getByRole('heading', { name: 'Generate a video', exact: true }).waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.context().close()
  })
})

test('a phone shows the page without scrolling sideways', async () => {
  for (const width of [320, 390]) {
    const context = { viewport: { width, height: 800 } }
    const { page } = await playground.visit({ context })
    await generate(page, `${'Unbreakable'.repeat(20)} [slow:5]`)
    await page.getByRole('link', { name: 'Download' }).waitFor()
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width)
    await page.context().close()
  }
})

test('a video is made, watched and deleted with the keyboard alone', async () => {
  const { page, key, mishaps } = await playground.visit()
  await page.reload()
  const { keyboard } = page

  await tabTo(page, 'api-key')
  await keyboard.insertText(key)
  await page.getByRole('option', { name: 'sora-2', exact: true }).waitFor({ state: 'attached' })
  await tabTo(page, 'prompt')
  await keyboard.type('Made by keys [slow:400]')
  await tabTo(page, 'size')
  await keyboard.press('ArrowDown')
  await tabTo(page, 'Generate')
  await keyboard.press('Enter')
  await page.getByRole('progressbar').waitFor()
  // Sending must not throw anybody off the button they pressed.
  expect(await readFocus(page)).toBe('Generate')

  await page.getByRole('link', { name: 'Download' }).waitFor()
  await expect.poll(() => page.getByText('The video is ready').textContent()).not.toBe('')
  await tabTo(page, 'Delete')
  await keyboard.press('Enter')
  expect(await readFocus(page)).toBe('Delete for good')
  await keyboard.press('Enter')
  await page.getByText('It will play here.').waitFor()
  // The button is gone; the focus is where the next thing will be.
  expect(await readFocus(page)).toBe('Result')
  expect(mishaps).toEqual([])
  await page.context().close()
})

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

async function findViolations(page: Page): Promise<readonly string[]> {
  // Past the policy, which rightly stops a script tag.
  await page.evaluate(axe.source)
  const violations = await page.evaluate<Violation[]>(
    'axe.run().then(({ violations }) => violations)',
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

/** Presses Tab until the focus is on what has this id or text. */
async function tabTo(page: Page, target: string): Promise<void> {
  const passed: string[] = []
  while (passed.length < 40) {
    await page.keyboard.press('Tab')
    const focus = await readFocus(page)
    if (focus === target) return
    passed.push(focus)
  }
  throw new Error(`Tab never reached ${target}; it went ${passed.join(', ')}.`)
}

async function readFocus(page: Page): Promise<string> {
  return await page.evaluate<string>(
    'document.activeElement.id.replace("stage-title", "").replace("generate", "") || document.activeElement.textContent.trim()',
  )
}
