// Values as people read them: times, money, lengths, shapes.

import { getLanguage, t } from '../strings/language.ts'

export function toMoney(usd: number): string {
  return new Intl.NumberFormat(getLanguage(), {
    style: 'currency',
    currency: 'USD',
    // Prices of a tenth of a cent exist; whole dollars need no zeros behind them but these two.
    maximumFractionDigits: 4,
    currencyDisplay: 'narrowSymbol',
  }).format(usd)
}

/** `1:05` for 65 seconds; what is not yet there counts as nothing. */
export function toClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** `45 s`, `3 min`. */
export function toLength(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 90) return t('format.seconds', { n: seconds })
  const minutes = Math.round(seconds / 60)
  return minutes < 90
    ? t('format.minutes', { n: minutes })
    : t('format.hours', { n: Math.round(minutes / 60) })
}

/** Unix seconds, with date and time, in the reader's zone unless another is named. */
export function toDateTime(seconds: number, timeZone?: string): string {
  return new Date(seconds * 1000).toLocaleString(getLanguage(), {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(timeZone !== undefined && { timeZone }),
  })
}

/** `Mon, Nov 30, 9:00 AM` in the zone it is meant in. */
export function toSlot(seconds: number, timeZone: string): string {
  return new Date(seconds * 1000).toLocaleString(getLanguage(), {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  })
}

/** The time of a day that is still on, the date of another. Unix seconds. */
export function toShortTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString(getLanguage(), { timeStyle: 'short' })
    : date.toLocaleDateString(getLanguage(), { month: 'short', day: 'numeric' })
}

export function toAge(seconds: number): string {
  return t('format.ago', { time: toLength(Date.now() - seconds * 1000) })
}

/** Width divided by height of `1280x720` or `16:9`; null for anything else. */
export function toRatio(shape: string): number | null {
  const match = /^(\d{1,5})[x:×](\d{1,5})$/.exec(shape)
  if (match === null) return null
  const ratio = Number(match[1]) / Number(match[2])
  return Number.isFinite(ratio) && ratio > 0.1 && ratio < 10 ? ratio : null
}

const known = [
  [16, 9],
  [9, 16],
  [1, 1],
  [4, 3],
  [3, 4],
  [21, 9],
  [3, 2],
  [2, 3],
] as const

/** `16:9` of `1280x720`; a shape without a common name as `1792 × 1024`. */
export function toShape(shape: string): string {
  const ratio = toRatio(shape)
  const named = known.find(([w, h]) => ratio !== null && Math.abs(w / h - ratio) < 0.015)
  return named === undefined ? shape.replace('x', ' × ') : `${named[0]}:${named[1]}`
}
