// Cron expressions in a time zone: five fields, to the minute. Croner knows the calendar and the
// clocks' changes; this only asks it the three questions a schedule has.

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
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone })
  } catch {
    return {
      ok: false,
      param: 'timezone',
      message: '`timezone` must be an IANA name such as Europe/Berlin or UTC.',
    }
  }
  try {
    if (open({ cron, timezone }).nextRun() !== null) return { ok: true }
    return { ok: false, param: 'cron', message: '`cron` names a time that never comes.' }
  } catch {
    return {
      ok: false,
      param: 'cron',
      message:
        '`cron` must have five fields: minute, hour, day, month, weekday, such as `0 9 * * 1-5`.',
    }
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

/** The latest slot at or before `at`. */
export function latestSlot(time: CronTime, at: number): number | null {
  // The reference itself does not count as previous.
  return (
    open(time)
      .previousRuns(1, new Date(at + 1))[0]
      ?.getTime() ?? null
  )
}

function open({ cron, timezone }: CronTime): Cron {
  return new Cron(cron, { timezone, mode: '5-part', paused: true })
}
