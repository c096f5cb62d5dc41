// A stranger's first video, by clicks alone in the editor of a real n8n, whose gateway has one model that
// is not Sora. Leaves pictures of what was seen; with REELAY_PICTURES=1 those of the README.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import type { Browser, Page } from 'playwright-core'

import { launchChromium } from '../../browser/chromium.ts'
import { owner } from './n8nServer.ts'
import { findN8n, openSite, type Site } from './site.ts'

const models = [
  {
    id: 'veo-3.1',
    seconds: ['5', '8'],
    sizes: ['1920x1080', '1080x1920'],
    price_usd: { '5': 0.5, '8': 0.8 },
  },
]
const pictures =
  process.env['REELAY_PICTURES'] === undefined
    ? join(tmpdir(), 'reelay-pictures')
    : join(import.meta.dirname, '../../../n8n-node/pictures')

const found = await findN8n('2.41.1')
const skip = found instanceof Error ? found.message : false

describe('the editor of n8n 2.41.1', { skip }, () => {
  let site: Site
  let browser: Browser
  let page: Page

  before(async () => {
    await mkdir(pictures, { recursive: true })
    site = await openSite(found, { MODELS: JSON.stringify(models) })
    await site.start()
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    // Of no meaning but that it never passes, also where everything is slow.
    page.setDefaultTimeout(180_000)
  })
  after(async () => {
    await browser?.close()
    await site?.close()
  })

  const part = (id: string) => page.locator(`[data-test-id="${id}"]`)
  const choices = () => page.locator('[data-test-id="rlc-item"]:visible')
  /** Pictures of the README are named here; the others are for whoever looks into a red test. */
  const look = async (name: string) =>
    await page.screenshot({ path: join(pictures, `${name}.png`) })

  /** Opens a list of the panel and takes the entry with this text; the list is returned. */
  const choose = async (field: string, text: string) => {
    await part(`resource-locator-${field}`).locator('input').last().click()
    await choices().first().waitFor()
    const texts = (await choices().allTextContents()).map((one) => one.trim())
    if (field === 'length') await look('panel')
    await choices().getByText(text, { exact: true }).click()
    return texts
  }

  test('a stranger finds it by what it does, and enters address and key', async () => {
    await page.goto(`${site.home.url}/signin`)
    await page.locator('input[type=email]').fill(owner.email)
    await page.locator('input[type=password]').fill(owner.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => !url.pathname.includes('signin'))
    await page.goto(`${site.home.url}/workflow/new`)
    await part('canvas-add-button').locator('button').first().click()
    await part('node-creator-search-bar').fill('ai video')
    await part('node-creator-item-name').filter({ hasText: 'Reelay' }).first().click()
    await page.getByText(/^Actions \(/).click()
    await page.getByText('Generate video from text').click()
    await page.getByText('Connect to Reelay').click()
    await part('parameter-input-baseUrl').locator('input').first().fill(site.gateway.url)
    await part('parameter-input-apiKey').locator('input').first().fill(site.apiKey)
    await part('credential-save-button').click()
    await part('editCredential-modal').waitFor({ state: 'hidden' })
  })

  test('every list has what this gateway offers, with its price', async () => {
    const name = 'veo-3.1 · 5, 8 s · from $0.50'
    assert.deepEqual(await choose('model', name), [name])
    await part('parameter-input-prompt')
      .locator('textarea')
      .fill('A lighthouse in a storm, 35mm film')
    assert.deepEqual(await choose('length', '8 s · $0.80'), [
      "Model's Own: 5 s · $0.50",
      '5 s · $0.50',
      '8 s · $0.80',
    ])
    assert.deepEqual(await choose('shape', 'Portrait 9:16 · 1080 × 1920'), [
      "Model's Own: Landscape 16:9 · 1920 × 1080",
      'Landscape 16:9 · 1920 × 1080',
      'Portrait 9:16 · 1080 × 1920',
    ])
  })

  test('the video plays beside the panel, as it was asked for', async () => {
    await part('node-execute-button').click()
    await page.getByText(/veo-3\.1: completed, 100 %, took/).waitFor()
    await part('output-panel').getByRole('button', { name: 'View' }).click()
    const video = page.locator('video')
    await video.waitFor()
    await page.waitForFunction('document.querySelector("video")?.readyState === 4')
    await page.getByText('Node executed successfully').waitFor({ state: 'detached' })
    await look('video')
    const [paid] = site.relay.billed
    assert.equal(site.relay.billed.length, 1)
    assert.deepEqual([paid?.seconds, paid?.orientation], [8, 'portrait'])
  })
})
