// The Durable Object around the Scheduler: one for the whole gateway, driven by Cloudflare Cron.

import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import type { SchedulerCalls } from '../objects.ts'
import { toAlarm, toSql } from '../platform/platform.ts'
import { report } from '../report.ts'
import { Scheduler } from '../scheduler/scheduler.ts'
import type { NewSchedule, Run, Schedule } from '../scheduler/schedules.ts'
import { startSlot } from '../submission/startSlot.ts'

export class SchedulerObject extends DurableObject<Env> implements SchedulerCalls {
  readonly #scheduler: Scheduler

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    const gateway = toGateway(env)
    this.#scheduler = new Scheduler({
      sql: toSql(state.storage),
      alarm: toAlarm(state.storage),
      now: Date.now,
      start: (schedule, slot) => startSlot(env, gateway, schedule, slot),
      defer: (work) =>
        state.waitUntil(
          work.catch((error: unknown) => report({ what: 'pass failed', id: '', error })),
        ),
      report,
      graceMs: gateway.config.scheduleGraceMs,
    })
  }

  async create(schedule: NewSchedule): Promise<boolean> {
    return this.#scheduler.create(schedule)
  }

  async get(account: string, id: string): Promise<Schedule | null> {
    return this.#scheduler.get(account, id)
  }

  async list(account: string, after: string | null, limit: number): Promise<Schedule[] | null> {
    return this.#scheduler.list(account, after, limit)
  }

  async lastRuns(id: string, limit: number): Promise<Run[]> {
    return this.#scheduler.lastRuns(id, limit)
  }

  async update(schedule: Schedule): Promise<void> {
    this.#scheduler.update(schedule)
  }

  async remove(account: string, id: string): Promise<boolean> {
    return this.#scheduler.remove(account, id)
  }

  async noteManualRun(id: string, slot: number, videoId: string): Promise<void> {
    this.#scheduler.noteManualRun(id, slot, videoId)
  }

  async tick(tickAt: number): Promise<void> {
    await this.#scheduler.tick(tickAt)
  }

  override async alarm(): Promise<void> {
    this.#scheduler.alarm()
  }
}
