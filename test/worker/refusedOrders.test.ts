// A body that is not one: the answer says what could not be done at that route, and names the field,
// also one that is not known there. Only what would have generated is refused as "Cannot generate".

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'

let site: Site
let scheduleId: string
beforeAll(async () => {
  site = await startSite()
  const schedule = { name: 'dawn', cron: '0 6 * * *', request: { prompt: 'a boat' } }
  const created = await site.post('/v1/schedules', schedule)
  scheduleId = ((await created.json()) as { id: string }).id
})
afterAll(() => site.close())

test.each([
  ['POST', '/admin/keys', { name: 'x', bugdet_usd: 1 }, 'create the key', 'bugdet_usd'],
  ['POST', '/admin/keys', {}, 'create the key', 'name'],
  ['PATCH', '/admin/keys/key_1', { rmp: 5 }, 'change the key', 'rmp'],
  ['POST', '/admin/keys/key_1/rotate', { overlap: 1 }, 'rotate the key', 'overlap'],
  ['POST', '/admin/videos/video_1/settle', { charge: 1 }, 'settle the video', 'charged'],
  ['POST', '/v1/callbacks', { url: 'x' }, 'create the callback', 'video_ids'],
  [
    'POST',
    '/v1/callbacks',
    { video_ids: ['x'], url: 'x', urls: [] },
    'create the callback',
    'urls',
  ],
  ['POST', '/v1/webhook_endpoints', { url: 'x' }, 'create the webhook endpoint', 'name'],
  ['POST', '/v1/webhook_endpoints/we_1', { name: 7 }, 'change the webhook endpoint', 'name'],
  [
    'POST',
    '/v1/webhook_endpoints/we_1/rotate_secret',
    { keep_old_secret_active_for_24_hours: 'yes' },
    'rotate the secret',
    'keep_old_secret_active_for_24_hours',
  ],
  ['POST', '/v1/webhook_endpoints/we_1/test', {}, 'test the webhook endpoint', 'event_type'],
  ['POST', '/v1/schedules', { name: 'x', corn: '' }, 'create the schedule', 'cron'],
  ['PATCH', '/v1/schedules/SCHEDULE', { corn: '0 6 * * *' }, 'change the schedule', 'corn'],
  ['PATCH', '/v1/schedules/SCHEDULE', { request: { prompt: '' } }, 'generate', 'request.prompt'],
  ['POST', '/v1/videos', { seconds: 4 }, 'generate', 'prompt'],
  ['POST', '/v1/videos', { prompt: 'x', webhook: { ulr: '' } }, 'generate', 'webhook.url'],
])('%s %s with %j: cannot %s, because of `%s`', async (method, path, body, wish, param) => {
  const key = path.startsWith('/admin') ? site.gateway.adminToken : site.key
  const url = path.replace('SCHEDULE', scheduleId)
  const response = await site.post(url, body, { method, key })
  expect(response.status).toBe(400)
  const { error } = (await response.json()) as { error: { message: string; param: string } }
  expect(error).toMatchObject({ code: 'invalid_request', param })
  // The field as it stands in the body that is at fault: a schedule's request is one of its own.
  const field = param.replace(/^request\./, '')
  expect(error.message.startsWith(`Cannot ${wish}: \`${field}\` `), error.message).toBe(true)
})
