// What a run is about: who calls when, what the relay, the store and the network have in mind. Drawn
// from a seed; the worlds of the crash scripts are written by hand in `scripts.ts`.

import type { AccountSettings, GenerationLimits } from '../../worker/settings/config.ts'
import type { KernelOptions } from './kernel/kernel.ts'
import { Chance } from './kernel/chance.ts'
import type { StoreTrouble } from './world/bucket.ts'
import type { Fate } from './world/fates.ts'
import { drawDoubt, drawFate, drawRefusal } from './world/fates.ts'
import type { DownloadFate } from './world/files.ts'
import { drawJob } from './world/jobFates.ts'
import type { MarketName } from './world/market.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, PRICE, SECOND_MS } from './world/measures.ts'

export { DAY_MS, HOUR_MS, MINUTE_MS, PRICE, SECOND_MS } from './world/measures.ts'

/** `charge`: an operator says that the relay billed it. */
export type Deed = 'look' | 'cancel' | 'remove' | 'archive' | 'again' | 'charge'

export interface CallerPlan {
  readonly startMs: number
  /** Callers with one key ask for the same thing. */
  readonly key: string
  /** Length of what is asked for; 0 for a word. */
  readonly promptChars: number
  readonly directive: 'none' | 'no-cache' | 'no-store' | 'only-if-cached'
  readonly acceptPossibleCharge: boolean
  readonly idempotencyKey: string | null
  readonly webhook: string | null
  readonly deeds: readonly { readonly afterMs: number; readonly deed: Deed }[]
}

export interface Scenario {
  readonly name: string
  readonly kernel: Omit<KernelOptions, 'isTracing'>
  readonly settings: AccountSettings
  readonly limits: GenerationLimits
  readonly partBytes: number
  /** Room for so many archives; the others wait. */
  readonly archivesAtOnce: number
  /** Millionths of a US dollar, or none. */
  readonly budget: number | null
  readonly doubleAlarmShare: number
  readonly lostCallShare: number
  /** How many alarms ring late or never, and what share of all until then. */
  readonly alarms: { readonly late: number; readonly lost: number; readonly share: number }
  /** So many calls of generations to their account are never answered. */
  readonly hungCalls: number
  /** So many writes and alarms are not taken, and what share of all until then. */
  readonly storage: {
    readonly full: number
    readonly refusedAlarms: number
    readonly share: number
  }
  readonly clocks: Clocks
  readonly market: MarketName
  /** How long a job may take, where it is less than an answer may, ms. */
  readonly jobMs: number | undefined
  /** Whether the account has an endpoint, which is told of every end. */
  readonly hasEndpoint: boolean
  /** What becomes of a generation's POST number `post`, at a relay that takes jobs or streams. */
  readonly fateOf: (id: string, post: number, takesJobs: boolean) => Fate
  readonly downloadOf: (id: string, download: number) => DownloadFate
  readonly store: StoreTrouble
  /** The file or the store is away for longer than an archive is tried. */
  readonly mayLoseArchive: boolean
  readonly webhookRefusals: number
  /** How long a receiver takes for its answer. */
  readonly webhookMs: number
  readonly callers: readonly CallerPlan[]
  /** Watch on until the last tombstone is gone, a week after the last video. */
  readonly outlivesTombstones: boolean
  /** When every incarnation is replaced at once, ms after the beginning. */
  readonly deploysMs: readonly number[]
  /** When a release is deployed in which no object can be made, and for how long. */
  readonly broken: { readonly atMs: number; readonly forMs: number } | null
}

/** The machines of two objects need not agree about the time. */
export interface Clocks {
  /** No two of them are further apart. */
  readonly apartMs: number
  /** How far the clock of an object is ahead, `elapsedMs` after the beginning. */
  readonly aheadMs: (name: string, elapsedMs: number) => number
}

/** Sending, looking up and archiving, as `toLimits` has them. */
export const LONGEST_MS = 75 * MINUTE_MS

/** As deployed, but kept for `retentionMs`. */
export function toLimits(retentionMs: number): GenerationLimits {
  return {
    headersMs: 2 * MINUTE_MS,
    silenceMs: 2 * MINUTE_MS,
    progressMs: 10 * MINUTE_MS,
    totalMs: 25 * MINUTE_MS,
    heartbeatMs: 30 * SECOND_MS,
    retries: 2,
    retryMs: 2 * MINUTE_MS,
    archiveMs: 30 * MINUTE_MS,
    lookupMs: 20 * MINUTE_MS,
    assetBytes: 10_000,
    retentionMs,
  }
}

export function drawScenario(seed: number): Scenario {
  const chance = new Chance(`seed ${seed}`)
  const isCalm = chance.happens(0.15)
  // Everything quick but the messages: callers meet generations that end and go under their hands.
  const isRush = chance.happens(0.15)
  const retentionMs = chance.happens(0.85) ? 2 * DAY_MS : 30 * HOUR_MS
  const fates = chance.fork('fates')
  const downloads = chance.fork('downloads')
  const hangs = chance.fork('hangs')
  const outages = chance.fork('outages')
  const rooms = chance.fork('rooms')
  const limits = chance.fork('limits')
  const machines = chance.fork('machines')
  const markets = chance.fork('market')
  const market = markets.pick<MarketName>(['chat', 'chat', 'chat', ...marketsWithJobs])
  const troubleShare = chance.pick([0, 0, 0.3])
  // More than there is time for: the first archive fails, a later one finds the file.
  const deadDownloads = chance.happens(0.08) ? 60 : 0
  const deadMs = isCalm
    ? 0
    : chance.pick([0, 0, 0, 0, 0, 0, chance.below(10 * MINUTE_MS), 45 * MINUTE_MS])
  return {
    name: `seed ${seed}`,
    kernel: {
      chance,
      crashes: isCalm
        ? { places: new Set(), probability: 0, budget: 0 }
        : { places: new Set(), probability: chance.pick([0.003, 0.01, 0.04]), budget: 6 },
      latencyMs: chance.pick([5, 200, 2_000]),
      lateMessages: new Set(),
      lateShare: isRush ? 0.15 : chance.pick([0, 0, 0.03]),
      slowDiskShare: chance.pick([0, 0, 0.2]),
    },
    settings: {
      cacheTtlMs: chance.pick([retentionMs, retentionMs, 0]),
      retentionMs,
      breaker: true,
      longestMs: LONGEST_MS,
      writesPerMinute: 300,
    },
    limits: toLimits(retentionMs),
    partBytes: chance.pick([32, 4096]),
    archivesAtOnce: rooms.pick([1, 5]),
    budget: chance.happens(0.1) ? 2 * PRICE : null,
    doubleAlarmShare: isCalm ? 0 : 0.05,
    lostCallShare: isCalm ? 0 : chance.pick([0, 0, 0.05]),
    alarms: isCalm || outages.happens(0.6) ? allInTime : drawAlarms(outages),
    hungCalls: isCalm ? 0 : hangs.pick([0, 0, 1, 8]),
    storage: isCalm || limits.happens(0.8) ? takesAll : drawStorage(limits),
    clocks: machines.happens(0.75) ? oneClock : drawClocks(machines),
    market,
    jobMs: undefined,
    hasEndpoint: market !== 'chat' && markets.happens(0.5),
    fateOf: (id, post, takesJobs) => {
      const fate = fates.fork(`${id} ${post}`)
      if (market === 'chat') return drawFate(fate, isRush)
      // Another relay is asked only where one refuses.
      if (post === 0 && market !== 'jobs' && fate.happens(0.4)) return drawRefusal(fate)
      return takesJobs ? drawAtJobs(fate) : drawFate(fate, isRush)
    },
    downloadOf: (id, download) => {
      const draw = downloads.fork(`${id} ${download}`)
      if (download < deadDownloads) return 'unreachable'
      if (!draw.happens(troubleShare)) return 'ok'
      return draw.pick(['not yet', 'unreachable', 'cut', 'short', 'page', 'stall'])
    },
    store: {
      deadMs,
      failures: isCalm ? 0 : chance.pick([0, 0, 3]),
      hangs: isCalm ? 0 : hangs.pick([0, 0, 1, 4]),
    },
    webhookRefusals: isCalm ? 0 : chance.pick([0, 2]),
    webhookMs: 0,
    callers: drawCallers(chance.fork('callers'), isRush),
    mayLoseArchive: deadDownloads > 0 || deadMs > 10 * MINUTE_MS,
    outlivesTombstones: chance.happens(0.2),
    deploysMs: isCalm ? [] : chance.pick([[], [], [], [chance.below(10 * MINUTE_MS)]]),
    broken: isCalm || outages.happens(0.8) ? null : drawOutage(outages),
  }
}

export const allInTime: Scenario['alarms'] = { late: 0, lost: 0, share: 0 }

export const takesAll: Scenario['storage'] = { full: 0, refusedAlarms: 0, share: 0 }

const marketsWithJobs = ['jobs', 'chat, then jobs', 'jobs, then jobs'] as const

/** At a relay that takes jobs. */
function drawAtJobs(chance: Chance): Fate {
  if (chance.happens(0.75)) return drawJob(chance)
  return chance.happens(0.5) ? drawRefusal(chance) : drawDoubt(chance)
}

function drawStorage(chance: Chance): Scenario['storage'] {
  const [full, refusedAlarms] = [chance.below(4), chance.below(3)]
  return { full, refusedAlarms, share: chance.pick([0.02, 0.1, 1]) }
}

export const oneClock: Clocks = { apartMs: 0, aheadMs: () => 0 }

/** Each up to two minutes off, and some step back by as much while they are used. */
function drawClocks(chance: Chance): Clocks {
  const apartMs = 4 * MINUTE_MS
  const drawn = new Map<string, { stepsAtMs: number; before: number; after: number }>()
  const draw = (name: string) => {
    const own = chance.fork(name)
    const [before, after] = [own.below(apartMs), own.below(apartMs)].sort((a, b) => b - a)
    const stepsAtMs = own.happens(0.5) ? own.below(10 * MINUTE_MS) : Infinity
    return { stepsAtMs, before: before ?? 0, after: after ?? 0 }
  }
  const aheadMs = (name: string, elapsedMs: number) => {
    const clock = drawn.get(name) ?? draw(name)
    drawn.set(name, clock)
    return elapsedMs < clock.stepsAtMs ? clock.before : clock.after
  }
  return { apartMs, aheadMs }
}

function drawAlarms(chance: Chance): Scenario['alarms'] {
  return { late: chance.below(3), lost: chance.below(3), share: chance.pick([0.05, 0.3, 1]) }
}

/** Mostly in the first minute, while something is going on. */
function drawOutage(chance: Chance): Scenario['broken'] {
  const atMs = chance.below(chance.pick([MINUTE_MS, MINUTE_MS, 10 * MINUTE_MS]))
  return { atMs, forMs: chance.below(10 * MINUTE_MS) }
}

function drawCallers(chance: Chance, isRush: boolean): CallerPlan[] {
  const keys = chance.happens(0.7) ? (['a'] as const) : (['a', 'b'] as const)
  const manner = isRush ? 0 : chance.below(3)
  return Array.from({ length: chance.between(1, 4) }, (_, index) => ({
    startMs: index === 0 ? 0 : drawDelay(chance, manner),
    promptChars: 0,
    key: chance.pick(keys),
    directive: chance.happens(0.85)
      ? 'none'
      : chance.pick(['no-cache', 'no-store', 'only-if-cached']),
    acceptPossibleCharge: chance.happens(0.1),
    idempotencyKey: chance.happens(0.3) ? chance.pick(['first', 'second']) : null,
    webhook: chance.happens(0.3) ? `https://hook.example/${chance.below(2)}` : null,
    deeds: Array.from({ length: chance.below(3) }, () => ({
      afterMs: drawDelay(chance, manner),
      deed: isRush
        ? chance.pick(['again', 'remove', 'remove', 'cancel'])
        : chance.pick(['look', 'again', 'again', 'cancel', 'remove', 'archive']),
    })),
  }))
}

function drawDelay(chance: Chance, manner: number): number {
  switch (manner) {
    case 0:
      return chance.below(2 * SECOND_MS)
    case 1:
      return chance.below(10 * MINUTE_MS)
    default:
      return Math.floor(27 * HOUR_MS * chance.next() ** 6)
  }
}
