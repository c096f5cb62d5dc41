import { getEventListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Sleep } from '../../shared/ports.ts'
import {
  createOutbound,
  isOwnDelivery,
  type OutboundPorts,
} from '../../worker/outbound/outbound.ts'
import { PublicHosts, type Handler } from './publicHosts.ts'

let hosts: PublicHosts
beforeEach(() => {
  hosts = new PublicHosts()
})
afterEach(async () => {
  await hosts.close()
})

const sleep: Sleep = async (ms, signal) => {
  await wait(ms, undefined, { signal, ref: false })
}
/** 30 s pass in 600 ms: short enough to wait for, long enough for a busy machine to answer in. */
const hastySleep: Sleep = (ms, signal) => sleep(ms / 50, signal)

const createGuarded = (overrides: Partial<OutboundPorts> = {}) =>
  createOutbound({
    fetch: hosts.fetch,
    policy: { ownHosts: ['gateway.example.net'], allowPrivateNetwork: false },
    now: Date.now,
    sleep,
    ...overrides,
  })

const answer =
  (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Handler =>
  (_, response) => {
    response.writeHead(status, headers).end(body)
  }
const redirect = (location: string, status = 302) => answer(status, { location })

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The outcome as one value: the text, or why there is none. */
async function download(url: string, overrides: Partial<OutboundPorts> = {}) {
  const result = await createGuarded(overrides).download(url)
  if (!result.ok) return result
  try {
    return (await readAll(result.body)).toString()
  } catch (error) {
    return error
  }
}

const cdn = 'https://cdn.example.org/v.mp4'
const secondHop = 'https://edge.example.com/v.mp4'

describe('download', () => {
  test('reads a body and tells nothing about us or anybody else', async () => {
    await hosts.serve('cdn.example.org', answer(200, { 'set-cookie': 'a=b' }, 'video bytes'))
    expect(await download(`${cdn}?sig=1#t=3`)).toBe('video bytes')
    expect(await download(cdn)).toBe('video bytes')
    expect(hosts.asked[0]).toBe(`${cdn}?sig=1`)
    for (const { method, headers } of hosts.seen) {
      expect(method).toBe('GET')
      expect(headers).toMatchObject({ 'accept-encoding': 'identity', 'user-agent': 'Reelay/1' })
      for (const name of ['authorization', 'cookie', 'referer', 'x-api-key', 'origin']) {
        expect(headers).not.toHaveProperty(name)
      }
    }
  })

  test.each([301, 302, 303, 307, 308])('follows a %s to another public host', async (status) => {
    await hosts.serve('cdn.example.org', redirect(secondHop, status))
    await hosts.serve('edge.example.com', answer(200, {}, 'from the edge'))
    expect(await download(cdn)).toBe('from the edge')
    expect(hosts.seen[1]?.headers).not.toHaveProperty('referer')
  })

  test('resolves a relative redirect', async () => {
    await hosts.serve('cdn.example.org', (request, response) => {
      if (request.url === '/v.mp4') response.writeHead(302, { location: '../b.mp4?x=1' }).end()
      else response.end(request.url)
    })
    expect(await download(cdn)).toBe('/b.mp4?x=1')
  })

  test.each([
    [302, 'http://169.254.169.254/latest/meta-data/'],
    [307, 'https://10.0.0.1/'],
    [308, 'https://[::ffff:127.0.0.1]/'],
    [301, 'https://2130706433/'],
    [302, 'https://localhost./'],
    [302, 'https://user:pw@edge.example.com/'],
    [302, 'https://edge.example.com:8080/'],
    [302, 'http://edge.example.com/'],
    [302, 'https://gateway.example.net/admin/keys'],
    [302, 'file:///etc/passwd'],
  ])('does not follow a %s to %s', async (status, location) => {
    await hosts.serve('cdn.example.org', redirect(location, status))
    await hosts.serve('edge.example.com', answer(200))
    expect(await download(cdn)).toMatchObject({ ok: false, final: true })
    expect(hosts.asked).toEqual([cdn])
  })

  test('follows three redirects and not a fourth', async () => {
    await hosts.serve('cdn.example.org', (request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    expect(await download('https://cdn.example.org/3')).toBe('there')
    expect(hosts.seen).toHaveLength(4)
    expect(await download('https://cdn.example.org/4')).toMatchObject({ ok: false, final: true })
    expect(hosts.seen).toHaveLength(8)
  })

  test('asks once when an address redirects to itself', async () => {
    await hosts.serve('cdn.example.org', redirect(cdn))
    expect(await download(cdn)).toMatchObject({ ok: false, final: true })
    expect(hosts.seen).toHaveLength(1)
  })

  test.each([
    [403, true],
    [410, true],
    [404, false],
    [500, false],
    [503, false],
    [204, false],
    [206, false],
    [304, false],
  ])('says of status %s whether that is final: %s', async (status, final) => {
    await hosts.serve('cdn.example.org', answer(status))
    expect(await download(cdn)).toMatchObject({ ok: false, final })
  })

  test('tries a host that nobody answers for again later', async () => {
    await hosts.serveNothing('cdn.example.org')
    expect(await download(cdn)).toMatchObject({ ok: false, final: false })
    expect(await download('https://unknown.example.org/')).toMatchObject({
      ok: false,
      final: false,
    })
  })

  test('notices a body that is shorter than announced', async () => {
    await hosts.serve('cdn.example.org', (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('only this')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await download(cdn)).toMatchObject({ reason: 'cut', final: false })
  })

  test('notices a short body that the platform passes off as complete', async () => {
    const fetch = async () => new Response('six by', { headers: { 'content-length': '10' } })
    expect(await download(cdn, { fetch })).toMatchObject({ reason: 'cut', final: false })
  })

  test('notices a chunked body that is cut', async () => {
    await hosts.serve('cdn.example.org', (_, response) => {
      response.write('a first chunk')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await download(cdn)).toMatchObject({ reason: 'cut', final: false })
  })

  test('stops waiting for headers', async () => {
    await hosts.serve('cdn.example.org', () => undefined)
    const result = await download(cdn, { sleep: hastySleep })
    expect(result).toMatchObject({
      ok: false,
      final: false,
      message: expect.stringMatching(/time/),
    })
    await hosts.seen[0]?.closed
  })

  test('stops waiting for bytes and hangs up', async () => {
    await hosts.serve('cdn.example.org', (_, response) => void response.write('a first chunk'))
    expect(await download(cdn, { sleep: hastySleep })).toMatchObject({ reason: 'silent' })
    await hosts.seen[0]?.closed
  })

  const dripping: Handler = (_, response) => {
    const timer = setInterval(() => response.write('x'.repeat(1_000)), 2)
    response.on('close', () => clearInterval(timer))
  }

  test('gives up on a host that drips, once the grace period is over', async () => {
    await hosts.serve('cdn.example.org', dripping)
    let at = 0
    // Every look at the clock finds it 4 s on: 8 s of waiting per chunk, for its limit looks, too.
    const now = () => (at += 4_000)
    expect(await download(cdn, { now })).toMatchObject({ reason: 'slow', final: false })
    // One look for the headers, three for each of the four chunks that fill the grace period of 30 s.
    expect(at).toBe((1 + 3 * 4) * 4_000)
    await hosts.seen[0]?.closed
  })

  test('does not blame the host for a slow consumer', async () => {
    await hosts.serve('cdn.example.org', answer(200, {}, 'x'.repeat(300_000)))
    let at = 0
    const result = await createGuarded({ now: () => at }).download(cdn)
    if (!result.ok) throw new Error(result.message)
    let bytes = 0
    for await (const chunk of result.body) {
      bytes += chunk.byteLength
      at += 60_000
    }
    expect(bytes).toBe(300_000)
  })

  test('refuses a body that announces more than the limit, without reading it', async () => {
    await hosts.serve('cdn.example.org', (_, response) => {
      response.writeHead(200, { 'content-length': '1001' }).write('x')
    })
    const limits = { maxBytes: 1_000 }
    expect(await download(cdn, { limits })).toMatchObject({ ok: false, final: true })
    await hosts.seen[0]?.closed
  })

  test('takes a body that is exactly as large as the limit', async () => {
    const body = 'x'.repeat(1_000)
    await hosts.serve('cdn.example.org', answer(200, { 'content-length': '1000' }, body))
    expect(await download(cdn, { limits: { maxBytes: 1_000 } })).toBe(body)
  })

  test('counts the bytes of a body that announces nothing', async () => {
    await hosts.serve('cdn.example.org', dripping)
    const result = await download(cdn, { limits: { maxBytes: 20_000 } })
    expect(result).toMatchObject({ reason: 'too_large', final: true })
    await hosts.seen[0]?.closed
  })

  test('counts what a compressed body unfolds to', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000))
    await hosts.serve('cdn.example.org', answer(200, { 'content-encoding': 'gzip' }, bomb))
    const limits = { maxBytes: 1_000_000 }
    expect(bomb.length).toBeLessThan(limits.maxBytes)
    expect(await download(cdn, { limits })).toMatchObject({ reason: 'too_large' })
    expect(await download(cdn)).toHaveLength(5_000_000)
  })

  test('hangs up when the consumer has seen enough', async () => {
    await hosts.serve('cdn.example.org', dripping)
    const result = await createGuarded().download(cdn)
    if (!result.ok) throw new Error(result.message)
    for await (const chunk of result.body) if (chunk.byteLength > 0) break
    expect(hosts.seen).toHaveLength(1)
    await hosts.seen[0]?.closed
  })

  test("ends with the caller's own reason, before the headers and in the body", async () => {
    await hosts.serve('cdn.example.org', dripping)
    await hosts.serve('edge.example.com', () => undefined)
    const reason = new Error('cancelled by its owner')

    const early = new AbortController()
    const waiting = createGuarded().download(secondHop, early.signal)
    setTimeout(() => early.abort(reason), 30)
    await expect(waiting).rejects.toBe(reason)

    const late = new AbortController()
    const result = await createGuarded().download(cdn, late.signal)
    if (!result.ok) throw new Error(result.message)
    setTimeout(() => late.abort(reason), 30)
    await expect(readAll(result.body)).rejects.toBe(reason)

    await expect(createGuarded().download(cdn, AbortSignal.abort(reason))).rejects.toBe(reason)
    await Promise.all(hosts.seen.map((request) => request.closed))
  })

  test("leaves nothing behind on the caller's signal, however it ends", async () => {
    await hosts.serve('cdn.example.org', answer(200, {}, 'video bytes'))
    const { signal } = new AbortController()
    const result = await createGuarded().download(cdn, signal)
    if (!result.ok) throw new Error(result.message)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await readAll(result.body)
    await createGuarded().download('https://unknown.example.org/', signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('reaches a local host in development, and only then', async () => {
    await hosts.serve('cdn.example.org', answer(200, {}, 'local bytes'))
    const url = `http://127.0.0.1:${hosts.getPort('cdn.example.org')}/v.mp4`
    expect(await download(url, { fetch })).toMatchObject({ ok: false, final: true })
    expect(hosts.seen).toHaveLength(0)
    const policy = { ownHosts: [], allowPrivateNetwork: true }
    expect(await download(url, { fetch, policy })).toBe('local bytes')
  })
})

describe('readText', () => {
  const statusUrl = 'https://cdn.example.org/task/1'

  test('reads a small document', async () => {
    await hosts.serve('cdn.example.org', answer(200, {}, '{"state":"完成"}'))
    expect(await createGuarded().readText(statusUrl)).toBe('{"state":"完成"}')
  })

  test.each<[string, Handler]>([
    ['a document that is not there', answer(404, {}, '{}')],
    ['an error', answer(500, {}, '{}')],
    ['a redirect, which would lead past the list of hosts', redirect('https://edge.example.com/')],
    ['a document over 256 KiB', answer(200, {}, 'x'.repeat(256 * 1024 + 1))],
  ])('is null for %s', async (_, handler) => {
    await hosts.serve('cdn.example.org', handler)
    await hosts.serve('edge.example.com', answer(200, {}, '{}'))
    expect(await createGuarded().readText(statusUrl)).toBeNull()
    expect(hosts.seen).toHaveLength(1)
  })

  test('is null for a refused address and a dead host', async () => {
    expect(await createGuarded().readText('https://10.0.0.1/')).toBeNull()
    expect(hosts.asked).toHaveLength(0)
    expect(await createGuarded().readText('https://unknown.example.org/')).toBeNull()
  })

  test("ends with the caller's own reason", async () => {
    const reason = new Error('cancelled')
    const reading = createGuarded().readText(statusUrl, AbortSignal.abort(reason))
    await expect(reading).rejects.toBe(reason)
  })
})

describe('post', () => {
  const hook = 'https://hook.example.org/in'
  const headers = { 'content-type': 'application/json', 'webhook-id': 'evt_1' }
  const post = (url = hook, overrides: Partial<OutboundPorts> = {}) =>
    createGuarded(overrides).post(url, '{"a":"é"}', headers)

  test.each([200, 201, 204])('delivers the body once and takes %s for a yes', async (status) => {
    await hosts.serve('hook.example.org', answer(status))
    expect(await post()).toEqual({ ok: true, status })
    expect(hosts.seen).toHaveLength(1)
    expect(hosts.seen[0]).toMatchObject({ method: 'POST', path: '/in', body: '{"a":"é"}', headers })
  })

  test.each([301, 302, 303, 307, 308])('takes %s for a no and follows nothing', async (status) => {
    await hosts.serve('hook.example.org', redirect('https://edge.example.com/in', status))
    await hosts.serve('edge.example.com', answer(200))
    expect(await post()).toMatchObject({ ok: false, status, final: false })
    expect(hosts.seen.map(({ host }) => host)).toEqual(['hook.example.org'])
  })

  test('reports what a refusing receiver said, and when to come back', async () => {
    await hosts.serve('hook.example.org', answer(409, { 'retry-after': '7' }, 'is running already'))
    expect(await post()).toEqual({
      ok: false,
      status: 409,
      final: false,
      message: 'The receiver answered 409.',
      retryAfter: '7',
      text: 'is running already',
    })
  })

  test.each<[string, Handler]>([
    ['never ends', (_, response) => void response.writeHead(500).write('an endless story')],
    [
      'drips',
      (_, response) => {
        const timer = setInterval(() => response.write('.'), 5)
        response.writeHead(500).on('close', () => clearInterval(timer))
      },
    ],
  ])('keeps nothing of a refusal that %s', async (_, handler) => {
    await hosts.serve('hook.example.org', handler)
    let at = 0
    const now = () => (at += 100)
    expect(await post(hook, { sleep: hastySleep, now })).toMatchObject({ status: 500, text: '' })
    await hosts.seen[0]?.closed
  })

  test.each([
    [4 * 1024, 4 * 1024],
    [4 * 1024 + 1, 0],
  ])('keeps a refusal up to 4 KiB: of %s characters %s', async (length, kept) => {
    await hosts.serve('hook.example.org', answer(500, {}, 'x'.repeat(length)))
    expect(await post()).toMatchObject({ status: 500, text: 'x'.repeat(kept) })
  })

  test('does not wait for the rest of an answer that already said yes', async () => {
    await hosts.serve('hook.example.org', (_, response) => void response.write('so far'))
    expect(await post()).toEqual({ ok: true, status: 200 })
    await hosts.seen[0]?.closed
  })

  test('gives up after its own time limit', async () => {
    await hosts.serve('hook.example.org', () => undefined)
    const waits: number[] = []
    const outbound = createGuarded({
      sleep: (ms, signal) => {
        waits.push(ms)
        return hastySleep(ms, signal)
      },
    })
    expect(await outbound.post(hook, '', {})).toMatchObject({ ok: false, status: null })
    expect(await outbound.post(hook, '', {}, { timeoutMs: 400 })).toMatchObject({
      ok: false,
      status: null,
    })
    expect(waits).toEqual([15_000, 400])
    await Promise.all(hosts.seen.map((request) => request.closed))
  })

  test('never reaches the gateway itself', async () => {
    await hosts.serve('gateway.example.net', answer(200))
    expect(await post('https://gateway.example.net/v1/videos')).toMatchObject({ final: true })
    expect(await post('https://gateway.example.net./v1/videos')).toMatchObject({ final: true })
    expect(hosts.asked).toHaveLength(0)
  })

  test('marks deliveries, so that one that comes back by another name is known', async () => {
    await hosts.serve('hook.example.org', answer(200))
    await post()
    const received = new Headers(
      Object.entries(hosts.seen[0]?.headers ?? {}).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    )
    expect(isOwnDelivery(received)).toBe(true)
    received.delete('webhook-id')
    expect(isOwnDelivery(received)).toBe(false)
    expect(isOwnDelivery(new Headers({ ...headers, 'user-agent': 'curl/8' }))).toBe(false)
  })

  test('says the same of a closed port, a silent one and an unknown name, except late or not', async () => {
    await hosts.serveNothing('closed.example.org')
    await hosts.serve('silent.example.org', () => undefined)
    const messages = await Promise.all(
      ['closed', 'unknown', 'silent'].map(async (name) => {
        const result = await post(`https://${name}.example.org/s3cr3t`, { sleep: hastySleep })
        return result.ok ? '' : `${result.status} ${result.message}`
      }),
    )
    expect(messages).toEqual([
      'null The host could not be reached.',
      'null The host could not be reached.',
      'null The host did not answer in time.',
    ])
  })
})
