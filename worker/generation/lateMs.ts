// When a job is asked for after its generation has ended: soon, then ever more rarely, for a day.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const LAST_MS = 24 * HOUR_MS
const firstLooks = [1, 2, 5, 10, 20, 40].map((minutes) => minutes * MINUTE_MS)

/** ms after the end of the `looks`-th look; null when it was the last. */
export function toLateMs(looks: number): number | null {
  const ms = firstLooks[looks] ?? (looks - firstLooks.length + 1) * HOUR_MS
  return ms > LAST_MS ? null : ms
}
