// A relay that sends the video itself in place of its address: it is stored like any other, in whatever
// form it comes, up to what can be read; beyond that the failure says so, and pays nothing twice.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMp4, readWhole } from '../relay/media/mp4.ts'
import { answer } from '../relay/script.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

const MB = 1_000_000

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const say = (...contents: readonly string[]) =>
  [...contents.map((content) => JSON.stringify({ choices: [{ delta: { content } }] })), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('')

type Envelope = (url: string) => string

const envelopes: readonly (readonly [name: string, tell: Envelope])[] = [
  ['in a tag', (url) => say(`<video src="${url}" controls></video>`)],
  ['as a link', (url) => say('Done!\n', `[Watch the video](${url})`)],
  [
    'in a field',
    (url) => `data: ${JSON.stringify({ choices: [{ delta: { video: { url } } }] })}\n\n`,
  ],
  ['in a thousand pieces', (url) => say('Video: ', ...(url.match(/.{1,7000}/g) ?? []), '\n')],
]

async function make(bytes: number, seed: string, tell: Envelope) {
  const file = Buffer.from(readWhole(createMp4({ seed, seconds: 1, bytes })))
  const body = tell(`data:video/mp4;base64,${file.toString('base64')}`)
  site.relay.setScenario(() => answer(200, 'text/event-stream', body))
  const headers = { prefer: 'wait=60' }
  const response = await site.post('/v1/videos', { model: 'sora-2', prompt: seed }, { headers })
  return { file, video: (await response.json()) as Video }
}

interface Video {
  readonly id: string
  readonly status: string
  readonly error: { readonly code: string; readonly message: string } | null
}

test.each(envelopes)('five megabytes %s are stored', async (name, tell) => {
  const { file, video } = await make(5 * MB, name, tell)
  expect(video).toMatchObject({ status: 'completed', error: null })
  const content = await site.get(`/v1/videos/${video.id}/content`)
  expect(Buffer.from(await content.arrayBuffer()).equals(file)).toBe(true)
})

test('what is longer than is read fails with the reason, and is in doubt', async () => {
  const { video } = await make(7 * MB, 'too long', (url) => say(`<video src="${url}"></video>`))
  expect(video).toMatchObject({
    status: 'failed',
    charge: 'possible',
    outcome: 'unknown',
    error: { code: 'truncated_stream', message: expect.stringContaining('may have 6 MB') },
  })
})
