// The schedules of one account for those who use them. For some minutes after a deploy or a rollback the
// account's own object may still run 0.1, which knows none: then its index has them, as in 0.1.

import type { Env } from '../env.ts'
import { getScheduleIndex, getScheduler, isUnknownMethod } from '../objects.ts'
import type { Page } from '../platform/table.ts'
import type { Kept, NewSchedule, Schedule, ScheduleView } from '../scheduler/schedules.ts'

export interface OpenSchedules {
  add(schedule: NewSchedule): Promise<Kept>
  change(schedule: Schedule): Promise<Kept>
  /** False when there is none. */
  drop(id: string): Promise<boolean>
  read(id: string): Promise<ScheduleView | null>
  /** null when `after` is not one of them. */
  page(after: string | null, limit: number): Promise<Page<ScheduleView> | null>
  /** Records a run that somebody started by hand. */
  noteRun(id: string, slot: number, videoId: string): Promise<void>
}

/** Runs that a schedule shows. */
const RUNS_SHOWN = 10
/** Each may hold a request of 1 MiB, and a call takes 32. */
const ROWS_AT_ONCE = 10

export function openSchedules(env: Env, account: string): OpenSchedules {
  const own = getScheduler(env, account)
  const index = getScheduleIndex(env)
  const toView = async (schedule: Schedule): Promise<ScheduleView> => {
    const { id } = schedule
    return { id, schedule, runs: await index.lastRuns(id, RUNS_SHOWN) }
  }
  return {
    add: (schedule) =>
      orFrom01<Kept>(
        () => own.add(schedule),
        async () => ((await index.create(schedule)) ? 'kept' : 'too many'),
      ),
    change: (schedule) =>
      orFrom01<Kept>(
        () => own.change(schedule),
        async () => {
          await index.update(schedule)
          return 'kept'
        },
      ),
    drop: (id) =>
      orFrom01(
        () => own.drop(account, id),
        () => index.remove(account, id),
      ),
    read: (id) =>
      orFrom01(
        () => own.read(account, id),
        async () => {
          const schedule = await index.get(account, id)
          return schedule === null ? null : await toView(schedule)
        },
      ),
    page: (after, limit) =>
      orFrom01(
        () => own.page(account, after, limit),
        async () => {
          const most = Math.min(limit, ROWS_AT_ONCE)
          const rows = await index.list(account, after, most + 1)
          if (rows === null) return null
          const shown = await Promise.all(rows.slice(0, most).map(toView))
          return { rows: shown, hasMore: rows.length > most }
        },
      ),
    noteRun: (id, slot, videoId) =>
      orFrom01(
        () => own.noteRun(account, id, slot, videoId),
        () => index.noteManualRun(id, slot, videoId),
      ),
  }
}

async function orFrom01<T>(ask: () => Promise<T>, ask01: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isUnknownMethod(error)) throw error
    return await ask01()
  }
}
