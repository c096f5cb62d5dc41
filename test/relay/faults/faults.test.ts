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

async function download(id: FaultId, knobs?: FaultKnobs, headers: Record<string, string> = {}) {
  await applyFault(simulator, id, knobs)
  return requestRaw(`${simulator.origin}/files/x.mp4?bytes=200000`, { headers })
}

const statusOf = (text: string) => Number(/^HTTP\/1\.1 ([0-9]{3}) /.exec(text)?.[1])
const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4)
const headerOf = (text: string, name: string) => {
  const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n')
  return lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
}
const END_OF_CHUNKS = '0\r\n\r\n'

describe('before the head', () => {
  test.each([
    ['rst-before-read', 'reset', 0],
    ['rst-after-request', 'reset', 1],
    ['fin-after-request', 'fin', 1],
    ['no-headers', 'open', 1],
  ] as const)('%s ends with %s and nothing said', async (id, ending, posts) => {
    expect(await post(id)).toEqual({ text: '', ending })
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
    const { text } = await post(id)
    expect(statusOf(text)).toBe(Number(/[0-9]{3}/.exec(id)?.[0]))
    expect(bodyOf(text) !== '' || headerOf(text, 'location') !== undefined).toBe(true)
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
    expect(headerOf((await post(id)).text, name)).toMatch(value)
  })

  test('a redirect points at another origin, and following it would be counted', async () => {
    const location = headerOf((await post('redirect-307')).text, 'location') ?? ''
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
    const { text } = await post(id)
    expect([statusOf(text), headerOf(text, 'content-type')]).toEqual([200, type])
    expect(bodyOf(text)).toContain(words)
  })

  test('204 has no body', async () => {
    const { text } = await post('204')
    expect([statusOf(text), bodyOf(text)]).toEqual([204, ''])
  })
})

describe('streams', () => {
  /** id, how it ends, what is in it, what is not. */
  test.each([
    ['error-event-first', 'whole', '"error"', '"choices"'],
    ['error-after-progress', 'whole', '"error"', '88..'],
    ['cut-before-any-event', 'reset', '200 OK', 'data:'],
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
    const answer = await post(id)
    const text = dechunk(answer.text)
    const whole = answer.ending === 'fin' && answer.text.endsWith(END_OF_CHUNKS)
    expect(whole ? 'whole' : answer.ending).toBe(ending)
    expect(text).toContain(has)
    expect(text).not.toContain(lacks)
  })

  test('clean-eof-no-done looks like a whole body: no length, no chunks', async () => {
    const { text } = await post('clean-eof-no-done')
    expect(headerOf(text, 'content-length')).toBeUndefined()
    expect(headerOf(text, 'transfer-encoding')).toBeUndefined()
  })

  test('eof-with-pending-event lacks only the last line break', async () => {
    const text = dechunk((await post('eof-with-pending-event')).text)
    expect(text.endsWith('}]}')).toBe(true)
  })

  test('slowloris sends one byte at a time', async () => {
    const { text } = await post('slowloris', { everyMs: 1 }, { enough: (all) => all.length > 400 })
    expect(bodyOf(text).startsWith('1\r\nd\r\n1\r\na\r\n')).toBe(true)
  })

  test('infinite goes on with comments', async () => {
    const options: RawOptions = { enough: (text) => text.split(': keep-alive').length > 10 }
    const { ending, text } = await post('infinite', { everyMs: 1 }, options)
    expect([options.enough?.(text), ending]).toEqual([true, 'open'])
  })

  test.each(['flood', 'huge-line'] as const)('%s is as large as asked for', async (id) => {
    const { text } = await post(id, { bytes: 2_000_000 })
    expect(text.endsWith(END_OF_CHUNKS)).toBe(true)
    const lines = dechunk(text).split('\n')
    const longest = Math.max(...lines.map((line) => line.length))
    expect(longest > 1_000_000).toBe(id === 'huge-line')
    expect(lines.length > 10_000).toBe(id === 'flood')
  })

  test('gzip-bomb is a valid file, a thousand times larger inside', async () => {
    const { text } = await post('gzip-bomb', { bytes: 8 * 1024 * 1024 })
    const packed = Buffer.from(dechunk(bodyOf(text)), 'latin1')
    expect(headerOf(text, 'content-encoding')).toBe('gzip')
    expect(packed.length).toBeLessThan(20_000)
    expect(gunzipSync(packed).length).toBe(8 * 1024 * 1024)
  })

  test('bad-gzip claims an encoding that it does not have', async () => {
    const { text } = await post('bad-gzip')
    expect(headerOf(text, 'content-encoding')).toBe('gzip')
    expect(bodyOf(text)).toContain('data: {')
  })

  test('all of them were billed, except the error in place of a stream', async () => {
    await post('error-event-first')
    expect(simulator.billed).toHaveLength(0)
    await post('cut-before-any-event')
    expect(simulator.billed).toHaveLength(1)
  })
})

describe('downloads', () => {
  test('dl-404-then-200 serves the file at the third request', async () => {
    const statuses = []
    for (const _ of [1, 2, 3]) statuses.push(statusOf((await download('dl-404-then-200')).text))
    expect(statuses).toEqual([404, 404, 200])
  })

  test.each([
    ['dl-403-expired', 403, 'AuthenticationFailed'],
    ['dl-html', 200, '<!doctype html>'],
  ] as const)('%s answers %i with %s', async (id, status, words) => {
    const { text } = await download(id)
    expect(statusOf(text)).toBe(status)
    expect(bodyOf(text)).toContain(words)
  })

  test.each([
    ['dl-short', '200000'],
    ['dl-short-no-length', undefined],
  ] as const)('%s stops after six tenths with content-length %s', async (id, length) => {
    const { text, ending } = await download(id, { times: 1 })
    expect([headerOf(text, 'content-length'), ending]).toEqual([length, 'fin'])
    expect(bodyOf(text)).toHaveLength(120_000)
    expect(bodyOf((await download(id, { times: 1 })).text)).toHaveLength(200_000)
  })

  test('dl-too-big sends more than it announced, because it announces nothing', async () => {
    const { text } = await download('dl-too-big', { bytes: 3_000_000 })
    expect(headerOf(text, 'content-length')).toBeUndefined()
    expect(bodyOf(text)).toHaveLength(3_000_000)
  })

  test('dl-slow sends a kibibyte per step, and goes on where a range begins', async () => {
    const { text } = await download('dl-slow', { everyMs: 1 }, { range: 'bytes=190000-' })
    expect(headerOf(text, 'content-range')).toBe('bytes 190000-199999/200000')
    expect(bodyOf(text)).toHaveLength(10_000)
  })

  test('dl-redirect-private points into a private network', async () => {
    const { text } = await download('dl-redirect-private')
    expect(headerOf(text, 'location')).toBe('http://10.0.0.1/video.mp4')
  })

  test('dl-redirect-cdn leads to the file on another host', async () => {
    const { text } = await download('dl-redirect-cdn')
    const { text: file } = await requestRaw(headerOf(text, 'location') ?? '')
    expect([statusOf(text), statusOf(file)]).toEqual([302, 200])
  })

  test('dl-etag-change answers a range of the old version with the whole new one', async () => {
    const first = await download('dl-etag-change')
    const etag = headerOf(first.text, 'etag') ?? ''
    const headers = { range: 'bytes=100-', 'if-range': etag }
    const second = await download('dl-etag-change', {}, headers)
    expect(first.ending).toBe('fin')
    expect(statusOf(second.text)).toBe(200)
    expect(headerOf(second.text, 'etag')).not.toBe(etag)
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

/** The body without chunk sizes, as far as it goes; close-delimited text is returned as it is. */
function dechunk(text: string): string {
  if (!/^transfer-encoding: chunked/im.test(text) && !/^[0-9a-f]+\r\n/.test(text)) return text
  const parts: string[] = []
  let at = text.startsWith('HTTP/') ? text.indexOf('\r\n\r\n') + 4 : 0
  const start = text.slice(0, at)
  for (;;) {
    const line = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, line), 16)
    if (line < 0 || !(size > 0)) return start + parts.join('')
    parts.push(text.slice(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
