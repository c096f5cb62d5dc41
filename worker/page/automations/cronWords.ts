// A cron expression in words, where it is one of the usual ones; and the expression that a choice of
// rhythm, day and time amounts to. Anything else stays an expression.

import { getLanguage, t } from '../strings/t.ts'

export type Rhythm = 'hourly' | 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'custom'

export interface CronChoice {
  readonly rhythm: Rhythm
  /** `HH:MM`. */
  readonly time: string
  /** 0 is Sunday. */
  readonly weekday: number
  readonly day: number
  readonly custom: string
}

export const firstChoice: CronChoice = {
  rhythm: 'daily',
  time: '09:00',
  weekday: 1,
  day: 1,
  custom: '0 9 * * *',
}

export function toCron({ rhythm, time, weekday, day, custom }: CronChoice): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  switch (rhythm) {
    case 'hourly':
      return `${minute} * * * *`
    case 'daily':
      return `${minute} ${hour} * * *`
    case 'weekdays':
      return `${minute} ${hour} * * 1-5`
    case 'weekly':
      return `${minute} ${hour} * * ${weekday}`
    case 'monthly':
      return `${minute} ${hour} ${day} * *`
    case 'custom':
      return custom.trim()
  }
}

export function toChoice(cron: string): CronChoice {
  const own = { ...firstChoice, custom: cron }
  const match = /^(\d{1,2}) (\d{1,2}|\*) (\d{1,2}|\*) \* ([0-6]|1-5|\*)$/.exec(cron.trim())
  if (match === null) return { ...own, rhythm: 'custom' }
  const [, minute = '0', hour = '0', day = '*', weekday = '*'] = match
  const time = `${(hour === '*' ? '0' : hour).padStart(2, '0')}:${minute.padStart(2, '0')}`
  const at = { ...own, time }
  if (hour === '*')
    return day === '*' && weekday === '*'
      ? { ...at, rhythm: 'hourly' }
      : { ...own, rhythm: 'custom' }
  if (day !== '*') {
    return weekday === '*'
      ? { ...at, rhythm: 'monthly', day: Number(day) }
      : { ...own, rhythm: 'custom' }
  }
  if (weekday === '*') return { ...at, rhythm: 'daily' }
  if (weekday === '1-5') return { ...at, rhythm: 'weekdays' }
  return { ...at, rhythm: 'weekly', weekday: Number(weekday) }
}

export function toCronWords(cron: string): string {
  const { rhythm, time: clock, weekday, day } = toChoice(cron)
  const time = toLocalTime(clock)
  switch (rhythm) {
    case 'hourly':
      return t('cron.hourly', { minute: clock.slice(3) })
    case 'daily':
      return t('cron.daily', { time })
    case 'weekdays':
      return t('cron.weekdays', { time })
    case 'weekly':
      return t('cron.weekly', { time, day: toWeekday(weekday) })
    case 'monthly':
      return t('cron.monthly', { time, day })
    case 'custom':
      return toEvery(cron) ?? cron
  }
}

// Every so many minutes.
function toEvery(cron: string): string | null {
  const minutes = /^\*\/(\d{1,2}) \* \* \* \*$/.exec(cron)?.[1]
  return minutes === undefined ? null : t('cron.every', { n: minutes })
}

/** `09:00` as the reader writes it, `9:00 AM`. */
function toLocalTime(clock: string): string {
  const date = new Date(`2023-01-01T${clock}:00Z`)
  return date.toLocaleTimeString(getLanguage(), { timeStyle: 'short', timeZone: 'UTC' })
}

/** 0 is Sunday. */
export function toWeekday(weekday: number): string {
  // The first of January 2023 was one.
  const date = new Date(Date.UTC(2023, 0, 1 + weekday))
  return date.toLocaleDateString(getLanguage(), { weekday: 'long', timeZone: 'UTC' })
}
