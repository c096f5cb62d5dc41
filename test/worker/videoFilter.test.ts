// `GET /v1/videos` with filters, over HTTP.

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

interface List {
  readonly data: readonly { readonly prompt: string; readonly status: string }[]
}

async function list(query: string): Promise<string[]> {
  const { data } = (await (await site.get(`/v1/videos?${query}`)).json()) as List
  return data.map(({ prompt, status }) => `${prompt}: ${status}`)
}

test('status, model, text and time, alone and together', async () => {
  await submitVideo(site, 'a red boat')
  await submitVideo(site, { prompt: 'a boat [fail:moderation]', model: 'sora-2-pro' })
  await startVideo(site, 'a slow boat [slow:60000]')
  const slow = (await list('q=slow')).join()
  expect(slow).toMatch(/^a slow boat \[slow:60000\]: (queued|in_progress)$/)
  expect(await list('status=completed')).toEqual(['a red boat: completed'])
  expect(await list('status=failed&model=sora-2-pro')).toEqual(['a boat [fail:moderation]: failed'])
  expect(await list('status=failed&model=sora-2')).toEqual([])
  expect(await list('q=RED')).toEqual(['a red boat: completed'])
  expect(await list('q=&model=')).toHaveLength(3)
  expect(await list(`created_after=${Math.floor(Date.now() / 1000) + 3600}`)).toEqual([])
  expect(await list('created_after=1&created_before=9999999999')).toHaveLength(3)
})

test.each([
  ['status=done', 'status'],
  [`q=${'x'.repeat(201)}`, 'q'],
  ['created_after=yesterday', 'created_after'],
  ['created_before=-1', 'created_before'],
])('%s is refused by name', async (query, param) => {
  const response = await site.get(`/v1/videos?${query}`)
  expect(response.status).toBe(400)
  expect(((await response.json()) as { error: { param: string } }).error.param).toBe(param)
})
