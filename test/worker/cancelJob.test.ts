// A cancelled job: its relay is told by the one route its kind has for it, and what it answers settles
// the money and nothing else.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { VideoResource } from '../../shared/video/video.ts'
import type { Life } from '../relay/tasks/life.ts'
import type { TaskPlan } from '../relay/tasks/task.ts'
import { sendJson } from '../relay/tasks/taskAnswers.ts'
import { arrange } from '../relay/tasks/taskScenario.ts'
import { startMarketSite, type MarketSite } from './marketSite.ts'

let site: MarketSite
beforeAll(async () => {
  const relays = [
    { id: 'stops', kind: 'videos', more: { failed: 'free' } },
    { id: 'other', kind: 'xai' },
  ] as const
  site = await startMarketSite(relays, {
    MODELS: JSON.stringify(
      relays.map(({ id }) => ({ id, relay_model: 'sora-2', relays: [id], price_usd: 0.5 })),
    ),
  })
})
afterAll(() => site.close())

type Cancel = TaskPlan['cancel']

/** A job that runs for a minute, and how its relay answers a cancel. */
function arrangeAt(id: string, cancel: Cancel | null): void {
  site.relayOf(id).setTaskScenario((visit) => {
    const plan = arrange({ afterMs: 60_000 })(visit)
    return cancel === null ? plan : { ...plan, cancel }
  })
}
beforeEach(() => {
  for (const id of ['stops', 'other']) site.relayOf(id).reset()
})

async function call(path: string, body?: object): Promise<VideoResource> {
  const response = await site.gateway.fetch(path, site.key, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as VideoResource
}

/** Begun at its relay, then cancelled. */
async function cancelAt(model: string, prompt: string): Promise<string> {
  const { id } = await call('/v1/videos', { model, prompt })
  await expect.poll(() => site.relayOf(model).tasks[0]?.looks ?? 0).toBeGreaterThan(0)
  const cancelled = await call(`/v1/videos/${id}/cancel`, {})
  expect(cancelled).toMatchObject({ status: 'failed', error: { code: 'cancelled' } })
  return id
}

const cancelsAt = (id: string) => site.relayOf(id).tasks[0]?.cancels ?? 0
const chargeOf = async (id: string) => (await call(`/v1/videos/${id}`)).charge

test('is passed on; that it was deleted says nothing of its price', async () => {
  arrangeAt('stops', null)
  const id = await cancelAt('stops', 'deleted')
  await expect.poll(() => cancelsAt('stops')).toBe(1)
  const sent = site.relayOf('stops').requests.at(-1)
  expect(sent?.headers).toMatchObject({ authorization: 'Bearer key-of-stops' })
  expect(site.relayOf('stops').tasks[0]?.isCancelled).toBe(true)
  expect(await chargeOf(id)).toBe('possible')
})

test.each([
  ['cancelled', 'none'],
  ['completed', 'certain'],
] as const)(
  'an answer that it is %s settles the money, and ends as before',
  async (status, charge) => {
    arrangeAt('stops', () => sendJson(200, { id: 'job', object: 'video', status }))
    const id = await cancelAt('stops', `says ${status}`)
    await expect.poll(() => chargeOf(id)).toBe(charge)
    const cost = charge === 'none' ? 0 : 0.5
    await expect.poll(async () => (await call(`/v1/videos/${id}`)).cost_usd).toBe(cost)
    const video = await call(`/v1/videos/${id}`)
    expect(video).toMatchObject({ status: 'failed', error: { code: 'cancelled' } })
    expect(cancelsAt('stops')).toBe(1)
  },
)

test('a refusal is heard, and the doubt stays', async () => {
  const refusal = { status: 409, code: 'video_not_cancellable', message: 'It is under way.' }
  arrangeAt('stops', (_, { refuse }) => refuse(refusal))
  const id = await cancelAt('stops', 'refused')
  await expect.poll(() => cancelsAt('stops')).toBe(1)
  expect(await chargeOf(id)).toBe('possible')
})

test('a kind that offers none is not asked', async () => {
  arrangeAt('other', null)
  const id = await cancelAt('other', 'goes on')
  const methods = site.relayOf('other').requests.map(({ method }) => method)
  expect(new Set(methods)).toEqual(new Set(['POST', 'GET']))
  expect(await chargeOf(id)).toBe('possible')
})

test('the operator can have a doubtful one looked at now, and what is seen settles it', async () => {
  let isOver = false
  const life: Life = () => (isOver ? { is: 'over' } : { is: 'running', percent: 50 })
  site.relayOf('other').setTaskScenario(arrange({ life }))
  const id = await cancelAt('other', 'looked at again')
  const job = site.relayOf('other').tasks[0]
  const wake = async () => {
    const looks = job?.looks ?? 0
    const path = `/admin/videos/${id}/wake`
    const { status } = await site.gateway.fetch(path, site.gateway.adminToken, { method: 'POST' })
    expect(status).toBe(200)
    await expect.poll(() => job?.looks).toBe(looks + 1)
  }
  const nextLookAt = async () => {
    const answer = await site.gateway.fetch(`/admin/videos/${id}`, site.gateway.adminToken)
    return ((await answer.json()) as { next_look_at: number | null }).next_look_at
  }
  const planned = await nextLookAt()
  expect(planned).not.toBeNull()
  await wake()
  expect(await chargeOf(id)).toBe('possible')
  // None of the planned looks is taken away.
  await expect.poll(nextLookAt).toBe(planned)
  isOver = true
  await wake()
  await expect.poll(() => chargeOf(id)).toBe('certain')
  expect(site.relayOf('other').postsOf('looked at again')).toBe(1)
})
