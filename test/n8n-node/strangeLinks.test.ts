// Links of a relay on the internet: what is nearby is never asked, and only a whole video is stored.
// The public names are a forward proxy's.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { createMp4 } from '../relay/media/mp4.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { readBinary, runNode } from './engine.ts'
import { generateParameters, videoParameters } from './panel.ts'
import { startProxy, type Intervention, type Proxy } from './startProxy.ts'

let relay: RelaySimulator
let proxy: Proxy
let inside: Proxy
let intervene: (asked: string) => Intervention | null = () => null

beforeAll(async () => {
  relay = await startRelaySimulator()
  proxy = await startProxy(relay.origin, (asked) => intervene(asked))
  const body = 'INTERNAL-SECRET-OF-THE-NETWORK'
  inside = await startProxy(relay.origin, () => ({ answer: { status: 200, body } }))
})
beforeEach(() => {
  relay.reset()
  intervene = () => null
  process.env['HTTP_PROXY'] = proxy.origin
})
afterEach(() => {
  delete process.env['HTTP_PROXY']
})
afterAll(async () => {
  await inside.close()
  await proxy.close()
  await relay.close()
})

const credential = () => ({ baseUrl: 'http://relay.example/v1', apiKey: relay.apiKey })

async function download(url: string) {
  const more = { outputField: 'data', fileName: '' }
  return await runNode({
    parameters: videoParameters('download', url, more),
    credential: credential(),
  })
}

/** Under /clip the proxy answers so. */
function answer(
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
): void {
  intervene = (asked) => (asked === 'GET /clip' ? { answer: { status, headers, body } } : null)
}

test('a link of the relay into the inside is not followed, and stands in the error', async () => {
  const { error, items } = await runNode({
    parameters: generateParameters({}),
    credential: credential(),
  })
  expect(items).toEqual([])
  expect(error?.message).toBe('The link of the video leads into a private network')
  expect(error?.description).toContain(relay.origin)
  expect(relay.downloads.filter(({ url }) => url.includes('.mp4'))).toEqual([])
  expect(relay.requests).toHaveLength(1)
})

test('neither is one that redirects there', async () => {
  answer(302, { location: `${inside.origin}/meta` })
  const { error, items } = await download('http://files.example/clip')
  expect(items).toEqual([])
  expect(error?.message).toBe('The link of the video leads into a private network')
  expect(inside.asked).toEqual([])
})

test('redirects to the outside are followed, but not for ever', async () => {
  answer(302, { location: 'http://other.example/clip' })
  expect((await download('http://files.example/clip')).error?.message).toContain('again and again')
})

test.each([
  ['a page that calls itself a video', Buffer.from('<html>expired</html>').toString('latin1')],
  ['a playlist', '#EXTM3U\n#EXT-X-VERSION:3\n'],
])('%s is not stored', async (_what, body) => {
  answer(200, { 'content-type': 'video/mp4' }, body)
  const { error, items } = await download('http://files.example/clip')
  expect(items).toEqual([])
  expect(error?.message).toContain('something else than a video')
  expect(error?.description).toContain('http://files.example/clip')
})

test('half a video is not stored, a whole one is', async () => {
  const { size, read } = createMp4({ seed: 'a dog' })
  const type = { 'content-type': 'video/mp4' }
  answer(200, type, Buffer.concat([...read(0, Math.floor(size / 2))]))
  const half = await download('http://files.example/clip')
  expect(half.error?.message).toBe('The file ends before the video does')
  answer(200, type, Buffer.concat([...read(0, size)]))
  expect((await download('http://files.example/clip')).items[0]?.binary).toBeDefined()
})

test('a relay nearby may lead to machines nearby', async () => {
  delete process.env['HTTP_PROXY']
  const near = { baseUrl: relay.baseUrl, apiKey: relay.apiKey }
  const { items } = await runNode({ parameters: generateParameters({}), credential: near })
  expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
})
