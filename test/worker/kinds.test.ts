// Any relay: a video through each kind over real sockets, with every way a job goes wrong, each paid
// once; and several relays, of which the next is asked only when the one before surely did nothing.

import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import { arrange } from '../relay/tasks/taskScenario.ts'
import { createOpenAI } from './openaiClient.ts'
import { startMarketSite, type MarketSite } from './marketSite.ts'

const kinds = ['videos', 'xai', 'newapi', 'openrouter'] as const

async function make(site: MarketSite, body: object): Promise<VideoResource> {
  const response = await site.makeVideo(body)
  return (await response.json()) as VideoResource
}

describe.each(kinds)('a relay of the kind %s', (kind) => {
  let site: MarketSite
  beforeAll(async () => {
    site = await startMarketSite([{ id: 'one', kind }], {
      RELAY_BREAKER: 'off',
      RELAY_RETRIES: '1',
    })
  })
  afterAll(() => site.close())
  beforeEach(() => site.relayOf('one').reset())

  /** All at once: what became of each, how often it was sent, and how often billed. */
  const makeAll = async (prompts: readonly string[]) => {
    const relay = site.relayOf('one')
    const made = prompts.map(async (prompt) => {
      const video = await make(site, { prompt })
      const billed = relay.billed.filter((job) => job.prompt === prompt).length
      return { prompt, video, posts: relay.postsOf(prompt), billed }
    })
    return await Promise.all(made)
  }

  test('makes a video for the official SDK, and is paid once', async () => {
    const relay = site.relayOf('one')
    const { client } = createOpenAI(site.gateway.url, site.key)
    let video = await client.videos.create({ prompt: `a cat, ${kind}` })
    while (video.status === 'queued' || video.status === 'in_progress') {
      await sleep(50)
      video = await client.videos.retrieve(video.id)
    }
    expect(video).toMatchObject({ status: 'completed', progress: 100 })
    const content = await client.videos.downloadContent(video.id)
    const bytes = new Uint8Array(await content.arrayBuffer())
    expect(content.headers.get('etag')).toBe(
      `"${createHash('sha256').update(bytes).digest('hex')}"`,
    )
    expect(relay.billedOf(kind)).toHaveLength(1)
    expect(relay.authorizationsAt(relay.vendorOrigin)).toEqual([])
  })

  test('whatever goes wrong on the way to a video that is being made: it comes, paid once', async () => {
    const faults = [
      'create-200',
      'create-201',
      'create-202',
      'id-number',
      'create-finished',
      'no-status',
      'poll-304',
      'poll-401',
      'poll-403',
      'poll-404',
      'poll-404-html',
      'poll-429',
      'poll-500',
      'poll-502',
      'poll-503',
      'poll-html',
      'poll-wrapper-error',
      'poll-empty',
      'poll-reset',
      'poll-cut',
      'poll-202',
    ]
    const manners = ['[words:polishing+warming_up]', '[progress:percent]', '[link:vendor]']
    const prompts = [...faults.map((fault) => `[fault:${fault}][retry-after:1]`), ...manners]
    for (const made of await makeAll(prompts)) {
      expect(made).toMatchObject({
        video: { status: 'completed', charge: 'certain' },
        posts: 1,
        billed: 1,
      })
    }
    const relay = site.relayOf('one')
    expect(relay.authorizationsAt(relay.vendorOrigin)).toEqual([])
  })

  test('an answer to the order that names no job: nobody knows, and it is not sent again', async () => {
    const faults = [
      'id-missing',
      'create-lost',
      'create-fin',
      'create-cut',
      'create-half',
      'create-204',
      'create-500',
      'create-502',
      'create-504',
      'create-524',
      'create-html',
    ]
    const prompts = faults.map((fault) => `[fault:${fault}] a cat`)
    await makeAll(prompts)
    for (const made of await makeAll(prompts)) {
      const video = { status: 'failed', charge: 'possible', outcome: 'unknown', cost_usd: null }
      expect(made).toMatchObject({ video })
      // None where it left on a connection that another of these faults had just closed.
      expect(made.posts).toBeLessThanOrEqual(1)
    }
  })

  test('a refusal is what it is, and nothing is booked', async () => {
    const refusals = {
      invalid: 'invalid_request',
      moderation: 'content_policy',
      auth: 'auth',
      quota: 'quota',
      'user-quota': 'quota',
      'rate-limited': 'rate_limited',
      'no-channel': 'no_channel',
      'heavy-load': 'upstream_unavailable',
    }
    const made = await makeAll(Object.keys(refusals).map((fail) => `[fail:${fail}]`))
    for (const [index, [fail, code]] of Object.entries(refusals).entries()) {
      const video = { status: 'failed', error: { code }, charge: 'none', cost_usd: 0 }
      const posts = fail === 'rate-limited' || fail === 'heavy-load' ? 2 : 1
      expect(made[index]).toMatchObject({ prompt: `[fail:${fail}]`, video, posts, billed: 0 })
    }
  })

  test('a job that fails may be billed, and is not sent again', async () => {
    const endings = {
      guardrail: 'content_policy',
      failed: 'upstream_error',
      'failed-none': 'upstream_error',
      dead: 'upstream_error',
      cancelled: 'upstream_error',
      expired: 'upstream_error',
      moderated: 'content_policy',
    }
    const made = await makeAll(Object.keys(endings).map((fail) => `[fail:${fail}]`))
    for (const [index, [fail, code]] of Object.entries(endings).entries()) {
      const known = { charge: 'possible', outcome: 'known', cost_usd: null }
      const video = { status: 'failed', error: { code }, ...known }
      expect(made[index]).toMatchObject({ prompt: `[fail:${fail}]`, video, posts: 1 })
    }
  })

  test('an image goes along as this kind tells it', async () => {
    const relay = site.relayOf('one')
    const png = 'data:image/png;base64,iVBORw0KGgo='
    const video = await make(site, { prompt: 'a cat', input_reference: png })
    expect(video).toMatchObject({ status: 'completed' })
    const [request] = relay.requests.filter(({ method }) => method === 'POST')
    const sent = JSON.stringify(request?.body ?? '') + JSON.stringify(request?.files ?? '')
    expect(sent).toMatch(/iVBORw0KGgo=|image\.png/)
  })
})

test('after a 2xx nobody else is asked, whatever is said of its cost', async () => {
  const relays = [
    { id: 'first', kind: 'xai', more: { failed: 'free' } },
    { id: 'second', kind: 'videos' },
  ] as const
  const site = await startMarketSite(relays, { RELAY_BREAKER: 'off', RELAY_RETRIES: '2' })
  try {
    for (const fail of ['quota-late', 'failed'] as const) {
      site.relayOf('first').setTaskScenario(arrange({ faults: ['create-finished'], fail }))
      const prompt = `a cat, ${fail}`
      expect(await make(site, { prompt })).toMatchObject({ status: 'failed' })
      expect(site.relayOf('first').postsOf(prompt)).toBe(1)
    }
    expect(site.relayOf('second').requests).toEqual([])
  } finally {
    await site.close()
  }
})

describe('two relays', () => {
  const lines: string[] = []
  let site: MarketSite
  beforeAll(async () => {
    const relays = ['first', { relay: 'second', relay_model: 'veo', price_usd: 0.1 }]
    const dearer = ['first', { relay: 'second', relay_model: 'veo', price_usd: 3 }]
    site = await startMarketSite(
      [
        { id: 'first', kind: 'chat' },
        { id: 'second', kind: 'videos' },
      ],
      {
        RELAY_RETRIES: '1',
        RELAY_BREAKER: 'off',
        MODELS: JSON.stringify([
          { id: 'sora-2', relays },
          { id: 'dear', price_usd: 0.4, relays: dearer },
        ]),
      },
      (line) => lines.push(line),
    )
  })
  afterAll(() => site.close())
  beforeEach(() => {
    site.relayOf('first').reset()
    site.relayOf('second').reset()
    site.relayOf('second').setTaskScenario(arrange({}))
    lines.length = 0
  })

  test('the first makes it, and the second hears nothing', async () => {
    const video = { status: 'completed', cost_usd: 0.4 }
    expect(await make(site, { prompt: 'a cat' })).toMatchObject(video)
    expect(site.relayOf('second').requests).toEqual([])
  })

  test.each(['auth', 'quota', 'rate-limited', 'no-channel', 'heavy-load'])(
    '[fail:%s] at the first: the second makes it, at its own price',
    async (fail) => {
      const [first, second] = [site.relayOf('first'), site.relayOf('second')]
      const prompt = `[fail:${fail}] a cat`
      const video = await make(site, { prompt })
      expect(video).toMatchObject({ status: 'completed', cost_usd: 0.1 })
      expect(first.postsOf(prompt)).toBe(1)
      expect(second.billedOf('videos')).toHaveLength(1)
      expect(second.requests[0]?.headers).toMatchObject({ authorization: 'Bearer key-of-second' })
      const told = lines.filter(
        (line) => line.includes('"attempt ended"') && line.includes(video.id),
      )
      const relays = told.map((line) => (JSON.parse(line) as { relay: string }).relay)
      expect(relays).toEqual(['first', 'second'])
      expect(JSON.stringify(video)).not.toContain('"second"')
    },
  )

  test('a budget covers the dearest that may be asked, or nobody is', async () => {
    const { gateway } = site
    const order = (key: string) =>
      gateway.fetch('/v1/videos', key, {
        method: 'POST',
        body: JSON.stringify({ prompt: '[fail:quota] a dear cat', model: 'dear' }),
        headers: { prefer: 'wait=30' },
      })
    const poor = await gateway.createKey({ budget_usd: 1 })
    expect((await order(poor.key)).status).toBe(429)
    expect(site.relayOf('first').requests).toEqual([])
    const rich = await gateway.createKey({ budget_usd: 3 })
    expect(await (await order(rich.key)).json()).toMatchObject({ cost_usd: 3 })
  })

  test.each(['[fail:moderation]', '[fail:generation-failed]', '[cut:0]'])(
    'after %s at the first nobody else is asked',
    async (directive) => {
      expect(await make(site, { prompt: `${directive} a cat` })).toMatchObject({ status: 'failed' })
      expect(site.relayOf('second').requests).toEqual([])
    },
  )
})
