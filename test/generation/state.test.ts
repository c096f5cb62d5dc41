// What a generation remembers, where the storage fails it: memory and rows must not part.

import { expect, test } from 'vitest'
import type { Sql } from '../../shared/ports.ts'
import { State } from '../../worker/generation/state.ts'
import { openSql } from '../objects/openSql.ts'
import { spec } from './spec.ts'

function createState(flush: Sql['flush'] = () => Promise.resolve()) {
  const state = new State({
    limits: { heartbeatMs: 30_000 },
    sql: { ...openSql(':memory:'), flush },
    alarm: { get: async () => null, set: () => undefined, clear: () => undefined },
    now: () => 1,
    erase: () => Promise.resolve(),
  })
  const begin = () =>
    state.create(() => {
      state.row.create(spec)
      state.append({ type: 'queued' })
    })
  return { state, begin }
}

function fail(): never {
  throw new Error('disk')
}

test('a first transaction that fails leaves nothing, and the next one begins anew', () => {
  const { state, begin } = createState()
  expect(() =>
    state.create(() => {
      state.row.create(spec)
      state.append({ type: 'queued' })
      fail()
    }),
  ).toThrow('disk')
  expect(state.log).toBeNull()
  begin()
  expect(state.row.owner?.account).toBe('acct')
  expect(state.log?.readTo(9).map(({ offset }) => offset)).toEqual([1])
})

test('a later transaction that fails takes its events and its row back', async () => {
  const { state, begin } = createState()
  begin()
  await state.announce()
  expect(() =>
    state.transaction(() => {
      state.row.setLink('https://cdn.example/a.mp4')
      expect(state.row.evidence.link).toBe('https://cdn.example/a.mp4')
      state.append({ type: 'started', attempt: 1 })
      state.append({ type: 'progress', progress: 50 })
      fail()
    }),
  ).toThrow('disk')
  expect(state.row.evidence.link).toBeNull()
  expect(state.video.progress).toBe(0)
  state.append({ type: 'progress', progress: 7 })
  await state.announce()
  expect(state.log?.read(0).map(({ offset, event }) => [offset, event.type])).toEqual([
    [1, 'queued'],
    [2, 'progress'],
  ])
})

test('an end whose way to the disk failed is announced by the next one who tries', async () => {
  let isBroken = true
  const { state, begin } = createState(() =>
    isBroken ? Promise.reject(new Error('disk')) : Promise.resolve(),
  )
  begin()
  await expect(Promise.all([state.announce(), state.announce()])).rejects.toThrow('disk')
  expect(state.log?.end).toBe(0)
  isBroken = false
  await state.announce()
  expect(state.log?.end).toBe(1)
})

test('further videos of an answer are kept with it, and a video that came as bytes outlives a failed store', () => {
  const { state, begin } = createState()
  begin()
  const bytes = Uint8Array.of(1, 2, 3)
  const others = ['https://cdn.example/2.mp4', 'data:video/mp4;base64,AAAA']
  state.transaction(() => {
    state.row.attachments.add({ sha256: 'ab', bytes, mediaType: 'video/mp4' })
    state.beginArchive({ url: 'data:video/mp4;sha256,ab', others })
  })
  expect(state.row.others).toEqual(['https://cdn.example/2.mp4'])
  const failure = {
    code: 'storage_failed',
    message: '',
    charge: 'certain',
    outcome: 'known',
  } as const
  state.transaction(() => state.fail(failure))
  expect([...state.row.attachments.bytesOf('ab')]).toEqual([bytes])
  state.transaction(() => state.beginArchive({ url: 'data:video/mp4;sha256,ab' }))
  expect(state.row.others).toHaveLength(1)
  state.transaction(() => state.complete({ bytes: 3, sha256: 'ab', type: 'video/webm' }))
  expect(() => [...state.row.attachments.bytesOf('ab')]).toThrow('no such table')
  expect(state.video.asset?.type).toBe('video/webm')
})
