// At three in the morning: each end of a generation is one line in the log, which says what it was,
// what it cost and where the time went; and one id leads from a caller's answer to the relay's log.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EndReport, Report } from '../../worker/report/report.ts'
import { answer } from '../relay/script.ts'
import { startReceiver } from './startReceiver.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'

const lines: string[] = []

let site: Site
beforeAll(async () => {
  site = await startSite({
    vars: { RELAY_RETRIES: '1', ARCHIVE_MS: '2000' },
    onLog: (line) => lines.push(line),
  })
})
afterAll(() => site.close())
beforeEach(() => {
  lines.length = 0
  site.relay.reset()
})

const toReport = (line: string) => JSON.parse(line) as Report

function linesOf(id: string): Report[] {
  return lines.filter((line) => line.startsWith('{') && line.includes(id)).map(toReport)
}

/** Each of them, once the account knows of it. */
async function endsOf(id: string, count = 1): Promise<EndReport[]> {
  const ends = () => linesOf(id).filter((line) => line.what === 'generation ended')
  await expect.poll(() => ends().length).toBeGreaterThanOrEqual(count)
  return ends()
}

const common = () => ({
  what: 'generation ended',
  request: expect.stringMatching(/^req_[0-9A-Za-z]{22}$/),
  account: site.account,
  model: 'sora-2',
  relay: 'default',
  usd: 0.4,
  queuedMs: expect.any(Number),
  runningMs: expect.any(Number),
  archivingMs: expect.any(Number),
  endedAt: expect.any(Number),
})

test('completed', async () => {
  const { id, headers, video } = await submitVideo(site, 'a quiet harbour')
  const content = await site.get(`/v1/videos/${id}/content`)
  const bytes = (await content.arrayBuffer()).byteLength
  expect(await endsOf(id)).toEqual([
    {
      ...common(),
      id,
      request: headers.get('x-request-id'),
      code: null,
      charge: 'certain',
      outcome: 'known',
      attempts: 1,
      bytes,
      status: 200,
    },
  ])
  expect(video?.status).toBe('completed')
})

test('failed after a retry', async () => {
  const { id } = await submitVideo(site, '[fault:429-ms] a kite')
  expect(await endsOf(id)).toEqual([
    {
      ...common(),
      id,
      code: 'rate_limited',
      charge: 'none',
      outcome: 'known',
      attempts: 2,
      bytes: null,
      status: 429,
    },
  ])
  expect(linesOf(id).map(({ what }) => what)).toEqual([
    'attempt ended',
    'retry planned',
    'attempt ended',
    'generation ended',
  ])
})

test('cancelled', async () => {
  const { id } = await startVideo(site, '[slow:400] a slow river')
  await expect.poll(() => site.relay.postsOf('[slow:400] a slow river')).toBe(1)
  await site.post(`/v1/videos/${id}/cancel`, {})
  expect(await endsOf(id)).toMatchObject([
    { ...common(), id, code: 'cancelled', charge: 'possible', attempts: 1, status: null },
  ])
})

test('a failed download tells each try, and a second end is told, too', async () => {
  site.relay.setDownload(() => answer(500, 'text/plain', 'no file'))
  const { id } = await submitVideo(site, 'a lost boat')
  const [first] = await endsOf(id)
  expect(first).toMatchObject({ code: 'download_failed', charge: 'certain', bytes: null })
  const tries = linesOf(id).filter((line) => line.what === 'archive failed')
  expect(tries.at(0)).toMatchObject({ request: first?.request, code: 'download_failed', tries: 1 })
  expect(tries.at(-1)).toMatchObject({ waitMs: null })

  site.relay.reset()
  await site.post(`/v1/videos/${id}/archive`, {})
  const ends = await endsOf(id, 2)
  expect(ends).toMatchObject([first, { id, code: null, charge: 'certain', attempts: 1 }])
  expect(ends[1]?.endedAt).toBeGreaterThan(first?.endedAt ?? Infinity)
})

test('asked for again after its end, it is not told again', async () => {
  const prompt = '[fail:guardrail] a wall'
  const { id } = await submitVideo(site, prompt, { headers: { 'idempotency-key': 'wall' } })
  await endsOf(id)
  await submitVideo(site, 'a quiet harbour')
  await submitVideo(site, prompt, { headers: { 'idempotency-key': 'wall' } })
  expect(await endsOf(id)).toHaveLength(1)
})

test('one request id stands in the answer, in every line, at the relay and before the operator', async () => {
  const { id, headers } = await submitVideo(site, '[fault:429-ms] a red balloon')
  const request = headers.get('x-request-id')
  await endsOf(id)
  expect(linesOf(id)).toHaveLength(4)
  for (const line of linesOf(id)) expect(line).toMatchObject({ request })
  const posts = site.relay.requests.filter(({ method }) => method === 'POST')
  expect(posts.map((post) => post.headers['x-request-id'])).toEqual([request, request])
  const admin = await site.get(`/admin/videos/${id}`, { key: site.gateway.adminToken })
  expect(await admin.json()).toMatchObject({ id, request_id: request })
})

test('who joins gets a request id of their own, and the relay has the first', async () => {
  const first = await startVideo(site, '[slow:50] two at once')
  const second = await submitVideo(site, '[slow:50] two at once')
  expect(second.id).toBe(first.id)
  const [end] = await endsOf(first.id)
  expect(end?.request).toBe(first.headers.get('x-request-id'))
  expect(second.headers.get('x-request-id')).not.toBe(end?.request)
})

test('an x-request-id among the configured headers wins, and no answer tells one of a caller', async () => {
  const other = await startSite({
    vars: { RELAY_HEADERS: '{"X-Request-Id":"fixed"}' },
    onLog: () => undefined,
  })
  try {
    const { id, headers } = await submitVideo(other, 'a fixed star', {
      headers: { 'x-request-id': 'mine' },
    })
    expect(headers.get('x-request-id')).toMatch(/^req_/)
    expect(other.relay.requests.map((post) => post.headers['x-request-id'])).toEqual(['fixed'])
    const video = await (await other.get(`/v1/videos/${id}`)).text()
    expect(video).not.toContain(headers.get('x-request-id'))
  } finally {
    await other.close()
  }
})

test('no line holds a prompt, what the relay said, or an address', async () => {
  const receiver = await startReceiver()
  receiver.queue({ status: 410 })
  const other = await startSite({ everyHost: false, onLog: (line) => lines.push(line) })
  try {
    const endpoint = await other.post('/v1/webhook_endpoints', {
      name: 'gone',
      url: `${receiver.origin}/hook`,
      event_types: ['video.completed', 'video.failed'],
    })
    const { id: endpointId } = (await endpoint.json()) as { id: string }
    for (const directive of ['[fault:429-ms]', '[fail:guardrail]']) {
      const { id } = await submitVideo(other, `${directive} an unspeakable canary`)
      await endsOf(id)
    }
    const told = () => lines.filter((line) => line.startsWith('{')).map(toReport)
    const disabled = () => told().filter(({ what }) => what === 'endpoint disabled')
    await expect.poll(disabled).toMatchObject([{ id: endpointId, account: other.account }])
    const whats = ['retry planned', 'webhook given up', 'generation ended'] as const
    expect(told().map(({ what }) => what)).toEqual(expect.arrayContaining([...whats]))
    expect(lines.join('')).not.toMatch(/canary|guardrail|https?:|signature/)
  } finally {
    await other.close()
    await receiver.close()
  }
})

test('a relay that refuses the gateway’s key suspends the account, once', async () => {
  const other = await startSite({ onLog: (line) => lines.push(line) })
  try {
    other.relay.setScenario(() => answer(401, 'application/json', '{"error":{"message":"no"}}'))
    const { id } = await submitVideo(other, 'a locked door')
    await endsOf(id)
    const suspended = lines.filter((line) => line.includes('"relay suspended"')).map(toReport)
    expect(suspended).toEqual([
      { what: 'relay suspended', id: other.account, relay: 'default', code: 'auth', ms: 30_000 },
    ])
  } finally {
    await other.close()
  }
})
