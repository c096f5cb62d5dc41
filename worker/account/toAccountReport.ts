// What an account's regular look tells: what waits to be delivered, what has not ended, and how much
// money is in doubt.

import type { AccountReport } from '../report/report.ts'
import { accountId } from './accountId.ts'
import type { AccountParts } from './parts.ts'

export function toAccountReport({ ports, deliveries, generations }: AccountParts): AccountReport {
  const now = ports.now()
  const { waiting } = deliveries
  const { running } = generations
  return {
    what: 'account looked after',
    id: accountId(ports.sql),
    outbox: waiting.count,
    outboxAgeMs: now - (waiting.since ?? now),
    open: running.count,
    oldestOpenMs: now - (running.since ?? now),
    doubtUsd: generations.heldInDoubt / 1e6,
  }
}
