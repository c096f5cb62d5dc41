import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { requestRaw } from './faults/rawClient.ts'
import { startRelaySimulator, type RelaySimulator } from './relaySimulator.ts'
import { speakDialect } from './scenario.ts'

let simulator: RelaySimulator
beforeEach(async () => {
  simulator = await startRelaySimulator({ stepMs: 1 })
})
afterEach(() => simulator.close())

const post = (prompt: string, { key = simulator.apiKey, stream = true } = {}) =>
  fetch(`${simulator.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'sora-2',
      stream,
      messages: [
        { role: 'system', content: 'not this' },
        { role: 'user', content: [{ type: 'text', text: prompt }] },
        { role: 'assistant', content: 'nor this' },
      ],
    }),
  })

describe('the relay', () => {
  test('refuses a wrong key and bills nothing', async () => {
    const response = await post('a cat', { key: 'wrong' })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'new_api_error' } })
    expect(simulator.requests).toHaveLength(1)
    expect(simulator.billed).toHaveLength(0)
  })

  test('records what it was asked and counts what it bills', async () => {
    await (await post('a cat')).text()
    await (await post('a cat')).text()
    await (await post('a dog')).text()
    expect(simulator.postsOf('a cat')).toBe(2)
    expect(simulator.postsFor(({ body }) => body['stream'] === true)).toBe(3)
    expect(simulator.requests[0]?.headers['authorization']).toBe(`Bearer ${simulator.apiKey}`)
    expect(simulator.billed.map((job) => job.prompt)).toEqual(['a cat', 'a cat', 'a dog'])
  })

  test('links to a video that it serves, and records the download', async () => {
    const text = await (await post('a cat')).text()
    const url = simulator.billed[0]?.videoUrl ?? ''
    expect(text).toContain(url)
    const video = await fetch(url)
    expect(video.headers.get('content-type')).toBe('video/mp4')
    const file = Buffer.from(await video.arrayBuffer())
    expect(file.toString('latin1', 4, 8)).toBe('ftyp')
    expect(simulator.downloads.map((download) => download.url)).toEqual([url])
  })

  test('lists its models to whoever has the key', async () => {
    const headers = { authorization: `Bearer ${simulator.apiKey}` }
    const response = await fetch(`${simulator.baseUrl}/models`, { headers })
    expect(await response.json()).toMatchObject({ data: [{ id: 'sora-2' }, { id: 'sora-2-pro' }] })
    expect((await fetch(`${simulator.baseUrl}/models`)).status).toBe(401)
  })

  test('answers queued scenarios first, then the set one', async () => {
    simulator.setScenario(speakDialect('D3'))
    simulator.queueScenarios(speakDialect('D2'))
    expect(await (await post('a cat')).text()).toContain('视频生成成功')
    expect(await (await post('a cat')).text()).toContain('<video src=')
  })

  test('sends a recording back byte for byte', async () => {
    const recording = Buffer.from('data: {"a":1}\r\n\r\n: ping\n\ndata: [DONE]')
    simulator.replay(recording, { status: 201, headers: { 'x-relay': 'yes' }, chunkBytes: 3 })
    const response = await post('a cat')
    expect(response.status).toBe(201)
    expect(response.headers.get('x-relay')).toBe('yes')
    expect(Buffer.from(await response.arrayBuffer()).equals(recording)).toBe(true)
  })

  test('says in the task document when the work is done, also after the stream broke', async () => {
    await expect((await post('[cut:50] a cat')).text()).rejects.toThrow()
    const job = simulator.billed[0]
    const read = async () => (await fetch(job?.statusUrl ?? '')).json()
    expect(await read()).toMatchObject({ running: true, video_url: null })
    expect(await read()).toMatchObject({ running: false, video_url: job?.videoUrl })
    simulator.setTaskProgress(() => 'failed')
    expect(await read()).toMatchObject({ running: false, status: 'failed', video_url: null })
  })
})

describe('without stream', () => {
  test('D1 answers with the same text in one document', async () => {
    const response = await post('a cat', { stream: false })
    const completion = await response.json()
    expect(completion).toMatchObject({ object: 'chat.completion' })
    expect(JSON.stringify(completion)).toContain(simulator.billed[0]?.videoUrl)
  })

  test('D3 generates nothing and bills nothing', async () => {
    const response = await post('[dialect:D3] a cat', { stream: false })
    expect(await response.text()).toContain('Please enable streaming')
    expect(simulator.billed).toHaveLength(0)
  })
})

describe('directives', () => {
  test.each([
    ['[fail:quota]', 403, 'insufficient_user_quota'],
    ['[fail:guardrail]', 200, 'guardrails'],
    ['[fail:literal-done]', 200, String.raw`data: [DONE]\n\n`],
    ['[dialect:D2]', 200, '视频生成成功'],
    ['[dialect:D99]', 400, 'D3-retry'],
    ['[fail:nonsense]', 400, 'content-filter'],
    ['[fault:200-html]', 200, 'Maintenance'],
    ['[fault:nonsense]', 400, 'cut-at-progress'],
    ['[slow:never]', 400, 'milliseconds'],
    ['[cut:late]', 400, 'percentage'],
  ])('%s is answered with %i and %s', async (prompt, status, words) => {
    const response = await post(prompt)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(words)
  })
})

test('[cut:61] breaks the connection right after 61 % were reported', async () => {
  const { text, ending } = await requestRaw(`${simulator.baseUrl}/chat/completions`, {
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body: '{"stream":true,"messages":[{"role":"user","content":"[cut:61] a cat"}]}',
  })
  expect([text.includes('61..'), text.includes('88..'), ending]).toEqual([true, false, 'reset'])
})

const getFile = (range?: string, method = 'GET') =>
  fetch(`${simulator.origin}/files/x.mp4?bytes=200000`, {
    method,
    headers: range === undefined ? {} : { range },
  })

describe('files', () => {
  test.each([
    ['bytes=0-0', 206, 'bytes 0-0/200000', 1],
    ['bytes=199990-', 206, 'bytes 199990-199999/200000', 10],
    ['bytes=-5', 206, 'bytes 199995-199999/200000', 5],
    ['bytes=100-999999999', 206, 'bytes 100-199999/200000', 199_900],
    ['bytes=200000-', 416, null, 35],
    ['bytes=-0', 416, null, 35],
    ['bytes=5-4', 200, null, 200_000],
    ['bytes=0-1,3-4', 200, null, 200_000],
  ])('%s is answered with %i', async (range, status, contentRange, length) => {
    const response = await getFile(range)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-range')).toBe(contentRange)
    expect((await response.arrayBuffer()).byteLength).toBe(length)
  })

  test('HEAD tells the length and sends nothing', async () => {
    const response = await getFile(undefined, 'HEAD')
    expect(response.headers.get('content-length')).toBe('200000')
    expect(await response.text()).toBe('')
  })

  test.each(['png', 'webp', 'gif'])('a %s preview is an image', async (kind) => {
    const response = await fetch(`${simulator.origin}/files/x.${kind}`)
    expect(response.headers.get('content-type')).toBe(`image/${kind}`)
  })
})
