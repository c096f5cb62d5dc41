// Thirty texts that would run a script where somebody forgot to escape: as prompts, as a relay's
// error messages, and as links. On this page they are text, and no link leaves http and https.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer } from '../relay/script.ts'
import type { Playground, Visitor } from './playground.ts'
import { startPlayground } from './playground.ts'

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(2)>',
  '<svg onload=alert(3)>',
  '<svg><script>alert(4)</script></svg>',
  '"><img src=x onerror=alert(5)>',
  `'><img src=x onerror=alert(6)>`,
  '</textarea><script>alert(7)</script>',
  '</title><script>alert(8)</script>',
  '<iframe srcdoc="<script>alert(9)</script>"></iframe>',
  '<iframe src="javascript:alert(10)"></iframe>',
  '<a href="javascript:alert(11)">press</a>',
  'javascript:alert(12)',
  'JaVaScRiPt:alert(13)',
  'java\tscript:alert(14)',
  '\u0001javascript:alert(15)',
  ' javascript:alert(16)',
  'data:text/html,<script>alert(17)</script>',
  'vbscript:msgbox(18)',
  'blob:https://evil.example/alert(19)',
  '//evil.example/alert(20).mp4',
  'https://evil.example//evil.example/alert(21).mp4',
  '<video src=x onerror=alert(22)>',
  '<details open ontoggle=alert(23)>',
  '<body onload=alert(24)>',
  '<math><mi xlink:href="javascript:alert(25)">x</mi></math>',
  '<style>@import "javascript:alert(26)"</style>',
  '<meta http-equiv=refresh content="0;url=javascript:alert(27)">',
  '${alert(28)}{{constructor.constructor("alert(28)")()}}',
  '<base href="https://evil.example/"><script src=alert29.js></script>',
  '<template><script>alert(30)</script></template><form action=javascript:alert(30)>',
] as const

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test('thirty hostile prompts and error messages are shown as text and run nothing', async () => {
  const { gateway, relay } = playground
  const { page, key, mishaps } = await playground.visit({ isOut: true })
  for (const text of hostile) {
    const error = { message: text, type: 'invalid_request_error', code: 'moderation_blocked' }
    relay.queueScenarios(() => answer(400, 'application/json', JSON.stringify({ error })))
    const body = JSON.stringify({ prompt: text })
    const headers = { prefer: 'wait=10' }
    const response = await gateway.fetch('/v1/videos', key, { method: 'POST', body, headers })
    expect(response.status).toBe(200)
  }
  await page.goto(`${gateway.url}/library#key=${key}`)
  await page.reload()
  const tiles = page.locator('.tile .open')
  await expect.poll(() => tiles.count()).toBe(24)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect.poll(() => tiles.count()).toBe(hostile.length)
  expect(await page.locator('.tile .words').allTextContents()).toEqual([...hostile].toReversed())

  const ids = await tiles.evaluateAll((nodes: { pathname: string }[]) =>
    nodes.map(({ pathname }) => pathname),
  )
  for (const [index, text] of [...hostile].toReversed().entries()) {
    await goTo(page, ids[index] ?? '')
    await expect.poll(() => page.locator('.about .prompt').textContent()).toBe(text)
    expect(await page.locator('.about .message').textContent()).not.toBe('')
    await page.getByRole('button', { name: 'Edit the prompt' }).click()
    expect(await page.getByLabel('Prompt').inputValue()).toBe(text)
  }
  await expectHarmless(page, mishaps)
  await page.context().close()
})

test('thirty hostile links become no link, no source and no request', async () => {
  const { page, mishaps } = await playground.visit()
  // Whatever answered in the gateway's place, the page must not trust it.
  const videos = hostile.flatMap((text, index) => [
    { ...lie(index, 'completed'), url: text },
    { ...lie(index, 'failed'), source_url: text },
  ])
  await page.route('**/v1/videos?**', (route) =>
    route.fulfill({ json: { object: 'list', data: videos, has_more: false } }),
  )
  await page.route(/\/v1\/videos\/lie_[a-z]+_\d+$/, (route) =>
    route.fulfill({ json: videos.find(({ id }) => route.request().url().endsWith(id)) }),
  )
  await page.route(/\/v1\/videos\/lie_[a-z]+_\d+\/events/, (route) => {
    const data = hostile.map((url, index) => toEvent({ offset: index + 1, type: 'preview', url }))
    const end = toEvent({ offset: 99, type: 'completed', video: videos[0] })
    return route.fulfill({ contentType: 'text/event-stream', body: data.join('') + end })
  })
  const hosts = new Set<string>()
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol !== 'blob:') hosts.add(host)
  })
  await page.getByRole('link', { name: 'Library' }).click()
  await expect.poll(() => page.locator('.tile .open').count()).toBe(videos.length)
  await expectHarmless(page, mishaps)
  for (const [index, { id }] of videos.entries()) {
    await goTo(page, `/v/${id}`)
    await expect.poll(() => page.locator('.about .prompt').textContent()).toBe(id)
    if (index < 2) {
      await page.getByText('Log', { exact: true }).click()
      await expect.poll(() => page.locator('.log li').count()).toBe(hostile.length + 1)
    }
    await expectHarmless(page, mishaps)
  }
  expect([...hosts]).toEqual([new URL(playground.gateway.url).host])
  await page.context().close()
})

test('a share link plays videos of this gateway and nothing else', async () => {
  const { page, mishaps } = await playground.visit({ isOut: true })
  // The whole of it is a pattern that only an address of ours fits; a few of each kind will do.
  for (const text of hostile.filter(
    (_, index) => index % 6 === 0 || /evil/.test(hostile[index] ?? ''),
  )) {
    const fields = new URLSearchParams({ video: text, title: text, size: text })
    await page.goto('about:blank')
    await page.goto(`${playground.gateway.url}/share#${fields.toString()}`)
    await page.getByText('no video of this gateway').waitFor()
  }
  await expectHarmless(page, mishaps)
  await page.context().close()
})

test('the page and its files come with a policy that forbids inline scripts and other hosts', async () => {
  const html = await (await fetch(playground.gateway.url)).text()
  const script = /src="(\/assets\/index-[\w-]+\.js)"/.exec(html)?.[1] ?? ''
  expect(html).not.toMatch(/<script(?![^>]* src=)/)
  for (const path of ['/', '/docs', '/v/video_1', '/console', script, '/openapi.json']) {
    const { headers, status } = await fetch(playground.gateway.url + path)
    expect(status, path).toBe(200)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy, path).toContain("default-src 'none'")
    expect(policy, path).toContain("script-src 'self';")
    expect(policy, path).toContain("frame-ancestors 'none'")
    // Scalar writes its own styles; nothing of a visitor's is shown there.
    if (path !== '/docs') expect(policy, path).not.toContain('unsafe')
    expect(policy, path).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
  }
  expect((await fetch(playground.gateway.url + script)).headers.get('cache-control')).toContain(
    'immutable',
  )
})

test('a script that does get into the page is stopped by the policy', async () => {
  const { page, mishaps } = await playground.visit()
  await page.evaluate(
    `document.body.append(Object.assign(document.createElement('div'), { innerHTML: '<img src=x onerror=alert(1)>' }))`,
  )
  await expect.poll(() => mishaps.length).toBe(1)
  expect(mishaps[0]).toContain('policy:')
  await page.context().close()
})

function lie(index: number, status: 'completed' | 'failed') {
  const id = `lie_${status}_${index}`
  const failure = { code: 'download_failed', message: hostile[index] }
  return {
    id,
    object: 'video',
    model: hostile[index],
    status,
    progress: 100,
    created_at: 1_790_000_000,
    completed_at: 1_790_000_001,
    expires_at: 1_890_000_000,
    prompt: id,
    size: hostile[index],
    seconds: hostile[index],
    remixed_from_video_id: null,
    error: status === 'failed' ? failure : null,
    phase: 'running',
    charge: 'certain',
    outcome: 'known',
    metadata: {},
  }
}

function toEvent(event: { offset: number; [field: string]: unknown }): string {
  return `id: ${event.offset}\ndata: ${JSON.stringify({ at: 1_790_000_000_000, ...event })}\n\n`
}

async function expectHarmless(page: Page, mishaps: Visitor['mishaps']): Promise<void> {
  expect(mishaps).toEqual([])
  const addresses = await page.evaluate<string[]>(
    `[...document.querySelectorAll('[href], [src]')].map((node) => node.href || node.src)`,
  )
  expect(addresses.length).toBeGreaterThan(0)
  for (const address of addresses) expect(address).toMatch(/^https?:\/\//)
  expect(
    await page.locator('iframe, object, embed, base, form[action], .caption script').count(),
  ).toBe(0)
}

/** As a link of the page goes. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
  )
}
