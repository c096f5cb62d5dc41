// What a model is known to take: as it is listed, asked for and shown, over HTTP.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

const lines: string[] = []
let site: Site
beforeAll(async () => {
  site = await startSite({
    vars: {
      MODELS: JSON.stringify([
        { id: 'bare' },
        { id: 'veo', preset: 'veo-3.1', price_usd: 1.2, fields: { quality: 2 } },
        { id: 'omni', preset: 'gemini-omni-1.1', price_usd: { '5': 1, '10': 2 } },
      ]),
    },
    onLog: (line) => lines.push(line),
  })
})
afterAll(() => site.close())

test('models tell lengths, shapes, inputs and price, as far as they are known', async () => {
  const list = (await (await site.get('/v1/models')).json()) as { data: object[] }
  expect(list.data).toEqual([
    expect.objectContaining({
      id: 'bare',
      seconds: [],
      sizes: [],
      aspect_ratios: [],
      resolutions: [],
      inputs: null,
      price_usd: null,
    }),
    expect.objectContaining({
      id: 'veo',
      seconds: ['8', '4', '6'],
      aspect_ratios: ['16:9', '9:16'],
      resolutions: ['720p', '1080p', '4k'],
      inputs: expect.arrayContaining(['input_reference', 'last_frame']),
      price_usd: 1.2,
    }),
    expect.objectContaining({
      id: 'omni',
      seconds: ['3', '4', '5', '6', '7', '8', '9', '10'],
      price_usd: { '5': 1, '10': 2 },
    }),
  ])
  const unpriced = lines
    .filter((line) => line.includes('model without price'))
    .map((line) => line.trim())
  expect(unpriced.length).toBeGreaterThan(0)
  expect(new Set(unpriced)).toEqual(
    new Set([JSON.stringify({ what: 'model without price', id: 'bare' })]),
  )
})

test('a length and a shape that nobody said are auto, and nothing of them is sent', async () => {
  const { status, video } = await submitVideo(site, { model: 'bare', prompt: 'a quiet bay' })
  expect(status).toBe(200)
  expect(video).toMatchObject({ status: 'completed', seconds: 'auto', size: 'auto' })
  const listed = (await (await site.get('/v1/videos')).json()) as { data: object[] }
  expect(listed.data[0]).toMatchObject({ seconds: 'auto', size: 'auto' })
})

test('a form carries a last frame and references', async () => {
  const form = new FormData()
  const picture = () =>
    new Blob([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2])], { type: 'image/png' })
  form.set('model', 'veo')
  form.set('prompt', 'a lighthouse')
  form.set('last_frame', picture(), 'last.png')
  form.append('reference_images[]', picture(), 'a.png')
  form.append('reference_images[]', picture(), 'b.png')
  form.set('audio', 'false')
  form.set('aspect_ratio', '9:16')
  const response = await fetch(`${site.url}/v1/videos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.key}`, prefer: 'wait=60' },
    body: form,
  })
  expect(await response.json()).toMatchObject({ status: 'completed', seconds: '8', size: 'auto' })
})

test.each([
  [{ model: 'veo', aspect_ratio: '1:1' }, 'aspect_ratio'],
  [{ model: 'veo', secconds: 4 }, 'secconds'],
  [{ model: 'bare', num_videos: 4 }, 'num_videos'],
  [{ model: 'bare', tools: [{ type: 'function' }] }, 'tools'],
])('%j is refused before anything is sent', async (fields, param) => {
  const { status, error } = await submitVideo(site, { prompt: 'a harbour', ...fields })
  expect(status).toBe(400)
  expect(error).toMatchObject({ code: 'invalid_request', param })
})

test('a field with a factor is held and booked at its price', async () => {
  const before = await spent()
  await submitVideo(site, { model: 'veo', prompt: 'a fine harbour', quality: 'high' })
  expect(await spent()).toBeCloseTo(before + 2.4)
})

async function spent(): Promise<number> {
  const usage = (await (await site.get('/v1/usage')).json()) as { key: { spent_usd: number } }
  return usage.key.spent_usd
}
