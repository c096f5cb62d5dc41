// The Durable Object around an Account: lends it the platform and lets the Worker call it.

import { DurableObject } from 'cloudflare:workers'
import { Account } from '../account/account.ts'
import { Operator } from '../account/operator.ts'
import { Webhooks } from '../account/webhooks.ts'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import { getDirectory, getGeneration, getScheduler } from '../objects.ts'
import { Restore } from '../platform/restore.ts'
import { ring } from '../platform/ring.ts'
import { OPERATOR_OBJECT } from '../protocol.ts'
import { tellOperator } from '../tellOperator.ts'
import { createReport } from '../report/metrics.ts'
import { report } from '../report/report.ts'
import { random, sleep, toAlarm, toDefer, toSql } from '../platform/platform.ts'
import { expose, onFirstCall } from './expose.ts'

export class AccountObject extends DurableObject<Env> {
  readonly account: () => Account
  readonly restore: Restore

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.account = onFirstCall(() => {
      const { config, outbound } = toGateway(env)
      const { operatorWebhook } = config
      const isOperators = state.id.name === OPERATOR_OBJECT
      return new Account({
        sql: toSql(state.storage),
        alarm: toAlarm(state.storage),
        now: Date.now,
        sleep,
        report: createReport(env.METRICS),
        random,
        post: (url, body, headers) => outbound.post(url, body, headers, { isOperators }),
        generations: {
          abandon: (owner) => getGeneration(env, owner.identity.id).abandon(owner),
          wake: (id) => getGeneration(env, id).wake(),
        },
        tellOperator:
          operatorWebhook === null ? null : (alert) => tellOperator(env, operatorWebhook, alert),
        erasure: {
          generation: (id) => getGeneration(env, id).erase(),
          schedules: (account) => getScheduler(env, account).removeAll(account),
          finish: (account, counts) => getDirectory(env).finishErasure(account, Date.now(), counts),
          storage: () => state.storage.deleteAll(),
        },
        askRestoredUntil: (account) => getDirectory(env).restoredUntil(account),
        defer: toDefer(state, 'account work failed'),
        settings: config.account,
      })
    })
    this.restore = new Restore({
      storage: state.storage,
      abort: () => state.abort('restored'),
      begin: (until) => this.account().operator.beginRestored(until),
    })
  }

  override async alarm(): Promise<void> {
    ring({ id: this.ctx.id.name, alarm: toAlarm(this.ctx.storage), now: Date.now, report }, () =>
      this.account().alarm(),
    )
  }
}

expose(AccountObject, Account, (object, method) => {
  const account = object.account()
  const admits = method === 'admit' || method === 'admitFor'
  return admits ? account.learn().then(() => account) : account
})
expose(AccountObject, Webhooks, (object) => object.account().webhooks)
expose(AccountObject, Operator, (object) => object.account().operator)
expose(AccountObject, Restore, (object) => object.restore)
