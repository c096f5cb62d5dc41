// What is wrong is refused before anything is sent or paid, by a sentence that names the parameter.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startGateway } from '../gateway/startGateway.ts'
import { startRelaySimulator } from '../relay/relaySimulator.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { submitVideo } from './submitVideo.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
afterEach(() => {
  expect(site.relay.requests).toHaveLength(0)
  site.relay.reset()
})

interface Refusal {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string
}

async function readRefusal(response: Response): Promise<Refusal> {
  const { error } = (await response.json()) as { error: Refusal }
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type'])
  expect(error.message).toMatch(/^[A-Z`].+\.$/s)
  expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9A-Za-z]{22}$/)
  expect(response.headers.get('x-should-retry')).toBe('false')
  return error
}

const messages = [{ role: 'user', content: 'a boat' }]
const chats: [string, unknown][] = [
  ['model', { messages }],
  ['model', { model: 7, messages }],
  ['messages', { model: 'sora-2' }],
  ['messages', { model: 'sora-2', messages: 'a boat' }],
  ['messages', { model: 'sora-2', messages: [] }],
  ['messages[0]', { model: 'sora-2', messages: ['a boat'] }],
  ['messages[0].role', { model: 'sora-2', messages: [{ content: 'a boat' }] }],
  ['messages[0].content', { model: 'sora-2', messages: [{ role: 'user' }] }],
  ['messages[0].content', { model: 'sora-2', messages: [{ role: 'user', content: 3 }] }],
  [
    'messages[0].content[1].image_url.url',
    {
      model: 'sora-2',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a boat' },
            { type: 'image_url', image_url: { url: 5 } },
          ],
        },
      ],
    },
  ],
  ...Object.entries({
    temperature: [-0.1, 2.1, '1', true],
    top_p: [-0.1, 1.1, 'all'],
    n: [0, -1, 1.5, '2'],
    stream: ['true', 1],
    stop: [5, ['a', 'b', 'c', 'd', 'e']],
    max_tokens: [0, 0.5, 'many'],
    presence_penalty: [-2.1, 2.1],
    frequency_penalty: [-3, 'none'],
    logit_bias: [[1], { a: 101 }],
    user: [5],
    response_format: ['json'],
    seed: [1.5, 'x'],
    seen: [1.5, 'x'],
    tools: ['tool', [5]],
    tool_choice: [5],
    webhook: ['https://hooks.example', { url: 5 }, {}],
    metadata: [['a'], { a: 5 }],
    accept_possible_charge: ['yes', 1],
    stream_options: [true],
  }).flatMap(([name, values]) =>
    values.map((value): [string, unknown] => [name, { model: 'sora-2', messages, [name]: value }]),
  ),
]
test.each(chats)('a chat with a wrong `%s` is a 400 (%j)', async (param, body) => {
  const response = await site.post('/v1/chat/completions', body)
  expect(response.status).toBe(400)
  const error = await readRefusal(response)
  expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_request' })
  // The deepest field at fault, or the one it is in.
  expect(error.param?.startsWith(param)).toBe(true)
})

const videos: [string, unknown][] = [
  ['prompt', {}],
  ['prompt', { prompt: '' }],
  ['prompt', { prompt: 5 }],
  ['prompt', { prompt: ['a boat'] }],
  ['prompt', { prompt: 'x'.repeat(32_001) }],
  ...Object.entries({
    model: [7, ''],
    seconds: ['5', 6, true, '4s'],
    size: ['10x10', 720, 'portrait'],
    n: [0, 'two'],
    input_reference: [5, 'picture.png', {}, { file_id: 'file_1' }, ['https://a.example/b.png']],
    metadata: [{ a: { b: 'c' } }, 'a'],
    webhook: [{ url: '' }],
    accept_possible_charge: [2],
    messages: [messages],
  }).flatMap(([name, values]) =>
    values.map((value): [string, unknown] => [name, { prompt: 'a boat', [name]: value }]),
  ),
]
test.each(videos)('a video with a wrong `%s` is a 400', async (param, body) => {
  const response = await site.post('/v1/videos', body)
  expect(response.status).toBe(400)
  expect((await readRefusal(response)).param?.startsWith(param)).toBe(true)
})

test('a form says the same as JSON', async () => {
  const form = new FormData()
  form.set('prompt', 'a boat')
  form.set('seconds', '5')
  const response = await fetch(`${site.url}/v1/videos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.key}` },
    body: form,
  })
  expect(response.status).toBe(400)
  expect(await readRefusal(response)).toMatchObject({ param: 'seconds' })
})

describe('a list', () => {
  test.each([
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1.5', 'limit'],
    ['order=up', 'order'],
    ['after=video_unknown', 'after'],
  ])('with %s is a 400', async (query, param) => {
    const response = await site.get(`/v1/videos?${query}`)
    expect(response.status).toBe(400)
    expect(await readRefusal(response)).toMatchObject({ param })
  })

  test('of none is an empty one', async () => {
    expect(await (await site.get('/v1/videos?limit=0')).json()).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    })
  })
})

test.each(['/v1/chat/completions', '/v1/videos'])(
  'an unknown model at %s is a 404',
  async (path) => {
    const response = await site.post(path, { model: 'sora-9', prompt: 'a boat', messages })
    expect(response.status).toBe(404)
    const error = await readRefusal(response)
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(error.message).toContain('sora-2-pro')
  },
)

test.each([
  'GET /v1/nothing',
  'POST /v1/completions',
  'PUT /v1/videos',
  'GET /admin',
  'GET /v2/videos',
])('%s is a 404 in the same envelope', async (route) => {
  const [method = '', path = ''] = route.split(' ')
  const response = await site.get(path, { method })
  expect(response.status).toBe(404)
  expect(await readRefusal(response)).toMatchObject({ code: 'not_found' })
})

const keys: [string, object][] = [
  ['name', {}],
  ['name', { name: '' }],
  ['budget_usd', { name: 'x', budget_usd: -1 }],
  ['budget_usd', { name: 'x', budget_usd: '5' }],
  ['rpm', { name: 'x', rpm: 0 }],
  ['concurrency', { name: 'x', concurrency: 1.5 }],
  ['scopes', { name: 'x', scopes: ['everything'] }],
  ['scopes', { name: 'x', scopes: [] }],
  ['expires_at', { name: 'x', expires_at: 'tomorrow' }],
  ['account', { name: 'x', account: 'a/b' }],
]
test.each(keys)('a key with a wrong `%s` is a 400', async (param, body) => {
  const response = await site.post('/admin/keys', body, { key: site.gateway.adminToken })
  expect(response.status).toBe(400)
  expect((await readRefusal(response)).param?.startsWith(param)).toBe(true)
})

test('a misspelt setting of a key is refused, not ignored', async () => {
  const body = { name: 'x', budget: 5 }
  const response = await site.post('/admin/keys', body, { key: site.gateway.adminToken })
  expect(response.status).toBe(400)
})

describe('a remix', () => {
  test.each([{}, { prompt: 5 }, { prompt: '' }])(
    'of %j is a 400 before anything else',
    async (body) => {
      const { id } = await submitVideo(site, 'to be remixed')
      site.relay.reset()
      const response = await site.post(`/v1/videos/${id}/remix`, body)
      expect(response.status).toBe(400)
      expect(await readRefusal(response)).toMatchObject({ param: 'prompt' })
    },
  )

  test('of what has not completed is a 409', async () => {
    const { id } = await submitVideo(site, '[fail:moderation]')
    site.relay.reset()
    const response = await site.post(`/v1/videos/${id}/remix`, { prompt: 'again' })
    expect(response.status).toBe(409)
    expect(await readRefusal(response)).toMatchObject({ code: 'not_remixable' })
  })
})

describe('a gateway that is not configured', () => {
  test.each([
    ['RELAY_BASE_URL', ''],
    ['RELAY_BASE_URL', 'relay'],
    ['RELAY_API_KEY', ' '],
    ['ADMIN_TOKEN', ''],
    ['MODELS', '{'],
    ['RELAY_SILENCE_MS', 'soon'],
  ])('by %s=%j says so on every route, and does nothing', async (name, value) => {
    const relay = await startRelaySimulator()
    const gateway = await startGateway({ relay, vars: { [name]: value } })
    try {
      for (const path of ['/v1/videos', '/v1/models', '/admin/keys']) {
        const response = await fetch(gateway.url + path)
        expect(response.status).toBe(500)
        const error = await readRefusal(response)
        expect(error).toMatchObject({ code: 'misconfigured', type: 'server_error' })
        expect(error.message).toContain(name)
      }
      expect(relay.requests).toHaveLength(0)
    } finally {
      await gateway.close()
      await relay.close()
    }
  })
})
