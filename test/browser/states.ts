// The states of the page that are looked at, by people as pictures and by axe; and how each is reached.

import type { Page } from 'playwright-core'
import { generate, type Playground, type Visitor } from './playground.ts'

const PROMPT = 'A paper boat drifts down a rainy street at dusk, filmed from just above the water'

type Reach = (visitor: Visitor, playground: Playground) => Promise<unknown>

export const states: Readonly<Record<string, Reach>> = {
  async welcome({ page }) {
    await page.getByRole('button', { name: /^Key:/ }).click()
    await page.getByRole('button', { name: 'Forget it' }).click()
    await page.getByLabel('API key').waitFor()
  },
  async create({ page }) {
    await page.getByRole('heading', { name: 'What do you want to see?' }).waitFor()
  },
  async running({ page }) {
    await generate(page, `${PROMPT} [slow:1500]`)
    await page.getByText('36 %').first().waitFor()
  },
  async done({ page }) {
    await generate(page, `${PROMPT} [slow:20]`)
    await showsFrame(page)
  },
  async code({ page }) {
    await generate(page, `${PROMPT} [slow:20]`)
    await page.getByRole('button', { name: 'Code' }).click()
    await page.getByRole('tab', { name: 'TypeScript' }).click()
    await showsFrame(page)
  },
  async failed({ page }) {
    await generate(page, `${PROMPT} [slow:20] [fail:moderation]`)
    await page.getByRole('heading', { name: 'Refused by the relay’s content policy' }).waitFor()
  },
  async cancelled({ page }) {
    await generate(page, `${PROMPT} [slow:2000]`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { name: 'Cancelled' }).waitFor()
  },
  async library({ page, key }, playground) {
    await fillLibrary(key, playground)
    await page.getByRole('link', { name: 'Library' }).click()
    await page.locator('.tile img').nth(4).waitFor()
  },
  async automations({ page, key }, playground) {
    await fillAutomations(key, playground)
    await page.getByRole('link', { name: 'Automations' }).click()
    await page.getByText('Monday to Friday at 9:00 AM').waitFor()
  },
  async usage({ page, key }, playground) {
    await fillLibrary(key, playground)
    await page.getByRole('link', { name: 'Usage' }).click()
    await page.getByRole('table').waitFor()
  },
  async console({ page, key }, playground) {
    await fillLibrary(key, playground)
    await openConsole(page, playground)
    await page.getByRole('button', { name: 'In doubt', exact: true }).click()
    await page.getByRole('table').waitFor()
  },
  async reference({ page }, playground) {
    await page.goto(`${playground.gateway.url}/docs`)
    await page.getByRole('heading', { name: 'Authentication' }).first().waitFor()
  },
}

export async function openConsole(page: Page, { gateway }: Playground): Promise<void> {
  await page.goto(`${gateway.url}/console`)
  await page.getByLabel('ADMIN_TOKEN').fill(gateway.adminToken)
  await page.getByRole('button', { name: 'Open the console' }).click()
  await page.getByRole('button', { name: 'In doubt', exact: true }).waitFor()
}

export async function showsFrame(page: Page): Promise<void> {
  const video = page.locator('#player')
  await video.waitFor()
  await video.evaluate(async (player: { readyState: number }) => {
    while (player.readyState < 3) await new Promise((resolve) => setTimeout(resolve, 50))
  })
}

/** Several shapes, a failure, one in doubt. */
export async function fillLibrary(key: string, { gateway }: Playground): Promise<void> {
  const asked = [
    ['A lighthouse in a storm, seen from the sea', '1280x720'],
    ['A tailor threads a needle, close up, warm light', '720x1280'],
    ['Kites over a beach, early morning, long shadows', '1280x720'],
    ['A tram climbs a steep street in Lisbon', '720x1280'],
    ['Koi circle under falling petals', '1280x720'],
    ['A market at night, neon in puddles [fail:moderation]', '1280x720'],
    ['Snow on a quiet platform [cut:60]', '720x1280'],
  ] as const
  await Promise.all(
    asked.map(([prompt, size]) =>
      gateway
        .fetch('/v1/videos', key, {
          method: 'POST',
          headers: { prefer: 'wait=20' },
          body: JSON.stringify({ prompt: `${prompt} [slow:5]`, size }),
        })
        .then((answer) => answer.text()),
    ),
  )
}

async function fillAutomations(key: string, { gateway, relay }: Playground): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await gateway.fetch(path, key, { method: 'POST', body: JSON.stringify(body) })
    return (await answer.json()) as { id: string }
  }
  await post('/v1/schedules', {
    name: 'Morning clip for the shop',
    cron: '0 9 * * 1-5',
    timezone: 'Europe/Berlin',
    request: { prompt: 'The window of a small bookshop at sunrise' },
  })
  await post('/v1/schedules', {
    name: 'Every quarter of an hour',
    cron: '*/15 * * * *',
    request: { prompt: 'A clock face' },
    paused: true,
  })
  await post('/v1/webhook_endpoints', {
    name: 'Shop',
    url: `${relay.origin}/hook`,
    event_types: ['video.completed', 'video.failed'],
  })
  await post('/v1/videos', { prompt: 'A film that is told of [fail:moderation]' })
}
