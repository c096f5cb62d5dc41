// What a browser is told with every answer: run nothing, frame nothing, guess nothing, and let only
// the listed origins read.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway } from '../gateway/startGateway.ts'
import { routes } from '../../worker/http/routes.ts'
import type { Site } from '../worker/startSite.ts'
import { startSite } from '../worker/startSite.ts'
import { submitVideo } from '../worker/submitVideo.ts'
import { toCall } from './toCall.ts'

const friend = 'https://app.example'
const otherFriend = 'https://studio.example:8443'

let site: Site
let closed: Site
beforeAll(async () => {
  ;[site, closed] = await Promise.all([
    startSite({ vars: { ALLOWED_ORIGINS: `${friend}, ${otherFriend}` } }),
    startSite(),
  ])
})
afterAll(() => Promise.all([site.close(), closed.close()]))

const dataOnly = "default-src 'none'; frame-ancestors 'none'"

function expectGuarded(headers: Headers, policy: string): void {
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': expect.any(String),
    'cache-control': expect.any(String),
    'x-request-id': expect.stringMatching(/^req_[0-9A-Za-z]{22}$/),
  })
  expect(headers.has('set-cookie')).toBe(false)
  expect(headers.has('server')).toBe(false)
}

const ids = { id: 'video_missing', delivery: 'evt_missing', name: 'boat.mp4' }

test.each(Object.keys(routes))('%s is guarded, allowed or refused', async (route) => {
  const { method, path } = toCall(route, ids)
  for (const key of [null, site.key, site.gateway.adminToken]) {
    const options = { key, method }
    const response = await (method === 'GET'
      ? site.get(path, options)
      : site.post(path, {}, options))
    expectGuarded(response.headers, dataOnly)
    expect(response.headers.get('content-type')).toMatch(/^application\/(?:json|x-ndjson)/)
    expect(response.headers.get('cache-control')).toBe('no-store')
  }
})

test('an unknown route, a stream and a refused preflight are guarded, too', async () => {
  const { id } = await submitVideo(site, 'guarded')
  for (const response of [
    await site.get('/v1/nowhere'),
    await site.get(`/v1/videos/${id}/events`),
    await site.get('/v1/videos', { method: 'OPTIONS', headers: { origin: friend } }),
  ]) {
    expectGuarded(response.headers, dataOnly)
  }
})

test('a gateway that is not configured is guarded, too', async () => {
  const broken = await startGateway({ vars: { RELAY_API_KEY: 'no address beside it' } })
  try {
    const response = await fetch(`${broken.url}/v1/models`)
    expect(response.status).toBe(500)
    expectGuarded(response.headers, dataOnly)
    expect(await response.json()).toMatchObject({
      error: { code: 'misconfigured', message: expect.stringContaining('RELAY_BASE_URL') },
    })
  } finally {
    await broken.close()
  }
})

test('content is a video in a sandbox, whatever its bytes are', async () => {
  const { id, video } = await submitVideo(site, 'sandboxed')
  for (const response of [
    await site.get(`/v1/videos/${id}/content`),
    await fetch(video?.url ?? ''),
    await site.get(`/v1/videos/${id}/content`, { method: 'HEAD' }),
    await site.get(`/v1/videos/${id}/content`, { headers: { range: 'bytes=0-9' } }),
    await site.get(`/v1/videos/${id}/content`, { headers: { range: 'bytes=999999999-' } }),
  ]) {
    expectGuarded(response.headers, "sandbox; default-src 'none'; media-src 'self'")
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect(response.headers.get('content-disposition')).toBe(`inline; filename="${id}.mp4"`)
    expect(response.headers.get('cache-control')).toMatch(/^private,/)
  }
})

test('https is remembered by whoever came by it, and only then', async () => {
  const secure = await site.gateway.miniflare.dispatchFetch('https://video.example/health')
  expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000')
  // Files are served before the Worker; a browser heeds the header over https only.
  for (const path of ['/', '/docs', '/openapi.json']) {
    const file = await fetch(site.url + path)
    await file.body?.cancel()
    expect(file.headers.get('strict-transport-security')).toBe('max-age=31536000')
  }
  expect((await site.get('/health')).headers.has('strict-transport-security')).toBe(false)
})

describe('another origin', () => {
  const cors = (headers: Headers) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')))
  const preflight = (on: Site, origin: string, path = '/v1/videos') =>
    on.get(path, {
      key: null,
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    })

  test.each([friend, otherFriend])('%s is on the list and may read', async (origin) => {
    const response = await site.get('/v1/models', { headers: { origin } })
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id')
    expect(response.headers.get('vary')).toMatch(/origin/i)
    const asked = await preflight(site, origin)
    expect(asked.status).toBe(204)
    expect(cors(asked.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization,content-type,idempotency-key',
      'access-control-allow-methods': expect.stringContaining('POST'),
    })
    expect(asked.headers.get('vary')).toMatch(/origin/i)
  })

  test('on the list may also read why it was refused', async () => {
    const headers = { origin: friend }
    for (const response of [
      await site.get('/v1/models', { key: 'rk_wrong', headers }),
      await site.post('/v1/videos', '{', { headers }),
      await site.get('/v1/nowhere', { headers }),
    ]) {
      expect(response.ok).toBe(false)
      expect(response.headers.get('access-control-allow-origin')).toBe(friend)
    }
  })

  test.each([
    'https://app.example.evil.example',
    'https://evil-app.example',
    'https://sub.app.example',
    'http://app.example',
    'https://app.example:444',
    'HTTPS://APP.EXAMPLE',
    'https://studio.example',
    'null',
    '*',
    '',
  ])('%j is not on the list', async (origin) => {
    for (const response of [
      await site.get('/v1/models', { headers: { origin } }),
      await preflight(site, origin),
    ]) {
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
      expect(response.headers.get('vary')).toMatch(/origin/i)
    }
  })

  test('never reads /admin or /health, list or not', async () => {
    for (const path of ['/admin/keys', '/admin/videos', '/health']) {
      const key = site.gateway.adminToken
      const read = await site.get(path, { key, headers: { origin: friend } })
      expect(read.status).toBe(200)
      expect(cors(read.headers)).toEqual({})
      const asked = await preflight(site, friend, path)
      expect([asked.status, cors(asked.headers)]).toEqual([404, {}])
    }
  })

  test('is never allowed to send a cookie or a stored login', async () => {
    const response = await preflight(site, friend)
    expect(response.headers.has('access-control-allow-credentials')).toBe(false)
  })

  test('reads nothing where no origin is listed', async () => {
    const read = await closed.get('/v1/models', { headers: { origin: friend } })
    const asked = await preflight(closed, friend)
    expect([cors(read.headers), asked.status, cors(asked.headers)]).toEqual([{}, 404, {}])
  })
})

test('what is written to answers is text: a prompt with markup comes back as JSON and nothing else', async () => {
  const prompt = '<script>alert(1)</script>"\u2028<img src=x onerror=alert(1)>'
  const { id } = await submitVideo(site, prompt)
  const response = await site.get(`/v1/videos/${id}`)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(((await response.json()) as { prompt: string }).prompt).toBe(prompt)
})
