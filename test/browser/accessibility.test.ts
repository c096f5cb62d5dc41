// The page for people who do not see it or do not use a mouse: axe in every state that is looked at,
// light and dark; one whole run with nothing but keys; targets that can be hit; no scrolling sideways.

import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { generate, startPlayground } from './playground.ts'
import { states } from './states.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test.for(Object.entries(states))(
  'axe finds nothing serious, light or dark: %s',
  async ([name, reach]) => {
    const context = { colorScheme: 'light', viewport: { width: 1280, height: 860 } } as const
    const visitor = await playground.visit({ context, key: { budget_usd: 20 } })
    const { page } = visitor
    await reach(visitor, playground)
    // Scalar's own parts are its makers' to mend.
    const scope = name === 'reference' ? '.bar' : 'body'
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      expect(await findViolations(page, scope), colorScheme).toEqual([])
    }
    if (name !== 'reference') expect(await findSmallTargets(page)).toEqual([])
    await page.context().close()
  },
)

test('a phone shows every state without scrolling sideways', async () => {
  const context = { viewport: { width: 390, height: 844 } }
  const visitor = await playground.visit({ context })
  const { page } = visitor
  for (const state of ['create', 'library', 'automations', 'usage', 'console'] as const) {
    await page.goto(`${playground.gateway.url}/`)
    await states[state]?.(visitor, playground)
    expect(await readWidth(page), state).toBe(390)
  }
  await page.goto(`${playground.gateway.url}/`)
  await page.setViewportSize({ width: 320, height: 800 })
  await generate(page, `${'Unbreakable'.repeat(20)} [slow:5]`)
  await page.getByRole('link', { name: 'Download' }).waitFor()
  expect(await readWidth(page)).toBe(320)
  await page.context().close()
})

test('a video is made, watched and deleted with the keyboard alone', async () => {
  const { page, key, mishaps } = await playground.visit({ isOut: true })
  const { keyboard } = page
  await tabTo(page, 'api-key')
  await keyboard.insertText(key)
  await keyboard.press('Enter')
  await page.getByLabel('Prompt').waitFor()
  await tabTo(page, 'prompt')
  await keyboard.type('Made by keys [slow:1000]')
  await tabTo(page, 'size')
  await keyboard.press('ArrowRight')
  await page.getByLabel('Prompt').focus()
  await keyboard.press('Control+Enter')
  await page.getByRole('progressbar').waitFor()
  // Sending must not throw anybody off where they are.
  expect(await readFocus(page)).toBe('prompt')

  await page.getByRole('link', { name: 'Download' }).waitFor()
  await expect.poll(() => page.getByText('The video is ready').count()).toBe(1)
  await tabTo(page, 'Delete')
  await keyboard.press('Enter')
  expect(await readFocus(page)).toBe('Delete for good')
  await keyboard.press('Enter')
  await page.getByRole('list', { name: 'Ideas' }).waitFor()
  // The button is gone; the focus is where the next thing will be.
  await expect.poll(() => readFocus(page)).toBe('stage')
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('who wants less motion gets none, and no video that starts by itself', async () => {
  const { page } = await playground.visit({ context: { reducedMotion: 'reduce' } })
  await generate(page, 'A film at rest [slow:20]')
  const video = page.locator('#player')
  await video.waitFor()
  expect(await video.evaluate((player: { autoplay: boolean }) => player.autoplay)).toBe(false)
  await page.context().close()
})

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

async function findViolations(page: Page, scope: string): Promise<readonly string[]> {
  // Past the policy, which rightly stops a script tag.
  await page.evaluate(axe.source)
  const violations = await page.evaluate<Violation[]>(
    `axe.run(${JSON.stringify(scope)}).then(({ violations }) => violations)`,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`)
}

/** Controls smaller than 24 by 24, WCAG 2.2's least; links within a sentence may be. */
async function findSmallTargets(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(`
    [...document.querySelectorAll('a, button, select, summary, input:not([type=radio], [type=checkbox], [type=file])')]
      .filter((node) => node.checkVisibility() && !node.closest('.skip, p, dd, blockquote'))
      .filter((node) => { const { width, height } = node.getBoundingClientRect(); return width < 24 || height < 24 })
      .map((node) => node.outerHTML.slice(0, 120))
  `)
}

/** Presses Tab until the focus is on what has this id, name or text. */
async function tabTo(page: Page, target: string): Promise<void> {
  const passed: string[] = []
  while (passed.length < 50) {
    await page.keyboard.press('Tab')
    const focus = await readFocus(page)
    if (focus === target) return
    passed.push(focus)
  }
  throw new Error(`Tab never reached ${target}; it went ${passed.join(', ')}.`)
}

async function readFocus(page: Page): Promise<string> {
  return await page.evaluate<string>(
    'document.activeElement.id || document.activeElement.name || document.activeElement.textContent.trim()',
  )
}

async function readWidth(page: Page): Promise<number> {
  return await page.evaluate<number>('document.documentElement.scrollWidth')
}
