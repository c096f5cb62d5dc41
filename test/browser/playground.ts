// A gateway, its relay and a browser, started once for a file of tests; and a page with a key of
// its own for each test, so that no test sees another's videos.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { startGateway, type KeyOptions, type RunningGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { launchChromium } from './chromium.ts'

export interface Visitor {
  readonly page: Page
  readonly key: string
  /** Everything the page did wrong: uncaught errors, refusals by its own policy, dialogs. */
  readonly mishaps: readonly string[]
}

export interface VisitOptions {
  readonly key?: KeyOptions
  readonly context?: BrowserContextOptions
  /** Below the gateway's address. */
  readonly path?: string
  /** The key is made, but not entered. */
  readonly isOut?: boolean
}

export interface Playground {
  readonly gateway: RunningGateway
  readonly relay: RelaySimulator
  /** A fresh browser profile on the page, with a key of its own. */
  visit(options?: VisitOptions): Promise<Visitor>
  close(): Promise<void>
}

/** Slow enough to be seen running, quick enough to wait for. */
const STEP_MS = 150

export async function startPlayground({ stepMs = STEP_MS } = {}): Promise<Playground> {
  const relay = await startRelaySimulator({ stepMs })
  const gateway = await startGateway({ relay, vars: { RELAY_IS_SIMULATED: 'true' } })
  const browser: Browser = await launchChromium()
  return {
    gateway,
    relay,
    async visit(options = {}) {
      const { key } = await gateway.createKey(options.key)
      const context = await browser.newContext(options.context)
      const page = await context.newPage()
      const mishaps = watch(page)
      const address = `${gateway.url}/${options.path ?? ''}`
      await page.goto(options.isOut === true ? address : `${address}#key=${key}`)
      // The models are what the key opens.
      if (options.isOut !== true) await page.locator('.ways').waitFor()
      return { page, key, mishaps }
    },
    async close() {
      await browser.close()
      await gateway.close()
      await relay.close()
    },
  }
}

export async function generate(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('Prompt').fill(prompt)
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
}

function watch(page: Page): readonly string[] {
  const mishaps: string[] = []
  page.on('pageerror', (error) => mishaps.push(`uncaught: ${error.message}`))
  page.on('dialog', (dialog) => {
    mishaps.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) mishaps.push(`policy: ${message.text()}`)
  })
  return mishaps
}
