// Analytics Engine as Cloudflare describes its answers; nothing here was asked there.

import { expect, test, vi } from 'vitest'
import { countEnds } from '../../worker/platform/analytics.ts'
import { toDataPoint } from '../../worker/report/metrics.ts'

const settings = { accountId: 'a'.repeat(32), token: 'analytics-token', dataset: 'reelay' }

async function ask(answer: () => Response | Promise<Response>) {
  const sent: { url: string; init: RequestInit }[] = []
  const counts = await countEnds(settings, async (url, init) => {
    sent.push({ url, init })
    return await answer()
  })
  return { counts, sent }
}

test('it reads rows, also where large numbers are text', async () => {
  const data = [
    { relay: 'default', code: 'completed', ends: '1200', p50: 61_000, p95: 240_000.5 },
    { relay: 'default', code: 'timeout', ends: 3, p50: 0, p95: 0 },
  ]
  const { counts, sent } = await ask(() => Response.json({ meta: [], data, rows: 2 }))
  expect(counts).toEqual([
    { relay: 'default', code: 'completed', count: 1200, p50Ms: 61_000, p95Ms: 240_000.5 },
    { relay: 'default', code: 'timeout', count: 3, p50Ms: 0, p95Ms: 0 },
  ])
  expect(sent.map(({ url }) => url)).toEqual([
    `https://api.cloudflare.com/client/v4/accounts/${settings.accountId}/analytics_engine/sql`,
  ])
  expect(new Headers(sent[0]?.init.headers).get('authorization')).toBe('Bearer analytics-token')
})

test('it asks for the columns that are written', async () => {
  const { sent } = await ask(() => Response.json({ data: [] }))
  const point = toDataPoint({
    what: 'generation ended',
    id: 'video_1',
    request: null,
    account: 'acme',
    model: 'sora-2',
    code: 'timeout',
    charge: 'possible',
    outcome: 'unknown',
    usd: 0.4,
    endedAt: 1,
    relay: 'the relay',
    attempts: 1,
    status: 200,
    queuedMs: 3,
    runningMs: 212_000,
    archivingMs: 5,
    bytes: null,
  })
  const query = String(sent[0]?.init.body)
  const column = (name: string) => Number(new RegExp(`blob(\\d+) AS ${name}`).exec(query)?.[1])
  expect(point?.blobs[column('relay') - 1]).toBe('the relay')
  expect(point?.blobs[column('code') - 1]).toBe('timeout')
  const ofTime = Number(/double(\d+), _sample_interval/.exec(query)?.[1])
  expect(point?.doubles[ofTime - 1]).toBe(212_000)
})

test.each([
  ['an error', 422, () => new Response('no such dataset', { status: 422 })],
  ['something else', 200, () => Response.json({ success: false })],
  ['no JSON', 200, () => new Response('<html>')],
  ['nothing', null, () => Promise.reject(new Error('lost'))],
])('after %s the accounts are asked, and the operator hears of it', async (_, status, answer) => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  expect((await ask(answer)).counts).toBeNull()
  expect(print).toHaveBeenCalledOnce()
  const line = { what: 'analytics not read', status }
  expect(JSON.parse(String(print.mock.calls[0]?.[0]))).toMatchObject(line)
  print.mockRestore()
})
