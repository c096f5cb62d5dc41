// What an account is made of: one instance of each part, over the same storage. They are handed over
// whole: what a part may use is not declared a second time.

import { Alerts } from './alerts.ts'
import { Breaker } from './breaker.ts'
import { Budgets } from './budgets.ts'
import { Deliveries } from './deliveries.ts'
import { Endpoints } from './endpoints.ts'
import { Erasure } from './erasure.ts'
import { Generations } from './generations.ts'
import { Idempotency } from './idempotency.ts'
import { Keys } from './keys.ts'
import { KeyUses } from './keyUses.ts'
import { Ledger } from './ledger.ts'
import { Minutes } from '../platform/minutes.ts'
import { Outbox } from './outbox.ts'
import type { AccountPorts } from './ports.ts'
import { Restoration } from './restoration.ts'
import { Sender } from './sender.ts'

export type AccountParts = ReturnType<typeof createParts>

/** `setExists` false: nothing of it is stored any more. */
export function createParts(ports: AccountPorts, setExists: (exists: boolean) => void) {
  const { sql, settings } = ports
  const keys = new Keys(sql)
  const generations = new Generations(sql)
  const endpoints = new Endpoints(sql)
  const deliveries = new Deliveries(sql)
  const budgets = new Budgets(sql, keys)
  const alerts = new Alerts(ports, keys, budgets)
  const ledger = new Ledger(sql, keys, generations)
  return {
    ports,
    keys,
    keyUses: new KeyUses(keys, ports.now),
    budgets,
    generations,
    endpoints,
    deliveries,
    idempotency: new Idempotency(sql, settings.retentionMs),
    ledger,
    erasure: new Erasure(ports, generations, ledger, setExists),
    restoration: new Restoration(ports, generations),
    alerts,
    breaker: new Breaker(ports, alerts),
    outbox: new Outbox(sql, endpoints, deliveries, generations),
    sender: new Sender(ports, endpoints, deliveries),
    /** Of what costs nothing and leaves or sends something. */
    writes: new Minutes('writes', settings.writesPerMinute, ports.now),
  }
}
