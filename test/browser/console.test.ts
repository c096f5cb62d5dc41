// The operator's desk: why did a video fail, what did it cost, what now; keys; how it all does.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { startPlayground } from './playground.ts'
import { openConsole } from './states.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test('an operator finds why, what it cost and what now within three clicks', async () => {
  const { page, key, mishaps } = await playground.visit()
  const body = JSON.stringify({ prompt: 'A private wish [cut:60] [slow:5]' })
  const headers = { prefer: 'wait=10' }
  await playground.gateway.fetch('/v1/videos', key, { method: 'POST', body, headers })
  await openConsole(page, playground)

  await page.getByRole('button', { name: 'Videos' }).click()
  await page.getByRole('row').filter({ hasText: 'Broke off' }).getByRole('button').click()
  // Why, what it costs, what now: on one screen.
  await page.getByRole('heading', { name: 'The relay’s answer broke off' }).waitFor()
  await page.getByText('$0.40 held').waitFor()
  await page.getByText('Look for it in the relay’s console').waitFor()
  await page.getByText('The relay’s last words').waitFor()
  await page.getByRole('button', { name: 'Not charged' }).click()
  await page.getByRole('button', { name: 'Really?' }).click()
  await page.getByText('Nothing was charged').first().waitFor()
  // What people asked for is none of an operator's business.
  expect(await page.getByText('A private wish').count()).toBe(0)
  // The address of what is seen can be passed on.
  expect(page.url()).toMatch(/\/console\/video_/)
  await page.reload()
  await page.getByRole('heading', { name: 'The relay’s answer broke off' }).waitFor()
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('heading', { name: 'The relay’s answer broke off' }).waitFor({
    state: 'detached',
  })
  expect(page.url()).toMatch(/\/console\/videos$/)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('what is in doubt is settled in a list, on a phone without looking for its buttons', async () => {
  const width = 390
  const { page, key } = await playground.visit({ context: { viewport: { width, height: 844 } } })
  const body = JSON.stringify({ prompt: 'Another wish [cut:60] [slow:5]' })
  const headers = { prefer: 'wait=10' }
  await playground.gateway.fetch('/v1/videos', key, { method: 'POST', body, headers })
  await openConsole(page, playground)
  await page.getByRole('button', { name: 'In doubt', exact: true }).click()
  const row = page.getByRole('row').filter({ hasText: 'Broke off' })
  for (const name of ['Charged', 'Not charged']) {
    const box = await row.getByRole('button', { name, exact: true }).boundingBox()
    expect(box === null ? Infinity : box.x + box.width).toBeLessThanOrEqual(width)
  }
  await row.getByRole('button', { name: 'Charged', exact: true }).click()
  await row.getByRole('button', { name: 'Really?' }).click()
  await row.waitFor({ state: 'detached' })
  const usage = await playground.gateway.fetch('/v1/usage', key)
  expect(await usage.json()).toMatchObject({ key: { spent_usd: 0.4, held_usd: 0 } })
  await page.context().close()
})

test('a key is made, shown once, bounded, given a new secret and revoked', async () => {
  const { page, mishaps } = await playground.visit()
  await openConsole(page, playground)
  await page.getByRole('button', { name: 'Keys' }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Studio')
  await dialog.getByLabel('Account').fill('studio')
  // A slip of the keyboard must not make it a budget of nothing, which binds nothing.
  await dialog.getByLabel('Budget in US dollars').pressSequentially('12.5x')
  await dialog.getByLabel('Begins anew').selectOption('month')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const secret = await dialog.locator('.secret').innerText()
  expect(secret).toMatch(/^rk_/)
  const usage = await playground.gateway.fetch('/v1/usage', secret)
  expect(await usage.json()).toMatchObject({
    key: { name: 'Studio', limits: { budget_usd: 12.5, budget_period: 'month' } },
  })
  await dialog.getByRole('button', { name: 'Close' }).click()

  const row = page.getByRole('row').filter({ hasText: 'Studio' })
  await row.getByText('$0.00 spent of $12.50').waitFor()
  await row.getByRole('button', { name: 'Edit' }).click()
  await dialog.getByLabel('Requests a minute').fill('7')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await row.getByText('7 a minute').waitFor()
  await row.getByRole('button', { name: 'New secret' }).click()
  await row.getByRole('button', { name: 'Really?' }).click()
  expect(await dialog.locator('.secret').innerText()).not.toBe(secret)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await row.getByRole('button', { name: 'Revoke' }).click()
  await row.getByRole('button', { name: 'Really?' }).click()
  await row.getByText('revoked').waitFor()
  // What costs money asks afresh.
  const body = JSON.stringify({ prompt: 'Too late' })
  const order = await playground.gateway.fetch('/v1/videos', secret, { method: 'POST', body })
  expect(order.status).toBe(401)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('what is not changed of a key stays, to the second', async () => {
  const { page } = await playground.visit()
  const endsAt = Math.floor(Date.now() / 1000) + 86_400
  await playground.gateway.createKey({ name: 'Keeper', expires_at: endsAt, ip_allow: ['::/0'] })
  await openConsole(page, playground)
  await page.getByRole('button', { name: 'Keys' }).click()
  const row = page.getByRole('row').filter({ hasText: 'Keeper' })
  await row.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Videos at once').fill('3')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  const { url, adminToken } = playground.gateway
  const headers = { authorization: `Bearer ${adminToken}` }
  const answer = await fetch(`${url}/admin/keys?limit=100`, { headers })
  const { data } = (await answer.json()) as { data: readonly { name: string }[] }
  expect(data.find(({ name }) => name === 'Keeper')).toMatchObject({
    concurrency: 3,
    expires_at: endsAt,
    ip_allow: ['::/0'],
  })
  await page.context().close()
})

test('an overview is shown as it is told', async () => {
  const { page } = await playground.visit()
  const relay = {
    id: 'main',
    kind: 'chat',
    state: 'ok',
    suspended_accounts: 0,
    completed: 9,
    failed: 3,
  }
  const figures = {
    success_rate: 0.75,
    p50_seconds: 61,
    p95_seconds: 240,
    failures: { quota: 2, timeout: 1 },
  }
  const overview = {
    object: 'admin.overview',
    source: 'accounts',
    accounts: { asked: 3, not_reached: 1, are_all: true },
    running: 4,
    held_usd: 1.5,
    in_doubt_usd: 0.8,
    spent_today_usd: 12,
    relays: [{ ...relay, ...figures }],
  }
  await page.route('**/admin/overview', (route) => route.fulfill({ json: overview }))
  await openConsole(page, playground)
  await page.getByText('75% made in 24 h').waitFor()
  expect(await page.locator('.figures .figure').allTextContents()).toEqual([
    '4',
    '$12.00',
    '$1.50',
    '$0.80',
  ])
  await page.getByText('From all 3 accounts. 1 did not answer.').waitFor()
  await page.getByText('Out of credit').waitFor()
  await page
    .getByRole('button', { name: /in doubt/ })
    .first()
    .waitFor()

  await page.getByRole('button', { name: 'Settings check' }).click()
  await page.getByText('The bucket answers').waitFor()
  await page.context().close()
})

test('a wrong token opens nothing, and says so at its field', async () => {
  const { page } = await playground.visit({ path: 'console', isOut: true })
  await page.getByLabel('ADMIN_TOKEN').fill('not-the-token')
  await page.getByRole('button', { name: 'Open the console' }).click()
  await page.getByRole('alert').getByText('ADMIN_TOKEN').waitFor()
  expect(await page.getByRole('button', { name: 'Keys' }).count()).toBe(0)
  await page.context().close()
})
