import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { applyFault } from '../faults/faults.ts'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'
import { createTaskClient, type TaskClient } from './taskClient.ts'
import type { TaskKindId } from './taskKind.ts'

let simulator: RelaySimulator
beforeAll(async () => {
  simulator = await startRelaySimulator({ progress: [] })
})
afterAll(() => simulator.close())
beforeEach(() => simulator.reset())

/** A task that is over, and its last document. */
async function finish(prompt: string, kind: TaskKindId = 'videos') {
  const client = createTaskClient(simulator, kind)
  await (await client.create(prompt)).text()
  const document = (await client.follow(2)).at(-1)
  return { client, document, links: simulator.tasks[0]?.links }
}

const readContent = (client: TaskClient, headers: Readonly<Record<string, string>> = {}) =>
  client.call(`/videos/${simulator.tasks[0]?.id}/content`, { headers })

test.each([
  ['direct', '127.0.0.1'],
  ['content', '127.0.0.1'],
  ['vendor', 'localhost'],
] as const)('[link:%s] is a link at %s, in every kind', async (owner, host) => {
  for (const kind of ['videos', 'xai', 'newapi', 'openrouter'] as const) {
    simulator.reset()
    const { document, links } = await finish(`[link:${owner}] a cat`, kind)
    expect(JSON.stringify(document)).toContain(`"${links?.[owner]}"`)
    expect(URL.parse(links?.[owner] ?? '')?.hostname).toBe(host)
  }
})

test('only what is behind the key needs the key', async () => {
  const { links } = await finish('a cat')
  const status = async (url: string | undefined) => (await fetch(url ?? '')).status
  expect(await status(links?.content)).toBe(401)
  expect(await status(links?.direct)).toBe(200)
  expect(await status(links?.vendor)).toBe(200)
})

test.each([
  ['video_url', ['video_url']],
  ['url', ['url']],
  ['metadata.url', ['metadata', 'url']],
  ['task_result.videos.0.url', ['task_result', 'videos', 0, 'url']],
  ['data.0.video_url', ['data', 0, 'video_url']],
  ['content.video_url', ['content', 'video_url']],
])('[field:%s]', async (field, path) => {
  const { document, links } = await finish(`[link:vendor][field:${field}] a cat`)
  expect(path.reduce((at: unknown, name) => Reflect.get(Object(at), name), document)).toBe(
    links?.vendor,
  )
})

test('old rows of new-api keep the link where failures stand', async () => {
  const { document, links } = await finish('[field:data.fail_reason] a cat', 'newapi')
  expect(document).toMatchObject({ data: { status: 'SUCCESS', fail_reason: links?.vendor } })
})

test.each([
  ['xai', 'status', { video: { url: expect.any(String) } }],
  ['newapi', 'data.status', { data: { result_url: expect.any(String) } }],
] as const)('%s: the link is there and no word for the state', async (kind, path, rest) => {
  const { document } = await finish('[fault:no-status] a cat', kind)
  expect(document).toMatchObject(rest)
  expect(document).not.toHaveProperty(path)
})

test.each([
  ['content-redirect', 302, 'vendor'],
  ['content-redirect-307', 307, 'vendor'],
  ['content-redirect-own', 302, 'direct'],
] as const)('%s: each time', async (id, status, to) => {
  const { client, links } = await finish(`[fault:${id}] a cat`)
  for (const _ of [1, 2, 3]) {
    const response = await readContent(client)
    expect([response.status, response.headers.get('location')]).toEqual([status, links?.[to]])
  }
})

test('a key that went along a redirect, or to a link of another host, is seen there', async () => {
  const { client, links } = await finish('[fault:content-redirect] a cat')
  await readContent(client)
  expect(simulator.authorizationsAt(simulator.vendorOrigin)).toEqual([])
  expect(simulator.authorizationsAt(simulator.origin)).toEqual([`Bearer ${simulator.apiKey}`])
  await fetch(links?.vendor ?? '')
  expect(simulator.authorizationsAt(simulator.vendorOrigin)).toEqual([])
  await fetch(links?.vendor ?? '', { headers: { authorization: 'Bearer leaked' } })
  expect(simulator.authorizationsAt(simulator.vendorOrigin)).toEqual(['Bearer leaked'])
})

test.each([
  ['content-401', 401],
  ['content-404', 404],
  ['content-429', 429],
  ['content-502', 502],
  ['content-json', 200],
])('%s: twice, then the video', async (id, status) => {
  const { client } = await finish(`[fault:${id}] a cat`)
  for (const _ of [1, 2]) {
    const response = await readContent(client)
    expect([response.status, response.headers.get('content-type') === 'video/mp4']).toEqual([
      status,
      false,
    ])
  }
  expect((await readContent(client)).headers.get('content-type')).toBe('video/mp4')
  expect(simulator.tasks[0]?.contentReads).toBe(3)
})

test('faults of downloads befall the content, too', async () => {
  const { client } = await finish('a cat')
  await applyFault(simulator, 'dl-short', { times: 1 })
  await expect((await readContent(client)).arrayBuffer()).rejects.toThrow('terminated')
  expect(await (await readContent(client, { range: 'bytes=4-7' })).text()).toBe('ftyp')
  expect(simulator.downloads.map(({ url }) => URL.parse(url)?.pathname)).toEqual([
    `/kinds/videos/v1/videos/${simulator.tasks[0]?.id}/content`,
    `/kinds/videos/v1/videos/${simulator.tasks[0]?.id}/content`,
  ])
})
