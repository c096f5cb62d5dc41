// Cron expressions in a time zone: five fields, to the minute. Croner does the calendar and the clock
// changes; these few functions are all that a schedule asks of it.

import { Cron } from 'croner'

export interface CronTime {
  readonly cron: string
  /** IANA name, such as Europe/Berlin. */
  readonly timezone: string
}

export type CronVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly param: 'cron' | 'timezone'; readonly message: string }

export function checkCron({ cron, timezone }: CronTime): CronVerdict {
  const refuse = (param: 'cron' | 'timezone', problem: string): CronVerdict => {
    return { ok: false, param, message: `\`${param}\` ${problem}` }
  }
  if (!isTimeZone(timezone)) {
    return refuse('timezone', 'must be an IANA name such as Europe/Berlin or UTC.')
  }
  const form = 'must have five fields: minute, hour, day, month, weekday, such as `0 9 * * 1-5`.'
  // Croner also takes the date of a single run; a schedule repeats.
  if (cron.trim().split(/\s+/).length !== 5) return refuse('cron', form)
  try {
    const isEver = open({ cron, timezone }).nextRun() !== null
    return isEver ? { ok: true } : refuse('cron', 'names a time that never comes.')
  } catch {
    return refuse('cron', form)
  }
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The next slot after `at`, both in ms since the epoch; null when there is none. */
export function nextSlot(time: CronTime, at: number): number | null {
  return open(time).nextRun(new Date(at))?.getTime() ?? null
}

export function nextSlots(time: CronTime, at: number, count: number): number[] {
  return open(time)
    .nextRuns(count, new Date(at))
    .map((date) => date.getTime())
}

/** The latest slots from `first`, itself a slot, to `at`, in order; at most `most` of them. */
export function slotsBetween(time: CronTime, first: number, at: number, most: number): number[] {
  const cron = open(time)
  const slots = [first]
  const follow = (slot: number) => cron.nextRun(new Date(slot))?.getTime() ?? Infinity
  let next = follow(first)
  if (next > at) return slots
  // `previousRuns` overlooks a slot that a clock change has moved: it only gives a place to start from.
  const back = cron.previousRuns(most, new Date(at)).at(-1)?.getTime() ?? next
  for (next = Math.max(next, back); next <= at; next = follow(next)) slots.push(next)
  return slots.slice(-most)
}

function open({ cron, timezone }: CronTime): Cron {
  return new Cron(cron, { timezone, mode: '5-part', paused: true })
}
