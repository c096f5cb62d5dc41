// The Durable Object around an Account: lends it the platform and lets the Worker call it.

import { DurableObject } from 'cloudflare:workers'
import { Account } from '../account/account.ts'
import { Webhooks } from '../account/webhooks.ts'
import type { Env } from '../env.ts'
import { toGateway } from '../gateway.ts'
import { getGeneration } from '../objects.ts'
import { ring } from '../platform/ring.ts'
import { createReport } from '../metrics.ts'
import { report } from '../report.ts'
import { random, sleep, toAlarm, toDefer, toSql } from '../platform/platform.ts'
import { expose, onFirstCall } from './expose.ts'

export class AccountObject extends DurableObject<Env> {
  readonly account: () => Account

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.account = onFirstCall(() => {
      const { config, outbound } = toGateway(env)
      return new Account({
        sql: toSql(state.storage),
        alarm: toAlarm(state.storage),
        now: Date.now,
        sleep,
        report: createReport(env.METRICS),
        random,
        post: (url, body, headers) => outbound.post(url, body, headers),
        generations: {
          abandon: (owner) => getGeneration(env, owner.identity.id).abandon(owner),
          wake: (id) => getGeneration(env, id).wake(),
        },
        defer: toDefer(state, 'account work failed'),
        settings: config.account,
      })
    })
  }

  override async alarm(): Promise<void> {
    ring({ id: this.ctx.id.name, alarm: toAlarm(this.ctx.storage), now: Date.now, report }, () =>
      this.account().alarm(),
    )
  }
}

expose(AccountObject, Account, (object) => object.account())
expose(AccountObject, Webhooks, (object) => object.account().webhooks)
