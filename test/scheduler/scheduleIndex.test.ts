// The index beside the accounts' own schedulers, all of them the real classes over one virtual clock: what
// a greedy tenant costs another one, and what is handed over from the object that 0.1 had for everybody.

import { describe, expect, test } from 'vitest'
import { nextSlot } from '../../worker/scheduler/cron.ts'
import type { NewSchedule } from '../../worker/scheduler/schedules.ts'
import { Schedules } from '../../worker/scheduler/schedules.ts'
import { MINUTE, toIso } from './timetable.ts'
import type { Answer } from './tenants.ts'
import { Tenants } from './tenants.ts'

const START = Date.parse('2026-11-23T08:59:30Z')
const spent: Answer = { after: 700, result: { kind: 'refused', reason: 'No money.' } }
const busy: Answer = {
  after: 700,
  result: { kind: 'later', reason: 'The relay is busy.', retryAfterMs: null },
}

function toSchedule(account: string, id: string, more: Partial<NewSchedule> = {}): NewSchedule {
  const time = { cron: '* * * * *', timezone: 'UTC' }
  return {
    id,
    account,
    keyId: 'key_1',
    name: id,
    ...time,
    request: { prompt: 'a kite' },
    paused: false,
    nextAt: nextSlot(time, START),
    createdAt: START,
    ...more,
  }
}

describe('a tenant with a thousand schedules', () => {
  test.each([
    ['whose budget is spent', 'their alarms ring', spent, true],
    ['whose relay is busy', 'their alarms ring', busy, true],
    ['whose budget is spent', 'all alarms are overslept', spent, false],
    ['whose relay is busy', 'all alarms are overslept', busy, false],
  ])('%s costs another none of its slots: %s', async (_, __, answer, rings) => {
    const tenants = new Tenants(START, { rings })
    tenants.answers = (account) =>
      account === 'greedy'
        ? answer
        : { after: 10, result: { kind: 'started', videoId: 'video_modest' } }
    for (let n = 0; n < 1_000; n++) await tenants.add(toSchedule('greedy', `sched_${n}`))
    await tenants.add(toSchedule('modest', 'sched_modest'))
    const minutes = 4
    for (let at = Date.parse('2026-11-23T09:00Z'); minutes > (at - START) / MINUTE; at += MINUTE) {
      await tenants.runUntil(at)
      await tenants.tick(at)
    }
    await tenants.runUntil(START + minutes * MINUTE)
    const modest = tenants.startsOf('modest')
    expect(modest.map(({ slot }) => slot)).toEqual(
      [0, 1, 2, 3].map((n) => toIso(Date.parse('2026-11-23T09:00Z') + n * MINUTE)),
    )
    expect(Math.max(...modest.map(({ lateMs }) => lateMs))).toBeLessThan(2_000)
    const greedy = tenants.startsOf('greedy').map(({ schedule, slot }) => `${schedule} ${slot}`)
    // A pass a minute is all there is without alarms.
    expect(greedy.length).toBeGreaterThanOrEqual(rings ? 3_000 : 80)
    // A slot that is refused for money is asked about once.
    if (answer === spent) expect(greedy).toHaveLength(new Set(greedy).size)
  })
})

describe('what 0.1 left', () => {
  const nine = Date.parse('2026-11-23T09:00Z')

  test('is its account’s with the first trigger, once, in its order', async () => {
    const tenants = new Tenants(START, { rings: false })
    for (const id of ['a', 'b', 'c']) tenants.leave(toSchedule('old', id))
    await tenants.runUntil(nine)
    await tenants.tick(nine)
    await tenants.tick(nine)
    expect(tenants.startsOf('old').map(({ schedule }) => schedule)).toEqual(['a', 'b', 'c'])
    const page = await tenants.scheduler('old').page('old', null, 10)
    expect(page?.rows.map(({ id }) => id)).toEqual(['c', 'b', 'a'])
    expect(tenants.index.differing('old')).toEqual({ schedules: [], gone: [] })
  })

  test('and is long comes in parts, and is listed in pages, by bytes', async () => {
    const tenants = new Tenants(START, { rings: false })
    const request = { prompt: 'x'.repeat(1_000_000) }
    for (let n = 0; n < 20; n++) tenants.leave(toSchedule('old', `sched_${n}`, { request }))
    const scheduler = tenants.scheduler('old')
    const page = await scheduler.page('old', null, 100)
    expect(page).toMatchObject({ rows: { length: 8 }, hasMore: true })
    const rest = await scheduler.page('old', page?.rows.at(-1)?.id ?? null, 100)
    expect(rest?.rows.at(0)?.id).toBe('sched_11')
    // It may be paused, and not be made longer.
    const { schedule } = (await scheduler.read('old', 'sched_0')) ?? {}
    if (schedule === undefined) throw new Error('not handed over')
    expect(await scheduler.change({ ...schedule, paused: true })).toBe('kept')
    const longer = { ...schedule, request: { prompt: 'x'.repeat(1_000_001) } }
    expect(await scheduler.change(longer)).toBe('too large')
  })

  test('and had put off is tried again by its alarm alone', async () => {
    const tenants = new Tenants(START, { rings: true })
    const kept = tenants.leave(toSchedule('old', 'a', { nextAt: nine + 60 * MINUTE }))
    const run = { schedule: 'a', slot: START, videoId: null, reason: null, at: START }
    kept.addRun({ ...run, state: 'claimed', retryAt: nine, giveUpAt: nine + MINUTE })
    tenants.indexSql.exec("INSERT INTO due (kind, at) VALUES ('pass', ?)", nine)
    tenants.restartIndex()
    tenants.index.alarm()
    await tenants.runUntil(nine + MINUTE)
    expect(tenants.startsOf('old')).toMatchObject([{ schedule: 'a', slot: toIso(START) }])
  })

  test('what a Worker of 0.1 does is its account’s a moment later', async () => {
    const tenants = new Tenants(START, { rings: true })
    await tenants.add(toSchedule('both', 'a'))
    const { index } = tenants
    expect(index.create(toSchedule('both', 'b', { paused: true }))).toBe(true)
    const b = index.get('both', 'b')
    const a = index.get('both', 'a')
    if (a === null || b === null) throw new Error('not there')
    await tenants.runUntil(START + 1_000)
    index.update({ ...b, name: 'renamed' })
    index.noteManualRun('a', START, 'video_1')
    await tenants.runUntil(START + 2_000)
    const page = async () => (await tenants.scheduler('both').page('both', null, 10))?.rows ?? []
    expect(await page()).toMatchObject([
      { id: 'b', schedule: { name: 'renamed', paused: true } },
      { id: 'a', runs: [{ slot: START, videoId: 'video_1' }] },
    ])
    expect(index.remove('both', 'a')).toBe(true)
    await tenants.runUntil(nine + 5_000)
    expect((await page()).map(({ id }) => id)).toEqual(['b'])
    expect(tenants.startsOf('both')).toEqual([])
    expect(new Schedules(tenants.indexSql).count('both')).toBe(1)
  })
})

test('the trigger wakes who overslept and nobody else, whoever does not answer', async () => {
  const tenants = new Tenants(START, { rings: false })
  await tenants.add(toSchedule('due', 'a'))
  await tenants.add(toSchedule('lost', 'b'))
  await tenants.add(toSchedule('later', 'c', { nextAt: START + 60 * MINUTE }))
  tenants.lost.add('lost')
  tenants.wakes.length = 0
  await tenants.tick(Date.parse('2026-11-23T09:00Z'))
  expect(tenants.wakes.toSorted()).toEqual(['due', 'lost'])
  expect(tenants.reports).toMatchObject([{ what: 'object not reached', id: 'lost' }])
  expect(tenants.startsOf('due')).toHaveLength(1)
  tenants.lost.delete('lost')
  await tenants.tick(Date.parse('2026-11-23T09:01Z'))
  expect(tenants.startsOf('lost')).toHaveLength(1)
})

test('an account that is erased leaves nothing, here or in the index, however often it is asked', async () => {
  const tenants = new Tenants(START, { rings: true })
  tenants.leave(toSchedule('doomed', 'a'))
  await tenants.add(toSchedule('doomed', 'b'))
  await tenants.add(toSchedule('other', 'c'))
  const scheduler = tenants.scheduler('doomed')
  const { index } = tenants
  const keep = index.keep.bind(index)
  index.keep = () => {
    throw new Error('the index was not reached')
  }
  await expect(scheduler.removeAll('doomed')).rejects.toThrow('not reached')
  index.keep = keep
  await scheduler.removeAll('doomed')
  expect(await scheduler.removeAll('doomed')).toBe(0)
  const kept = tenants.indexSql.exec<{ account: string }>(
    'SELECT account FROM schedule UNION SELECT account FROM copy UNION SELECT account FROM wake',
  )
  expect(kept).toEqual([{ account: 'other' }])
  await tenants.runUntil(START + 5 * MINUTE)
  expect(tenants.startsOf('doomed')).toEqual([])
  expect(tenants.startsOf('other')).toHaveLength(5)
  // Whoever comes under that name later has schedules again.
  await tenants.add(toSchedule('doomed', 'd', { nextAt: START + 5.5 * MINUTE }))
  await tenants.runUntil(START + 7 * MINUTE)
  expect(tenants.startsOf('doomed').map(({ schedule }) => schedule)).toEqual(['d', 'd'])
})
