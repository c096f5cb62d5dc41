// What a long wait answers when the generation cannot be read any more, with a status already sent.

import { Hono } from 'hono/tiny'
import { expect, test, vi } from 'vitest'
import type { Env } from '../../worker/env.ts'
import { toGateway } from '../../worker/gateway.ts'
import type { App } from '../../worker/http/context.ts'
import { sleep } from '../../worker/platform/platform.ts'
import { toWaitedResponse } from '../../worker/http/waitedResponse.ts'

const running = (progress: number) => ({
  state: { endedAt: null },
  video: { id: 'video_1', status: 'in_progress', progress },
})

/** A gateway whose generation gives one answer to each wait. */
async function waitWith(...answers: (() => unknown)[]): Promise<Response> {
  const waitForEnd = async (ms: number) => {
    await sleep(ms)
    return answers.shift()?.()
  }
  const env = {
    RELAY_BASE_URL: 'https://relay.example/v1',
    RELAY_API_KEY: 'key',
    ADMIN_TOKEN: 'a token of thirty-two characters',
    COMMENT_MS: '50',
    GENERATION: { getByName: () => ({ waitForEnd }) },
  } as unknown as Env
  const app = new Hono<App>()
  app.get('/', async (context) => {
    context.set('requestId', 'req_1')
    context.set('gateway', toGateway(env))
    // On a busy machine the key is asked about meanwhile.
    const account = { authenticate: async () => ({ ok: true }) }
    context.set('account', account as unknown as App['Variables']['account'])
    context.set('principal', { digest: '' } as App['Variables']['principal'])
    return await toWaitedResponse(context, 'video_1', 60)
  })
  return await app.request('/', {}, env)
}

/** As a caller sees it: with a link to its events. */
const shown = (progress: number) => ({
  ...running(progress).video,
  events_url: expect.stringMatching(/^http:\/\/localhost\/v1\/videos\/video_1\/events\?expires=/),
})

test('a generation that is gone is answered as it was seen last', async () => {
  const response = await waitWith(
    () => running(40),
    () => running(60),
    () => null,
  )
  expect(response.status).toBe(200)
  const text = await response.text()
  expect(text).toMatch(/^\n\n\{/)
  expect(JSON.parse(text)).toEqual(shown(60))
})

test('a mistake is told to the operator, and the caller what was seen last', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const response = await waitWith(
    () => running(40),
    () => {
      throw Object.assign(new TypeError('no'), { remote: true })
    },
  )
  expect(JSON.parse(await response.text())).toEqual(shown(40))
  const line = { what: 'request failed', id: 'req_1', error: 'TypeError' }
  expect(print).toHaveBeenCalledOnce()
  expect(JSON.parse(String(print.mock.calls[0]?.[0]))).toMatchObject(line)
  print.mockRestore()
})
