// Without ALLOW_PRIVATE_NETWORK: an address inside is refused when it is given, wherever that is.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({
    vars: { ALLOW_PRIVATE_NETWORK: 'false', RELAY_BASE_URL: 'https://relay.example/v1' },
  })
})
afterAll(() => site.close())

test.each([
  'http://hooks.example/',
  'https://127.0.0.1/',
  'https://localhost/',
  'https://[::1]/',
  'https://10.0.0.1/',
  'https://0x7f.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://router.local/',
  'https://hooks.example:9200/',
])('%s is refused wherever it is given', async (url) => {
  const places: [string, object, string][] = [
    ['/v1/videos', { prompt: 'never', webhook: { url } }, 'webhook.url'],
    ['/v1/callbacks', { video_ids: ['video_1'], url }, 'url'],
    ['/v1/webhook_endpoints', { name: 'x', url, event_types: ['video.failed'] }, 'url'],
    [
      '/v1/schedules',
      { name: 'x', cron: '0 9 * * *', request: { prompt: 'never' }, webhook: { url } },
      'webhook.url',
    ],
  ]
  for (const [path, body, param] of places) {
    const response = await site.post(path, body)
    expect(response.status, path).toBe(400)
    expect(await response.json(), path).toMatchObject({
      error: { code: 'invalid_request', param },
    })
  }
  expect(site.relay.requests).toEqual([])
})

test('an endpoint cannot be moved inside', async () => {
  const body = { name: 'x', url: 'https://hooks.example/', event_types: ['video.failed'] }
  const { id } = (await (await site.post('/v1/webhook_endpoints', body)).json()) as {
    id: string
  }
  const moved = await site.post(`/v1/webhook_endpoints/${id}`, { url: 'https://10.0.0.1/' })
  expect(moved.status).toBe(400)
  expect(await moved.json()).toMatchObject({ error: { param: 'url' } })
})
