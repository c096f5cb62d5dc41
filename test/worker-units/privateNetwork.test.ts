// What PRIVATE_NETWORK lets in is that and nothing else: each name opens its own way into the network.

import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Env } from '../../worker/env.ts'
import { toGateway } from '../../worker/gateway.ts'
import { requireWebhook } from '../../worker/http/callerUrl.ts'
import type { AppContext } from '../../worker/http/context.ts'

const server = createServer((_request, response) => response.end('within'))
let inside: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  inside = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
})
afterAll(() => void server.close())

test.each([
  ['', []],
  ['relay', []],
  ['downloads', ['downloads']],
  ['webhooks', ['webhooks', 'callers']],
  ['downloads,webhooks', ['downloads', 'webhooks', 'callers']],
])('PRIVATE_NETWORK=%s opens %j', async (uses, open) => {
  const env = {
    RELAY_BASE_URL: 'https://relay.example/v1',
    RELAY_API_KEY: 'key',
    ADMIN_TOKEN: 'admin-token-of-the-whole-test-suite',
    PRIVATE_NETWORK: uses,
  }
  const gateway = toGateway(env as unknown as Env)
  const context = { req: { url: 'https://video.example/' }, var: { gateway } }
  const isTaken = () => {
    try {
      requireWebhook(context as unknown as AppContext, { url: inside, secret: null })
      return true
    } catch {
      return false
    }
  }
  const download = await gateway.outbound.download(inside)
  if (download.ok) for await (const _ of download.body);
  const posted = await gateway.outbound.post(inside, '{}', {})
  const found = { downloads: download.ok, webhooks: posted.ok, callers: isTaken() }
  expect(Object.entries(found).flatMap(([name, is]) => (is ? [name] : []))).toEqual(open)
})
