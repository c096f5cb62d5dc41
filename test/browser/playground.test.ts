// A person at the page: asks for a video, watches it being made, leaves and comes back, sees what
// went wrong, and tidies up. Real browser, real gateway, a relay simulator that sends real MP4s.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trials } from '../../worker/page/create/failures.ts'
import type { Playground } from './playground.ts'
import { generate, startPlayground } from './playground.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test('a new user makes a video within three actions: open the link, write, press', async () => {
  const { page, key, mishaps } = await playground.visit()
  await page.getByLabel('Prompt').fill('A boat that plays [slow:1000]')
  await page.getByRole('button', { name: 'Generate', exact: true }).click()

  const progress = page.getByRole('progressbar')
  await page.locator('.number', { hasText: /^\d+ %$/ }).waitFor()
  expect(Number(await progress.getAttribute('value'))).toBeGreaterThan(0)
  expect(await page.title()).toMatch(/^\d+ % · Reelay$/)
  await page.getByRole('listitem').filter({ hasText: 'Generating' }).first().waitFor()

  const video = page.locator('.screen video')
  await video.waitFor()
  await expect.poll(() => readPlayer(video)).toMatchObject({ canPlay: true, hasDuration: true })
  const before = (await readPlayer(video)).currentTime
  await expect.poll(async () => (await readPlayer(video)).currentTime).toBeGreaterThan(before)
  // The picture is the relay's, not a still of something else, and the page told nobody else.
  const [id] = await listIds(key)
  expect(await video.getAttribute('src')).toContain(`/v1/videos/${id}/content?`)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('what is done can be downloaded, copied, shared, taken as code and remixed', async () => {
  const { page, key, mishaps } = await playground.visit({
    context: { permissions: ['clipboard-read', 'clipboard-write'], acceptDownloads: true },
  })
  const prompt = `It's "done" $(exit) \`exit\` \\ ü 🎬 [slow:5]`
  await page.getByRole('radio', { name: '16:9' }).check()
  await generate(page, prompt)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ])
  const [id = ''] = await listIds(key)
  expect(download.suggestedFilename()).toBe(`${id}.mp4`)
  const stored = await playground.gateway.fetch(`/v1/videos/${id}/content`, key)
  const saved = readFileSync(await download.path())
  expect(saved.equals(Buffer.from(await stored.arrayBuffer()))).toBe(true)

  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const link = await readClipboard(page)
  expect((await fetch(link)).headers.get('content-type')).toBe('video/mp4')

  await page.getByRole('button', { name: 'Code' }).click()
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect.poll(() => readClipboard(page)).toContain('curl ')
  const command = await readClipboard(page)
  expect(command).toContain('$REELAY_API_KEY')
  expect(command).not.toContain(key)
  // The shell hands over exactly what was asked for, whatever the prompt is.
  const printing = `curl() { for argument; do last=$argument; done; printf %s "$last"; }\n${command}`
  const body = execFileSync('sh', ['-c', printing], { encoding: 'utf8' })
  expect(JSON.parse(body)).toEqual({ prompt, model: 'sora-2', seconds: '4', size: '1280x720' })

  await page.getByRole('button', { name: 'Share' }).click()
  await expect.poll(() => readClipboard(page)).toContain('/share#')
  const guest = await page.context().newPage()
  await guest.goto(await readClipboard(page))
  await expect.poll(() => readPlayer(guest.locator('video'))).toMatchObject({ canPlay: true })
  await guest.getByRole('heading', { name: 'ü 🎬' }).waitFor()
  expect(await guest.title()).toContain('ü 🎬')
  await guest.close()

  await page.getByRole('button', { name: 'Remix', exact: true }).click()
  await page.getByLabel('What should change?').fill('The same at night [slow:5]')
  await page.getByRole('button', { name: 'Generate the remix' }).click()
  await page.getByRole('link', { name: 'a remix' }).waitFor()
  expect(await listIds(key)).toHaveLength(2)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('its last frame begins the next one', async () => {
  const { page, key } = await playground.visit()
  await generate(page, 'A film that goes on [slow:5]')
  await page.getByRole('button', { name: 'Use last frame' }).click()
  await page.getByRole('list', { name: 'Images of this request' }).locator('img').waitFor()
  await generate(page, 'And on it goes [slow:5]')
  await expect.poll(() => listIds(key)).toHaveLength(2)
  const [order] = playground.relay.requests.filter(({ prompt }) =>
    prompt.includes('And on it goes'),
  )
  expect(order?.bodyText).toContain('data:image/jpeg')
  await page.context().close()
})

test('a reload in the middle keeps the key and goes on behind the last event that was seen', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A boat that survives a reload [slow:1500]')
  await page.locator('.number', { hasText: '36 %' }).waitFor()

  const resumed = page.waitForRequest((request) => request.url().endsWith('/events'))
  await page.reload()
  const from = Number((await resumed).headers()['last-event-id'])
  expect(from).toBeGreaterThanOrEqual(5)
  // What was seen before is still there, and comes once.
  await page.getByText('Log', { exact: true }).click()
  const log = page.locator('.log li')
  await log.getByText('61 %').waitFor()
  const lines = await log.allInnerTexts()
  expect(lines.filter((line) => line.includes('36 %'))).toHaveLength(1)
  expect(lines.join()).toContain('Sent to the relay')

  await page.locator('.screen video').waitFor()
  expect(playground.relay.postsFor(({ prompt }) => prompt.includes('survives a reload'))).toBe(1)
  expect(await listIds(key)).toHaveLength(1)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a line that breaks is told of, and the video is there when it is back', async () => {
  const { page } = await playground.visit()
  await generate(page, 'A film that nobody can see for a while [slow:400]')
  await page.locator('.number', { hasText: /^\d+ %$/ }).waitFor()
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  await page.getByText('Reconnecting… your video goes on.').waitFor()
  await page.context().setOffline(false)
  await page.locator('.screen video').waitFor()
  await page.getByText('You are offline').waitFor({ state: 'detached' })
  const sent = playground.relay.postsFor(({ prompt }) => prompt.includes('nobody can see'))
  expect(sent).toBe(1)
  await page.context().close()
})

test('a generation begun elsewhere is found running', async () => {
  const { gateway } = playground
  const { page, key, mishaps } = await playground.visit()
  const body = JSON.stringify({ prompt: 'Begun by a program [slow:700]' })
  await gateway.fetch('/v1/videos', key, { method: 'POST', body })
  await page.reload()
  await page.locator('.about').getByText('Begun by a program').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a failure says what happened, what to do and what it costs, in words of ours', async () => {
  const { page, mishaps } = await playground.visit()
  await generate(page, 'A film of something forbidden [fail:moderation]')
  const alert = page.getByRole('alert')
  await alert.getByRole('heading', { name: 'Refused by the relay’s content policy' }).waitFor()
  await alert.getByText('Rephrase the prompt or change the image').waitFor()
  await alert.getByText('Nothing was charged').waitFor()
  await alert.getByText('The relay’s words').click()
  await alert.getByText('blocked by our moderation system').waitFor()

  await page.getByRole('button', { name: 'Edit the prompt' }).click()
  const prompt = page.getByLabel('Prompt')
  await expect
    .poll(() => prompt.evaluate((node) => node === node.ownerDocument.activeElement))
    .toBe(true)
  expect(await page.getByLabel('Start another, although').count()).toBe(0)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a doubtful failure is paid again only by an explicit tick', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A film that breaks off [cut:60]')
  await page.getByText('May have been charged').waitFor()
  await page.getByRole('button', { name: 'Edit and try again' }).click()
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await page.getByText('It was not sent again').waitFor()
  expect(await listIds(key)).toHaveLength(1)

  await page.getByRole('button', { name: 'Edit and try again' }).click()
  await page.getByLabel('Start another, although').check()
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await expect.poll(() => listIds(key)).toHaveLength(2)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('what somebody cancelled is no failure', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A film nobody wants [slow:2000]')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('heading', { name: 'Cancelled' }).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
  const [video] = await list(key)
  expect(video).toMatchObject({ status: 'failed', error: { code: 'cancelled' } })
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('the same request again says that nothing new was paid', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A film asked for twice [slow:1000]')
  await page.getByRole('progressbar').waitFor()
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await page.getByText('already under way').waitFor()
  await page.getByRole('link', { name: 'Download' }).waitFor()
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await page.getByText('From the cache').waitFor()
  expect(await listIds(key)).toHaveLength(1)

  await page.getByRole('button', { name: 'Generate a new one, paid' }).click()
  await expect.poll(() => listIds(key)).toHaveLength(2)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a failure is tried from the menu; every entry is one that the simulator knows', async () => {
  const { page, key } = await playground.visit()
  await page.getByLabel('Try a failure').selectOption({ label: 'Relay out of credit' })
  expect(await page.getByLabel('Prompt').inputValue()).toBe('A paper boat [fail:quota]')
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await page.getByRole('heading', { name: 'credit at the relay is used up' }).waitFor()
  await page.context().close()

  const answers = await Promise.all(
    trials.map(async ([directive]) => {
      // A silence is waited for by nobody here.
      const headers = directive.includes('stall') ? {} : { prefer: 'wait=10' }
      const prompt = `A trial ${directive.replace(/slow:\d+/, 'slow:1')}`
      const body = JSON.stringify({ prompt })
      const answer = await playground.gateway.fetch('/v1/videos', key, {
        method: 'POST',
        body,
        headers,
      })
      return await answer.text()
    }),
  )
  // An unknown one is refused by name.
  for (const answer of answers) expect(answer).not.toContain('Unknown [')
})

interface Video {
  readonly id: string
  readonly status: string
}

async function list(key: string): Promise<readonly Video[]> {
  const answer = await playground.gateway.fetch('/v1/videos', key)
  return ((await answer.json()) as { data: readonly Video[] }).data
}

async function listIds(key: string): Promise<readonly string[]> {
  return (await list(key)).map(({ id }) => id)
}

async function readPlayer(video: Locator) {
  return await video.evaluate(
    ({
      readyState,
      duration,
      currentTime,
    }: {
      readyState: number
      duration: number
      currentTime: number
    }) => ({
      canPlay: readyState >= 3,
      hasDuration: duration > 0,
      currentTime,
    }),
  )
}

async function readClipboard(page: Page): Promise<string> {
  return await page.evaluate<string>('navigator.clipboard.readText()')
}
