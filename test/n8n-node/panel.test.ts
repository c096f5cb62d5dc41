// The panel and what comes out of it, with a gateway whose models are not Sora: lists have what the
// model offers and nothing else, and what is chosen is what is sent.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startGateway, type RunningGateway } from '../gateway/startGateway.ts'
import { serveMedia } from '../relay/media/serve.ts'
import { startRelaySimulator, type RelaySimulator } from '../relay/relaySimulator.ts'
import { answer } from '../relay/script.ts'
import { callTool, runNode, searchList, type RunOptions } from './engine.ts'
import { reelay, reelayTrigger } from './n8nCore.ts'
import { generateParameters, videoParameters, type GenerateFields } from './panel.ts'

const models = [
  {
    id: 'veo-3.1',
    seconds: ['5', '8'],
    sizes: ['1920x1080', '1080x1920'],
    price_usd: { '5': 0.5, '8': 0.8 },
    inputs: ['input_reference', 'last_frame', 'seed', 'negative_prompt'],
  },
  { id: 'mystery', price_usd: 0.05 },
]

let relay: RelaySimulator
let gateway: RunningGateway
let credential: { baseUrl: string; apiKey: string }

beforeAll(async () => {
  relay = await startRelaySimulator()
  gateway = await startGateway({ relay, vars: { MODELS: JSON.stringify(models) } })
})
beforeEach(async () => {
  relay.reset()
  credential = { baseUrl: gateway.url, apiKey: (await gateway.createKey()).key }
})
afterAll(async () => {
  await gateway.close()
  await relay.close()
})

function generate(fields: GenerateFields, more: Partial<RunOptions> = {}): RunOptions {
  return { parameters: generateParameters({ model: '', ...fields }), credential, ...more }
}

async function list(name: string, model = '') {
  const parameters = { model: { __rl: true, mode: 'list', value: model } }
  const results = await searchList(name, credential, undefined, parameters)
  return Object.fromEntries(results.map((result) => [result.value, result.name]))
}

describe('lists', () => {
  test('models with lengths and price', async () => {
    expect(await list('searchModels')).toEqual({
      'veo-3.1': 'veo-3.1 · 5, 8 s · from $0.50',
      mystery: 'mystery · $0.050',
    })
  })

  test.each(['', 'veo-3.1'])('lengths and shapes of the model "%s"', async (model) => {
    expect(await list('searchLengths', model)).toEqual({
      own: "Model's Own: 5 s · $0.50",
      '5': '5 s · $0.50',
      '8': '8 s · $0.80',
    })
    expect(await list('searchShapes', model)).toEqual({
      own: "Model's Own: Landscape 16:9 · 1920 × 1080",
      '1920x1080': 'Landscape 16:9 · 1920 × 1080',
      '1080x1920': 'Portrait 9:16 · 1080 × 1920',
    })
    expect(await list('searchImageUses', model)).toEqual({
      input_reference: 'First Frame',
      last_frame: 'Last Frame',
    })
    expect(await list('searchSounds', model)).toEqual({ own: "Model's Own" })
  })

  test('of a model of which nothing is said: what most take', async () => {
    expect(Object.keys(await list('searchLengths', 'mystery'))).toContain('10')
    expect(Object.keys(await list('searchSounds', 'mystery'))).toEqual(['own', 'on', 'off'])
    expect(Object.keys(await list('searchImageUses', 'mystery'))).toHaveLength(3)
  })

  test('of a plain relay: what is known of a model by its name', async () => {
    credential = { baseUrl: relay.baseUrl, apiKey: relay.apiKey }
    expect(Object.keys(await list('searchModels'))).toContain('sora-2')
    expect(await list('searchLengths', 'veo-3.1-fast')).toMatchObject({ '6': '6 s' })
    expect(await list('searchShapes', 'veo-3.1-fast')).toEqual({
      own: "Model's Own",
      '16:9': 'Landscape 16:9',
      '9:16': 'Portrait 9:16',
    })
  })
})

test('an untouched panel makes a video with the first model', async () => {
  const { items, error } = await runNode({
    parameters: { resource: 'video', operation: 'generate', prompt: 'a dog' },
    credential,
  })
  expect(error).toBeNull()
  expect(items[0]?.json).toMatchObject({ model: 'veo-3.1', seconds: 5, status: 'completed' })
  expect(Object.keys(items[0]?.json ?? {})).toEqual([
    'id',
    'status',
    'url',
    'model',
    'seconds',
    'size',
    'charge',
    'cost_usd',
    'prompt',
  ])
})

test.each(['5', '8'])('every length of the list is taken, %s s', async (value) => {
  const more = { length: { __rl: true, mode: 'list', value } }
  const { items } = await runNode(generate({ more }))
  expect(items[0]?.json).toMatchObject({ seconds: Number(value), cost_usd: Number(value) / 10 })
})

test('last frame, seed and negative prompt are sent where the model takes them', async () => {
  const image = (name: string) => ({
    imageSource: 'url',
    imageUrl: `https://example.com/${name}.png`,
  })
  const more = {
    ...image('first'),
    moreImages: { images: [{ imageUse: 'last_frame', ...image('last') }] },
  }
  const options = { seed: 7, negativePrompt: 'rain' }
  const { error } = await runNode(generate({ operation: 'generateFromImage', more, options }))
  expect(error).toBeNull()
  const [post] = relay.requests
  expect(post?.bodyText).toContain('first.png')
  expect(post?.body).toMatchObject({ seed: 7, negative_prompt: 'rain' })
  expect(JSON.stringify(post?.body['last_frame'])).toContain('last.png')
})

test('what the model does not take is refused by name, and nothing is paid', async () => {
  const { error } = await runNode(generate({ options: { audio: { value: 'on' } } }))
  expect(error?.message).toContain('`audio`')
  expect(relay.requests).toHaveLength(0)
})

describe('Number of Videos', () => {
  test('makes so many, each an item, each paid for, once also under a retry', async () => {
    const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 }
    const items = [{ json: { p: 'a dog' } }, { json: { p: 'a cat' } }]
    const outcome = await runNode(
      generate({ prompt: '={{ $json.p }}', more: { takes: 3 } }, { items, settings }),
    )
    expect(new Set(outcome.items.map((item) => item.json['id'])).size).toBe(6)
    expect(outcome.items.map((item) => item.pairedItem)).toEqual(
      [0, 0, 0, 1, 1, 1].map((item) => ({ item })),
    )
    expect([relay.postsOf('a dog'), relay.postsOf('a cat')]).toEqual([3, 3])
  })

  test('makes them all anew, also where there is such a video, or another take is ordered first', async () => {
    const earlier = (await runNode(generate({ prompt: 'a goose' }))).items
    const { items } = await runNode(generate({ prompt: 'a goose', more: { takes: 2 } }))
    const ids = [...earlier, ...items].map((item) => item.json['id'])
    expect(new Set(ids).size).toBe(3)
    expect(relay.postsOf('a goose')).toBe(3)
  })

  test('of none or five is refused, and nothing is paid', async () => {
    for (const takes of [0, 5]) {
      const { error } = await runNode(generate({ more: { takes } }))
      expect(error?.message).toContain('Number of Videos')
    }
    expect(relay.requests).toHaveLength(0)
  })
})

test('Selected Fields has these and no others', async () => {
  const more = { output: 'selected', fields: ['id', 'cost_usd'] }
  const { items } = await runNode(generate({ more }))
  expect(Object.keys(items[0]?.json ?? {})).toEqual(['id', 'cost_usd'])
})

describe('videos that exist', () => {
  const run = async (operation: string, id: string, more = {}) =>
    await runNode({ parameters: videoParameters(operation, id, more), credential })
  const startOne = async (prompt: string, options = {}) => {
    const { items } = await runNode(generate({ prompt, waitBy: 'none', options }))
    return String(items[0]?.json['id'])
  }

  test('Get waits until it is finished, or so long as it may', async () => {
    const id = await startOne('a dog [slow:150]')
    const { items } = await run('get', id, { waitUntilFinished: true, getLimit: 60 })
    expect(items[0]?.json['status']).toBe('completed')
    const slow = await startOne('a cat [slow:60000]')
    const { error } = await run('get', slow, { waitUntilFinished: true, getLimit: 1 })
    expect(error?.message).toContain('total wait limit of 1 s')
    expect(error?.description).toContain(slow)
  })

  test('Get Many by status, text, model, time and metadata', async () => {
    const made = async (prompt: string, order: string, model: string) => {
      const options = { metadata: { entries: [{ key: 'order', value: order }] } }
      await runNode(generate({ prompt, model, options }))
    }
    await made('a red dog', '1', 'veo-3.1')
    await made('a blue dog', '2', 'mystery')
    const running = await startOne('a slow dog [slow:60000]')
    const find = async (filters: object) => {
      const { items } = await run('getAll', '', { returnAll: true, filters })
      return items.map((item) => item.json['prompt'])
    }
    expect(await find({ search: 'RED' })).toEqual(['a red dog'])
    expect(await find({ search: running })).toEqual(['a slow dog [slow:60000]'])
    expect(await find({ status: 'completed', model: 'mystery' })).toEqual(['a blue dog'])
    expect(await find({ metadataKey: 'order', metadataValue: '1' })).toEqual(['a red dog'])
    expect(await find({ createdAfter: '2100-01-01T00:00:00' })).toEqual([])
    expect(await find({ createdBefore: '2100-01-01T00:00:00' })).toHaveLength(3)
    const found = await searchList('searchVideos', credential, 'blue')
    expect(found.map(({ name }) => name)).toEqual(['a blue dog (completed)'])
  })

  test('Get Usage tells what was spent and what is left', async () => {
    const { key } = await gateway.createKey({ budget_usd: 2 })
    credential = { ...credential, apiKey: key }
    await runNode(generate({}))
    const { items } = await runNode({
      parameters: { resource: 'account', operation: 'getUsage' },
      credential,
    })
    expect(items[0]?.json).toMatchObject({ spent_usd: 0.5, left_usd: 1.5, budget_usd: 2 })
  })

  test('Save Again stores a video whose download broke off, and nothing is paid', async () => {
    relay.setDownload(() => answer(403, 'text/plain', 'expired'))
    const failed = await runNode(generate({}, { settings: { onError: 'continueRegularOutput' } }))
    const id = String(failed.items[0]?.json['id'])
    expect(failed.items[0]?.json).toMatchObject({
      failure: { code: 'download_failed', advice: expect.stringContaining('Save Again') },
    })
    relay.setDownload(serveMedia)
    expect((await run('archive', id)).items[0]?.json).toMatchObject({ id })
    const { items } = await run('get', id, { waitUntilFinished: true, getLimit: 60 })
    expect(items[0]?.json).toMatchObject({ id, status: 'completed', url: expect.any(String) })
    expect(relay.billed).toHaveLength(1)
  })

  test('Save Again says why a video cannot be saved again', async () => {
    const id = await startOne('a dog [slow:60000]')
    const { error } = await run('archive', id)
    expect(error?.description).toContain('download or storage broke off')
  })
})

// n8n drops a parameter that it does not know without a word.
test('the examples name parameters that the nodes have, and no model', async () => {
  const folder = join(import.meta.dirname, '../../n8n-node/examples')
  const files = await readdir(folder)
  let seen = 0
  for (const file of files) {
    const { nodes } = JSON.parse(await readFile(join(folder, file), 'utf8')) as ExampleWorkflow
    for (const { type, parameters } of nodes) {
      if (!type.startsWith('n8n-nodes-reelay.')) continue
      seen += 1
      const { description } = type.endsWith('Trigger') ? reelayTrigger : reelay
      const known = new Set(description.properties.map(({ name }) => name))
      expect([file, Object.keys(parameters).filter((name) => !known.has(name))]).toEqual([file, []])
      const options = description.properties.find(({ name }) => name === 'options')?.options ?? []
      const knownOptions = new Set(options.map(({ name }) => name))
      const chosen = Object.keys(parameters['options'] ?? {})
      expect([file, chosen.filter((name) => !knownOptions.has(name))]).toEqual([file, []])
      expect(JSON.stringify(parameters)).not.toContain('sora')
    }
  }
  expect(seen).toBe(files.length)
})

interface ExampleWorkflow {
  readonly nodes: readonly { readonly type: string; readonly parameters: Record<string, object> }[]
}

describe('an AI agent', () => {
  test('learns of a failure its code, advice, charge and whether it may try again', async () => {
    const [refused, doubtful] = [
      (await callTool(generate({ prompt: '[fail:guardrail]' }), 1))[0],
      (await callTool(generate({ prompt: 'a dog [cut:40]' }), 1))[0],
    ]
    expect(refused?.json).toMatchObject({
      id: expect.stringMatching(/^video_/),
      status: 'failed',
      failure: { code: 'content_policy', message: expect.any(String), advice: expect.any(String) },
    })
    expect(doubtful?.json).toMatchObject({ charge: 'possible', may_retry: false })
  })

  test('that does not wait gets the id, and few fields', async () => {
    const [item] = await callTool(generate({ prompt: 'a quick dog', waitBy: 'none' }), 1)
    expect(item?.json).toMatchObject({ id: expect.stringMatching(/^video_/) })
    expect(Object.keys(item?.json ?? {})).not.toContain('prompt')
    expect(Object.keys(item?.json ?? {}).length).toBeLessThan(10)
  })

  test('is told of a wrong field, and that it may try again', async () => {
    const [item] = await callTool(generate({ prompt: '' }), 1)
    expect(item?.json).toMatchObject({
      failure: { message: 'The prompt is empty' },
      may_retry: true,
    })
  })
})
