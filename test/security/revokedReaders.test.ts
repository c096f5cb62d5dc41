// A key that is revoked, or good no more, ends what it still reads: event streams, chats and waits.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEvents } from '../worker/readEvents.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'

let site: Site
beforeAll(async () => {
  // It is looked at with every fourth comment: here five times a second.
  site = await startSite({ vars: { COMMENT_MS: '50' } })
})
afterAll(() => site.close())

const stall = (name: string) => `${name} [fault:stall]`
const chat = (name: string, stream: boolean) => ({
  model: 'sora-2',
  stream,
  messages: [{ role: 'user', content: stall(name) }],
})
const post = (path: string, key: string, body: unknown, headers = {}) =>
  fetch(`${site.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

async function start(key: string): Promise<string> {
  const response = await post('/v1/videos', key, { prompt: stall('followed') })
  return ((await response.json()) as { id: string }).id
}

/** Each reads for as long as the relay stalls, and resolves at its end. */
const readings: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  'an event stream': async (key) => {
    const id = await start(key)
    const response = await fetch(`${site.url}/v1/videos/${id}/events`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(response.status).toBe(200)
    return readEvents(response)
  },
  'a chat stream': async (key) => {
    const response = await post('/v1/chat/completions', key, chat('streamed', true))
    expect(response.status).toBe(200)
    return readEvents(response)
  },
  'a waited video': async (key) => {
    const response = await post(
      '/v1/videos',
      key,
      { prompt: stall('waited') },
      { prefer: 'wait=300' },
    )
    expect(response.status).toBe(200)
    return response.json()
  },
  'a whole chat': async (key) => post('/v1/chat/completions', key, chat('whole', false)),
}

test.each(Object.keys(readings))('%s', async (name) => {
  const { id, key } = await site.gateway.createKey()
  let isOver = false
  const end = readings[name]?.(key).finally(() => (isOver = true))
  // A good key reads on, over many looks.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(isOver).toBe(false)
  const { adminToken } = site.gateway
  const revoked = await site.get(`/admin/keys/${id}`, { key: adminToken, method: 'DELETE' })
  expect(revoked.status).toBe(200)
  const result = await end
  if (result instanceof Response) {
    expect(result.status).toBe(401)
    await result.body?.cancel()
  } else if (Array.isArray(result)) {
    // Never a clean finish.
    expect(JSON.stringify(result)).not.toMatch(/\[DONE\]|"completed"|"failed"/)
  } else expect(result).toMatchObject({ object: 'video', status: 'in_progress' })
})

test('a key that merely lost a scope, or whose account nobody revoked, reads on', async () => {
  const { id, key } = await site.gateway.createKey()
  const video = await start(key)
  const response = await fetch(`${site.url}/v1/videos/${video}/events`, {
    headers: { authorization: `Bearer ${key}` },
  })
  await site.get(`/admin/keys/${id}`, {
    key: site.gateway.adminToken,
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
  })
  const reader = response.body?.getReader()
  const until = Date.now() + 1_000
  while (Date.now() < until) expect((await reader?.read())?.done).toBe(false)
  await reader?.cancel()
})
