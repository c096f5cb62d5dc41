import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startRelaySimulator, type RelaySimulator } from '../relaySimulator.ts'
import { createTaskClient } from './taskClient.ts'
import { taskKindIds } from './taskKind.ts'

let simulator: RelaySimulator
beforeEach(async () => {
  simulator = await startRelaySimulator({ progress: [], otherKeys: ['other-key'] })
})
afterEach(() => simulator.close())

describe('money', () => {
  test.each(taskKindIds)('%s: a task is billed when it is taken, under its kind', async (kind) => {
    const client = createTaskClient(simulator, kind)
    await client.create('a cat')
    await client.follow(5)
    expect(simulator.billed.map(({ prompt }) => prompt)).toEqual(['a cat'])
    const billed = taskKindIds.map((id) => simulator.billedOf(id).length)
    expect(billed).toEqual(taskKindIds.map((id) => (id === kind ? 1 : 0)))
  })

  test.each([
    ['', 0, 1],
    ['[failed:billed]', 1, 0],
  ])('a failure %s', async (more, billed, refunded) => {
    const client = createTaskClient(simulator, 'newapi')
    await client.create(`[fail:failed][fault:create-twice]${more} a cat`)
    expect(simulator.billed).toHaveLength(1)
    await client.follow(3)
    expect(simulator.billed).toHaveLength(billed)
    expect(simulator.billedAgain).toHaveLength(billed)
    expect(simulator.refunded).toHaveLength(refunded * 2)
  })

  test('failures are billed by a relay that is started so', async () => {
    const relay = await startRelaySimulator({ progress: [], failedTasks: 'billed' })
    const client = createTaskClient(relay, 'xai')
    await client.create('[fail:expired] a cat')
    expect((await client.follow(2)).at(-1)).toEqual({ status: 'expired' })
    expect(relay.billed).toHaveLength(1)
    await relay.close()
  })

  test('what was cancelled stays billed', async () => {
    const client = createTaskClient(simulator, 'videos')
    await client.create('a cat')
    await client.look({ method: 'DELETE' })
    expect(simulator.tasks.filter((task) => task.isCancelled)).toHaveLength(1)
    expect(simulator.billed).toHaveLength(1)
  })
})

describe('keys', () => {
  test.each(taskKindIds)('%s: another key of the relay does not find the task', async (kind) => {
    const client = createTaskClient(simulator, kind)
    await client.create('a cat')
    expect((await client.look({ key: 'other-key' })).status).toBe(404)
    expect((await client.look({ key: 'wrong-key' })).status).toBe(401)
    expect(simulator.tasks[0]?.looks).toBe(0)
    expect((await client.look()).status).toBe(200)
    expect(simulator.authorizationsAt(simulator.origin)).toEqual([
      `Bearer ${simulator.apiKey}`,
      'Bearer other-key',
      'Bearer wrong-key',
    ])
  })

  test('or does, at a relay whose tasks are for every key', async () => {
    const relay = await startRelaySimulator({ otherKeys: ['new-key'], tasksBelongTo: 'relay' })
    const client = createTaskClient(relay, 'videos')
    await client.create('a cat')
    expect((await client.look({ key: 'new-key' })).status).toBe(200)
    await relay.close()
  })

  test('two relays know nothing of one another', async () => {
    const other = await startRelaySimulator({ apiKey: 'its-key', progress: [] })
    const here = createTaskClient(simulator, 'videos')
    const there = createTaskClient(other, 'videos')
    await here.create('a cat')
    await there.create('a dog')
    expect((await there.call(`/videos/${simulator.tasks[0]?.id}`)).status).toBe(404)
    expect((await here.look({ key: 'its-key' })).status).toBe(401)
    expect(simulator.billed.map(({ prompt }) => prompt)).toEqual(['a cat'])
    expect(other.billed.map(({ prompt }) => prompt)).toEqual(['a dog'])
    await other.close()
  })
})

test('requests of every kind stand in one list, chat among them', async () => {
  for (const kind of taskKindIds) await createTaskClient(simulator, kind).create(`a cat of ${kind}`)
  const response = await fetch(`${simulator.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body: '{"stream":true,"messages":[{"role":"user","content":"a cat of chat"}]}',
  })
  await response.text()
  expect(simulator.requests.map(({ kind, prompt }) => [kind, prompt])).toEqual(
    [...taskKindIds, 'chat'].map((kind) => [kind, `a cat of ${kind}`]),
  )
  expect(simulator.billed).toHaveLength(5)
  expect(simulator.baseUrlOf('chat')).toBe(simulator.baseUrl)
})

test('reset forgets tasks, records and scenarios', async () => {
  const client = createTaskClient(simulator, 'videos')
  await client.create('a cat')
  simulator.reset()
  for (const list of [simulator.tasks, simulator.billed, simulator.requests]) {
    expect(list).toHaveLength(0)
  }
})
