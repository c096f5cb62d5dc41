// What an agent is told when the gateway itself fails: before a video has begun, while it is waited
// for, and by a defect.

import { Hono } from 'hono/tiny'
import { expect, test, vi } from 'vitest'
import type { App } from '../../worker/http/context.ts'
import { answerMcp } from '../../worker/http/routes/mcp.ts'

type Answer = () => Response | Promise<Response>

/** POST /mcp before an API that answers these in turn. */
async function ask(params: object, ...answers: readonly Answer[]): Promise<Response> {
  const left = [...answers]
  const app = new Hono<App>()
  app.post('/mcp', async (context) => {
    context.set('requestId', 'req_1')
    context.set('gateway', {
      config: { allowedOrigins: [] },
    } as unknown as App['Variables']['gateway'])
    context.set('callApi', async () => await (left.shift() ?? defect)())
    return await answerMcp(context)
  })
  const work: Promise<unknown>[] = []
  const response = await app.request(
    '/mcp',
    {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }),
    },
    {} as App['Bindings'],
    {
      waitUntil: (one: Promise<unknown>) => void work.push(one),
      passThroughOnException() {},
      props: {},
    },
  )
  const text = await response.text()
  await Promise.all(work)
  return new Response(text, response)
}

const defect = (): never => {
  throw new Error('a mistake of ours')
}
const begun = { id: 'video_1', status: 'queued', progress: 0, charge: 'possible', error: null }
const order = { name: 'generate_video', arguments: { prompt: 'a paper boat' } }
const envelope = (code: string) => ({ error: { code, message: 'It failed.', param: null } })

interface Told {
  readonly isError: boolean
  readonly structuredContent: Readonly<Record<string, unknown>>
}
const toldBy = async (response: Response) => ((await response.json()) as { result: Told }).result

test('a wait that fails still gives the id of what was ordered', async () => {
  const { isError, structuredContent } = await toldBy(
    await ask(
      order,
      () => Response.json(begun),
      () => Response.json(envelope('try_again'), { status: 503 }),
    ),
  )
  expect(isError).toBe(false)
  expect(structuredContent).toMatchObject({
    id: 'video_1',
    status: 'queued',
    next: expect.stringContaining('get_video with id "video_1"'),
  })
})

test('a gateway that failed on an order does not say that nothing was sent', async () => {
  const failed = () => Response.json(envelope('internal_error'), { status: 500 })
  const { isError, structuredContent } = await toldBy(await ask(order, failed))
  expect(isError).toBe(true)
  expect(structuredContent).toMatchObject({
    error: { code: 'internal_error', next: expect.stringMatching(/may have begun.+list_videos/) },
  })
})

const fault = {
  jsonrpc: '2.0',
  id: 7,
  error: { code: -32603, message: expect.stringContaining('the id req_1') },
}

test('a defect is an internal error with the id of the request, and is reported', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    const response = await ask(order, defect)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual(fault)
    const streamed = await ask({ ...order, _meta: { progressToken: 1 } }, defect)
    expect(streamed.headers.get('content-type')).toBe('text/event-stream')
    const [, data = ''] = /^data: (.*)$/m.exec(await streamed.text()) ?? []
    expect(JSON.parse(data)).toEqual(fault)
    expect(log).toHaveBeenCalledTimes(2)
    expect(String(log.mock.calls[0])).toMatch(/request failed.+req_1.+defect/)
  } finally {
    log.mockRestore()
  }
})
