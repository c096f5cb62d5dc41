// What a million generations cost at Cloudflare, by what a day has counted. Beyond what a plan includes.

import type { Meter } from './meter.ts'
import { countRows } from './meter.ts'
import { listTenants } from './plan.ts'
import type { DayResult, KindTotals } from './runDay.ts'

/**
 * US dollars, paid plan, read on 2026-11-29: developers.cloudflare.com/durable-objects/platform/pricing,
 * /workers/platform/pricing and /r2/pricing.
 */
export const tariff = {
  readOn: '2026-11-29',
  workerRequests: 0.3 / 1e6,
  workerCpuMs: 0.02 / 1e6,
  objectRequests: 0.15 / 1e6,
  gbSeconds: 12.5 / 1e6,
  rowsWritten: 1 / 1e6,
  objectGbMonths: 0.2,
  classA: 4.5 / 1e6,
  classB: 0.36 / 1e6,
  storeGbMonths: 0.015,
} as const

/** An object is billed by this, whatever it holds. */
const OBJECT_GB = 0.128
/** Of one request, in the Worker alone: not measured here, a bound from `npm run bench`. */
const WORKER_MS = 1
const VIDEO_GB = 0.02
const KEPT_MONTHS = 1
const MILLION = 1e6

export interface Bill {
  readonly workerRequests: number
  readonly objectRequests: number
  readonly duration: number
  readonly rows: number
  readonly store: number
  readonly kept: number
}

/** What one generation uses in its account and in the Worker, by the mean of the honest tenants. */
export interface Shared {
  readonly accountRequests: number
  readonly accountRows: number
  readonly accountAwakeMs: number
  readonly workerRequests: number
}

export function toShared(day: Pick<DayResult, 'accounts' | 'worker' | 'ended' | 'plan'>): Shared {
  const { worker, plan } = day
  const hostile = listTenants(plan).find(({ isHostile }) => isHostile)?.account
  const accounts = day.accounts.filter(({ name }) => name !== hostile)
  const generations = day.ended.filter(({ account }) => account !== hostile).length
  const mean = (what: (meter: Meter) => number) =>
    accounts.reduce((sum, meter) => sum + what(meter), 0) / generations
  const hammered = plan.hostile.forMs / plan.hostile.everyMs
  return {
    accountRequests: mean((meter) => meter.calls + meter.alarms),
    accountRows: mean(countRows),
    accountAwakeMs: mean((meter) => meter.awakeMs + meter.cpuMs),
    workerRequests: Math.max(0, worker.calls - hammered) / generations,
  }
}

/** US dollars for a million of one kind. */
export function toBill({ meter, generations, bytes, measured }: KindTotals, shared: Shared): Bill {
  const each = (value: number) => value / generations
  const requests = each(meter.calls + meter.alarms) + shared.accountRequests
  const awakeMs = each(meter.awakeMs + meter.cpuMs) + shared.accountAwakeMs
  const workerRequests =
    shared.workerRequests * (tariff.workerRequests + WORKER_MS * tariff.workerCpuMs)
  const objectGb = bytes / Math.max(1, measured) / 1e9
  return {
    workerRequests: MILLION * workerRequests,
    objectRequests: MILLION * requests * tariff.objectRequests,
    duration: MILLION * (awakeMs / 1000) * OBJECT_GB * tariff.gbSeconds,
    rows: MILLION * (each(countRows(meter)) + shared.accountRows) * tariff.rowsWritten,
    store: MILLION * (each(meter.classA) * tariff.classA + each(meter.classB) * tariff.classB),
    kept:
      MILLION * KEPT_MONTHS * (VIDEO_GB * tariff.storeGbMonths + objectGb * tariff.objectGbMonths),
  }
}

export function sum(bill: Bill): number {
  return Object.values(bill).reduce((total, part) => total + part, 0)
}
