// What surrounds a video: the key and who may see it, the gallery, usage, schedules, deliveries.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { enterKey, generate, startPlayground } from './playground.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test('the gallery shows a page at a time', async () => {
  const { gateway } = playground
  const { key } = await gateway.createKey()
  for (let number = 0; number < 13; number++) {
    const body = JSON.stringify({ prompt: `Film ${number} [fail:moderation]` })
    await gateway.fetch('/v1/videos', key, { method: 'POST', body, headers: { prefer: 'wait=5' } })
  }
  const { page, mishaps } = await playground.visit()
  await enterKey(page, key)
  const tiles = page.locator('.tile')
  await expect.poll(() => tiles.count()).toBe(12)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect.poll(() => tiles.count()).toBe(13)
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'hidden' })
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('the key stays in memory unless it is to be remembered', async () => {
  const { page, key } = await playground.visit()
  expect(await readStorage(page)).not.toContain(key)
  await page.reload()
  expect(await page.getByLabel('API key').inputValue()).toBe('')

  await enterKey(page, key)
  await page.getByLabel('Remember on this device').check()
  await page.reload()
  expect(await page.getByLabel('API key').inputValue()).toBe(key)
  await page.getByLabel('Remember on this device').uncheck()
  expect(await readStorage(page)).not.toContain(key)
  await page.context().close()
})

test('a key in the address is taken and removed at once', async () => {
  const { page, key } = await playground.visit()
  await page.goto('about:blank')
  await page.goto(`${playground.gateway.url}/#key=${key}`)
  await page.getByRole('option', { name: 'sora-2', exact: true }).waitFor({ state: 'attached' })
  expect(await page.getByLabel('API key').inputValue()).toBe(key)
  expect(page.url()).toBe(`${playground.gateway.url}/`)
  await page.context().close()
})

test('a wrong key is told apart from a missing one', async () => {
  const { page } = await playground.visit()
  await page.getByLabel('API key').fill('rk_wrong')
  await page.getByRole('alert').getByText('The API key is not valid').waitFor()
  await page.getByLabel('API key').fill('')
  await page.getByRole('alert').waitFor({ state: 'detached' })
  await generate(page, 'A film without a key')
  const missing = page.getByRole('alert').getByText('There is no API key yet.')
  await expect.poll(() => missing.isVisible()).toBe(true)
  await page.context().close()
})

test('usage is shown against the budget, with what is held', async () => {
  const { page } = await playground.visit({ key: { name: 'Shop', budget_usd: 2 } })
  await page.getByText('$0.00 spent of $2.00').waitFor()
  await generate(page, 'A film that costs [slow:700]')
  await page.getByText('$0.00 spent, $0.40 held of $2.00').waitFor()
  await page.getByText('$0.40 spent of $2.00').waitFor()
  expect(await page.getByRole('meter').getAttribute('value')).toBe('0.4')
  await page.context().close()
})

test('a schedule is listed with its next run, paused and resumed', async () => {
  const { gateway } = playground
  const { key } = await gateway.createKey()
  const schedule = { name: 'Every morning', cron: '0 7 * * *', request: { prompt: 'Sunrise' } }
  const body = JSON.stringify(schedule)
  expect((await gateway.fetch('/v1/schedules', key, { method: 'POST', body })).status).toBe(201)
  const { page, mishaps } = await playground.visit()
  await enterKey(page, key)
  const line = page.getByRole('listitem').filter({ hasText: 'Every morning' })
  await line.getByText('0 7 * * * (UTC), next').waitFor()
  await line.getByRole('button', { name: 'Pause' }).click()
  await line.getByText('paused').waitFor()
  await line.getByRole('button', { name: 'Resume' }).click()
  await line.getByText('next').waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a delivery is listed with its answer and can be replayed', async () => {
  const { gateway, relay } = playground
  const { key } = await gateway.createKey()
  const endpoint = { name: 'Shop', url: `${relay.origin}/hook`, event_types: ['video.failed'] }
  const created = await gateway.fetch('/v1/webhook_endpoints', key, {
    method: 'POST',
    body: JSON.stringify(endpoint),
  })
  const { id } = (await created.json()) as { id: string }
  await gateway.fetch('/v1/videos', key, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'A film that is told of [fail:moderation]' }),
  })
  await expect
    .poll(async () => {
      const answer = await gateway.fetch(`/v1/webhook_endpoints/${id}/deliveries`, key)
      return ((await answer.json()) as { data: { state: string }[] }).data[0]?.state
    })
    .toBe('delivered')

  const { page, mishaps } = await playground.visit()
  await enterKey(page, key)
  const line = page.getByRole('listitem').filter({ hasText: 'video.failed to Shop' })
  await line.getByText('delivered, HTTP 200, 1 attempt').waitFor()
  await line.getByRole('button', { name: 'Replay' }).click()
  await line.getByText('pending').waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('panels that this key may not see stay away', async () => {
  const { page } = await playground.visit({ key: { scopes: ['read', 'generate'] } })
  await page.getByText('without a budget').waitFor()
  expect(await page.getByRole('heading', { name: 'Schedules' }).isVisible()).toBe(false)
  expect(await page.getByRole('alert').count()).toBe(0)
  await page.context().close()
})

test('a gateway on a simulator says so', async () => {
  const { page } = await playground.visit()
  const notice = page.getByText('This gateway talks to a built-in simulator; nothing is paid')
  await expect.poll(() => notice.isVisible()).toBe(true)
  await page.context().close()
})

async function readStorage(page: Page): Promise<string> {
  return await page.evaluate<string>('JSON.stringify([{...localStorage}, {...sessionStorage}])')
}
