// The key: where it is kept, what it opens, and what a page without one says. And the language of the
// page, and what is said of the gateway as a whole.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { generate, startPlayground } from './playground.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test('a key in the address is taken, removed at once, and kept for the tab', async () => {
  const { page, key, mishaps } = await playground.visit()
  expect(page.url()).toBe(`${playground.gateway.url}/`)
  await page.reload()
  await page.getByLabel('Prompt').waitFor()
  expect(await readStorage(page, 'localStorage')).not.toContain(key)
  expect(await readStorage(page, 'sessionStorage')).toContain(key)

  await page.getByRole('button', { name: /^Key:/ }).click()
  await page.getByRole('button', { name: 'Forget it' }).click()
  await page.getByLabel('API key').waitFor()
  expect(await readStorage(page, 'sessionStorage')).not.toContain(key)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('away from this machine, a key in the address is taken only when the visitor says so', async () => {
  const visitor = await playground.visit({ isOut: true })
  const { key: strange } = await playground.gateway.createKey()
  const page = await visitor.page.context().newPage()
  const site = 'http://video.example'
  await page.route(`${site}/**`, async (route) => {
    const url = route.request().url().replace(site, playground.gateway.url)
    await route.fulfill({ response: await route.fetch({ url }) })
  })
  await page.goto(site)
  await page.getByLabel('API key').fill(visitor.key)
  await page.getByLabel('Remember on this device').check()
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByLabel('Prompt').waitFor()

  const asked: string[] = []
  page.once('dialog', (dialog) => {
    asked.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto(`${site}/#key=${strange}`)
  await expect.poll(() => page.url()).toBe(`${site}/`)
  expect(asked).toEqual([expect.stringContaining('what you make and pay')])
  expect(await readStorage(page, 'localStorage')).toContain(visitor.key)
  expect(await readStorage(page, 'sessionStorage')).not.toContain(strange)

  page.once('dialog', (dialog) => void dialog.accept())
  await page.goto(`${site}/#key=${strange}`)
  await expect.poll(() => readStorage(page, 'sessionStorage')).toContain(strange)
  // What the page still reads, its stream of events among it, ends with the page and not with an error.
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.context().close()
})

test('what is wrong with a key stands at its field; a good one is remembered only when asked', async () => {
  const { page, key } = await playground.visit({ isOut: true })
  const field = page.getByLabel('API key')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByText('Paste the key first').waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  await field.fill('rk_wrong')
  await field.press('Enter')
  await page.getByText('This key is not valid').waitFor()
  expect(await field.getAttribute('aria-describedby')).toBe('api-key-hint')

  await field.fill(key)
  await page.getByLabel('Remember on this device').check()
  await field.press('Enter')
  await page.getByLabel('Prompt').waitFor()
  expect(await readStorage(page, 'localStorage')).toContain(key)
  await page.context().close()
})

test('a key that may only look is shown no price and no way to generate', async () => {
  const { page } = await playground.visit({ key: { scopes: ['read'] } })
  await page.getByText('This key may look, but not generate.').waitFor()
  expect(await page.getByText('up to $').count()).toBe(0)
  const generateButton = page.getByRole('button', { name: 'Generate', exact: true })
  expect(await generateButton.getAttribute('aria-disabled')).toBe('true')
  expect(await page.getByRole('link', { name: 'Automations' }).count()).toBe(0)
  await page.context().close()
})

test('usage is shown against the budget, with what is held and why', async () => {
  const { page } = await playground.visit({ key: { name: 'Shop', budget_usd: 2 } })
  await generate(page, 'A film that costs [slow:700]')
  const meter = page.getByRole('meter')
  await expect.poll(() => meter.getAttribute('aria-valuenow')).toBe('0.4')
  await page.getByRole('link', { name: 'Usage' }).click()
  await page.getByText('$0.00 spent, $0.40 held of $2.00').waitFor()
  await page.getByText('Nothing real was paid').waitFor()
  await page.getByText('is being made').waitFor()
  await page.getByRole('link', { name: 'A film that costs' }).click()
  await page.getByRole('link', { name: 'Download' }).waitFor()
  await page.getByRole('link', { name: 'Usage' }).click()
  await page.getByText('$0.40 spent of $2.00').waitFor()
  await page.getByRole('row', { name: /^sora-2 1 1 0 \$0\.40$/ }).waitFor()
  await page.context().close()
})

test('the page speaks Chinese to a Chinese browser, and English when it is told to', async () => {
  const { page, mishaps } = await playground.visit({ context: { locale: 'zh-CN' } })
  await page.getByRole('heading', { name: '想看到什么？' }).waitFor()
  expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN')
  await page.getByLabel('提示词').fill('一只纸船 [fail:moderation]')
  await page.getByRole('button', { name: '生成', exact: true }).click()
  await page.getByRole('heading', { name: '被中继的内容政策拒绝' }).waitFor()
  await page.getByRole('button', { name: /^密钥：/ }).click()
  await page.getByLabel('语言').selectOption('en')
  await page.getByRole('heading', { name: 'What do you want to see?' }).waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a gateway on a simulator says so, and where an address leads nowhere the page says so, too', async () => {
  const { page } = await playground.visit()
  await page.getByText('nothing is paid, videos are test patterns').waitFor()
  for (const path of ['library', 'automations', 'usage', 'console', 'share', 'v/video_nobody']) {
    const answer = await fetch(`${playground.gateway.url}/${path}`)
    expect(answer.status, path).toBe(200)
    expect(await answer.text(), path).toContain('<div id="app">')
  }
  await page.goto(`${playground.gateway.url}/v/video_nobody`)
  await page.getByText('It is not there').waitFor()
  await page.context().close()
})

test('the documentation is there as text', async () => {
  const index = await (await fetch(`${playground.gateway.url}/llms.txt`)).text()
  const paths = [...index.matchAll(/\]\((\/docs\/[\w-]+\.md)\)/g)].map(([, path]) => path ?? '')
  expect(paths.length).toBeGreaterThan(8)
  for (const path of paths) {
    const answer = await fetch(playground.gateway.url + path)
    expect(answer.status, path).toBe(200)
    expect(await answer.text(), path).toMatch(/^# /)
  }
})

async function readStorage(page: Page, name: 'localStorage' | 'sessionStorage'): Promise<string> {
  return await page.evaluate<string>(`JSON.stringify({...${name}})`)
}
