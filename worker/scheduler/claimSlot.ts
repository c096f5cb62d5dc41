// What becomes of a schedule that is due: its latest slot is claimed or, when that is too old, on
// record as missed like those before it; and the schedule moves on past the trigger's time.

import { nextSlot, slotsBetween } from './cron.ts'
import type { Schedule, Schedules } from './schedules.ts'

/** Of the slots that an outage skipped, as many are noted as a schedule shows. */
const MISSED_NOTED = 10

export interface Trigger {
  /** The trigger's own time, which slots are held to; ms since the epoch, as is `now`. */
  readonly clock: number
  readonly now: number
  /** How late a slot may still be started, ms. */
  readonly graceMs: number
}

/** A claim is a run that is due now. Call inside a transaction. */
export function claimSlot(schedules: Schedules, schedule: Schedule, trigger: Trigger): void {
  const { clock, now, graceMs } = trigger
  const first = schedule.nextAt ?? clock
  const slots = slotsBetween(schedule, first, clock, MISSED_NOTED + 1)
  const latest = slots.pop() ?? first
  const addMissed = (slot: number, reason: string) =>
    schedules.addRun({
      schedule: schedule.id,
      slot,
      state: 'missed',
      videoId: null,
      reason,
      retryAt: null,
      giveUpAt: now,
      at: now,
    })
  for (const slot of slots) addMissed(slot, 'A later slot was due as well.')
  const lateMs = clock - latest
  if (lateMs > graceMs) {
    addMissed(latest, `Its trigger came ${Math.round(lateMs / 60_000)} min late.`)
  } else {
    schedules.addRun({
      schedule: schedule.id,
      slot: latest,
      state: 'claimed',
      videoId: null,
      reason: null,
      retryAt: now,
      giveUpAt: now + graceMs - lateMs,
      at: now,
    })
  }
  schedules.setNext(schedule.id, nextSlot(schedule, clock))
}
