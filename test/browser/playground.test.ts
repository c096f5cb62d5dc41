// A person at the page: asks for a video, watches it being made, leaves and comes back, sees what
// went wrong, and tidies up. Real browser, real gateway, a relay simulator that sends real MP4s.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playground } from './playground.ts'
import { enterKey, generate, startPlayground } from './playground.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground.close())

test('a prompt becomes a video that plays in place', async () => {
  const { page, key, mishaps } = await playground.visit()
  await page.getByLabel('Size').selectOption('1280x720')
  await generate(page, 'A boat that plays [slow:250]')

  const progress = page.getByRole('progressbar')
  await progress.waitFor()
  await expect.poll(() => progress.getAttribute('value')).toBe('36')
  await page.getByRole('log', { name: 'Events' }).getByText('Sent to the relay').waitFor()

  const video = page.locator('.screen video')
  await video.waitFor()
  await expect.poll(() => readPlayer(video)).toMatchObject({ canPlay: true, hasDuration: true })
  const before = (await readPlayer(video)).currentTime
  await expect.poll(async () => (await readPlayer(video)).currentTime).toBeGreaterThan(before)

  // The picture is the relay's, not a still of something else.
  const [id] = await listIds(key)
  expect(await video.getAttribute('src')).toContain(`/v1/videos/${id}/content?`)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('what is done can be downloaded, copied as a link and as a command, and remixed', async () => {
  const { page, key, mishaps } = await playground.visit({
    context: { permissions: ['clipboard-read', 'clipboard-write'], acceptDownloads: true },
  })
  const prompt = `It's "done" $(exit) \`exit\` \\ ü 🎬 [slow:5]`
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

  await page.getByRole('button', { name: 'Copy curl' }).click()
  await expect.poll(() => readClipboard(page)).toContain('curl ')
  const command = await readClipboard(page)
  expect(command).toContain('$REELAY_API_KEY')
  expect(command).not.toContain(key)
  // The shell hands over exactly what was asked for, whatever the prompt is.
  const printing = `curl() { for argument; do last=$argument; done; printf %s "$last"; }\n${command}`
  const body = execFileSync('sh', ['-c', printing], { encoding: 'utf8' })
  expect(JSON.parse(body)).toMatchObject({ prompt, model: 'sora-2', seconds: '4' })

  await page.getByRole('button', { name: 'Remix', exact: true }).click()
  await page.getByLabel('What should change?').fill('The same at night [slow:5]')
  await page.getByRole('button', { name: 'Generate the remix' }).click()
  await page.getByText('A remix').waitFor()
  await page.getByRole('link', { name: 'Download' }).waitFor()
  expect(await listIds(key)).toHaveLength(2)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a reload in the middle goes on behind the last event that was seen', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A boat that survives a reload [slow:900]')
  const log = page.getByRole('log', { name: 'Events' })
  await log.getByText('36 %').waitFor()

  await page.reload()
  const resumed = page.waitForRequest((request) => request.url().endsWith('/events'))
  await enterKey(page, key)
  const from = Number((await resumed).headers()['last-event-id'])
  expect(from).toBeGreaterThanOrEqual(5)
  // What was seen before is still there, and comes once.
  await log.getByText('Sent to the relay').waitFor()
  await log.getByText('61 %').waitFor()
  const lines = await log.getByRole('listitem').allInnerTexts()
  expect(lines.filter((line) => line.includes('36 %'))).toHaveLength(1)

  await page.locator('.screen video').waitFor()
  expect(playground.relay.postsFor(({ prompt }) => prompt.includes('survives a reload'))).toBe(1)
  expect(await listIds(key)).toHaveLength(1)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a generation begun elsewhere is found running', async () => {
  const { gateway } = playground
  const { key } = await gateway.createKey()
  const body = JSON.stringify({ prompt: 'Begun by a program [slow:700]' })
  await gateway.fetch('/v1/videos', key, { method: 'POST', body })
  const { page, mishaps } = await playground.visit()
  await enterKey(page, key)
  await page.locator('.caption').getByText('Begun by a program').waitFor()
  await page.getByRole('progressbar').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a failure says what happened, what to do and what it costs', async () => {
  const { page, mishaps } = await playground.visit()
  await generate(page, 'A film of something forbidden [fail:moderation]')
  const alert = page.getByRole('alert')
  await alert.getByText('blocked by our moderation system').waitFor()
  await alert.getByText('Rephrase the prompt or change the image').waitFor()
  await alert.getByText('Nothing was charged.').waitFor()
  await alert.getByText('content_policy').waitFor()

  await page.getByRole('button', { name: 'Edit and try again' }).click()
  const prompt = page.getByLabel('Prompt')
  expect(await prompt.inputValue()).toBe('A film of something forbidden [fail:moderation]')
  expect(await prompt.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true)
  expect(await page.getByLabel('Start another, although').isVisible()).toBe(false)
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('a doubtful failure is paid again only by an explicit tick', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A film that breaks off [cut:60]')
  await page.getByText('The relay may have charged for it').waitFor()
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

test('a running generation can be cancelled', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A film nobody wants [slow:2000]')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('alert').getByText('cancelled', { exact: true }).waitFor()
  await page.getByText('send the request again to start anew').waitFor()
  const [video] = await list(key)
  expect(video).toMatchObject({ status: 'failed', error: { code: 'cancelled' } })
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('deleting asks once more, and then the video is gone', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A film to delete [slow:5]')
  await page.getByRole('link', { name: 'Download' }).waitFor()
  const tile = page.getByRole('listitem').filter({ hasText: 'A film to delete' })
  await tile.getByRole('button', { name: 'Delete', exact: true }).click()
  expect(await listIds(key)).toHaveLength(1)
  await tile.getByRole('button', { name: 'For good?' }).click()
  await tile.waitFor({ state: 'detached' })
  expect(await listIds(key)).toEqual([])
  // The stage does not go on showing it.
  await page.getByText('It will play here.').waitFor()
  expect(mishaps).toEqual([])
  await page.context().close()
})

test('the same request again says that nothing new was paid', async () => {
  const { page, key, mishaps } = await playground.visit()
  await generate(page, 'A film asked for twice [slow:500]')
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

interface Video {
  readonly id: string
  readonly status: string
}

async function list(key: string): Promise<readonly Video[]> {
  const response = await playground.gateway.fetch('/v1/videos', key)
  return ((await response.json()) as { data: Video[] }).data
}

async function listIds(key: string): Promise<readonly string[]> {
  return (await list(key)).map(({ id }) => id)
}

interface Player {
  readonly readyState: number
  readonly duration: number
  readonly currentTime: number
}

async function readPlayer(video: Locator) {
  const player = await video.evaluate(({ readyState, duration, currentTime }: Player) => ({
    readyState,
    duration,
    currentTime,
  }))
  return { ...player, canPlay: player.readyState >= 3, hasDuration: player.duration > 0 }
}

async function readClipboard(page: Page): Promise<string> {
  return await page.evaluate<string>('navigator.clipboard.readText()')
}
