// Claims the latest slot of a due schedule or, when that is too old, records it as missed like those
// before it; then the schedule moves on past the trigger's time.

import { nextSlot, slotsBetween } from './cron.ts'
import type { Schedule, Schedules } from './schedules.ts'

/** Missed slots that one claim records: as many as a schedule shows. */
const MISSED_RECORDED = 10
/** Runs that are kept of one schedule: ten times what it shows. */
const MOST_RUNS = 100

export interface Trigger {
  /** The trigger's own time, which slots are compared with; ms since the epoch, as is `now`. */
  readonly clock: number
  readonly now: number
  /** How late a slot may still be started, ms. */
  readonly graceMs: number
}

export interface Claim {
  /** The slot that is to be started now; null when it is too late. */
  readonly slot: number | null
  /** Slots that were missed by it. */
  readonly missed: readonly number[]
}

/** Call inside a transaction: a claim is a run that is due now. */
export function claimSlot(schedules: Schedules, schedule: Schedule, trigger: Trigger): Claim {
  const { clock, now, graceMs } = trigger
  const first = schedule.nextAt ?? clock
  const slots = slotsBetween(schedule, first, clock, MISSED_RECORDED + 1)
  const latest = slots.pop() ?? first
  const run = { schedule: schedule.id, videoId: null, at: now } as const
  const missed: number[] = []
  const addMissed = (slot: number, reason: string) => {
    schedules.addRun({ ...run, slot, state: 'missed', reason, retryAt: null, giveUpAt: now })
    missed.push(slot)
  }
  for (const slot of slots) addMissed(slot, 'A later slot was due as well.')
  const lateMs = clock - latest
  const isLate = lateMs > graceMs
  if (isLate) addMissed(latest, `Its trigger came ${Math.round(lateMs / 60_000)} min late.`)
  else {
    const giveUpAt = now + graceMs - lateMs
    const claimed = { ...run, slot: latest, state: 'claimed', reason: null } as const
    schedules.addRun({ ...claimed, retryAt: now, giveUpAt })
  }
  schedules.setNext(schedule.id, nextSlot(schedule, clock))
  schedules.trimRuns(schedule.id, MOST_RUNS)
  return { slot: isLate ? null : latest, missed }
}
