// The four main states on a phone and on a desk, light and dark, as pictures to look at:
// `node test/browser/screenshots.ts [folder]`. Not a test: taste has no assertion.

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { generate, startPlayground } from './playground.ts'

const PROMPT = 'A paper boat drifts down a rainy street at dusk, filmed from just above the water'

const states: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async empty() {},
  async running(page) {
    await generate(page, `${PROMPT} [slow:1500]`)
    await page.getByText('36 %').first().waitFor()
  },
  async done(page) {
    for (const shape of ['1280x720', '720x1280']) {
      await page.getByLabel('Size').selectOption(shape)
      await generate(page, `${PROMPT} [slow:20] (${shape})`)
      await page
        .locator('.caption', { hasText: `(${shape})` })
        .getByRole('button', { name: 'Remix', exact: true })
        .waitFor()
      await page.locator('.screen video').evaluate(waitForFrame)
    }
    await page.getByLabel('Size').selectOption('1280x720')
    await generate(page, `${PROMPT} [slow:20] (1280x720)`)
    await page.getByText('From the cache').waitFor()
    await page.locator('.screen video').evaluate(waitForFrame)
  },
  async failed(page) {
    await generate(page, `${PROMPT} [slow:20] [fail:moderation]`)
    await page.getByRole('alert').first().waitFor()
  },
}

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'reelay-screenshots-')))
const playground = await startPlayground()
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    for (const [state, reach] of Object.entries(states)) {
      const context = { colorScheme, viewport: { width, height: width === 390 ? 844 : 860 } }
      const { page, mishaps } = await playground.visit({ context, key: { budget_usd: 20 } })
      await reach(page)
      await page.waitForTimeout(300)
      const path = join(folder, `${state}-${width}-${colorScheme}.png`)
      await page.screenshot({ path, fullPage: true })
      console.log(path, ...mishaps)
      await page.context().close()
    }
  }
}
await playground.close()

async function waitForFrame(video: { readyState: number }): Promise<void> {
  while (video.readyState < 3) await new Promise((resolve) => setTimeout(resolve, 50))
}
