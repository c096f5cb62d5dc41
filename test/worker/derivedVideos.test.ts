// Remixes, edits and extensions of a finished video: asked of the relay that made it and of nobody
// else, in its own words, priced and held like any other; 501 where its kind does not offer them.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OpenAI } from 'openai'
import type { VideoResource } from '../../shared/video/video.ts'
import { toFile } from 'openai'
import { speakDialect } from '../relay/scenario.ts'
import { arrange } from '../relay/tasks/taskScenario.ts'
import { createOpenAI } from './openaiClient.ts'
import { startMarketSite, type MarketSite } from './marketSite.ts'

let site: MarketSite
let client: OpenAI
beforeAll(async () => {
  const relays = [
    { id: 'form', kind: 'videos' },
    { id: 'json', kind: 'videos', more: { body: 'json' } },
    { id: 'xai', kind: 'xai' },
    { id: 'newapi', kind: 'newapi' },
    { id: 'openrouter', kind: 'openrouter' },
    { id: 'chat', kind: 'chat' },
  ] as const
  const models = relays.map(({ id }) => ({
    id,
    relay_model: 'sora-2',
    relays: [id],
    price_usd: { '4': 0.4, '8': 0.8 },
    seconds: [4, 8],
    remix: id === 'openrouter' || id === 'chat' ? 'target_id' : 'history',
  }))
  site = await startMarketSite(relays, { MODELS: JSON.stringify(models), RELAY_RETRIES: '0' })
  client = createOpenAI(site.gateway.url, site.key).client
})
afterAll(() => site.close())
beforeEach(() => {
  for (const id of ids) {
    site.relayOf(id).reset()
    site.relayOf(id).setTaskScenario(arrange({ life: () => ({ is: 'over' }) }))
  }
})

const ids = ['form', 'json', 'xai', 'newapi', 'openrouter', 'chat'] as const
type Id = (typeof ids)[number]
const atOnce = { headers: { prefer: 'wait=30' } }

async function make(model: Id, prompt: string): Promise<VideoResource> {
  const response = await site.makeVideo({ model, prompt, seconds: '4' })
  const video = (await response.json()) as VideoResource
  expect(video.status).toBe('completed')
  return video
}

/** The last POST to a relay, and that no other relay was asked for anything like it. */
function lastPostTo(id: Id, prompt: string) {
  const asked = ids.filter((one) => site.relayOf(one).postsOf(prompt) > 0)
  expect(asked).toEqual([id])
  const post = site.relayOf(id).requests.findLast(({ method }) => method === 'POST')
  return { path: post?.url.pathname.split('/v1').at(-1), body: post?.body }
}

const taskOf = (id: Id) => site.relayOf(id).tasks[0]

describe('an edit', () => {
  test.each(['form', 'json'] as const)('by the id of the job, as %s', async (id) => {
    const source = await make(id, expect.getState().currentTestName ?? '')
    const prompt = `edited as ${id}`
    const edited = await client.videos.edit({ prompt, video: { id: source.id } }, atOnce)
    expect(edited).toMatchObject({
      status: 'completed',
      seconds: '4',
      remixed_from_video_id: source.id,
      cost_usd: 0.4,
    })
    const named =
      id === 'form' ? { 'video[id]': taskOf(id)?.id } : { video: { id: taskOf(id)?.id } }
    expect(lastPostTo(id, prompt)).toEqual({ path: '/videos/edits', body: { prompt, ...named } })
  })

  test('by the link, and what it really cost', async () => {
    const source = await make('xai', 'a cat to edit by link')
    const edited = await client.videos.edit({ prompt: 'by link', video: { id: source.id } }, atOnce)
    expect(edited).toMatchObject({ status: 'completed' })
    const video = { url: taskOf('xai')?.links.vendor }
    expect(lastPostTo('xai', 'by link')).toEqual({
      path: '/videos/edits',
      body: { model: 'sora-2', prompt: 'by link', video },
    })
  })

  test('the same once more is found, and not paid again', async () => {
    const { id } = await make('json', 'a cat to edit twice')
    const order = { prompt: 'twice', video: { id } }
    const [one, other] = [await client.videos.edit(order, atOnce), await client.videos.edit(order)]
    expect(other.id).toBe(one.id)
    expect(site.relayOf('json').postsOf('twice')).toBe(1)
    const remixed = await client.videos.remix(id, { prompt: 'twice' }, atOnce)
    expect(remixed.id).not.toBe(one.id)
  })

  test('of an edit', async () => {
    const { id } = await make('json', 'a cat to edit on')
    const first = await client.videos.edit({ prompt: 'first edit', video: { id } }, atOnce)
    const order = { prompt: 'second edit', video: { id: first.id } }
    expect(await client.videos.edit(order, atOnce)).toMatchObject({ status: 'completed' })
    expect(lastPostTo('json', 'second edit').body).toMatchObject({
      video: { id: site.relayOf('json').tasks[1]?.id },
    })
  })
})

describe('an extension', () => {
  test.each([
    ['form', { seconds: '8' }],
    ['json', { seconds: '8' }],
    ['xai', { duration: 8 }],
  ] as const)('says how long the new part is: %s', async (id, told) => {
    const { id: video } = await make(id, expect.getState().currentTestName ?? '')
    const prompt = `longer at ${id}`
    const order = { prompt, video: { id: video }, seconds: '8' } as const
    const extended = await client.videos.extend(order, atOnce)
    // Longer than all that have a price: so much more than the dearest.
    const cost = id === 'xai' ? {} : { cost_usd: 1.2 }
    expect(extended).toMatchObject({ status: 'completed', seconds: '12', ...cost })
    const post = lastPostTo(id, prompt)
    expect(post.path).toBe('/videos/extensions')
    expect(post.body).toMatchObject({ prompt, ...told })
  })
})

describe('a remix', () => {
  test.each(['form', 'json', 'newapi'] as const)('at the job of %s', async (id) => {
    const { id: video } = await make(id, expect.getState().currentTestName ?? '')
    const prompt = `remixed at ${id}`
    expect(await client.videos.remix(video, { prompt }, atOnce)).toMatchObject({
      status: 'completed',
      remixed_from_video_id: video,
    })
    const path = `/videos/${taskOf(id)?.id}/remix`
    expect(lastPostTo(id, prompt)).toEqual({ path, body: { prompt } })
  })

  test('by a field, where the model says so', async () => {
    const { id: video } = await make('openrouter', 'a cat to remix')
    const prompt = 'remixed by a field'
    const remixed = await client.videos.remix(video, { prompt }, atOnce)
    expect(remixed).toMatchObject({ status: 'completed' })
    expect(lastPostTo('openrouter', prompt)).toMatchObject({
      path: '/videos',
      body: { remix_target_id: taskOf('openrouter')?.id },
    })
  })

  test('is 501 where the relay has none', async () => {
    const { id } = await make('xai', 'never remixed')
    await expect(client.videos.remix(id, { prompt: 'no' })).rejects.toMatchObject({
      status: 501,
      code: 'not_supported',
      message: expect.stringContaining('the relay that made it does not offer it'),
    })
    expect(site.relayOf('xai').postsOf('no')).toBe(0)
  })
})

test.each(['newapi', 'openrouter', 'chat'] as const)(
  'what %s does not offer is 501, and nothing is sent',
  async (model) => {
    const { id } = await make(model, 'neither edited nor longer')
    const video = { id }
    for (const attempt of [
      () => client.videos.edit({ prompt: 'no', video }),
      () => client.videos.extend({ prompt: 'no', video, seconds: '4' }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 501, code: 'not_supported' })
    }
    expect(site.relayOf(model).postsOf('no')).toBe(0)
  },
)

test('the first sentence says what to mend', async () => {
  const file = await toFile(new Uint8Array(9), 'cat.mp4', { type: 'video/mp4' })
  const stranger = `video_${'a'.repeat(30)}`
  const seconds = '0' as '4'
  const attempts = [
    [() => client.videos.edit({ prompt: 'no', video: file }), 400, 'video'],
    [() => client.videos.edit({ prompt: '', video: { id: stranger } }), 400, 'prompt'],
    [
      () => client.videos.extend({ prompt: 'no', video: { id: stranger }, seconds }),
      400,
      'seconds',
    ],
    [() => client.videos.edit({ prompt: 'no', video: { id: stranger } }), 404, null],
  ] as const
  for (const [attempt, status, param] of attempts) {
    await expect(attempt()).rejects.toMatchObject({ status, param })
  }
})

test('a video that is not finished cannot be edited', async () => {
  site.relayOf('json').setTaskScenario(arrange({ afterMs: 60_000 }))
  const running = await client.videos.create({ model: 'json', prompt: 'runs on' })
  const order = { prompt: 'no', video: { id: running.id } }
  await expect(client.videos.edit(order)).rejects.toMatchObject({ code: 'not_remixable' })
  expect(site.relayOf('json').postsOf('no')).toBe(0)
})

test('a name that one relay gave is told to that relay, whoever is preferred', async () => {
  const pair = await startMarketSite(
    [
      { id: 'first', kind: 'chat' },
      { id: 'second', kind: 'chat' },
    ],
    { MODELS: JSON.stringify([{ id: 'sora-2', remix: 'target_id' }]), RELAY_BREAKER: 'off' },
  )
  try {
    const [first, second] = [pair.relayOf('first'), pair.relayOf('second')]
    second.setScenario(speakDialect('D1'))
    const response = await pair.makeVideo({ prompt: '[fail:quota] a cat' })
    const made = (await response.json()) as VideoResource
    expect(first.postsOf('[fail:quota] a cat')).toBe(1)
    const remixed = await pair.gateway.fetch(`/v1/videos/${made.id}/remix`, pair.key, {
      method: 'POST',
      body: JSON.stringify({ prompt: 'a blue cat' }),
      headers: { prefer: 'wait=30' },
    })
    expect(await remixed.json()).toMatchObject({ status: 'completed' })
    expect([first.postsOf('a blue cat'), second.postsOf('a blue cat')]).toEqual([0, 1])
  } finally {
    await pair.close()
  }
})
