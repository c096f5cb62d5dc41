import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'
import { stateWords } from './stateWords.ts'
import { createTaskClient, type TaskClient } from './taskClient.ts'
import { taskKindIds, type TaskKindId } from './taskKind.ts'
import { arrange } from './taskScenario.ts'
import type { TaskState } from './life.ts'

let simulator: RelaySimulator
beforeAll(async () => {
  simulator = await startRelaySimulator({ progress: [25, 75] })
})
afterAll(() => simulator.close())
beforeEach(() => simulator.reset())

async function begin(prompt: string, kind: TaskKindId = 'videos'): Promise<TaskClient> {
  const client = createTaskClient(simulator, kind)
  await (await client.create(prompt)).text()
  return client
}

describe('states', () => {
  test.each([
    ['number', [0, 25, 75, 100]],
    ['percent', ['0%', '25%', '75%', '100%']],
    ['text', ['0', '25', '75', '100']],
    ['ratio', [0, 0.25, 0.75, 1]],
    ['ratio-text', ['0', '0.25', '0.75', '1']],
    ['none', [undefined, undefined, undefined, undefined]],
  ])('[progress:%s]', async (form, said) => {
    for (const kind of ['videos', 'xai'] as const) {
      const documents = await (await begin(`[progress:${form}] a cat`, kind)).follow()
      expect(documents.map((document) => Reflect.get(Object(document), 'progress'))).toEqual(said)
    }
  })

  test.each(stateWords.queued)('%s for a queued task, in every kind', async (word) => {
    await expectWord(word, 1)
  })
  test.each(stateWords.running)('%s for a running task, in every kind', async (word) => {
    await expectWord(word, 2)
  })
  test.each(stateWords.done)('%s for a finished task, in every kind', async (word) => {
    await expectWord(word, 4)
  })
  test.each(stateWords.failed)('%s for a failed task, in every kind', async (word) => {
    await expectWord(word, 4, '[fail:failed]')
  })
  test('expired for an expired task, in every kind', async () => {
    await expectWord('expired', 4, '[fail:expired]')
  })
  test('a word that nobody knows, for as long as it is not over', async () => {
    await expectWord('brewing', 1)
    await expectWord('brewing', 3)
    const documents = await (await begin('[words:brewing] a cat')).follow()
    expect(documents.at(-1)).toMatchObject({ status: 'completed' })
  })

  async function expectWord(word: string, look: number, more = ''): Promise<void> {
    for (const kind of taskKindIds) {
      const client = await begin(`[words:${word}]${more} a cat`, kind)
      const documents = await client.follow(look)
      expect(JSON.stringify(documents.at(-1))).toContain(`"status":"${word}"`)
    }
  }
})

describe('a life', () => {
  const stateOf = async (client: TaskClient) =>
    Reflect.get(Object(await (await client.look()).json()), 'status') as unknown

  test('of so many looks: a success may be late', async () => {
    const client = await begin('[looks:60] a cat')
    const documents = await client.follow(62)
    expect(documents.at(60)).toMatchObject({ status: 'in_progress' })
    expect(documents.at(61)).toMatchObject({ status: 'completed' })
    expect(simulator.tasks[0]?.looks).toBe(62)
  })

  test('by the clock', async () => {
    expect(await stateOf(await begin('[after:900000] a cat'))).toBe('queued')
    expect(await stateOf(await begin('[after:0] a cat'))).toBe('completed')
    const client = await begin('[after:1] a cat')
    await expect.poll(() => stateOf(client)).toBe('completed')
    const slow = await begin('[slow:1] a cat')
    await expect.poll(() => stateOf(slow)).toBe('completed')
  })

  test('by the clock for everything, as people watch it', async () => {
    const watched = await startRelaySimulator({ stepMs: 0, taskPace: 'time' })
    const client = createTaskClient(watched, 'videos')
    await client.create('a cat')
    await expect.poll(() => stateOf(client)).toBe('completed')
    await watched.close()
  })

  test('as a test holds it in its hand', async () => {
    let state: TaskState = { is: 'running', percent: 7 }
    simulator.queueTaskScenarios(arrange({ life: () => state }))
    const client = await begin('a cat')
    expect(await stateOf(client)).toBe('in_progress')
    expect(await stateOf(client)).toBe('in_progress')
    state = { is: 'over' }
    expect(await stateOf(client)).toBe('completed')
    // The queue is empty: the prompt counts again.
    expect(await stateOf(await begin('[fail:failed][looks:0] a cat'))).toBe('queued')
  })

  test('set for all, whatever the prompt', async () => {
    simulator.setTaskScenario(arrange({ fail: 'rate-limited', retryAfter: '3' }))
    for (const kind of taskKindIds) {
      const response = await createTaskClient(simulator, kind).create('[fail:quota] a cat')
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3'])
    }
  })
})

describe('endings', () => {
  const ending = async (fail: string, kind: TaskKindId, more = '') =>
    (await (await begin(`[fail:${fail}][looks:0]${more} a cat`, kind)).follow(2)).at(-1)
  const reason = 'The video could not be generated.'
  const code = 'generation_failed'

  test.each([
    ['videos', '', { status: 'failed', error: { code, message: reason } }],
    ['xai', '', { status: 'failed', error: { code, message: reason } }],
    ['newapi', '', { code: 'success', data: { status: 'FAILURE', fail_reason: reason } }],
    ['newapi', '[shape:vendor]', { data: { status: 'failed', error: { message: reason } } }],
    ['newapi', '[shape:flat]', { status: 'failed', error: { code: 500, message: reason } }],
    ['openrouter', '', { status: 'failed', error: `${code}: ${reason}` }],
  ] as const)('%s%s fails with a reason', async (kind, more, document) => {
    expect(await ending('failed', kind, more)).toMatchObject(document)
  })

  test.each([
    ['guardrail', 'content_policy_violation'],
    ['quota-late', 'insufficient_quota'],
    ['dead', '"dead"'],
    ['cancelled', '"cancelled"'],
    ['expired', '"expired"'],
  ])('[fail:%s] says %s', async (fail, words) => {
    expect(JSON.stringify(await ending(fail, 'videos'))).toContain(words)
  })

  test('failed without a reason', async () => {
    expect(await ending('failed-none', 'videos')).toMatchObject({ status: 'failed', error: null })
    expect(await ending('failed-none', 'openrouter')).not.toHaveProperty('error')
  })

  test.each([
    ['videos', { status: 'completed', error: { code: 'moderation_blocked' } }],
    ['xai', { status: 'done', video: { respect_moderation: false, url: expect.any(String) } }],
    ['newapi', { data: { status: 'SUCCESS', fail_reason: expect.stringContaining('blocked') } }],
    ['openrouter', { status: 'completed', error: expect.stringContaining('moderation_blocked') }],
  ] as const)('%s: done, and moderated', async (kind, document) => {
    expect(await ending('moderated', kind)).toMatchObject(document)
    expect(simulator.billedOf(kind)).toHaveLength(1)
  })

  test.each(taskKindIds)('%s: done, without a link or content', async (kind) => {
    const document = JSON.stringify(await ending('empty', kind))
    expect(document).toMatch(/"(completed|done|SUCCESS)"/)
    expect(document).not.toContain('http')
    const content = await createTaskClient(simulator, kind).call(
      `/videos/${simulator.tasks[0]?.id}/content`,
    )
    expect(content.status).toBe(400)
    expect(simulator.billedOf(kind)).toHaveLength(1)
  })
})

describe('faults', () => {
  test.each([
    ['poll-304', 304, ''],
    ['poll-401', 401, 'Invalid token'],
    ['poll-403', 403, 'Access denied'],
    ['poll-404', 404, 'Video not found'],
    ['poll-404-html', 404, '<title>'],
    ['poll-429', 429, 'too fast'],
    ['poll-500', 500, 'fail_to_fetch_task'],
    ['poll-502', 502, '<title>'],
    ['poll-503', 503, 'unavailable'],
    ['poll-html', 200, '<title>'],
    ['poll-wrapper-error', 200, 'fail_to_fetch_task'],
    ['poll-empty', 200, ''],
  ])('%s: twice, then as if nothing had been', async (id, status, words) => {
    for (const kind of taskKindIds) {
      const client = await begin(`[fault:${id}] a cat`, kind)
      for (const _ of [1, 2]) {
        const response = await client.look()
        expect(response.status).toBe(status)
        expect(await response.text()).toContain(words)
      }
      const later = await client.look()
      expect(later.status).toBe(200)
      expect(JSON.stringify(await later.json())).toMatch(/in_progress|pending|IN_PROGRESS/)
    }
  })

  test.each(['poll-429', 'poll-503'])('%s names a time, as often as it is told', async (id) => {
    const client = await begin(`[fault:${id}][times:3][retry-after:9] a cat`)
    for (const _ of [1, 2, 3]) {
      expect((await client.look()).headers.get('retry-after')).toBe('9')
    }
    expect((await client.look()).status).toBe(200)
  })

  test('poll-reset and poll-cut lose the connection, before and within the answer', async () => {
    const client = await begin('[fault:poll-reset][times:1] a cat')
    await expect(client.look()).rejects.toThrow('fetch failed')
    expect((await client.look()).status).toBe(200)
    const cut = await begin('[fault:poll-cut][times:1] a cat')
    await expect((await cut.look()).text()).rejects.toThrow('terminated')
    expect((await cut.look()).status).toBe(200)
  })

  test('poll-silence: no answer comes', async () => {
    await begin('[fault:poll-silence][times:1] a cat')
    const leave = new AbortController()
    const url = `${simulator.baseUrlOf('videos')}/videos/${simulator.tasks[0]?.id}`
    const headers = { authorization: `Bearer ${simulator.apiKey}` }
    const waiting = fetch(url, { headers, signal: leave.signal })
    await expect.poll(() => simulator.tasks[0]?.looks).toBe(1)
    leave.abort()
    await expect(waiting).rejects.toThrow('aborted')
    expect((await fetch(url, { headers })).status).toBe(200)
  })

  test.each([
    ['poll-unknown', 404],
    ['poll-unknown-400', 400],
    ['poll-gone', 410],
  ])('%s: for ever', async (id, status) => {
    const client = await begin(`[fault:${id}][errors:new-api] a cat`)
    for (let look = 0; look < 9; look++) {
      const response = await client.look()
      expect(response.status).toBe(status)
      expect(await response.json()).toEqual({
        code: 'task_not_exist',
        message: 'task_not_exist',
        data: null,
      })
    }
  })

  test('poll-202: all is as ever but the status', async () => {
    const response = await (await begin('[fault:poll-202] a cat')).look()
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ status: 'queued' })
  })

  test('two faults at once: each has its turn', async () => {
    const client = await begin('[fault:poll-500][times:1][fault:content-401] a cat')
    expect((await client.look()).status).toBe(500)
    await client.follow(3)
    expect((await client.call(`/videos/${simulator.tasks[0]?.id}/content`)).status).toBe(401)
  })
})
