// The node against the real gateway, in n8n's real engine: every operation, and what must never be
// paid twice.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { refusals } from '../relay/refusals.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { speakDialect } from '../relay/scenario.ts'
import {
  readBinary,
  runNode,
  searchList,
  startNode,
  storeBinary,
  toOutcome,
  type Credential,
  type RunOptions,
} from './engine.ts'
import { generateParameters, videoParameters, type GenerateFields } from './panel.ts'
import { startTap } from './tap.ts'

let relay: RelaySimulator
let gateway: RunningGateway
let credential: Credential

beforeAll(async () => {
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay })
})
// An account of its own for each test: no cache and no breaker of the one before.
beforeEach(async () => {
  relay.reset()
  credential = { baseUrl: `${gateway.url}/v1/`, apiKey: (await gateway.createKey()).key }
})
afterAll(async () => {
  await gateway.close()
  await relay.close()
})

function generate(fields: GenerateFields, more: Partial<RunOptions> = {}): RunOptions {
  return { parameters: generateParameters(fields), credential, ...more }
}

async function makeVideo(prompt = 'a dog'): Promise<string> {
  const { items, error } = await runNode(generate({ prompt, options: { downloadVideo: false } }))
  expect(error).toBeNull()
  return String(items[0]?.json['id'])
}

async function run(operation: string, id: string, more = {}) {
  return await runNode({ parameters: videoParameters(operation, id, more), credential })
}

function paidPosts() {
  return relay.requests.filter((request) => request.method === 'POST')
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('operations', () => {
  test('Generate From Text makes one flat item with the file', async () => {
    const options = { metadata: { entries: [{ key: 'order', value: '4711' }] } }
    const more = { length: { __rl: true, mode: 'list', value: '8' } }
    const { items, error, hints } = await runNode(generate({ prompt: 'a dog', options, more }))
    expect(error).toBeNull()
    expect(items[0]?.json).toMatchObject({
      id: expect.stringMatching(/^video_/),
      status: 'completed',
      url: expect.stringContaining(gateway.url),
      model: 'sora-2',
      seconds: 8,
      cost_usd: 0.8,
      progress: 100,
      charge: 'certain',
      cached: false,
      metadata: { order: '4711' },
      total_seconds: expect.any(Number),
    })
    expect(items[0]?.json).not.toHaveProperty('error')
    expect(items[0]?.binary?.['data']).toMatchObject({
      mimeType: 'video/mp4',
      fileName: `${String(items[0]?.json['id'])}.mp4`,
    })
    expect((await readBinary(items[0])).subarray(4, 8).toString('latin1')).toBe('ftyp')
    expect(hints[0]).toMatch(/^sora-2: completed, 100 %, took \d+ s/)
  })

  test('Generate From Image sends the image to the relay', async () => {
    const png = Buffer.from('89504e470d0a1a0a', 'hex')
    const file = await storeBinary(png, 'image/png', 'dog.png')
    const more = { imageSource: 'binary', imageField: 'photo' }
    const items = [{ json: {}, binary: { photo: file } }]
    const outcome = await runNode(generate({ operation: 'generateFromImage', more }, { items }))
    expect(outcome.items[0]?.json['status']).toBe('completed')
    expect(paidPosts()[0]?.bodyText).toContain(png.toString('base64'))
  })

  test('Remix makes a new video out of an old one', async () => {
    const id = await makeVideo('a dog')
    const more = { videoId: { __rl: true, mode: 'id', value: id } }
    // What the panel hides for Remix may still lie in a workflow.
    const hidden = { length: '12', shape: '720x1280' }
    const fields = { operation: 'remix', prompt: 'at night', more: { ...hidden, ...more } } as const
    const { items } = await runNode(generate(fields))
    const made = { status: 'completed', remixed_from_video_id: id, seconds: 4 }
    expect(items[0]?.json).toMatchObject(made)
    const told = { role: 'user', content: 'at night' }
    expect(paidPosts().at(-1)?.body['messages']).toContainEqual(told)
    expect(items[0]?.json['id']).not.toBe(id)
  })

  test('Get, Download and Delete work on a video by its id', async () => {
    const id = await makeVideo()
    expect((await run('get', id)).items[0]?.json).toMatchObject({ id, status: 'completed' })
    const file = await run('download', id, { outputField: 'clip', fileName: 'x' })
    expect((await readBinary(file.items[0], 'clip')).length).toBeGreaterThan(100)
    expect(file.items[0]?.binary?.['clip']?.fileName).toBe('x.mp4')
    expect((await run('delete', id)).items[0]?.json).toEqual({ id, deleted: true })
    const gone = await run('get', id)
    expect(gone.error?.description).toContain('Check the ID')
  })

  test('Get Many returns the latest first, up to the limit or all of them', async () => {
    for (const prompt of ['one', 'two', 'three']) await makeVideo(prompt)
    const two = await run('getAll', '', { returnAll: false, limit: 2 })
    expect(two.items.map((item) => item.json['prompt'])).toEqual(['three', 'two'])
    expect((await run('getAll', '', { returnAll: true })).items).toHaveLength(3)
  })

  test('Not at All returns the id at once, and Cancel ends that video', async () => {
    const { items } = await runNode(generate({ prompt: 'a dog [slow:5000]', waitBy: 'none' }))
    const id = String(items[0]?.json['id'])
    expect(items[0]?.binary).toBeUndefined()
    const cancelled = await run('cancel', id)
    expect(cancelled.items[0]?.json).toMatchObject({ id, failure: { code: 'cancelled' } })
  })

  test('the lists show the models, and the videos by prompt', async () => {
    await makeVideo('a very special dog')
    const models = await searchList('searchModels', credential, 'PRO')
    expect(models.map((model) => model.value)).toEqual(['sora-2-pro'])
    const videos = await searchList('searchVideos', credential, 'special')
    expect(videos[0]?.name).toBe('a very special dog (completed)')
  })

  test('a model that does not exist is named, with what to do', async () => {
    const { error } = await runNode(generate({ model: 'sora-9' }))
    expect(error?.message).toContain('sora-9')
    expect(error?.description).toContain('Choose a model from the list')
  })
})

describe('many items', () => {
  test('ten at once keep their order', async () => {
    const items = Array.from({ length: 10 }, (_none, index) => ({ json: { n: index } }))
    const options = { itemsInParallel: 10 }
    const outcome = await runNode(generate({ prompt: '=dog {{ $json.n }}', options }, { items }))
    expect(outcome.items.map((item) => item.json['prompt'])).toEqual(
      items.map((item) => `dog ${item.json.n}`),
    )
    for (const item of outcome.items) expect(item.binary).toBeDefined()
    expect(paidPosts()).toHaveLength(10)
  })

  test('identical ones are paid once', async () => {
    const items = [{ json: {} }, { json: {} }, { json: {} }]
    const outcome = await runNode(generate({ prompt: 'the same dog' }, { items }))
    expect(new Set(outcome.items.map((item) => item.json['id'])).size).toBe(1)
    expect(paidPosts()).toHaveLength(1)
  })

  test('Make a New Video pays although there is one', async () => {
    const first = await makeVideo('a dog')
    const options = { cache: 'refresh', downloadVideo: false }
    const { items } = await runNode(generate({ prompt: 'a dog', options }))
    expect(items[0]?.json).toMatchObject({ status: 'completed', id: expect.any(String) })
    expect(items[0]?.json['id']).not.toBe(first)
    expect(paidPosts()).toHaveLength(2)
  })
})

describe('Retry On Fail', () => {
  const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 }

  test('re-attaches to the video that still runs', async () => {
    const options = { totalLimit: 2 }
    const { items, error } = await runNode(
      generate({ prompt: 'a dog [slow:700]', options }, { settings }),
    )
    expect(error).toBeNull()
    expect(items[0]?.json['status']).toBe('completed')
    expect(paidPosts()).toHaveLength(1)
  })

  test('finds what is finished, when another item made the run fail', async () => {
    relay.setScenario(relayScenario)
    const items = [{ json: { p: 'first' } }, { json: { p: 'second' } }]
    const options = { itemsInParallel: 1, cache: 'refresh' }
    const outcome = await runNode(
      generate({ prompt: '={{ $json.p }}', options }, { items, settings }),
    )
    expect(outcome.error).toBeNull()
    expect(paidPosts().map((post) => post.prompt)).toEqual(['first', 'second', 'second'])
  })

  test('does not pay again when nobody knows how it ended', async () => {
    const { error } = await runNode(generate({ prompt: 'a dog [cut:36]' }, { settings }))
    expect(paidPosts()).toHaveLength(1)
    expect(error?.message).toContain('No video was made')
    expect(error?.description).toContain('It may have been charged')
  })

  test('says why a prompt that changes between tries cannot be retried', async () => {
    const { error } = await runNode(
      generate(
        { prompt: '=[slow:900] {{ Math.random() }}', options: { totalLimit: 1 } },
        { settings },
      ),
    )
    expect(error?.description).toContain('a time or a random value')
    expect(error?.description).toMatch(/Video: video_\w+/)
    expect(paidPosts()).toHaveLength(1)
  })
})

/** Refuses the first request for "second", for free. */
const relayScenario: Parameters<RelaySimulator['setScenario']>[0] = (given) =>
  given.request.prompt === 'second' && relay.postsOf('second') === 1
    ? refusals.moderation()
    : answerAsEver(given)

const answerAsEver: typeof relayScenario = (given) => speakDialect('D1')(given)

describe('time-outs and Stop', () => {
  test('a time-out keeps the id in the error, and Get picks the video up', async () => {
    const options = { totalLimit: 1 }
    const { error } = await runNode(generate({ prompt: 'a dog [slow:500]', options }))
    const id = /video_\w+/.exec(error?.message ?? '')?.[0] ?? ''
    expect(error?.message).toContain('total wait limit of 1 s')
    expect(error?.description).toContain('Get operation')
    await until(async () => (await run('get', id)).items[0]?.json['status'] === 'completed')
  })

  test('a time-out keeps the id in the item of a node that continues', async () => {
    const options = { totalLimit: 1 }
    const settings = { onError: 'continueRegularOutput' } as const
    const { items } = await runNode(generate({ prompt: 'a dog [slow:500]', options }, { settings }))
    expect(items[0]?.json).toMatchObject({
      id: expect.stringMatching(/^video_/),
      status: 'in_progress',
      error: expect.stringContaining('total wait limit'),
    })
  })

  test('Stop cancels the video that this item started', async () => {
    const execution = startNode(generate({ prompt: 'a dog [slow:5000]' }))
    await until(() => relay.billed.length === 1)
    execution.stop()
    const { error } = toOutcome(await execution.done)
    expect(error?.description).toMatch(/^The video was cancelled, too. Video: video_/)
    await until(async () => (await listed())[0]?.['status'] === 'failed')
    expect((await listed())[0]?.['failure']).toMatchObject({ code: 'cancelled' })
  })

  test('Stop that the gateway does not hear says that the video goes on', async () => {
    const tap = await startTap(gateway.url)
    const behindTap = { ...credential, baseUrl: `${tap.origin}/v1/` }
    const execution = startNode(
      generate({ prompt: 'a dog [slow:5000]' }, { credential: behindTap }),
    )
    await until(() => relay.billed.length === 1)
    const closed = tap.close()
    execution.stop()
    const { error } = toOutcome(await execution.done)
    await closed
    expect(error?.description).toContain('The gateway could not be told')
    expect((await listed())[0]?.['status']).toBe('in_progress')
  })

  test('Stop leaves alone a video that somebody else started', async () => {
    await runNode(generate({ prompt: 'a dog [slow:5000]', waitBy: 'none' }))
    const execution = startNode(generate({ prompt: 'a dog [slow:5000]' }))
    await until(() => relay.billed.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    execution.stop()
    await execution.done
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await listed())[0]?.['status']).toBe('in_progress')
  })

  async function listed() {
    return (await run('getAll', '', { returnAll: true })).items.map((item) => item.json)
  }
})
