// The Durable Object around the Scheduler: one for the whole gateway, driven by Cloudflare Cron.

import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import { sleep, toAlarm, toDefer, toSql } from '../platform/platform.ts'
import { ring } from '../platform/ring.ts'
import { createReport } from '../metrics.ts'
import { report } from '../report.ts'
import { Scheduler } from '../scheduler/scheduler.ts'
import { startSlot } from '../submission/startSlot.ts'
import { toSubmissionPorts } from '../submission/submissionPorts.ts'
import { expose, onFirstCall } from './expose.ts'

export class SchedulerObject extends DurableObject<Env> {
  readonly scheduler: () => Scheduler

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.scheduler = onFirstCall(() => {
      const gateway = toGateway(env)
      const submission = toSubmissionPorts(env, gateway)
      return new Scheduler({
        sql: toSql(state.storage),
        alarm: toAlarm(state.storage),
        now: Date.now,
        sleep,
        start: (schedule, slot) => startSlot(submission, schedule, slot),
        defer: toDefer(state, 'scheduler work failed'),
        report: createReport(env.METRICS),
        graceMs: gateway.config.scheduleGraceMs,
      })
    })
  }

  override async alarm(): Promise<void> {
    ring({ id: this.ctx.id.name, alarm: toAlarm(this.ctx.storage), now: Date.now, report }, () =>
      this.scheduler().alarm(),
    )
  }
}

expose(SchedulerObject, Scheduler, (object) => object.scheduler())
