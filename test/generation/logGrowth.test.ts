// However much a relay says, a log stays short, and waking reads little of it.

import { describe, expect, test } from 'vitest'
import type { Sql } from '../../shared/ports.ts'
import type { GenerationEvent } from '../../shared/video/events.ts'
import { fold } from '../../shared/video/video.ts'
import { readLog } from '../../worker/generation/log.ts'
import { State } from '../../worker/generation/state.ts'
import { openSql } from '../objects/openSql.ts'
import { spec } from './spec.ts'

/** Counts what is read, so that no clock has to be believed. */
function createHost() {
  const opened = openSql(':memory:')
  const host = { now: 0, rows: 0, statements: 0 }
  const exec: Sql['exec'] = (query, ...bindings) => {
    const rows = opened.exec(query, ...bindings)
    host.rows += rows.length
    host.statements += 1
    return rows as never
  }
  const sql = { ...opened, exec }
  const open = () =>
    new State({
      limits: { heartbeatMs: 30_000 },
      sql,
      alarm: { get: async () => null, set: () => undefined, clear: () => undefined },
      now: () => host.now,
      erase: () => Promise.resolve(),
    })
  const state = open()
  state.create(() => {
    state.row.create(spec)
    state.append({ type: 'queued' })
    state.append({ type: 'started', attempt: 1 })
  })
  return { host, sql, state, open }
}

const failure = {
  code: 'upstream_error',
  message: '',
  charge: 'possible',
  outcome: 'known',
} as const

const listOf = (sql: Sql, type: GenerationEvent['type']) =>
  [...readLog(sql)].flatMap(({ event }) => (event.type === type ? [event] : []))

test('a million and a half sentences of progress are at most a thousand rows, and waking reads few', () => {
  const { host, sql, state, open } = createHost()
  for (let n = 1; n <= 1_500_000; n += 1) {
    // An hour of them.
    host.now += 2.4
    state.append({ type: 'progress', progress: n / 16_000 })
  }
  state.fail(failure)
  expect(listOf(sql, 'progress').length).toBeGreaterThan(500)
  expect(state.log?.readTo(9_999).length).toBeLessThanOrEqual(1_000)

  Object.assign(host, { rows: 0, statements: 0 })
  const woken = open()
  expect(woken.video).toEqual(state.video)
  expect(woken.video).toEqual(fold(readLog(sql)))
  expect(host.statements).toBeLessThan(20)
  expect(host.rows).toBeLessThan(2_500)
})

describe('progress', () => {
  test('is a row when it is a percent further or a second later, and before any other event', () => {
    const { host, sql, state } = createHost()
    const say = (progress: number, at: number) => {
      host.now = at
      state.append({ type: 'progress', progress })
    }
    say(10, 0)
    say(10.4, 100)
    say(10.9, 999)
    say(11, 999)
    say(11.2, 1_500)
    say(11.3, 1_999)
    state.append({ type: 'preview', url: 'https://cdn.example/p.webp' })
    say(11.4, 2_100)
    say(11.5, 2_999)
    expect(listOf(sql, 'progress')).toEqual(
      [10, 11, 11.3, 11.5].map((progress) => ({ type: 'progress', progress })),
    )
  })

  test('that falls because another attempt began is told at once', () => {
    const { sql, state } = createHost()
    state.append({ type: 'progress', progress: 60 })
    state.append({ type: 'progress', progress: 60.5 })
    state.append({ type: 'started', attempt: 2 })
    state.append({ type: 'progress', progress: 60.7 })
    const told = listOf(sql, 'progress').map((event) => 'progress' in event && event.progress)
    expect(told).toEqual([60, 60.5, 60.7])
  })
})

test('whatever else is repeated has an end, and a terminal event is always written', () => {
  const { sql, state, open } = createHost()
  for (let n = 0; n < 10_000; n += 1) {
    state.append({ type: 'preview', url: `https://cdn.example/${n}.webp` })
    state.append({ type: 'progress', progress: n % 100 })
    state.append({ type: 'phase', phase: n % 2 === 0 ? 'queued' : 'running' })
  }
  expect(listOf(sql, 'preview')).toHaveLength(16)
  expect(listOf(sql, 'progress').length).toBeLessThanOrEqual(1_000)
  expect(state.log?.readTo(99_999)).toHaveLength(5_000)
  expect(state.isFull).toBe(true)
  state.fail(failure)
  expect(open().video).toEqual({ ...fold(readLog(sql)) })
  expect(open().video.status).toBe('failed')
})

test('a woken object counts on', () => {
  const { sql, state, open } = createHost()
  for (let n = 0; n < 15; n += 1) state.append({ type: 'preview', url: `https://cdn.example/${n}` })
  const woken = open()
  woken.append({ type: 'preview', url: 'https://cdn.example/a' })
  woken.append({ type: 'preview', url: 'https://cdn.example/b' })
  expect(listOf(sql, 'preview')).toHaveLength(16)
})

test('a log of an older release, without folds, wakes as the same video', () => {
  const { sql, state, open } = createHost()
  for (let n = 0; n < 600; n += 1)
    state.append({ type: 'phase', phase: n % 2 ? 'queued' : 'running' })
  state.append({ type: 'progress', progress: 42 })
  state.append({ type: 'archiving' })
  const expected = fold(readLog(sql))
  expect(open().video).toEqual(expected)
  sql.exec('UPDATE log SET folded = NULL')
  expect(open().video).toEqual(expected)
  // An older release writes on behind a fold that it does not know.
  sql.exec(
    'INSERT INTO log (offset, at, event) VALUES (900, 5, \'{"type":"progress","progress":77}\')',
  )
  expect(open().video).toEqual(fold(readLog(sql)))
})
