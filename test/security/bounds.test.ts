// What is read before anybody is charged for it is bounded: in members and in images, which are counted
// before one of them is hashed. The refusal names the field.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { toSubmitted } from '../worker/submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const videos = '/v1/videos'
const chat = '/v1/chat/completions'
const image = 'data:image/png;base64,iVBORw0KGgo='
const ask = async (path: string, body: unknown) => await toSubmitted(await site.post(path, body))

describe('members', () => {
  const items = (count: number) => Array.from({ length: count }, () => 1)
  const names = (count: number) => Object.fromEntries(items(count).map((_, n) => [`f${n}`, 1]))

  test.each<[string, object, string]>([
    [videos, { prompt: 'a cat', style: items(10_001) }, 'style'],
    [videos, { style: names(100_000), prompt: 'a cat' }, 'style'],
    [videos, { prompt: 'a cat', a: [items(5_000)], b: [items(6_000)] }, 'b'],
    [chat, { model: 'sora-2', messages: items(20_000) }, 'messages'],
    ['/v1/schedules', { name: 's', request: { prompt: 'a', style: items(10_001) } }, 'request'],
    ['/v1/callbacks', { video_ids: items(10_001) }, 'video_ids'],
  ])('%s with too many is 413', async (path, body, param) => {
    const { status, error } = await ask(path, body)
    expect([status, error?.code, error?.param]).toEqual([413, 'request_too_large', param])
    expect(error?.message).toContain('10000')
  })

  test('at the top are refused, too', async () => {
    expect((await ask(videos, { prompt: 'a cat', ...names(10_001) })).status).toBe(413)
    expect((await ask(videos, JSON.stringify(items(10_001)))).status).toBe(413)
  })

  test('up to ten thousand pass', async () => {
    expect((await ask(videos, { prompt: 'a cat', style: items(9_990) })).status).toBe(200)
  })
})

describe('images', () => {
  const list = (count: number, url = image) => Array.from({ length: count }, () => url)
  /** More than 64 KiB are read in another way than less. */
  const large = `data:image/png;base64,${'A'.repeat(80_000)}`
  const parts = (urls: readonly string[]) => [
    { type: 'text', text: 'a cat' },
    ...urls.map((url) => ({ type: 'image_url', image_url: { url } })),
  ]
  const toChat = (urls: readonly string[]) => ({
    model: 'sora-2',
    messages: [{ role: 'user', content: parts(urls) }],
  })

  test.each([image, large])('sixteen pass and one more is 413', async (url) => {
    const inChat = await ask(chat, toChat(list(17, url)))
    expect(inChat).toMatchObject({
      status: 413,
      error: { code: 'request_too_large', param: 'messages[0].content[17].image_url.url' },
    })
    expect((await ask(videos, { prompt: 'sixteen', extra: list(16, url) })).status).toBe(200)
    expect(await ask(videos, { prompt: 'seventeen', extra: list(17, url) })).toMatchObject({
      status: 413,
      error: { param: 'extra[16]' },
    })
  })

  test('hundreds of thousands are refused without being read', async () => {
    const body = JSON.stringify({ prompt: 'a cat', extra: list(300_000, 'data:;base64,aGk=') })
    const { status, error } = await ask(videos, body)
    expect([status, error?.param]).toEqual([413, 'extra'])
  })

  test('none is lost where a name is given twice', async () => {
    const twice = `{"prompt":"a cat","extra":${JSON.stringify(list(17, large))},"extra":[],"x":"${image}"}`
    expect((await ask(videos, twice)).status).toBe(413)
  })

  test('are counted in a form as well', async () => {
    const form = new FormData()
    form.set('prompt', 'a cat')
    for (const _ of list(17)) form.append('extra[]', new Blob(['png'], { type: 'image/png' }))
    const response = await fetch(`${site.url}${videos}`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${site.key}` },
    })
    const { status, error } = await toSubmitted(response)
    expect([status, error?.param]).toEqual([413, 'extra[16]'])
  })
})
