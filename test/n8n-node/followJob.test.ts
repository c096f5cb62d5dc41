// Following a job in virtual time: what takes minutes at a relay, and what a kind may offer that no
// relay of today does.

import { expect, test } from 'vitest'

import { cancelJob, followJob } from '../../n8n-node/nodes/Reelay/followJob.ts'
import { LimitReached } from '../../shared/limits.ts'
import { kinds } from '../../shared/relay/kinds.ts'
import type { RelayKind } from '../../shared/relay/relay.ts'
import { createScriptedTransport, type ScriptedAnswer } from '../shared/scriptedTransport.ts'
import { createVirtualClock } from '../shared/virtualClock.ts'

const unknownTask = {
  status: 404,
  body: ['{"error":{"code":"task_not_exist","message":"task_not_exist"}}'],
}
const running = { body: ['{"id":"video_1","status":"in_progress","progress":40}'] }
const done = {
  body: ['{"id":"video_1","status":"completed","video_url":"https://cdn.example/a.mp4"}'],
}

function start(script: readonly (ScriptedAnswer | 'REFUSE')[], kind: RelayKind = kinds.videos) {
  const clock = createVirtualClock()
  const transport = createScriptedTransport(clock.sleep, script)
  const startedAt = clock.now()
  const job = {
    kind,
    task: { id: 'video_1', poll: null },
    since: startedAt,
    options: { baseUrl: 'https://relay.example/v1' },
  }
  const ports = { clock, transport }
  const stop = new AbortController()
  const follow = (totalMs = 1_800_000) =>
    clock.run(
      followJob(ports, job, {
        pollMs: 3_000,
        firstMs: 3_000,
        totalMs,
        stop: stop.signal,
        onRunning: () => undefined,
      }),
    )
  return { clock, transport, ports, job, follow, stop, age: () => clock.now() - startedAt }
}

test('a job that the relay knows no longer is given up after two minutes, in doubt', async () => {
  const { follow, transport, age } = start(Array.from({ length: 30 }, () => unknownTask))
  expect(await follow()).toMatchObject({
    is: 'failed',
    failure: { code: 'upstream_error', charge: 'possible', outcome: 'unknown' },
  })
  expect(age()).toBeGreaterThanOrEqual(120_000)
  expect(transport.requests.length).toBeGreaterThanOrEqual(5)
})

test('anything else it says in between keeps the job', async () => {
  const looks = [1, 2, 3, 4].flatMap(() => [
    unknownTask,
    unknownTask,
    unknownTask,
    unknownTask,
    running,
  ])
  const { follow } = start([...looks, done])
  expect(await follow()).toMatchObject({ is: 'video', url: 'https://cdn.example/a.mp4' })
})

test('a relay that asks for time is given it', async () => {
  const busy = { status: 429, headers: { 'retry-after': '60' } }
  const { follow, age } = start(['REFUSE', busy, done])
  await follow()
  expect(age()).toBe(3_000 + 3_000 + 60_000)
})

test('a look that is not answered is given up after half a minute, and is no news', async () => {
  const { follow, age } = start([{ body: [{ silentMs: 600_000 }] }, done])
  expect(await follow()).toMatchObject({ is: 'video' })
  expect(age()).toBeLessThan(60_000)
})

test('the total limit and Stop end the looks, not the job', async () => {
  const endless = Array.from({ length: 100 }, () => running)
  await expect(start(endless).follow(60_000)).rejects.toBeInstanceOf(LimitReached)
  const { follow, stop, clock, transport } = start(endless)
  const stopping = clock.sleep(10_000).then(() => stop.abort(new Error('stopped')))
  await expect(follow()).rejects.toThrow('stopped')
  await stopping
  expect(transport.requests).toHaveLength(3)
})

test('a job is cancelled where its kind can say so, once', async () => {
  const kind: RelayKind = {
    ...kinds.videos,
    cancel: () => ({
      method: 'DELETE',
      path: '/videos/video_1',
      accept: 'application/json',
      body: null,
    }),
  }
  const heard = start([{ status: 200 }], kind)
  expect(await heard.clock.run(cancelJob(heard.ports, heard.job))).toBe(true)
  expect(heard.transport.requests).toMatchObject([
    { method: 'DELETE', url: 'https://relay.example/v1/videos/video_1' },
  ])
  for (const answer of [{ status: 404 }, 'REFUSE'] as const) {
    const unheard = start([answer], kind)
    expect(await unheard.clock.run(cancelJob(unheard.ports, unheard.job))).toBe(false)
  }
  const none = start([], kinds.xai)
  expect(await none.clock.run(cancelJob(none.ports, none.job))).toBe(false)
  expect(none.transport.requests).toEqual([])
})
