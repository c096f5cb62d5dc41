import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'
import { applyFault, faultIds, type FaultId } from './faults.ts'
import type { FaultKnobs } from './knobs.ts'
import { requestRaw, type RawOptions } from './rawClient.ts'

let simulator: RelaySimulator
beforeEach(async () => {
  simulator = await startRelaySimulator({ stepMs: 1 })
})
afterEach(() => simulator.close())

async function post(id: FaultId, knobs?: FaultKnobs, options: RawOptions = {}) {
  const baseUrl = await applyFault(simulator, id, knobs)
  return requestRaw(`${baseUrl}/chat/completions`, {
    ...options,
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body: JSON.stringify({
      model: 'sora-2',
      stream: true,
      messages: [{ role: 'user', content: 'a cat' }],
    }),
  })
}

describe('before the head', () => {
  test.each([
    ['rst-before-read', 'reset', 0],
    ['rst-after-request', 'reset', 1],
    ['fin-after-request', 'fin', 1],
    ['no-headers', 'open', 1],
  ] as const)('%s ends with %s and nothing said', async (id, ending, posts) => {
    expect(await post(id, {}, { patienceMs: 1000 })).toMatchObject({ text: '', ending })
    expect(simulator.postsOf('a cat')).toBe(posts)
    expect(simulator.billed).toHaveLength(0)
  })

  test('garbage-status-line is not HTTP', async () => {
    const { text, ending } = await post('garbage-status-line')
    expect(text.startsWith('HTTP/')).toBe(false)
    expect([text.length > 0, ending]).toEqual([true, 'fin'])
  })

  test('headers-too-large never reaches the end of the head', async () => {
    const options: RawOptions = { enough: (text) => text.length > 1_000_000 }
    const { text, ending } = await post('headers-too-large', {}, options)
    expect(text.startsWith('HTTP/1.1 200 OK\r\nx-filler-0: ')).toBe(true)
    expect([text.includes('\r\n\r\n'), ending]).toEqual([false, 'open'])
  })

  test.each([
    ['dns-fail', 'ENOTFOUND|EAI_AGAIN'],
    ['refused', 'ECONNREFUSED'],
    ['tls-fail', 'SSL|EPROTO'],
  ] as const)('%s: no connection comes about (%s)', async (id, code) => {
    const baseUrl = await applyFault(simulator, id)
    const error = await fetch(`${baseUrl}/models`).catch((thrown: unknown) => thrown)
    expect(error instanceof Error ? String(error.cause) : 'connected').toMatch(new RegExp(code))
    expect(simulator.requests).toHaveLength(0)
  })
})

describe('statuses', () => {
  const statuses = faultIds.filter((id) => /^([3-5][0-9]{2}|redirect)/.test(id))

  test.each(statuses)('%s has its status, a body or a location, and is not billed', async (id) => {
    const answer = await post(id)
    expect(answer.status).toBe(Number(/[0-9]{3}/.exec(id)?.[0]))
    expect(answer.body !== '' || answer.header('location') !== undefined).toBe(true)
    expect(simulator.billed).toHaveLength(0)
  })

  test.each([
    ['429-seconds', 'retry-after', /^7$/],
    ['429-date', 'retry-after', / GMT$/],
    ['429-past-date', 'retry-after', /1994/],
    ['429-negative', 'retry-after', /^-1$/],
    ['429-nan', 'retry-after', /^soon$/],
    ['429-huge', 'retry-after', /^86400$/],
    ['429-ms', 'retry-after-ms', /^1500$/],
    ['503-retry-after', 'retry-after', /^1$/],
  ] as const)('%s says so in %s', async (id, name, value) => {
    expect((await post(id)).header(name)).toMatch(value)
  })

  test('a redirect points at another origin, and following it would be counted', async () => {
    const location = (await post('redirect-307')).header('location') ?? ''
    expect(new URL(location).origin).not.toBe(simulator.origin)
    await requestRaw(location, { body: '{"messages":[{"role":"user","content":"a cat"}]}' })
    expect(simulator.postsOf('a cat')).toBe(2)
    expect(simulator.requests.at(-1)?.url.href).toBe(location)
  })
})

describe('a 200 that is no stream', () => {
  test.each([
    ['200-html', 'text/html', '<!doctype html>'],
    ['200-json-error', 'application/json', '{"error"'],
    ['200-json-completion', 'application/json', '"object":"chat.completion"'],
    ['200-no-ctype', undefined, 'data: {'],
  ] as const)('%s has content type %s', async (id, type, words) => {
    const { status, header, body } = await post(id)
    expect([status, header('content-type')]).toEqual([200, type])
    expect(body).toContain(words)
  })

  test('204 has no body', async () => {
    const { status, body } = await post('204')
    expect([status, body]).toEqual([204, ''])
  })
})

describe('streams', () => {
  /** id, how it ends, what is in it, what is not. */
  test.each([
    ['error-event-first', 'whole', '"error"', '"choices"'],
    ['error-after-progress', 'whole', '"error"', '88..'],
    ['cut-before-any-event', 'reset', '', 'data:'],
    ['cut-at-progress', 'reset', '61..', '88..'],
    ['cut-after-url', 'reset', '.mp4', '"finish_reason":"stop"'],
    ['clean-eof-no-done', 'fin', '61..', '88..'],
    ['eof-with-pending-event', 'whole', '.mp4', '[DONE]'],
    ['stall', 'open', '61..', '88..'],
    ['dup-done', 'whole', 'data: [DONE]\n\ndata: [DONE]', '"error"'],
    ['data-after-done', 'whole', '"error"', 'nothing'],
    ['two-links', 'whole', '.gif', '.webp'],
    ['no-link', 'whole', '"finish_reason":"stop"', '.mp4'],
    ['bad-utf8', 'whole', '\xff\xfe\xe4\xb8', '\ufffd'],
  ] as const)('%s ends with %s, has %s and lacks %s', async (id, ending, has, lacks) => {
    const answer = await post(id, {}, { patienceMs: 1000 })
    expect(answer.ending).toBe(ending)
    expect(answer.body).toContain(has)
    expect(answer.body).not.toContain(lacks)
  })

  test('clean-eof-no-done looks like a whole body: no length, no chunks', async () => {
    const { status, header } = await post('clean-eof-no-done')
    expect([status, header('content-length'), header('transfer-encoding')]).toEqual([
      200,
      undefined,
      undefined,
    ])
  })

  test('eof-with-pending-event lacks only the last line break', async () => {
    expect((await post('eof-with-pending-event')).body.endsWith('}]}')).toBe(true)
  })

  test('slowloris sends one byte at a time', async () => {
    const { text } = await post('slowloris', { everyMs: 1 }, { enough: (all) => all.length > 400 })
    expect(text.slice(text.indexOf('\r\n\r\n') + 4).startsWith('1\r\nd\r\n1\r\na\r\n')).toBe(true)
  })

  test('infinite goes on with comments', async () => {
    const options: RawOptions = { enough: (text) => text.split(': keep-alive').length > 10 }
    const { ending, text } = await post('infinite', { everyMs: 1 }, options)
    expect([options.enough?.(text), ending]).toEqual([true, 'open'])
  })

  test.each(['flood', 'huge-line'] as const)('%s is as large as asked for', async (id) => {
    const { ending, body } = await post(id, { bytes: 2_000_000 })
    expect(ending).toBe('whole')
    const lines = body.split('\n')
    const longest = Math.max(...lines.map((line) => line.length))
    expect(longest > 1_000_000).toBe(id === 'huge-line')
    expect(lines.length > 10_000).toBe(id === 'flood')
  })

  test('gzip-bomb is a valid file, a thousand times larger inside', async () => {
    const { body, header } = await post('gzip-bomb', { bytes: 8 * 1024 * 1024 })
    const packed = Buffer.from(body, 'latin1')
    expect(header('content-encoding')).toBe('gzip')
    expect(packed.length).toBeLessThan(20_000)
    expect(gunzipSync(packed).length).toBe(8 * 1024 * 1024)
  })

  test('bad-gzip claims an encoding that it does not have', async () => {
    const { body, header } = await post('bad-gzip')
    expect(header('content-encoding')).toBe('gzip')
    expect(body).toContain('data: {')
  })

  test('all of them were billed, except the error in place of a stream', async () => {
    await post('error-event-first')
    expect(simulator.billed).toHaveLength(0)
    await post('cut-before-any-event')
    expect(simulator.billed).toHaveLength(1)
  })
})

const catalogue = join(process.env['REELAY_CORPUS'] ?? 'none', 'upstream-faults.json')
if (existsSync(catalogue)) {
  test('every fault of the catalogue that a relay can have is in the table, and no other', () => {
    const { faults } = JSON.parse(readFileSync(catalogue, 'utf8')) as { faults: { id: string }[] }
    const ids = faults.map((fault) => fault.id).filter((id) => !id.startsWith('r2-'))
    expect([...faultIds].sort()).toEqual(ids.sort())
  })
}
