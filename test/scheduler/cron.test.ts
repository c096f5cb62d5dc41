// What a schedule means when the clocks change. As in the cron that people know: a time that a
// change skips comes right after it, a time that comes twice is taken once, and what repeats every
// few minutes or hours just goes on.

import { describe, expect, test } from 'vitest'
import { checkCron, nextSlot, nextSlots, slotsBetween } from '../../worker/scheduler/cron.ts'
import { fillPrompt } from '../../worker/submission/startSlot.ts'

const toMinute = (at: number) => `${new Date(at).toISOString().slice(0, 16)}Z`

describe('the clocks change', () => {
  test.each([
    // Berlin: 2027-03-28 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
    [
      'a skipped time comes right after the gap',
      '30 2 * * *',
      'Europe/Berlin',
      '2027-03-27T12:00Z',
      ['2027-03-28T01:00Z', '2027-03-29T00:30Z'],
    ],
    [
      'the end of the gap itself is no special time',
      '0 3 * * *',
      'Europe/Berlin',
      '2027-03-27T12:00Z',
      ['2027-03-28T01:00Z', '2027-03-29T01:00Z'],
    ],
    [
      'half-hours go on through a gap',
      '*/30 * * * *',
      'Europe/Berlin',
      '2027-03-28T00:15Z',
      ['2027-03-28T00:30Z', '2027-03-28T01:00Z', '2027-03-28T01:30Z'],
    ],
    [
      'a doubled time is taken once, the first',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'half-hours go on through an overlap',
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-10-24T23:45Z',
      [
        '2026-10-25T00:00Z',
        '2026-10-25T00:30Z',
        '2026-10-25T01:00Z',
        '2026-10-25T01:30Z',
        '2026-10-25T02:00Z',
      ],
    ],
    [
      'hours go on through an overlap',
      '0 * * * *',
      'Europe/Berlin',
      '2026-10-24T23:30Z',
      ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
    ],
    // New York: 2027-03-14 02:00 becomes 03:00; 2026-11-01 02:00 becomes 01:00.
    [
      'a skipped time comes right after the gap',
      '30 2 * * *',
      'America/New_York',
      '2027-03-13T12:00Z',
      ['2027-03-14T07:00Z', '2027-03-15T06:30Z'],
    ],
    [
      'a doubled time is taken once, the first',
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    // Lord Howe moves by half an hour: 2026-10-04 02:00 becomes 02:30; 2027-04-04 02:00 becomes 01:30.
    [
      'a skipped time comes right after the gap',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T00:00Z',
      ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
    ],
    [
      'a doubled time is taken once, the first',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2027-04-03T00:00Z',
      ['2027-04-03T14:45Z', '2027-04-04T15:15Z'],
    ],
    [
      'quarters go on through an overlap',
      '*/15 * * * *',
      'Australia/Lord_Howe',
      '2027-04-03T14:20Z',
      [
        '2027-04-03T14:30Z',
        '2027-04-03T14:45Z',
        '2027-04-03T15:00Z',
        '2027-04-03T15:15Z',
        '2027-04-03T15:30Z',
      ],
    ],
    [
      'the first of March follows the twenty-first of February',
      '0 3 */10 * *',
      'Europe/Berlin',
      '2026-02-20T00:00Z',
      ['2026-02-21T02:00Z', '2026-03-01T02:00Z', '2026-03-11T02:00Z'],
    ],
    [
      'nothing happens',
      '30 2 * * *',
      'UTC',
      '2027-03-27T12:00Z',
      ['2027-03-28T02:30Z', '2027-03-29T02:30Z'],
    ],
  ])('%s: %s in %s', (_, cron, timezone, from, slots) => {
    const time = { cron, timezone }
    const at = Date.parse(from)
    expect(nextSlots(time, at, slots.length).map(toMinute)).toEqual(slots)
    expect(
      slotsBetween(time, Date.parse(slots[0] ?? ''), Date.parse(slots.at(-1) ?? ''), 100).map(
        toMinute,
      ),
    ).toEqual(slots)
  })

  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'UTC',
  ]
  const changes = [
    '2026-10-25T01:00Z',
    '2027-03-28T01:00Z',
    '2026-11-01T06:00Z',
    '2027-03-14T07:00Z',
    '2026-10-03T15:30Z',
    '2027-04-03T15:00Z',
  ]
  const crons = [
    '*/7 * * * *',
    '30 2 * * *',
    '0 * * * *',
    '15,45 1-3 * * *',
    '59 23 * * 0',
    '0 0 1 * *',
  ]
  test.each(zones.flatMap((zone) => crons.map((cron) => [cron, zone] as const)))(
    '%s in %s: slots around a change come in order, on whole minutes',
    (cron, timezone) => {
      const time = { cron, timezone }
      for (const change of changes) {
        const end = Date.parse(change) + 6 * 3_600_000
        for (let at = end - 12 * 3_600_000; at < end;) {
          const next = nextSlot(time, at) ?? NaN
          expect(next).toBeGreaterThan(at)
          expect(next % 60_000).toBe(0)
          at = next
        }
      }
    },
  )
})

describe('the slots of an outage', () => {
  const daily = { cron: '30 2 * * *', timezone: 'Europe/Berlin' }

  test('are found although the clocks changed meanwhile', () => {
    const first = Date.parse('2027-03-26T01:30Z')
    const slots = slotsBetween(daily, first, Date.parse('2027-03-28T01:10Z'), 10)
    expect(slots.map(toMinute)).toEqual([
      '2027-03-26T01:30Z',
      '2027-03-27T01:30Z',
      '2027-03-28T01:00Z',
    ])
  })

  test('are the latest ones when they are many', () => {
    const time = { cron: '* * * * *', timezone: 'UTC' }
    const at = Date.parse('2026-12-23T09:00Z')
    const slots = slotsBetween(time, Date.parse('2026-11-23T09:00Z'), at, 3)
    expect(slots).toEqual([at - 120_000, at - 60_000, at])
  })
})

describe('checkCron', () => {
  test.each([
    ['0 9 * * 1-5', 'Europe/Berlin', true],
    ['*/15 8-18 * JAN,FEB MON', 'UTC', true],
    ['0 0 29 2 *', 'UTC', true],
    ['0 0 L * *', 'America/New_York', true],
    ['0 0 30 2 *', 'UTC', 'cron'],
    ['0 9 * *', 'UTC', 'cron'],
    ['0 0 9 * * *', 'UTC', 'cron'],
    ['60 9 * * *', 'UTC', 'cron'],
    ['x 9 * * *', 'UTC', 'cron'],
    ['2099-01-01T00:00:00', 'UTC', 'cron'],
    ['', 'UTC', 'cron'],
    ['0 9 * * *', 'Mars/Olympus', 'timezone'],
    ['0 9 * * *', '', 'timezone'],
    ['0 9 * * *', 'CEST', 'timezone'],
  ])('judges %s in %s', (cron, timezone, expected) => {
    const verdict = checkCron({ cron, timezone })
    expect(verdict.ok ? true : verdict.param).toBe(expected)
  })
})

describe('placeholders', () => {
  const slot = Date.parse('2026-11-23T23:05Z')

  test.each([
    ['{{date}}', 'UTC', '2026-11-23'],
    ['{{date}} at {{time}}', 'Europe/Berlin', '2026-11-24 at 00:05'],
    ['{{date}} {{time}}', 'America/New_York', '2026-11-23 18:05'],
    ['{{slot}}', 'Asia/Kathmandu', '2026-11-23T23:05:00.000Z'],
    ['{{time}}{{time}}', 'UTC', '23:0523:05'],
    ['{{ date }} {date} {{DATE}} {{other}}', 'UTC', '{{ date }} {date} {{DATE}} {{other}}'],
    ['$& {{date}} $1', 'UTC', '$& 2026-11-23 $1'],
  ])('%s in %s', (prompt, timezone, filled) => {
    expect(fillPrompt(prompt, slot, timezone)).toBe(filled)
  })

  test('tell apart the two hours of an overlap', () => {
    const timezone = 'Europe/Berlin'
    const hourly = { cron: '0 * * * *', timezone }
    const slots = nextSlots(hourly, Date.parse('2026-10-24T23:30Z'), 2)
    const fill = (prompt: string) => slots.map((slot) => fillPrompt(prompt, slot, timezone))
    expect(fill('{{date}} {{time}}')).toEqual(['2026-10-25 02:00', '2026-10-25 02:00'])
    expect(fill('{{slot}}')).toEqual(['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z'])
  })
})
