// A video larger than any buffer should be: it streams from the network into n8n's store.

import { createServer } from 'node:http'
import { Readable } from 'node:stream'

import { expect, test } from 'vitest'

import { createMp4 } from '../relay/media/mp4.ts'
import { runNode } from './engine.ts'
import { videoParameters } from './panel.ts'

const mebibyte = 2 ** 20
const fileMebibytes = 300

test('300 MB reach the store while memory stays far below', async () => {
  const media = createMp4({ seed: 'large', bytes: fileMebibytes * mebibyte })
  const server = createServer((request, response) => {
    if (!request.url?.endsWith('.mp4')) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': media.size })
    return Readable.from(media.read(0, media.size)).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const origin = `http://127.0.0.1:${port}`

  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
  const { items, error } = await runNode({
    parameters: videoParameters('download', `${origin}/large.mp4`, { outputField: 'data' }),
    credential: { baseUrl: origin, apiKey: 'k' },
  })
  clearInterval(watch)
  server.closeAllConnections()
  server.close()

  expect(error).toBeNull()
  expect(items[0]?.binary?.['data']).toMatchObject({
    fileName: 'large.mp4',
    bytes: fileMebibytes * mebibyte,
  })
  // Half the file would mean that it is held somewhere; streams and heap noise need a fraction.
  expect((peak - before) / mebibyte).toBeLessThan(fileMebibytes / 2)
})
