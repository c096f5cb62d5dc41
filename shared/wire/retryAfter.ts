// How long a relay asks us to wait. Only a wish: the host decides whether it waits that long.

import { isDigits } from './sse.ts'

/** RFC 9110 dates begin with a day's name; Date.parse alone would accept `-1` as a year. */
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Milliseconds from `now` (ms since epoch), or null when the headers say nothing usable. */
export function readRetryAfterMs(
  header: (name: string) => string | null,
  now: number,
): number | null {
  const milliseconds = toCount(header('retry-after-ms'))
  if (milliseconds !== null) return milliseconds
  const text = header('retry-after')?.trim() ?? ''
  const seconds = toCount(text)
  if (seconds !== null) return seconds * 1000
  if (!days.includes(text.slice(0, 3))) return null
  const wait = Date.parse(text) - now
  return wait > 0 ? wait : null
}

/** A plain number: no sign, no exponent, no words, and no more digits than a wait can have. */
function toCount(text: string | null): number | null {
  const [whole = '', fraction = '0', ...rest] = (text ?? '').trim().split('.')
  if (rest.length > 0 || whole.length > 12 || fraction.length > 6) return null
  return isDigits(whole) && isDigits(fraction) ? Number(`${whole}.${fraction}`) : null
}
