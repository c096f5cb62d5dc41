// No alarm is the last one: the platform drops an alarm that throws a few times, so whatever throws
// here is reported, and the object rings again soon.

import type { Alarm, Now } from '../../shared/ports.ts'
import type { Report } from '../report/report.ts'

const AFTER_ERROR_MS = 30_000

interface RingPorts {
  /** The object's name, where the platform tells it. */
  readonly id?: string | undefined
  readonly alarm: Pick<Alarm, 'set'>
  readonly now: Now
  readonly report: (line: Report) => void
}

/** Calls `act`, which sets the next alarm by itself unless it throws. */
export function ring({ id = '', alarm, now, report }: RingPorts, act: () => void): void {
  let isArmed = false
  try {
    act()
    isArmed = true
  } catch (error) {
    report({ what: 'alarm failed', id, error })
  } finally {
    if (!isArmed) alarm.set(now() + AFTER_ERROR_MS)
  }
}
