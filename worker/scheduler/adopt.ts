// Takes over what the index has of an account: all of it after 0.1, and what 0.1 changed after a rollback.
// Repeating it changes nothing; what changed here and was not told yet stays.

import type { Difference } from './exchange.ts'
import type { Schedule, Schedules } from './schedules.ts'
import type { Untold } from './untold.ts'

/** Call inside a transaction. */
export function adopt(
  schedules: Schedules,
  untold: Untold,
  { schedules: known, gone }: Difference,
): void {
  for (const { schedule: theirs, runs } of known) {
    const { account, id, lastMissedSlot } = theirs
    const ours = schedules.get(account, id)
    if (!untold.has(id)) {
      if (ours === null) schedules.add(theirs)
      else schedules.update({ ...theirs, nextAt: toNext(ours, theirs) })
      if (lastMissedSlot !== null) schedules.noteMissed(id, lastMissedSlot)
      for (const run of runs) schedules.takeRun(run)
    }
    // Also what is here already: only what was told is known to be the same.
    untold.note(id, 'whole')
  }
  for (const id of gone) {
    if (!untold.has(id)) schedules.remove(id)
    untold.note(id, 'whole')
  }
}

/** Both may have started slots: the one who is further has started those before. */
function toNext(ours: Schedule, theirs: Schedule): number | null {
  const isSameTime = ours.cron === theirs.cron && ours.timezone === theirs.timezone
  if (!isSameTime || ours.nextAt === null || theirs.nextAt === null) return theirs.nextAt
  return Math.max(ours.nextAt, theirs.nextAt)
}
