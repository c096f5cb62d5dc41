// The Durable Object around schedules: one per account, and one that is the index of all accounts, which
// Cloudflare Cron calls. Both are of one class because 0.1 had one.

import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import { createReport } from '../report/metrics.ts'
import { getScheduler, scheduleIndexName } from '../objects.ts'
import { sleep, toAlarm, toDefer, toSql } from '../platform/platform.ts'
import { ring } from '../platform/ring.ts'
import { report } from '../report/report.ts'
import { ScheduleIndex } from '../scheduler/scheduleIndex.ts'
import { Scheduler } from '../scheduler/scheduler.ts'
import { startSlot } from '../submission/startSlot.ts'
import { toSubmissionPorts } from '../submission/submissionPorts.ts'
import { expose, onFirstCall } from './expose.ts'
import { toIndex } from './toIndex.ts'

export class SchedulerObject extends DurableObject<Env> {
  readonly scheduler: () => Scheduler
  readonly index: () => ScheduleIndex

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    const lent = {
      alarm: toAlarm(state.storage),
      now: Date.now,
      sleep,
      defer: toDefer(state, 'scheduler work failed'),
      report: createReport(env.METRICS),
    }
    this.scheduler = onFirstCall(() => {
      const gateway = toGateway(env)
      const submission = toSubmissionPorts(env, gateway)
      return new Scheduler({
        ...lent,
        sql: toSql(state.storage),
        start: (schedule, slot) => startSlot(submission, schedule, slot),
        index: toIndex(env),
        graceMs: gateway.config.scheduleGraceMs,
      })
    })
    this.index = onFirstCall(
      () =>
        new ScheduleIndex({
          ...lent,
          sql: toSql(state.storage),
          wake: (account, clock) => getScheduler(env, account).wake(account, clock),
        }),
    )
  }

  override async alarm(): Promise<void> {
    const { id, storage } = this.ctx
    // Of an object that an alarm wakes the name is not known everywhere; its id is.
    const isIndex = this.env.SCHEDULER.idFromName(scheduleIndexName).equals(id)
    ring({ id: id.name, alarm: toAlarm(storage), now: Date.now, report }, () =>
      (isIndex ? this.index() : this.scheduler()).alarm(),
    )
  }
}

expose(SchedulerObject, Scheduler, (object) => object.scheduler())
expose(SchedulerObject, ScheduleIndex, (object) => object.index())
