// The index of all schedules as an account's scheduler calls it. For some minutes after a deploy that
// object may still run 0.1: then it holds what was asked, and is told changes in the calls that it knows.

import type { Env } from '../env.ts'
import { getScheduleIndex, isUnknownMethod, type RemoteScheduleIndex } from '../objects.ts'
import type { Copy, Difference, IndexPort } from '../scheduler/exchange.ts'
import { RUNS_TOLD } from '../scheduler/exchange.ts'
import type { Run, Schedule } from '../scheduler/schedules.ts'

/** Each may hold a request of 1 MiB, and a call takes 32. */
const ROWS_AT_ONCE = 10

export function toIndex(env: Env): IndexPort {
  const index = getScheduleIndex(env)
  /** What 0.1 said it has, in this object's time: only what it has at first is taken over. */
  const isAdopted = new Set<string>()
  return {
    async differing(account) {
      try {
        return await index.differing(account)
      } catch (error) {
        if (!isUnknownMethod(error)) throw error
        return isAdopted.has(account) ? nothing : await readAll(index, account, isAdopted)
      }
    },
    async keep(account, nextAt, copies) {
      try {
        await index.keep(account, nextAt, copies)
      } catch (error) {
        if (!isUnknownMethod(error)) throw error
        for (const copy of copies) await keepIn01(index, account, copy)
      }
    },
  }
}

const nothing: Difference = { schedules: [], gone: [] }

async function readAll(
  index: RemoteScheduleIndex,
  account: string,
  isAdopted: Set<string>,
): Promise<Difference> {
  const schedules: Difference['schedules'][number][] = []
  for (let after: string | null = null; ;) {
    const rows: Schedule[] = (await index.list(account, after, ROWS_AT_ONCE)) ?? []
    for (const row of rows) {
      const runs = (await index.lastRuns(row.id, RUNS_TOLD)).map(toRun)
      // 0.1 does not say which slot was missed.
      schedules.unshift({ schedule: { ...row, lastMissedSlot: row.lastMissedSlot ?? null }, runs })
    }
    after = rows.at(-1)?.id ?? null
    if (rows.length < ROWS_AT_ONCE) break
  }
  isAdopted.add(account)
  return { schedules, gone: [] }
}

/** Nor when it tries again what it has put off: it is tried at once, and joins what was started. */
function toRun(run: Run): Run {
  return { ...run, retryAt: run.state === 'claimed' ? run.at : null, tries: null }
}

/** 0.1 moves its own slots on, and notes its own runs. */
async function keepIn01(index: RemoteScheduleIndex, account: string, copy: Copy): Promise<void> {
  switch (copy.kind) {
    case 'gone':
      return void (await index.remove(account, copy.id))
    case 'whole': {
      const { schedule } = copy
      const isKnown = (await index.get(account, schedule.id)) !== null
      if (isKnown) await index.update(schedule)
      else await index.create(schedule)
      break
    }
    case 'times':
  }
}
