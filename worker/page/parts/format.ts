// Values as people read them: times, money, lengths, shapes.

import { getLanguage, t } from '../strings/t.ts'

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

/** `16:9` of `1280x720`; a shape that is no ratio of small numbers as it is, `854 × 480`. */
export function toShape(shape: string): string {
  const match = /^(\d{1,5})[x:](\d{1,5})$/.exec(shape)
  if (match === null) return shape
  const [width, height] = [Number(match[1]), Number(match[2])]
  const common = toCommonDivisor(width, height)
  return Math.max(width, height) / common <= 25
    ? `${width / common}:${height / common}`
    : `${width} × ${height}`
}

function toCommonDivisor(one: number, other: number): number {
  return other === 0 ? Math.max(1, one) : toCommonDivisor(other, one % other)
}
