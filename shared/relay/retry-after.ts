// How long a relay asks us to wait. Only a wish: the host decides whether it waits that long.

/** Milliseconds from `now` (ms since epoch), or null when the headers say nothing usable. */
export function readRetryAfterMs(
  header: (name: string) => string | null,
  now: number,
): number | null {
  const milliseconds = toNumber(header('retry-after-ms'))
  if (milliseconds !== null) return milliseconds
  const text = header('retry-after')?.trim() ?? ''
  const seconds = toNumber(text)
  if (seconds !== null) return seconds * 1000
  // RFC 9110 dates begin with the day's name; Date.parse alone would accept `-1` as a year.
  if (!/^[A-Z][a-z]{2},? /.test(text)) return null
  const wait = Date.parse(text) - now
  return wait > 0 ? wait : null
}

/** Digits and at most one point: no sign, no exponent, no words. */
function toNumber(text: string | null): number | null {
  if (text === null || !/^\d{1,12}(?:\.\d{1,6})?$/.test(text.trim())) return null
  return Number(text)
}
