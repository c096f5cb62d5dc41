// The official MCP clients, unmodified: today's, which speaks 2026-07-28 or shakes hands, and the one
// before it, which only shakes hands. Agents repeat calls: that must not pay twice.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readWhole } from '../relay/media/mp4.ts'
import { mediaFor } from '../relay/media/serve.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({
    vars: { RELAY_BREAKER: 'off', ALLOWED_ORIGINS: 'https://ours.example' },
  })
})
afterAll(() => site.close())

let key: string
beforeEach(async () => {
  site.relay.reset()
  ;({ key } = await site.gateway.createKey())
})

/** What tests need of either client. */
interface Agent {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(
    call: { name: string; arguments?: Record<string, unknown> },
    onprogress?: (progress: { progress: number; total?: number | undefined }) => void,
  ): Promise<Called>
  close(): Promise<void>
}
interface Called {
  content: { type: string; text?: string; uri?: string; data?: string }[]
  structuredContent: Record<string, unknown>
  isError?: boolean
}

const info = { name: 'test', version: '1' }
const where = () => new URL('/mcp', site.url)
const withKey = () => ({ requestInit: { headers: { authorization: `Bearer ${key}` } } })

async function connectToday(mode: 'auto' | 'legacy' | { pin: string }): Promise<Agent> {
  const client = new Client(info, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(where(), withKey()))
  return {
    listTools: () => client.listTools(),
    callTool: async (call, onprogress) =>
      (await client.callTool(call, onprogress && { onprogress })) as unknown as Called,
    close: () => client.close(),
  }
}

async function connectOlder(): Promise<Agent> {
  const client = new OlderClient(info)
  await client.connect(new OlderTransport(where(), withKey()))
  return {
    listTools: () => client.listTools(),
    callTool: async (call, onprogress) =>
      (await client.callTool(call, undefined, onprogress && { onprogress })) as unknown as Called,
    close: () => client.close(),
  }
}

const clients = {
  'today’s client, which finds out': () => connectToday('auto'),
  'today’s client, 2026-07-28': () => connectToday({ pin: '2026-07-28' }),
  'today’s client, with a handshake': () => connectToday('legacy'),
  'the client before': connectOlder,
}

describe.each(Object.entries(clients))('%s', (_, connect) => {
  test('lists and calls every tool', async () => {
    const agent = await connect()
    const { tools } = await agent.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      'generate_video',
      'get_video',
      'list_videos',
      'cancel_video',
      'list_models',
    ])
    const progress: number[] = []
    const made = await agent.callTool(
      { name: 'generate_video', arguments: { prompt: 'a paper boat', seconds: '4' } },
      ({ progress: step }) => progress.push(step),
    )
    expect(made.isError ?? false).toBe(false)
    expect(made.structuredContent).toMatchObject({ status: 'completed', progress: 100 })
    expect(progress).toEqual([12, 36, 61, 88])
    const link = made.content.find(({ type }) => type === 'resource_link')?.uri ?? ''
    const bytes = await (await fetch(link)).bytes()
    expect(bytes).toEqual(readWhole(mediaFor(new URL(site.relay.billed[0]?.videoUrl ?? ''))))

    const id = made.structuredContent['id']
    const seen = await agent.callTool({ name: 'get_video', arguments: { id } })
    expect(seen.structuredContent).toMatchObject({ id, status: 'completed' })
    const list = await agent.callTool({ name: 'list_videos' })
    expect(list.structuredContent['videos']).toMatchObject([{ id, prompt: 'a paper boat' }])
    const models = await agent.callTool({ name: 'list_models' })
    expect(models.structuredContent['models']).toMatchObject([
      { id: 'sora-2' },
      { id: 'sora-2-pro' },
    ])
    const ended = await agent.callTool({ name: 'cancel_video', arguments: { id } })
    expect(ended.structuredContent).toMatchObject({ id, status: 'completed' })
    await agent.close()
  })

  test('a call that comes again is the same video and one payment', async () => {
    const agent = await connect()
    const call = { name: 'generate_video', arguments: { prompt: 'once [slow:150]', wait: 0 } }
    const [first, second] = await Promise.all([agent.callTool(call), agent.callTool(call)])
    expect(first.structuredContent).toMatchObject({ next: expect.stringContaining('get_video') })
    expect(second.structuredContent['id']).toBe(first.structuredContent['id'])
    const waited = await agent.callTool({
      name: 'get_video',
      arguments: { id: first.structuredContent['id'], wait: 45 },
    })
    expect(waited.structuredContent).toMatchObject({ status: 'completed' })
    expect(site.relay.billed.length).toBe(1)

    const another = { ...call, arguments: { ...call.arguments, take: 2 } }
    const takes = [await agent.callTool(another), await agent.callTool(another)]
    expect(takes[0]?.structuredContent['id']).not.toBe(first.structuredContent['id'])
    expect(takes[1]?.structuredContent['id']).toBe(takes[0]?.structuredContent['id'])
    expect(site.relay.billed.length).toBe(2)
    await agent.close()
  })

  test('a failure says what it cost and what to do', async () => {
    const agent = await connect()
    // From here on the client holds every answer against its tool's schema, as agents' programs do.
    await agent.listTools()
    const failed = await agent.callTool({
      name: 'generate_video',
      arguments: { prompt: 'refused [fail:guardrail]' },
    })
    expect(failed.isError).toBe(true)
    expect(failed.structuredContent).toMatchObject({
      status: 'failed',
      error: { code: 'content_policy' },
    })
    expect(failed.content[0]?.text).toMatch(/charged/)
    const faulty = await agent.callTool({
      name: 'generate_video',
      arguments: { prompt: 'x', seconds: '7' },
    })
    expect(faulty.isError).toBe(true)
    expect(faulty.structuredContent).toMatchObject({
      error: { code: 'invalid_request', param: 'seconds', may_retry: false },
    })
    const refused: readonly (readonly [string, object, string])[] = [
      ['generate_video', {}, 'prompt'],
      ['get_video', {}, 'id'],
      ['cancel_video', {}, 'id'],
      ['list_videos', { limit: 0 }, 'limit'],
    ]
    for (const [name, args, param] of refused) {
      const { isError, structuredContent } = await agent.callTool({ name, arguments: { ...args } })
      expect([name, isError, structuredContent]).toMatchObject([name, true, { error: { param } }])
    }
    await agent.close()
  })
})

test('a video that outlasts the wait is found again, call after call', async () => {
  const agent = await connectToday('auto')
  await agent.listTools()
  const order = { prompt: 'a long one [slow:800]', wait: 1 }
  let { structuredContent: video } = await agent.callTool({
    name: 'generate_video',
    arguments: order,
  })
  let waits = 1
  for (; video['status'] !== 'completed' && waits < 60; waits++) {
    expect(video['next']).toContain(`get_video with id "${String(video['id'])}"`)
    const again = { id: video['id'], wait: 1 }
    ;({ structuredContent: video } = await agent.callTool({
      name: 'get_video',
      arguments: again,
    }))
  }
  expect(video).toMatchObject({ status: 'completed' })
  expect(waits).toBeGreaterThan(1)
  expect(site.relay.billed).toHaveLength(1)
  await agent.close()
})

/** One POST as the bytes on the wire, for what the clients would never send. */
async function post(
  message: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; answer: Record<string, unknown>; response: Response }> {
  const response = await fetch(where(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
  const text = await response.text()
  const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, answer, response }
}

const modern = '2026-07-28'
const meta = (version: string, capabilities = {}) => ({
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientCapabilities': capabilities,
})
const ask = (method: string, params: object = {}, capabilities = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: { ...params, _meta: meta(modern, capabilities) },
})
const said = (method: string, name?: string) => ({
  'mcp-protocol-version': modern,
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
})

describe('the protocol', () => {
  test('a result says that it is complete, and whose it is', async () => {
    const { answer } = await post(ask('server/discover'), said('server/discover'))
    expect(answer['result']).toMatchObject({
      resultType: 'complete',
      supportedVersions: [modern, '2025-11-25', '2025-06-18', '2025-03-26'],
      capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } },
      cacheScope: 'public',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'reelay' } },
    })
  })

  test.each([
    ['no version in the headers', ask('tools/list'), { 'mcp-method': 'tools/list' }, -32020],
    ['another method', ask('tools/list'), said('tools/call'), -32020],
    [
      'another tool',
      ask('tools/call', { name: 'get_video' }),
      said('tools/call', 'list_models'),
      -32020,
    ],
    [
      'a version nobody has',
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta('1900-01-01') } },
      { ...said('tools/list'), 'mcp-protocol-version': '1900-01-01' },
      -32022,
    ],
    ['two messages at once', [ask('ping'), ask('ping')], said('ping'), -32600],
    ['no JSON', '{', {}, -32600],
  ])('%s is 400', async (_, message, headers, code) => {
    const { status, answer } = await post(message, headers)
    expect(status).toBe(400)
    expect(answer['error']).toMatchObject({ code })
  })

  test('an unknown method is 404, an unknown tool a faulty parameter', async () => {
    const method = await post(ask('prompts/list'), said('prompts/list'))
    expect([method.status, method.answer['error']]).toMatchObject([404, { code: -32601 }])
    const call = ask('tools/call', { name: 'toString' })
    const tool = await post(call, said('tools/call', 'toString'))
    expect([tool.status, tool.answer['error']]).toMatchObject([200, { code: -32602 }])
  })

  test('a notification is taken note of; streams and sessions are not offered', async () => {
    const note = { jsonrpc: '2.0', method: 'notifications/initialized' }
    expect((await post(note)).status).toBe(202)
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(where(), { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    }
  })

  test('without a key nothing is told, and how to send one is', async () => {
    const { status, response } = await post(ask('tools/list'), { authorization: '' })
    expect([status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  test('a page of a stranger is turned away, one of the operator’s list is not', async () => {
    const from = (origin: string) => post(ask('ping'), { ...said('ping'), origin })
    expect((await from('https://evil.example')).status).toBe(403)
    expect((await from('https://ours.example')).status).toBe(200)
  })

  test('a key that may only read lists, and is told what it lacks', async () => {
    ;({ key } = await site.gateway.createKey({ scopes: ['read'] }))
    const call = ask('tools/call', { name: 'generate_video', arguments: { prompt: 'no' } })
    const { answer } = await post(call, said('tools/call', 'generate_video'))
    expect(answer['result']).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'insufficient_scope' } },
    })
    expect(site.relay.billed).toHaveLength(0)
  })
})

describe('tasks, for a client that declares them', () => {
  const tasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
  const start = async (prompt: string) => {
    const call = ask('tools/call', { name: 'generate_video', arguments: { prompt } }, tasks)
    const { answer } = await post(call, said('tools/call', 'generate_video'))
    return answer['result'] as Record<string, unknown>
  }
  const look = async (taskId: unknown, method = 'tasks/get') =>
    (await post(ask(method, { taskId }, tasks), said(method))).answer['result'] as Record<
      string,
      unknown
    >

  test('a video is a task, and its result the tool’s', async () => {
    const task = await start('a task')
    expect(task).toMatchObject({ resultType: 'task', status: 'working', pollIntervalMs: 5000 })
    await expect
      .poll(async () => (await look(task['taskId']))['status'], { timeout: 20_000 })
      .toBe('completed')
    expect(await look(task['taskId'])).toMatchObject({
      resultType: 'complete',
      result: { isError: false, structuredContent: { status: 'completed' } },
    })
  })

  test('a cancelled one is cancelled', async () => {
    const task = await start('ended early [slow:2000]')
    expect(await look(task['taskId'], 'tasks/cancel')).toMatchObject({ resultType: 'complete' })
    expect(await look(task['taskId'])).toMatchObject({ status: 'cancelled' })
  })
})
