// What a generation remembers, where the storage fails it: memory and rows must not part.

import { expect, test } from 'vitest'
import type { Sql } from '../../shared/ports.ts'
import type { GenerationSpec } from '../../worker/generation/row.ts'
import { Memory } from '../../worker/generation/state.ts'
import { openSql } from '../openSql.ts'

const spec: GenerationSpec = {
  account: 'acct',
  identity: {
    id: 'video_1',
    model: 'sora-2',
    prompt: 'A kite',
    size: '1280x720',
    seconds: '10',
    remixedFrom: null,
    metadata: {},
    createdAt: 1,
  },
  request: { body: {} } as GenerationSpec['request'],
}

function createMemory(flush: Sql['flush'] = () => Promise.resolve()) {
  const memory = new Memory({
    sql: { ...openSql(':memory:'), flush },
    alarm: { set: () => undefined, clear: () => undefined },
    now: () => 1,
    erase: () => Promise.resolve(),
  })
  const begin = () =>
    memory.create(() => {
      memory.record.create(spec)
      memory.append({ type: 'queued' })
    })
  return { memory, begin }
}

function fail(): never {
  throw new Error('disk')
}

test('a first transaction that fails leaves nothing, and the next one begins anew', () => {
  const { memory, begin } = createMemory()
  expect(() =>
    memory.create(() => {
      memory.record.create(spec)
      memory.append({ type: 'queued' })
      fail()
    }),
  ).toThrow('disk')
  expect(memory.log).toBeNull()
  begin()
  expect(memory.record.owner?.account).toBe('acct')
  expect(memory.log?.readTo(9).map(({ offset }) => offset)).toEqual([1])
})

test('a later transaction that fails takes its events and its row back', async () => {
  const { memory, begin } = createMemory()
  begin()
  await memory.announce()
  expect(() =>
    memory.transaction(() => {
      memory.record.setLink('https://cdn.example/a.mp4')
      expect(memory.record.evidence.link).toBe('https://cdn.example/a.mp4')
      memory.append({ type: 'started', attempt: 1 })
      memory.append({ type: 'progress', progress: 50 })
      fail()
    }),
  ).toThrow('disk')
  expect(memory.record.evidence.link).toBeNull()
  expect(memory.state.progress).toBe(0)
  memory.append({ type: 'progress', progress: 7 })
  await memory.announce()
  expect(memory.log?.read(0).map(({ offset, event }) => [offset, event.type])).toEqual([
    [1, 'queued'],
    [2, 'progress'],
  ])
})

test('an end whose way to the disk failed is announced by the next one who tries', async () => {
  let isBroken = true
  const { memory, begin } = createMemory(() =>
    isBroken ? Promise.reject(new Error('disk')) : Promise.resolve(),
  )
  begin()
  await expect(Promise.all([memory.announce(), memory.announce()])).rejects.toThrow('disk')
  expect(memory.log?.end).toBe(0)
  isBroken = false
  await memory.announce()
  expect(memory.log?.end).toBe(1)
})
