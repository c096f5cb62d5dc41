// The library and what runs by itself: found, filtered, opened by its address, deleted; schedules and
// webhooks made, changed, tested and deleted at the page.

import type { Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { startPlayground } from './playground.ts'
import { fillLibrary } from './states.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test('videos are found by state and words, opened by their address, and deleted together', async () => {
  const { page, key, mishaps } = await playground.visit()
  await fillLibrary(key, playground)
  await page.getByRole('link', { name: 'Library' }).click()
  const tiles = page.locator('.tile')
  await expect.poll(() => tiles.count()).toBe(7)
  // Real shapes: the tall ones are taller than they are wide.
  const tall = await tiles.filter({ hasText: 'A tailor' }).boundingBox()
  expect((tall?.height ?? 0) > (tall?.width ?? 0)).toBe(true)
  // Pictures are small images, not whole videos.
  await page.locator('.tile img').first().waitFor()

  await page.getByRole('radio', { name: 'Failed' }).check()
  await expect.poll(() => tiles.count()).toBe(2)
  await tiles.getByText('Content policy').waitFor()
  await tiles.getByText('Broke off').waitFor()
  await page.getByRole('radio', { name: 'All', exact: true }).check()
  await page.getByLabel('Search in prompts and ids').fill('lisbon')
  await expect.poll(() => tiles.count()).toBe(1)
  await tiles.getByRole('link').click()
  await page.getByRole('link', { name: 'Download' }).waitFor()
  expect(page.url()).toMatch(/\/v\/video_\w+$/)
  // The address alone is enough for whoever has the key.
  await page.reload()
  await page.getByRole('link', { name: 'Download' }).waitFor()

  await page.goBack()
  await page.getByRole('button', { name: 'Select' }).click()
  await expect.poll(() => tiles.count()).toBe(7)
  await page.getByLabel('Choose Koi circle').check()
  await page.getByLabel('Choose A market').check()
  await page.getByRole('button', { name: 'Delete 2' }).click()
  expect(await tiles.count()).toBe(7)
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect.poll(() => tiles.count()).toBe(5)
  const answer = await playground.gateway.fetch('/v1/videos', key)
  expect(((await answer.json()) as { data: unknown[] }).data).toHaveLength(5)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('an answer that comes late for a filter that is gone changes nothing', async () => {
  const { page, key } = await playground.visit()
  await fillLibrary(key, playground)
  await page.goto(`${playground.gateway.url}/library`)
  const tiles = page.locator('.tile')
  await expect.poll(() => tiles.count()).toBe(7)
  const held: Route[] = []
  await page.route(/status=failed/, (route) => void held.push(route))
  await page.getByRole('radio', { name: 'Failed' }).check()
  await expect.poll(() => held.length).toBe(1)
  const asked = page.waitForResponse(/status=completed/)
  await page.getByRole('radio', { name: 'Ready' }).check()
  await asked
  await expect.poll(() => tiles.count()).toBe(5)
  const late = page.waitForResponse(/status=failed/)
  await held[0]?.continue()
  await late
  await page.getByRole('radio', { name: 'All', exact: true }).check()
  await expect.poll(() => tiles.count()).toBe(7)
  await page.context().close()
})

test('a schedule is made in words, in its own zone, changed, run and deleted', async () => {
  const { page, key, mishaps } = await playground.visit({ path: 'automations' })
  await page.getByRole('button', { name: 'New schedule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Prompt').fill('Sunrise over the harbour [slow:5]')
  await dialog.getByLabel('How often').selectOption('weekdays')
  await dialog.getByLabel('At', { exact: true }).fill('08:30')
  await dialog.getByLabel('Time zone').selectOption('Asia/Tokyo')
  await dialog.getByText('Monday to Friday at 8:30 AM').waitFor()
  // Three times, as a clock on the wall there shows them.
  const shown = await dialog.getByText(/Next: /).innerText()
  expect(shown.slice(shown.indexOf('Next')).match(/8:30 AM/g)).toHaveLength(3)
  await dialog.getByRole('button', { name: 'Save' }).click()

  const card = page.getByRole('listitem').filter({ hasText: 'Sunrise over the harbour' })
  await card.getByText('Asia/Tokyo').waitFor()
  expect((await card.getByText(/Next: /).innerText()).match(/8:30 AM/g)).toHaveLength(3)
  expect(await listOf(key, 'schedules')).toMatchObject([
    { cron: '30 8 * * 1-5', timezone: 'Asia/Tokyo' },
  ])
  await card.getByRole('button', { name: 'Pause' }).click()
  await card.getByText('paused').waitFor()
  await card.getByRole('button', { name: 'Edit' }).click()
  await dialog.getByLabel('How often').selectOption('custom')
  await dialog.getByLabel('Cron expression').fill('*/15 * * * *')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await card.getByText('Every 15 minutes').waitFor()
  await card.getByRole('button', { name: 'Run now' }).click()
  await card.getByRole('link', { name: 'Show the video' }).waitFor()
  await card.getByRole('button', { name: 'Delete' }).click()
  await card.getByRole('button', { name: 'Delete for good' }).click()
  await page.getByText('No schedules.').waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a webhook is made, its secret shown once, tested, and what it was told is told again', async () => {
  const { relay } = playground
  const { page, key, mishaps } = await playground.visit({ path: 'automations' })
  await page.getByRole('button', { name: 'New webhook' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill(`${relay.origin}/hook`)
  await dialog.getByLabel('Name').fill('Shop')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/^whsec_/).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  const card = page.getByRole('listitem').filter({ hasText: 'Shop' }).first()
  await card.getByRole('button', { name: 'Send a test' }).click()
  await card.getByText('It answered HTTP 200.').waitFor()
  expect(await page.getByText(/^whsec_/).count()).toBe(0)

  const body = JSON.stringify({ prompt: 'A film that is told of [fail:moderation]' })
  await playground.gateway.fetch('/v1/videos', key, { method: 'POST', body })
  const [endpoint] = await listOf(key, 'webhook_endpoints')
  const deliveries = `webhook_endpoints/${endpoint?.id}/deliveries`
  const state = async () => (await listOf(key, deliveries))[0]?.state
  await expect.poll(state, { timeout: 20_000 }).toBe('delivered')
  await page.reload()
  await card.getByText('delivered').waitFor()
  await card.getByRole('button', { name: 'Replay' }).click()
  // It may have left before the page looks again.
  await expect.poll(() => page.getByText('Will be delivered again').count()).toBe(1)
  await expect.poll(state).toBe('delivered')
  await card.getByRole('button', { name: 'Delete' }).click()
  await card.getByRole('button', { name: 'Delete for good' }).click()
  await page.getByText('No webhooks.').waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

interface Entry {
  readonly id: string
  readonly state?: string
}

async function listOf(key: string, what: string): Promise<readonly Entry[]> {
  const answer = await playground.gateway.fetch(`/v1/${what}`, key)
  return ((await answer.json()) as { data: readonly Entry[] }).data
}
