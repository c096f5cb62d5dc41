// A relay that repeats itself without end fills no log: a few hundred rows, read as one answer.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningGateway } from '../gateway/startGateway.ts'
import { startGateway } from '../gateway/startGateway.ts'
import { readLog } from '../worker/readEvents.ts'
import { startHostileRelay, type HostileRelay } from './hostileRelay.ts'

const MiB = 1024 * 1024

/** About as many characters, `piece(0)` to `piece(n)`, in chunks of some kilobytes. */
function repeat(piece: (n: number) => string, length: number): string {
  const chunks: string[] = []
  let size = 0
  let content = ''
  for (let n = 0; size < length; n += 1) {
    content += piece(n)
    if (content.length < 4096) continue
    size += content.length
    chunks.push(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
    content = ''
  }
  return `${chunks.join('')}data: [DONE]\n\n`
}

const answers = {
  'steps of progress': repeat((n) => (n === 0 ? '进度 0.. ' : `${(n / 4_000).toFixed(5)}.. `), MiB),
  'labelled progress': repeat((n) => `progress: ${n % 100}%\nretrying\n`, MiB),
  previews: repeat((n) => `![](/${n}.png)`, MiB),
  'tasks that take turns': repeat((n) => `task id: task_0123456789${n}\n`, MiB / 4),
}

let relay: HostileRelay
let gateway: RunningGateway
beforeAll(async () => {
  relay = await startHostileRelay((prompt) => ({
    status: 200,
    body: answers[prompt as keyof typeof answers],
    type: 'text/event-stream',
  }))
  gateway = await startGateway({ vars: relay.vars })
})
afterAll(async () => {
  await gateway.close()
  relay.close()
})

test.each(Object.keys(answers))('%s without end', async (prompt) => {
  const { key } = await gateway.createKey()
  const response = await gateway.fetch('/v1/videos', key, {
    method: 'POST',
    headers: { prefer: 'wait=3' },
    body: JSON.stringify({ prompt }),
  })
  const { id } = (await response.json()) as { id: string }
  await gateway.fetch(`/v1/videos/${id}/cancel`, key, { method: 'POST' })
  const log = await readLog(await gateway.fetch(`/v1/videos/${id}/events`, key))
  expect(log.at(-1)?.type).toBe('failed')
  expect(log.filter(({ type }) => type === 'progress').length).toBeLessThanOrEqual(1_000)
  expect(log.filter(({ type }) => type === 'preview').length).toBeLessThanOrEqual(16)
  expect(log.length).toBeLessThanOrEqual(1_100)
})
