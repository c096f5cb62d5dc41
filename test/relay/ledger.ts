// What the relay bills: once for what was asked, apart from that for what it ordered again by itself,
// and what it gave back.

import type { Job } from './job.ts'

export interface Ledger {
  readonly billed: readonly Job[]
  readonly billedAgain: readonly Job[]
  readonly refunded: readonly Job[]
  bill(job: Job): void
  billAgain(job: Job): void
  /** Takes it out of what is billed; does nothing for what is not. */
  refund(job: Job): void
  reset(): void
}

export function createLedger(): Ledger {
  const billed: Job[] = []
  const billedAgain: Job[] = []
  const refunded: Job[] = []
  return {
    billed,
    billedAgain,
    refunded,
    bill: (job) => void billed.push(job),
    billAgain: (job) => void billedAgain.push(job),
    refund(job) {
      for (const list of [billed, billedAgain]) {
        for (let at = list.indexOf(job); at >= 0; at = list.indexOf(job)) {
          refunded.push(...list.splice(at, 1))
        }
      }
    },
    reset() {
      for (const list of [billed, billedAgain, refunded]) list.length = 0
    },
  }
}
