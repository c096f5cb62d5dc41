// Nothing is hidden from the operator: every attempt leaves one line in the log, and /admin/videos
// says why a video failed, without what was asked for.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AttemptReport } from '../../worker/report/report.ts'
import type { Site } from './startSite.ts'
import { startSite } from './startSite.ts'
import { startVideo, submitVideo } from './submitVideo.ts'
import { mistype } from './mistype.ts'

const lines: string[] = []

let site: Site
beforeAll(async () => {
  site = await startSite({
    vars: { RELAY_BREAKER: 'off', RELAY_RETRIES: '1' },
    onLog: (line) => lines.push(line),
  })
})
afterAll(() => site.close())
beforeEach(() => {
  lines.length = 0
  site.relay.reset()
})

function attemptsOf(id: string): AttemptReport[] {
  return lines
    .filter((line) => line.includes('"what":"attempt ended"') && line.includes(id))
    .map((line) => JSON.parse(line) as AttemptReport)
}

async function lookInto(path: string): Promise<{ status: number; json: AdminVideo }> {
  const response = await site.get(path, { key: site.gateway.adminToken })
  return { status: response.status, json: (await response.json()) as AdminVideo }
}

interface AdminVideo {
  readonly id: string
  readonly status: string
  readonly message: string | null
  readonly relay_text: string
  readonly attempts: readonly { attempt: number; ended_at: number | null; code: string | null }[]
  readonly data: readonly AdminVideo[]
}

test('an attempt that brought a link leaves one line', async () => {
  const { id } = await submitVideo(site, 'a quiet harbour')
  const [line, ...others] = attemptsOf(id)
  expect(others).toEqual([])
  expect(line).toEqual({
    what: 'attempt ended',
    id,
    request: expect.stringMatching(/^req_/),
    attempt: 1,
    relay: 'default',
    code: null,
    status: 200,
    ms: expect.any(Number),
    frames: expect.any(Number),
    charge: 'certain',
    outcome: 'known',
  })
  expect(line?.frames).toBeGreaterThan(1)
})

test('a refused attempt and the one after it leave a line each, and the operator sees both', async () => {
  const { id } = await submitVideo(site, '[fault:429-ms] a kite')
  expect(
    attemptsOf(id).map(({ attempt, code, status, charge }) => ({ attempt, code, status, charge })),
  ).toEqual([
    { attempt: 1, code: 'rate_limited', status: 429, charge: 'none' },
    { attempt: 2, code: 'rate_limited', status: 429, charge: 'none' },
  ])
  const { json } = await lookInto(`/admin/videos/${id}`)
  expect(json.attempts).toMatchObject([
    { attempt: 1, ended_at: expect.any(Number), code: 'rate_limited' },
    { attempt: 2, ended_at: expect.any(Number), code: 'rate_limited' },
  ])
})

test('the operator reads the message and the last words of the relay, and never the prompt', async () => {
  const prompt = 'a lighthouse that nobody may read about'
  const { id } = await submitVideo(site, `[fail:guardrail] ${prompt}`)
  const one = await lookInto(`/admin/videos/${id}`)
  expect(one.json).toMatchObject({
    id,
    status: 'failed',
    message: expect.stringContaining('guardrails'),
    relay_text: expect.stringContaining('guardrails'),
    attempts: [{ attempt: 1, code: 'content_policy' }],
  })
  const { json } = await lookInto(`/admin/videos?account=${site.account}`)
  expect(json.data.find((row) => row.id === id)).toEqual(one.json)
  expect(JSON.stringify(json) + lines.join('')).not.toContain('lighthouse')
})

test('what the relay quotes of the prompt is not shown', async () => {
  const prompt = 'a very long walk along the shore'
  const { id } = await submitVideo(site, `${prompt} [fail:text]`)
  site.relay.reset()
  const { json } = await lookInto(`/admin/videos/${id}`)
  expect(json.relay_text).toContain('poem about the sea')
  expect(json.relay_text).not.toContain(prompt)
})

test('a cancelled attempt says so, and one that runs is listed as running', async () => {
  const { id } = await startVideo(site, '[slow:400] a slow river')
  await expect.poll(() => site.relay.postsOf('[slow:400] a slow river')).toBe(1)
  const { json } = await lookInto('/admin/videos?status=running')
  expect(json.data).toMatchObject([{ id, attempts: [{ attempt: 1, ended_at: null, code: null }] }])
  await site.post(`/v1/videos/${id}/cancel`, {})
  await expect
    .poll(() => attemptsOf(id))
    .toMatchObject([{ attempt: 1, code: 'cancelled', charge: 'possible', outcome: 'known' }])
})

test('an id that is none of ours is not found', async () => {
  expect((await lookInto('/admin/videos/video_0')).status).toBe(404)
  const { id } = await submitVideo(site, 'a pond')
  expect((await lookInto(`/admin/videos/${mistype(id)}`)).status).toBe(404)
})
