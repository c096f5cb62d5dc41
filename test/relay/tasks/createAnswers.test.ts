import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'
import { taskEndings } from './endings.ts'
import { createTaskClient } from './taskClient.ts'
import { taskKindIds } from './taskKind.ts'
import { taskRefusals } from './taskRefusals.ts'

let simulator: RelaySimulator
beforeAll(async () => {
  simulator = await startRelaySimulator({ progress: [25, 75] })
})
afterAll(() => simulator.close())
beforeEach(() => simulator.reset())

const create = (prompt: string, kind: (typeof taskKindIds)[number] = 'videos') =>
  createTaskClient(simulator, kind).create(prompt)

describe('refused', () => {
  test.each(Object.entries(taskRefusals))('[fail:%s] makes and bills nothing', async (id, row) => {
    for (const kind of taskKindIds) {
      const response = await create(`[fail:${id}] a cat`, kind)
      expect(response.status).toBe(row.status)
      expect(await response.text()).toContain(row.message)
      expect(response.headers.get('retry-after')).toBe('retryAfter' in row ? row.retryAfter : null)
    }
    expect(simulator.tasks).toHaveLength(0)
    expect(simulator.billed).toHaveLength(0)
    expect(simulator.requests).toHaveLength(taskKindIds.length)
  })

  const message = 'Insufficient credits'
  const code = 'insufficient_quota'
  test.each([
    ['videos', '', { error: { message, code, param: null } }],
    ['xai', '', { code, error: message }],
    ['newapi', '', { code, message, data: null }],
    ['openrouter', '', { error: { code: 402, message } }],
    ['videos', '[errors:new-api]', { code, message, data: null }],
    [
      'videos',
      '[errors:video-object]',
      { object: 'video', status: 'failed', error: { code, message } },
    ],
    ['videos', '[errors:fastapi]', { detail: message }],
    ['xai', '[errors:xai-object]', { error: { code, message } }],
  ] as const)('%s%s has its own error document', async (kind, directive, document) => {
    const response = await create(`[fail:quota]${directive} a cat`, kind)
    expect(await response.json()).toMatchObject(document)
  })

  test('Retry-After as it is told', async () => {
    const response = await create('[fail:heavy-load][retry-after:17] a cat')
    expect(response.headers.get('retry-after')).toBe('17')
  })

  test('a wrong key', async () => {
    const response = await createTaskClient(simulator, 'videos').create('a cat', {}, { key: 'x' })
    expect(response.status).toBe(401)
    expect(simulator.tasks).toHaveLength(0)
  })
})

describe('taken', () => {
  test.each([200, 201, 202])('with %i', async (status) => {
    for (const kind of taskKindIds) {
      const response = await create(`[fault:create-${status}] a cat`, kind)
      expect(response.status).toBe(status)
      expect(simulator.billedOf(kind)).toHaveLength(1)
    }
  })

  test('with an id that is a number, and is found under it', async () => {
    const response = await create('[fault:id-number] a cat')
    const document = (await response.json()) as { id: unknown }
    expect(document.id).toBe(Number(simulator.tasks[0]?.id))
    expect((await createTaskClient(simulator, 'videos').look()).status).toBe(200)
  })

  test('without an id', async () => {
    expect(await (await create('[fault:id-missing] a cat', 'xai')).json()).toEqual({})
    expect(await (await create('[fault:id-missing] a cat')).json()).not.toHaveProperty('id')
    const document = await (await create('[fault:id-missing] a cat', 'openrouter')).json()
    expect(document).toEqual({ status: 'pending' })
    expect(simulator.billed).toHaveLength(3)
  })

  test('with an id that is an address', async () => {
    const document = (await (await create('[fault:id-url] a cat')).json()) as { id: string }
    expect(URL.parse(document.id)?.origin).toBe(simulator.origin)
  })

  test('with the video itself, at once', async () => {
    const response = await create('[fault:create-finished][field:data.0.url] a cat', 'xai')
    expect(await response.json()).toMatchObject({
      status: 'done',
      data: [{ url: simulator.tasks[0]?.links.vendor }],
    })
  })

  test('and ordered twice by the relay: one POST, one task, billed again apart', async () => {
    await create('[fault:create-twice] a cat')
    expect(simulator.postsOf('[fault:create-twice] a cat')).toBe(1)
    expect(simulator.tasks).toHaveLength(1)
    expect(simulator.billed).toHaveLength(1)
    expect(simulator.billedAgain).toEqual(simulator.billed)
  })

  test('only as a form, or only as JSON', async () => {
    expect((await create('[fault:form-only] a cat')).status).toBe(422)
    const form = new FormData()
    form.set('prompt', '[fault:json-only] a cat')
    const client = createTaskClient(simulator, 'videos')
    expect((await client.call('/videos', { body: form })).status).toBe(422)
    form.set('prompt', '[fault:form-only] a cat')
    expect((await client.call('/videos', { body: form })).status).toBe(200)
  })
})

describe('the answer is lost, and the task is made and billed', () => {
  const isMade = () => [simulator.tasks.length, simulator.billed.length]

  test.each(['create-lost', 'create-fin'])('%s: before its head', async (id) => {
    await expect(create(`[fault:${id}] a cat`)).rejects.toThrow('fetch failed')
    expect(isMade()).toEqual([1, 1])
  })

  test('create-cut: within its body', async () => {
    const response = await create('[fault:create-cut] a cat')
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    expect(isMade()).toEqual([1, 1])
  })

  test('create-half: within its body, as if that were all', async () => {
    const response = await create('[fault:create-half] a cat')
    await expect(response.json()).rejects.toThrow(SyntaxError)
    expect(isMade()).toEqual([1, 1])
  })

  test('create-silence: it never comes', async () => {
    const leave = new AbortController()
    const waiting = fetch(`${simulator.baseUrlOf('videos')}/videos`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.apiKey}` },
      body: '{"prompt":"[fault:create-silence] a cat"}',
      signal: leave.signal,
    })
    await expect.poll(isMade).toEqual([1, 1])
    leave.abort()
    await expect(waiting).rejects.toThrow('aborted')
  })

  test.each([
    ['create-204', 204, ''],
    ['create-500', 500, 'Internal server error'],
    ['create-502', 502, '502 Bad Gateway'],
    ['create-504', 504, '504 Gateway Time-out'],
    ['create-524', 524, 'A timeout occurred'],
  ])('%s: something else is answered', async (id, status, words) => {
    const response = await create(`[fault:${id}] a cat`)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(words)
    expect(isMade()).toEqual([1, 1])
  })

  test.each([
    ['create-html', 200],
    ['create-redirect', 307],
  ])('%s is no answer of the relay: nothing was made', async (id, status) => {
    expect((await create(`[fault:${id}] a cat`)).status).toBe(status)
    expect(isMade()).toEqual([0, 0])
  })
})

describe('directives', () => {
  test.each([
    ['[fail:nonsense]', Object.keys(taskEndings)[0]],
    ['[fault:nonsense]', 'poll-304'],
    ['[fault:poll-304][fault:nonsense]', 'content-redirect'],
    ['[progress:nonsense]', 'percent'],
    ['[shape:nonsense]', 'flat'],
    ['[errors:nonsense]', 'fastapi'],
    ['[link:nonsense]', 'vendor'],
    ['[looks:many]', 'a whole number'],
    ['[slow:never]', 'a whole number'],
    ['[after:never]', 'a whole number'],
    ['[times:often]', 'a whole number'],
    ['[failed:perhaps]', 'billed'],
  ])('%s is answered with 400 and what is known', async (prompt, known) => {
    for (const kind of taskKindIds) {
      const response = await create(prompt, kind)
      expect(response.status).toBe(400)
      expect(await response.text()).toContain(known)
    }
    expect(simulator.tasks).toHaveLength(0)
  })
})
