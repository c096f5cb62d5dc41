// The minute's trigger as it really comes: late, twice, in the wrong order, not at all, or to an
// object that dies in the middle.

import { describe, expect, test } from 'vitest'
import { ACCOUNT, Timetable } from './timetable.ts'

const nine = '2026-11-23T09:00Z'
const later = { kind: 'later', reason: 'The relay is busy.', retryAfterMs: null } as const

describe('a trigger', () => {
  test('starts what is due and nothing else', async () => {
    const table = new Timetable('2026-11-23T08:00Z')
    const daily = await table.add('0 9 * * *')
    await table.add('1 9 * * *')
    await table.add('0 10 * * *')
    await table.tick('2026-11-23T08:59Z')
    expect(table.starts).toEqual([])
    await table.tick(nine)
    expect(table.starts).toMatchObject([{ schedule: daily, slot: nine }])
    expect(table.runs(daily)).toEqual(['09:00 started'])
    expect(table.get(daily).nextAt).toBe(Date.parse('2026-11-24T09:00Z'))
  })

  test('that comes twice starts nothing more', async () => {
    const table = new Timetable('2026-11-23T08:00Z')
    await table.add('0 9 * * *')
    await table.tick(nine)
    await table.tick(nine)
    await Promise.all([
      table.host.run(table.scheduler.wake(ACCOUNT, Date.parse(nine))),
      table.tick(nine),
    ])
    expect(table.slots).toEqual([nine])
  })

  test('that comes twice at once starts once', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    await table.add('* * * * *')
    await table.host.runUntil(Date.parse(nine))
    const ticks = [nine, nine, nine].map((at) => table.scheduler.wake(ACCOUNT, Date.parse(at)))
    await table.host.run(Promise.all(ticks))
    await table.host.runFor(1_000)
    expect(table.slots).toEqual([nine])
  })

  test('out of order starts only its own slots, and no slot twice', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const minutely = await table.add('* * * * *')
    const fifth = await table.add('5 9 * * *')
    await table.tick('2026-11-23T09:02Z')
    await table.tick('2026-11-23T09:01Z')
    await table.tick('2026-11-23T09:00Z')
    await table.tick('2026-11-23T09:03Z')
    expect(table.slots).toEqual(['2026-11-23T09:02Z', '2026-11-23T09:03Z'])
    expect(table.runs(minutely)).toEqual([
      '09:00 missed: A later slot was due as well.',
      '09:01 missed: A later slot was due as well.',
      '09:02 started',
      '09:03 started',
    ])
    expect(table.runs(fifth)).toEqual([])
  })

  test('of another day says nothing about the next one', async () => {
    const table = new Timetable('2026-11-23T08:00Z')
    await table.add('0 12 * * *')
    await table.tick('2027-03-01T12:00Z')
    expect(table.slots).toEqual(['2027-03-01T12:00Z'])
    // Made after a trigger that was sent by hand, with a time far ahead.
    const fresh = new Timetable('2026-11-23T08:00Z')
    await fresh.add('0 12 * * *')
    await fresh.host.run(fresh.scheduler.wake(ACCOUNT, Date.parse('2027-03-01T12:00Z')))
    await fresh.host.runFor(1_000)
    const hourly = await fresh.add('0 * * * *')
    await fresh.tick('2026-11-23T08:59Z')
    expect(fresh.runs(hourly)).toEqual([])
    await fresh.tick(nine)
    expect(fresh.runs(hourly)).toEqual(['09:00 started'])
  })

  test('that arrives late still means its own minute', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('* * * * *')
    await table.tick(nine, 90_000)
    expect(table.slots).toEqual([nine])
    await table.tick('2026-11-23T09:01Z', 40_000)
    expect(table.runs(id)).toEqual(['09:00 started', '09:01 started'])
  })

  test('does not start a paused schedule, nor one that was deleted', async () => {
    const table = new Timetable('2026-11-23T08:00Z')
    const paused = await table.add('0 9 * * *')
    const deleted = await table.add('0 9 * * *')
    await table.scheduler.change({ ...table.get(paused), paused: true })
    expect(await table.scheduler.drop(ACCOUNT, deleted)).toBe(true)
    await table.tick(nine)
    expect(table.starts).toEqual([])
  })
})

describe('the alarm of an account', () => {
  test('rings for each slot and starts it, without any trigger', async () => {
    const table = new Timetable('2026-11-23T08:58Z', { oversleeps: false })
    const minutely = await table.add('* * * * *')
    const nightly = await table.add('0 3 * * *')
    await table.host.runUntil(Date.parse('2026-11-23T09:02:30Z'))
    expect(table.runs(minutely)).toEqual([
      '08:59 started',
      '09:00 started',
      '09:01 started',
      '09:02 started',
    ])
    expect(table.runs(nightly)).toEqual([])
    expect(table.host.alarms).toBe(4)
  })

  test('and a trigger, before it, with it, after it and out of order, start each slot once', async () => {
    const table = new Timetable('2026-11-23T08:59Z', { oversleeps: false })
    const id = await table.add('* * * * *')
    const wake = (at: string) => table.host.run(table.scheduler.wake(ACCOUNT, Date.parse(at)))
    await wake(nine)
    await table.host.runUntil(Date.parse(nine))
    await wake(nine)
    await table.host.runUntil(Date.parse('2026-11-23T09:02:30Z'))
    for (const at of ['2026-11-23T09:02Z', '2026-11-23T09:01Z', nine]) await wake(at)
    await table.host.runFor(1_000)
    expect(table.runs(id)).toEqual(['09:00 started', '09:01 started', '09:02 started'])
    expect(table.starts).toHaveLength(3)
  })

  test('starts the latest slot when it rings late', async () => {
    const table = new Timetable('2026-11-23T08:59Z', { oversleeps: false })
    const id = await table.add('* * * * *')
    table.host.now = Date.parse('2026-11-23T09:03:20Z')
    await table.host.runFor(1_000)
    expect(table.runs(id).at(-1)).toBe('09:03 started')
    expect(table.starts).toHaveLength(1)
  })

  test('tells the index when it has something to do next, and what came of what it had', async () => {
    const table = new Timetable('2026-11-23T08:59Z', { oversleeps: false })
    const id = await table.add('0 * * * *')
    expect(table.told).toMatchObject([
      { nextAt: Date.parse(nine), copies: [{ kind: 'whole', schedule: { id } }] },
    ])
    await table.host.runUntil(Date.parse('2026-11-23T09:00:30Z'))
    const nextAt = Date.parse('2026-11-23T10:00Z')
    expect(table.told.at(-1)).toMatchObject({
      nextAt,
      copies: [{ kind: 'times', id, nextAt, runs: [{ state: 'started' }] }],
    })
    await table.scheduler.drop(ACCOUNT, id)
    expect(table.told.at(-1)).toEqual({ nextAt: null, copies: [{ kind: 'gone', id }] })
  })

  test('goes on when the index cannot be reached, and tells it later', async () => {
    const table = new Timetable('2026-11-23T08:59Z', { oversleeps: false })
    const id = await table.add('0 * * * *')
    table.isIndexLost = true
    table.host.crash()
    await table.host.runUntil(Date.parse('2026-11-23T10:00:30Z'))
    expect(table.runs(id)).toEqual(['09:00 started', '10:00 started'])
    expect(table.told).toHaveLength(1)
    table.isIndexLost = false
    await table.host.runFor(60_000)
    expect(table.told.at(-1)?.copies).toMatchObject([{ id, runs: [{}, {}] }])
  })
})

describe('a slot whose trigger did not come', () => {
  test.each([
    ['within its grace', '2026-11-23T09:15Z', ['09:00 started'], []],
    [
      'after its grace',
      '2026-11-23T09:16Z',
      ['09:00 missed: Its trigger came 16 min late.'],
      ['09:00'],
    ],
  ])('%s', async (_, at, runs, missed) => {
    const table = new Timetable('2026-11-23T08:00Z')
    const id = await table.add('0 9 * * *')
    await table.tick(at)
    expect(table.runs(id)).toEqual(runs)
    expect(table.missed(id)).toEqual({ told: missed, latest: missed[0] ?? null })
    expect(table.get(id).nextAt).toBe(Date.parse('2026-11-24T09:00Z'))
  })

  test('runs once when several were missed, and each of the others is on record', async () => {
    const table = new Timetable('2026-11-23T08:00Z')
    const id = await table.add('*/5 * * * *')
    await table.tick('2026-11-23T08:22Z')
    expect(table.runs(id)).toEqual([
      '08:05 missed: A later slot was due as well.',
      '08:10 missed: A later slot was due as well.',
      '08:15 missed: A later slot was due as well.',
      '08:20 started',
    ])
    expect(table.missed(id)).toEqual({ told: ['08:05', '08:10', '08:15'], latest: '08:15' })
  })

  test('is told once, however often the trigger comes', async () => {
    const table = new Timetable('2026-11-23T08:00Z')
    const id = await table.add('0 9 * * *')
    await table.tickThrough('2026-11-23T09:16Z', '2026-11-23T09:20Z')
    expect(table.missed(id)).toEqual({ told: ['09:00'], latest: '09:00' })
  })

  test('stays the latest one that was missed when an older one is given up after it', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('*/5 * * * *')
    table.gateway = (_, n) => (n === 0 ? { ...later, retryAfterMs: 800_000 } : later)
    await table.tick(nine)
    // Its five minutes' follower is missed by this trigger, the first one when its grace ends.
    await table.tick('2026-11-23T09:10Z')
    await table.host.runUntil(Date.parse('2026-11-23T09:16Z'))
    expect(table.missed(id)).toEqual({ told: ['09:05', '09:00'], latest: '09:05' })
  })

  test('leaves ten records of a whole day without triggers', async () => {
    const table = new Timetable('2026-11-23T08:00Z')
    const id = await table.add('* * * * *')
    await table.tick('2026-11-24T08:00Z')
    expect(table.runs(id)).toHaveLength(11)
    expect(table.slots).toEqual(['2026-11-24T08:00Z'])
  })
})

test('a start that is never answered is tried again, and holds up nothing for long', async () => {
  const table = new Timetable('2026-11-23T08:59Z')
  const id = await table.add('0 9 * * *')
  table.gateway = (_, n) => (n === 0 ? 'hangs' : undefined)
  void table.tick(nine)
  await table.host.runFor(150_000)
  expect(table.runs(id)).toEqual(['09:00 started'])
  expect(table.slots).toEqual([nine, nine])
})

describe('a crash', () => {
  test('after the claim, before the start: the slot is started when its lease ends', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9 * * *')
    table.gateway = (_, n) => (n === 0 ? 'hangs' : undefined)
    await table.tick(nine)
    expect(table.runs(id)).toEqual(['09:00 claimed'])
    table.host.crash()
    await table.tick('2026-11-23T09:01Z')
    await table.tick('2026-11-23T09:02Z')
    expect(table.runs(id)).toEqual(['09:00 started'])
    expect(table.slots).toEqual([nine, nine])
  })

  test('without another trigger is recovered by the alarm alone', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9 * * *')
    table.gateway = (_, n) => (n === 0 ? 'hangs' : undefined)
    await table.tick(nine)
    table.host.crash()
    await table.host.runFor(70_000)
    expect(table.runs(id)).toEqual(['09:00 started'])
  })

  test('for longer than the grace is recorded as interrupted, not as never begun', async () => {
    const table = new Timetable('2026-11-23T08:59Z', { graceMs: 30_000 })
    const id = await table.add('0 9 * * *')
    table.gateway = () => 'hangs'
    await table.tick(nine)
    table.host.crash()
    await table.host.runFor(70_000)
    expect(table.starts).toHaveLength(1)
    expect(table.runs(id)).toEqual([
      '09:00 missed: Its start was interrupted; the videos tell whether it began.',
    ])
    expect(table.missed(id).told).toEqual(['09:00'])
  })

  test('between two of many passes loses none', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    for (let n = 0; n < 100; n += 1) await table.add('0 9 * * *')
    await table.host.runUntil(Date.parse(nine))
    await table.host.run(table.scheduler.wake(ACCOUNT, Date.parse(nine)))
    for (const ms of [5, 10, 3]) {
      await table.host.runFor(ms)
      table.host.crash()
    }
    await table.host.runFor(5 * 60_000)
    expect(new Set(table.starts.map(({ schedule }) => schedule)).size).toBe(100)
    const states = table.starts.map(({ schedule }) => table.runs(schedule))
    expect(new Set(states.flat())).toEqual(new Set(['09:00 started']))
  })
})

describe('a start that is refused', () => {
  test('for now is tried again, after longer and longer waits, until it is not', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9 * * *')
    table.gateway = (_, n) => (n < 3 ? later : undefined)
    await table.tick(nine)
    expect(table.runs(id)).toEqual(['09:00 claimed: The relay is busy.'])
    await table.tickThrough('2026-11-23T09:01Z', '2026-11-23T09:05Z')
    expect(table.starts.map(({ at }) => Math.round((at - Date.parse(nine)) / 1000))).toEqual([
      0, 30, 90, 210,
    ])
    expect(table.runs(id)).toEqual(['09:00 started'])
  })

  test('for now waits as long as it is told', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    await table.add('0 9 * * *')
    table.gateway = (_, n) => (n === 0 ? { ...later, retryAfterMs: 200_000 } : undefined)
    await table.tickThrough(nine, '2026-11-23T09:10Z')
    expect(table.starts.map(({ at }) => Math.round((at - Date.parse(nine)) / 1000))).toEqual([
      0, 200,
    ])
  })

  test('until its grace ends is missed, with the reason; the next slot is tried as ever', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9-10 * * *')
    table.gateway = ({ slot }) => (slot === nine ? later : undefined)
    await table.tickThrough(nine, '2026-11-23T10:00Z')
    expect(table.runs(id)).toEqual(['09:00 missed: The relay is busy.', '10:00 started'])
    const tries = table.starts.filter(({ slot }) => slot === nine)
    expect(tries).toHaveLength(9)
    expect(table.missed(id)).toEqual({ told: ['09:00'], latest: '09:00' })
    expect(tries.at(-1)?.at).toBeLessThanOrEqual(Date.parse('2026-11-23T09:15Z'))
  })

  test('because the gateway fell over is tried again', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9 * * *')
    table.gateway = (_, n) => (n === 0 ? 'throws' : undefined)
    await table.tickThrough(nine, '2026-11-23T09:01Z')
    expect(table.runs(id)).toEqual(['09:00 started'])
  })

  test('for good is recorded with the reason and not tried again, until its next slot', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9-10 * * *')
    const reason = 'The key this schedule was made with is revoked or expired.'
    table.gateway = ({ slot }) => (slot === nine ? { kind: 'refused', reason } : undefined)
    await table.tickThrough(nine, '2026-11-23T10:00Z')
    expect(table.runs(id)).toEqual([`09:00 refused: ${reason}`, '10:00 started'])
    expect(table.starts).toHaveLength(2)
  })

  test('for its key, five times in a row, pauses the schedule and says so', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('* * * * *')
    const reason = 'The key is revoked.'
    const refused = { kind: 'refused', reason, lasts: true } as const
    // The fourth is another refusal, after which the counting begins anew.
    table.gateway = (_, n) => (n === 3 ? { kind: 'refused', reason: 'No money.' } : refused)
    await table.tickThrough(nine, '2026-11-23T09:20Z')
    expect(table.starts).toHaveLength(9)
    expect(table.get(id).paused).toBe(true)
    expect(table.reports).toContainEqual({ what: 'schedule paused', id })
    expect(table.runs(id).at(-2)).toBe(`09:07 refused: ${reason}`)
    expect(table.runs(id).at(-1)).toContain(`${reason} The schedule is paused after 5`)
    table.gateway = () => undefined
    const nextAt = Date.parse('2026-11-23T09:21Z')
    await table.scheduler.change({ ...table.get(id), paused: false, nextAt })
    await table.tick('2026-11-23T09:21Z')
    expect(table.runs(id).at(-1)).toBe('09:21 started')
  })

  test('for now never takes more than half of a pass from new slots', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    for (let n = 0; n < 40; n += 1) await table.add('0 9 * * *')
    const fresh: string[] = []
    for (let n = 0; n < 10; n += 1) fresh.push(await table.add('1 9 * * *'))
    table.gateway = ({ slot }) => (slot === nine ? { ...later, retryAfterMs: 30_000 } : undefined)
    await table.tick(nine)
    table.host.now = Date.parse('2026-11-23T09:01Z')
    const before = table.starts.length
    await table.host.run(table.scheduler.wake(ACCOUNT, Date.parse('2026-11-23T09:01Z')))
    const pass = table.starts.slice(before).map(({ schedule }) => schedule)
    expect(pass).toHaveLength(20)
    expect(pass.slice(10)).toEqual(fresh)
  })

  test('for now is not tried again once the schedule is paused', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9 * * *')
    table.gateway = () => later
    await table.tick(nine)
    await table.scheduler.change({ ...table.get(id), paused: true })
    await table.tickThrough('2026-11-23T09:01Z', '2026-11-23T09:03Z')
    expect(table.starts).toHaveLength(1)
    expect(table.runs(id)).toEqual(['09:00 missed: The relay is busy.'])
  })
})

describe('a thousand schedules', () => {
  test('due in one minute are all started, twenty at a time, before the next minute', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    for (let n = 0; n < 1_000; n += 1) await table.add('0 9 * * *')
    await table.host.runUntil(Date.parse(nine))
    const alarms = table.host.alarms
    await table.host.run(table.scheduler.wake(ACCOUNT, Date.parse(nine)))
    await table.host.runFor(59_000)
    expect(table.starts).toHaveLength(1_000)
    expect(new Set(table.starts.map(({ schedule }) => schedule)).size).toBe(1_000)
    expect(table.mostAtOnce).toBe(20)
    // 50 passes, and the alarm of the trigger itself.
    expect(table.host.alarms - alarms).toBeLessThanOrEqual(51)
  })
})

describe('records', () => {
  test('are kept for ninety days', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9 23 11 *')
    await table.tick(nine)
    await table.host.runFor(89 * 86_400_000)
    expect(table.runs(id)).toHaveLength(1)
    await table.host.runFor(2 * 86_400_000)
    expect(table.runs(id)).toHaveLength(0)
  })

  test('go with their schedule', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const id = await table.add('0 9 * * *')
    await table.tick(nine)
    await table.scheduler.drop(ACCOUNT, id)
    expect(table.runs(id)).toEqual([])
  })
})

describe('an account has room', () => {
  test('for a thousand schedules', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    for (let n = 0; n < 1_000; n += 1) await table.add('0 9 * * *')
    await expect(table.add('0 9 * * *')).rejects.toThrow('too many')
    expect((await table.scheduler.page(ACCOUNT, null, 2_000))?.rows).toHaveLength(1_000)
  })

  test('for four MiB of requests; more of them is refused, less of them is not', async () => {
    const table = new Timetable('2026-11-23T08:59Z')
    const request = { prompt: 'x'.repeat(64_000) }
    for (let n = 0; n < 65; n += 1) await table.add('0 9 * * *', 'UTC', request)
    await expect(table.add('0 9 * * *', 'UTC', request)).rejects.toThrow('too large')
    expect((await table.scheduler.page(ACCOUNT, null, 100))?.rows).toHaveLength(65)
    const schedule = table.get('sched_1')
    const longer = { ...schedule, request: { prompt: 'x'.repeat(150_000) } }
    expect(await table.scheduler.change(longer)).toBe('too large')
    expect(table.get('sched_1')).toEqual(schedule)
    expect(await table.scheduler.change({ ...schedule, paused: true })).toBe('kept')
  })
})
