// The node against a plain relay: the same core as the gateway, in n8n's real engine. A relay
// remembers nothing, so paying once is up to the node alone.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { refusals } from '../relay/refusals.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { speakDialect } from '../relay/scenario.ts'
import { answer } from '../relay/script.ts'
import {
  callTool,
  readBinary,
  runNode,
  startNode,
  storeBinary,
  toOutcome,
  type RunOptions,
} from './engine.ts'
import { generateParameters, videoParameters, type GenerateFields } from './panel.ts'
import { startTap } from './tap.ts'

let relay: RelaySimulator

beforeAll(async () => {
  relay = await startRelaySimulator()
})
beforeEach(() => relay.reset())
afterAll(async () => await relay.close())

function generate(fields: GenerateFields, more: Partial<RunOptions> = {}): RunOptions {
  return { parameters: generateParameters(fields), ...credential(), ...more }
}

function credential() {
  return { credential: { baseUrl: relay.baseUrl, apiKey: relay.apiKey } }
}

function paidPosts() {
  return relay.requests.filter((request) => request.method === 'POST')
}

/** Without the question whether it is a gateway. */
function videoDownloads() {
  return relay.downloads.filter(({ url }) => !url.endsWith('/health'))
}

describe('generating', () => {
  test('makes an item with the link and the file, in one paid request', async () => {
    const { items, error, hints } = await runNode(generate({ prompt: 'a dog' }))
    expect(error).toBeNull()
    expect(items[0]?.json).toMatchObject({
      status: 'completed',
      progress: 100,
      model: 'sora-2',
      prompt: 'a dog',
      charge: 'certain',
      url: expect.stringContaining(relay.origin),
    })
    expect(items[0]?.pairedItem).toEqual({ item: 0 })
    expect(items[0]?.binary?.['data']).toMatchObject({
      mimeType: 'video/mp4',
      fileName: expect.stringMatching(/\.mp4$/),
    })
    expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
    expect(hints).toEqual([expect.stringContaining('sora-2: completed, 100 %, took')])
    expect(paidPosts()).toHaveLength(1)
  })

  test('sends only what the person set', async () => {
    await runNode(generate({ prompt: 'a dog' }))
    expect(paidPosts()[0]?.body).toEqual({
      model: 'sora-2',
      messages: [{ role: 'user', content: 'a dog' }],
      stream: true,
    })
  })

  test('takes numbers from expressions where texts are meant', async () => {
    const metadata = { entries: [{ key: 'row', value: '={{ $json.row }}' }] }
    const { items } = await runNode(
      generate(
        { options: { metadata, fileName: '={{ $json.row }}' } },
        { items: [{ json: { row: 7 } }] },
      ),
    )
    expect(items[0]?.json['metadata']).toEqual({ row: '7' })
    expect(items[0]?.binary?.['data']?.fileName).toBe('7.mp4')
  })

  test('tells length and shape in words, and sends extra fields as they are', async () => {
    const options = { extraBody: '{"aspect_ratio":"16:9","seed":7}' }
    const more = { length: '10', shape: '1280x720' }
    await runNode(generate({ prompt: 'a dog', options, more }))
    const body = paidPosts()[0]?.body
    expect(body).toMatchObject({ aspect_ratio: '16:9', seed: 7 })
    expect(paidPosts()[0]?.prompt).toContain('a dog')
    expect(paidPosts()[0]?.prompt).toContain('10s')
    expect(paidPosts()[0]?.prompt).toContain('16:9')
  })

  test('sends an image from a binary field, and one from a URL', async () => {
    const png = Buffer.from('89504e470d0a1a0a', 'hex')
    const file = await storeBinary(png, 'image/png', 'dog.png')
    const fromBinary = { imageSource: 'binary', imageField: 'data' }
    const fromUrl = { imageSource: 'url', imageUrl: 'https://example.com/dog.png' }
    await runNode(
      generate(
        { operation: 'generateFromImage', more: fromBinary },
        { items: [{ json: {}, binary: { data: file } }] },
      ),
    )
    await runNode(generate({ operation: 'generateFromImage', more: fromUrl }))
    const links = paidPosts().map((post) => JSON.stringify(post.body['messages']))
    expect(links[0]).toContain(`data:image/png;base64,${png.toString('base64')}`)
    expect(links[1]).toContain('https://example.com/dog.png')
  })

  test('returns the link alone when the file is not wanted', async () => {
    const { items } = await runNode(generate({ options: { downloadVideo: false } }))
    expect(items[0]?.json['url']).toContain(relay.origin)
    expect(items[0]?.binary).toBeUndefined()
    expect(videoDownloads()).toHaveLength(0)
  })

  test('puts the file where and under what name it was asked to', async () => {
    const options = { outputField: 'clip', fileName: 'dog.mp4' }
    const { items } = await runNode(generate({ options }))
    expect(items[0]?.binary?.['clip']?.fileName).toBe('dog.mp4')
  })

  test('never shows the key to the host of the file', async () => {
    await runNode(generate({}))
    expect(videoDownloads()).toHaveLength(1)
    for (const { headers } of videoDownloads()) expect(headers['authorization']).toBeUndefined()
  })

  test('streams its progress into a chat, every percent once', async () => {
    const chunks: string[] = []
    await runNode(
      generate(
        {},
        { onChunk: ({ type, content = '' }) => chunks.push(`${type} ${content}`.trim()) },
      ),
    )
    expect(chunks[0]).toBe('begin')
    expect(chunks.at(-1)).toBe('end')
    const percents = chunks.filter((chunk) => chunk.includes('%'))
    expect(percents.slice(0, 4)).toEqual([12, 36, 61, 88].map((p) => `item Generating… ${p} %`))
    expect(new Set(percents).size).toBe(percents.length)
  })

  test('says a percent once, however finely the relay counts', async () => {
    const fine = await startRelaySimulator({ progress: [12.1, 12.5, 12.9, 40] })
    const chunks: string[] = []
    const { error } = await runNode(
      generate(
        { prompt: 'a dog [dialect:D2]', options: { downloadVideo: false } },
        {
          credential: { baseUrl: fine.baseUrl, apiKey: fine.apiKey },
          onChunk: ({ content = '' }) => chunks.push(content.trim()),
        },
      ),
    )
    await fine.close()
    expect(error).toBeNull()
    expect(chunks.filter((chunk) => chunk.includes('%')).slice(0, 2)).toEqual([
      'Generating… 12 %',
      'Generating… 40 %',
    ])
  })

  test('gives an AI agent few fields and no file, and pays once for what it asks twice', async () => {
    const [first, second] = await callTool(generate({}), 2)
    expect(Object.keys(first?.json ?? {}).sort()).toEqual([
      'charge',
      'model',
      'progress',
      'status',
      'url',
    ])
    expect(first?.binary).toBeUndefined()
    expect(second?.json['url']).toBe(first?.json['url'])
    expect(paidPosts()).toHaveLength(1)
  })

  test('knows an agent also when the engine runs it as a node', async () => {
    const { items } = await runNode(generate({}, { type: 'n8n-nodes-reelay.reelayTool' }))
    expect(items[0]?.json).toMatchObject({ status: 'completed' })
    expect(items[0]?.binary).toBeUndefined()
  })

  test('keeps the order of many items and works on a few at once', async () => {
    const items = Array.from({ length: 10 }, (_none, index) => ({ json: { n: index } }))
    const options = { itemsInParallel: 10 }
    const outcome = await runNode(generate({ prompt: '=dog {{ $json.n }}', options }, { items }))
    expect(outcome.items.map((item) => item.json['prompt'])).toEqual(
      items.map((item) => `dog ${item.json.n}`),
    )
    expect(outcome.items.map((item) => item.pairedItem)).toEqual(
      items.map((_item, index) => ({ item: index })),
    )
    expect(paidPosts()).toHaveLength(10)
  })
})

describe('a relay that refuses', () => {
  test.each([
    ['[fail:quota]', 'Top up your account at the relay. Nothing was charged.'],
    ['[fail:moderation]', 'Rephrase the prompt'],
    ['[fail:guardrail]', 'Rephrase the prompt'],
  ])('%s: the error says what to do', async (prompt, advice) => {
    const { error, items } = await runNode(generate({ prompt }))
    expect(error?.message).toMatch(/^No video was made: /)
    expect(error?.description).toContain(advice)
    expect(items).toHaveLength(0)
  })

  test('what names its portal is a failure also where no file is fetched', async () => {
    for (const text of [
      'Video generation failed. Visit https://portal.relay.example/console for details.',
      '视频生成失败，请前往 https://portal.relay.example/ 充值后重试',
      'The service has moved: https://portal.relay.example/new',
    ]) {
      const body = JSON.stringify({ choices: [{ message: { content: text } }] })
      relay.queueScenarios(() => answer(200, 'application/json', body))
      const { items, error } = await runNode(generate({ options: { downloadVideo: false } }))
      expect([items, error?.message]).toEqual([[], expect.stringMatching(/^No video was made/)])
    }
  })

  test.each(['generation-failed', 'failed-none'])(
    'its own words stand below a plain English title (%s)',
    async (failure) => {
      const { error } = await runNode(generate({ prompt: `[fail:${failure}]` }))
      expect(error?.message).toMatch(/^No video was made: [ -~]+$/)
      expect(error?.description).toMatch(/The relay said: .*\p{Script=Han}/u)
    },
  )

  test('a wrong key is the credential’s fault, and does not appear anywhere', async () => {
    const wrong = { credential: { baseUrl: relay.baseUrl, apiKey: 'wrong-key-4711' } }
    const { error, run } = await runNode(generate({}, wrong))
    expect(error?.description).toContain('Open the credential')
    expect(JSON.stringify(run)).not.toContain('wrong-key-4711')
  })

  test('a node that continues gives the item an error and a failure with a code', async () => {
    const { items, error } = await runNode(
      generate({ prompt: '[fail:moderation]' }, { settings: { onError: 'continueRegularOutput' } }),
    )
    expect(error).toBeNull()
    expect(items[0]?.json).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('No video was made'),
      failure: { code: 'content_policy', advice: expect.any(String), message: expect.any(String) },
    })
  })

  test('the error output gets the failed item, the regular one the rest', async () => {
    const items = [{ json: { p: 'a dog' } }, { json: { p: '[fail:quota]' } }]
    const outcome = await runNode(
      generate(
        { prompt: '={{ $json.p }}' },
        { items, settings: { onError: 'continueErrorOutput' } },
      ),
    )
    expect(outcome.items.map((item) => item.json['status'])).toEqual(['completed'])
    expect(outcome.errorItems).toHaveLength(1)
    const json = outcome.errorItems[0]?.json ?? {}
    expect(json).toMatchObject({
      message: expect.stringContaining('No video was made'),
      error: {
        message: expect.stringContaining('No video was made'),
        advice: expect.stringContaining('Top up'),
        status: 'failed',
        failure: { code: 'quota' },
      },
    })
    // What came in, and no third field, with which most releases of n8n would call it a result.
    expect(Object.keys(json)).toEqual(['p', 'message', 'error'])
  })

  test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
    'nobody listens, %s: every item says so, and none passes as a result',
    async (onError) => {
      const { items, errorItems } = await runNode(
        generate(
          {},
          {
            credential: { baseUrl: 'http://127.0.0.1:9', apiKey: 'k' },
            settings: { onError },
            items: [{ json: { n: 1 } }, { json: { n: 2 } }],
          },
        ),
      )
      const told = onError === 'continueErrorOutput' ? errorItems : items
      expect(told.map((item) => item.json['error'])).toHaveLength(2)
      for (const item of told) expect(JSON.stringify(item.json['error'])).toContain('ECONNREFUSED')
      expect(items.filter((item) => item.json['error'] === undefined)).toEqual([])
    },
  )

  test('nobody listens: nothing was charged, and the error says so', async () => {
    const nobody = { credential: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k' } }
    const { error } = await runNode(generate({}, nobody))
    expect(`${error?.message} ${error?.description}`).toContain('base URL')
  })
})

describe('Retry On Fail', () => {
  const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 }

  test('starts anew after a failure that cost nothing', async () => {
    relay.queueScenarios(() => refusals['rate-limited']())
    const { items, error } = await runNode(generate({}, { settings }))
    expect(error).toBeNull()
    expect(items[0]?.json['status']).toBe('completed')
    expect(paidPosts()).toHaveLength(2)
    expect(relay.billed).toHaveLength(1)
  })

  test('never sends again what broke off, and says again how it ended', async () => {
    const { error } = await runNode(generate({ prompt: 'a dog [cut:60]' }, { settings }))
    expect(paidPosts()).toHaveLength(1)
    expect(error?.message).toMatch(/^No video was made/)
    expect(error?.description).toContain('It may have been charged.')
  })

  test('never sends again what a limit ended, and says that nobody knows', async () => {
    const options = { totalLimit: 1 }
    const { error } = await runNode(generate({ prompt: 'a dog [slow:900]', options }, { settings }))
    expect(paidPosts()).toHaveLength(1)
    expect(error?.message).toContain('nobody knows how it ended')
  })

  test('pays again only when told to', async () => {
    const options = { acceptPossibleCharge: true }
    await runNode(generate({ prompt: 'a dog [cut:60]', options }, { settings }))
    expect(paidPosts()).toHaveLength(2)
  })

  test('does not pay again for the item that worked when another one fails', async () => {
    relay.queueScenarios(speakDialect('D1'), () => refusals['rate-limited']())
    const items = [{ json: { p: 'first' } }, { json: { p: 'second' } }]
    const options = { itemsInParallel: 1 }
    const outcome = await runNode(
      generate({ prompt: '={{ $json.p }}', options }, { items, settings }),
    )
    expect(outcome.items.map((item) => item.json['status'])).toEqual(['completed', 'completed'])
    expect(paidPosts().map((post) => post.prompt)).toEqual(['first', 'second', 'second'])
    expect(outcome.items[0]?.json['cached']).toBe(true)
  })
})

describe('waiting', () => {
  test('names the total limit and how to raise it', async () => {
    const options = { totalLimit: 1 }
    const { error } = await runNode(generate({ prompt: 'a dog [slow:400]', options }))
    expect(error?.message).toContain('total wait limit of 1 s')
    expect(error?.description).toContain('Total Wait Limit')
  })

  test('names the silence limit when nothing came', async () => {
    const options = { silenceLimit: 1, totalLimit: 60 }
    const { error } = await runNode(generate({ prompt: 'a dog [fault:stall]', options }))
    expect(error?.message).toContain('silence limit')
    expect(error?.description).toContain('Silence Limit')
  })

  test('Stop closes the stream to the relay at once', async () => {
    const tap = await startTap(relay.origin)
    const execution = startNode(
      generate(
        { prompt: 'a dog [slow:20000]' },
        { credential: { baseUrl: tap.origin, apiKey: relay.apiKey } },
      ),
    )
    while (relay.billed.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(tap.open).toBeGreaterThan(0)
    execution.stop()
    await tap.settled()
    const { items, error } = toOutcome(await execution.done)
    expect(items).toHaveLength(0)
    expect(error?.description).toContain('The connection to the relay was closed')
    await tap.close()
  })
})

describe('what a plain relay cannot do', () => {
  test.each(['get', 'getAll', 'cancel', 'delete'])('%s asks for a gateway', async (operation) => {
    const parameters = videoParameters(operation, 'video_1')
    const { error } = await runNode({ parameters, ...credential() })
    expect(error?.message).toContain('needs a Reelay gateway')
    expect(error?.description).toContain('Generate and Download work')
  })

  test.each(['parking', 'none'] as const)('waiting by %s asks for a gateway', async (waitBy) => {
    const { error } = await runNode(generate({ waitBy }))
    expect(error?.message).toContain('needs a Reelay gateway')
    expect(paidPosts()).toHaveLength(0)
  })

  test('download works with the URL that Generate returned', async () => {
    const made = await runNode(generate({ options: { downloadVideo: false } }))
    const url = String(made.items[0]?.json['url'])
    const parameters = videoParameters('download', url, { outputField: 'data', fileName: '' })
    const { items } = await runNode({ parameters, ...credential() })
    expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
  })
})
