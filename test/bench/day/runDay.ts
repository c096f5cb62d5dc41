// Lets a day happen and counts it: what each object was asked and wrote, how long it was awake, what the
// outage and the eviction of everything did, and whether all money is where it belongs.

import { isEnded } from '../../../shared/video/video.ts'
import { Chance } from '../../simulation/kernel/chance.ts'
import { DayCallers } from './dayCallers.ts'
import { DayClock } from './dayClock.ts'
import { DayGateway } from './dayGateway.ts'
import { Meter } from './meter.ts'
import {
  DAY,
  HOUR,
  illRelays,
  listTenants,
  MINUTE,
  offers,
  prices,
  type DayPlan,
  type KindOfDay,
} from './plan.ts'

/** An ended generation that nobody asks for gives its tables back after this. */
const KEPT_MS = 10 * MINUTE
/** What was begun on the day has ended; then what is doubtful is held for another day. */
const REST_MS = HOUR
const HELD_MS = 26 * HOUR

export interface Ended {
  readonly id: string
  readonly account: string
  readonly kind: KindOfDay
  readonly status: 'completed' | 'failed'
  readonly code: string | null
  readonly charge: 'none' | 'possible' | 'certain'
  /** The relay that took it; null when none did. */
  readonly relay: string | null
}

export interface KindTotals {
  readonly meter: Meter
  generations: number
  /** Of the objects' storage, when they were given back. */
  bytes: number
  measured: number
}

/** Millionths of a US dollar, of all accounts. */
export interface Money {
  readonly spent: number
  readonly held: number
  readonly billed: number
}

export interface DayResult {
  readonly plan: DayPlan
  readonly tookMs: number
  readonly events: number
  readonly created: number
  readonly ended: readonly Ended[]
  readonly endsOf: ReadonlyMap<string, number>
  readonly answers: DayCallers['answers']
  readonly refusals: ReadonlyMap<string, number>
  readonly kinds: ReadonlyMap<KindOfDay, KindTotals>
  readonly accounts: readonly Meter[]
  readonly schedulers: readonly Meter[]
  readonly index: Meter
  readonly worker: Meter
  readonly directory: Meter
  readonly orders: { readonly taken: number; readonly twice: number; readonly refused: number }
  /** Those that an ill relay had refused. */
  readonly moved: { readonly generations: number; readonly completed: number }
  readonly evicted: { readonly objects: number; readonly atWork: number; readonly doubtful: number }
  readonly webhooks: number
  readonly atMidnight: Money
  /** When every hold has ended. */
  readonly atLast: Money
  readonly expected: Money
  readonly surprises: readonly string[]
}

export async function runDay(plan: DayPlan): Promise<DayResult> {
  const beganAt = performance.now()
  const clock = new DayClock(plan.startAt, new Chance(plan.seed))
  const gateway = new DayGateway(clock, plan)
  const tenants = listTenants(plan)
  const callers = new DayCallers(gateway, plan, tenants)
  const endsOf = new Map<string, number>()
  const ended: Ended[] = []
  /** Nothing is due for them, and they have not ended. */
  const stranded = new Set<string>()
  const kinds = new Map<KindOfDay, KindTotals>()
  for (const { kind } of offers) {
    kinds.set(kind, { meter: new Meter(kind), generations: 0, bytes: 0, measured: 0 })
  }
  const lastAt = plan.startAt + DAY + REST_MS + HELD_MS
  let isCounting = true

  const totalsOf = (model: string): { kind: KindOfDay; totals: KindTotals } => {
    const kind = offers.find((offer) => offer.model === model)?.kind ?? 'chat'
    const totals = kinds.get(kind)
    if (totals === undefined) throw new Error(`no kind ${kind}`)
    return { kind, totals }
  }
  const note = (id: string): void => {
    const seen = gateway.generation(id).inspect((one) => one.describe())
    if (seen === null || !isEnded(seen.state)) {
      stranded.add(id)
      return
    }
    const { status, charge, error } = seen.state
    ended.push({
      id,
      account: seen.account,
      kind: totalsOf(seen.identity.model).kind,
      status: status === 'completed' ? 'completed' : 'failed',
      code: error?.code ?? null,
      charge,
      relay: gateway.relays.taken.get(id)?.at(-1)?.relay ?? null,
    })
  }
  const count = (id: string): void => {
    const object = gateway.generation(id)
    object.countRows()
    object.countAwake()
    const seen = object.inspect((one) => one.describe())
    const { totals } = totalsOf(seen?.identity.model ?? '')
    totals.generations += 1
    totals.meter.add(object.meter)
  }
  const giveBack = (id: string): void => {
    // Its end was told twice, and it was given back after the first time.
    if (!gateway.generations.has(id)) return
    const object = gateway.generation(id)
    const isLate = object.alarmAt !== null && object.alarmAt <= lastAt
    if (callers.following.has(id) || object.isOpen || isLate) {
      clock.plan(HOUR, null, null, () => giveBack(id))
      return
    }
    note(id)
    if (isCounting) count(id)
    const { totals } = totalsOf(
      gateway.generation(id).inspect((one) => one.describe()?.identity.model ?? ''),
    )
    const { bytes } = gateway.retire(id)
    totals.bytes += bytes
    totals.measured += 1
  }
  gateway.onLine = (line) => {
    if (line.what !== 'generation ended') return
    endsOf.set(line.id, (endsOf.get(line.id) ?? 0) + 1)
    clock.plan(KEPT_MS, null, null, () => giveBack(line.id))
  }

  const evicted = { objects: 0, atWork: 0, ids: [] as string[] }
  clock.plan(plan.deployMs, null, null, () => {
    for (const object of gateway.objects) {
      evicted.objects += 1
      if (object.isOpen) evicted.atWork += 1
      object.evict()
    }
  })

  // The day after is for what the day has left.
  clock.plan(DAY - MINUTE, null, null, () => {
    for (const object of gateway.schedulers.values()) object.retire()
  })
  await callers.open()
  callers.begin()
  await clock.runUntil(plan.startAt + DAY + REST_MS)
  for (const id of gateway.generations.keys()) count(id)
  for (const object of gateway.objects) {
    object.countRows()
    object.countAwake()
  }
  isCounting = false
  const toMeter = ({ meter }: { readonly meter: Meter }): Meter => copy(meter)
  const counted = {
    accounts: [...gateway.accounts.values()].map(toMeter),
    schedulers: [...gateway.schedulers.values()].map(toMeter),
    index: copy(gateway.index.meter),
    worker: copy(gateway.worker),
    directory: copy(gateway.directory),
  }
  const { events } = clock
  const readMoney = (): Money => {
    const keys = [...gateway.accounts.values()].flatMap((one) => one.inspect((it) => it.listKeys()))
    const sum = (what: 'spent' | 'held') => keys.reduce((total, key) => total + key[what], 0)
    return { spent: sum('spent'), held: sum('held'), billed: gateway.relays.billed }
  }
  const atMidnight = readMoney()
  await clock.runUntil(lastAt)
  for (const id of gateway.generations.keys()) {
    const seen = gateway.generation(id).inspect((one) => one.describe())
    // The object of an id that was refused before it began has nothing.
    if (seen !== null) note(id)
  }
  const priceOf = ({ relay }: Ended): number => (relay === null ? 0 : (prices[relay] ?? 0))
  const spent = ended
    .filter(({ charge }) => charge !== 'none')
    .reduce((sum, one) => sum + priceOf(one), 0)
  const { taken, refused } = gateway.relays
  const moved = ended.filter(({ id }) => refused.has(id))
  return {
    plan,
    tookMs: performance.now() - beganAt,
    events,
    created: ended.length,
    ended,
    endsOf,
    answers: callers.answers,
    refusals: callers.refusals,
    kinds,
    ...counted,
    orders: {
      taken: [...taken.values()].reduce((sum, orders) => sum + orders.length, 0),
      twice: [...taken.values()].filter((orders) => orders.length > 1).length,
      refused: [...refused.values()].reduce((sum, one) => sum + one, 0),
    },
    moved: {
      generations: moved.filter(({ relay }) => relay !== null && !illRelays.has(relay)).length,
      completed: moved.filter(({ status }) => status === 'completed').length,
    },
    evicted: {
      objects: evicted.objects,
      atWork: evicted.atWork,
      doubtful: ended.filter(({ code }) => code === 'outcome_unknown').length,
    },
    webhooks: gateway.webhooks,
    atMidnight,
    atLast: readMoney(),
    expected: { spent, held: 0, billed: gateway.relays.billed },
    surprises: [
      ...[...stranded].map((id) => `${id} has not ended`),
      ...gateway.lines.map(({ what, ...rest }) => {
        const error = 'error' in rest ? rest.error : ''
        return `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
      }),
    ],
  }
}

/** As it is now. */
function copy(meter: Meter): Meter {
  const copied = new Meter(meter.name)
  copied.add(meter)
  copied.waited = meter.waited
  copied.waitedLong = meter.waitedLong
  copied.longestWaitMs = meter.longestWaitMs
  copied.mostWaiting = meter.mostWaiting
  copied.busiest = { ...meter.busiest }
  return copied
}
