// What happens on the day: how many generations of whom, when, by which model, how each caller follows
// its own, and what goes wrong outside.

import type { Chance } from '../../simulation/kernel/chance.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export interface DayPlan {
  readonly generations: number
  readonly tenants: number
  /** Share of generations that fail at their relay. */
  readonly failing: number
  readonly lengthMs: { readonly least: number; readonly most: number }
  readonly startAt: number
  /** Every object is evicted at once, ms after the beginning. */
  readonly deployMs: number
  readonly outage: { readonly atMs: number; readonly forMs: number }
  readonly hostile: { readonly atMs: number; readonly forMs: number; readonly everyMs: number }
  /** Of so many tenants, each with two. */
  readonly withSchedules: number
  readonly withEndpoint: number
  readonly seed: string
}

export const wholeDay: DayPlan = {
  generations: 50_000,
  tenants: 200,
  failing: 0.03,
  lengthMs: { least: 4 * MINUTE, most: 6 * MINUTE },
  startAt: Date.UTC(2026, 10, 23),
  deployMs: 12 * HOUR,
  outage: { atMs: 15 * HOUR, forMs: 20 * MINUTE },
  hostile: { atMs: 9 * HOUR, forMs: 8 * HOUR, everyMs: 250 },
  withSchedules: 20,
  withEndpoint: 60,
  seed: 'a day',
}

/** The same in short: an hour of everything, for a test. */
export const smallDay: DayPlan = {
  ...wholeDay,
  generations: 500,
  tenants: 40,
  hostile: { atMs: 9 * HOUR, forMs: 10 * MINUTE, everyMs: 500 },
  withSchedules: 2,
  withEndpoint: 12,
  seed: 'a small day',
}

/** Models, each with its relays in order and its share of the day. */
export const offers = [
  { model: 'sora-chat', kind: 'chat', share: 0.45, relays: ['chat-a', 'chat-b'] },
  { model: 'sora-job', kind: 'videos', share: 0.25, relays: ['videos-a', 'videos-b'] },
  { model: 'kling', kind: 'newapi', share: 0.15, relays: ['newapi-a', 'openrouter-a'] },
  { model: 'grok', kind: 'xai', share: 0.1, relays: ['xai-a'] },
  { model: 'veo', kind: 'openrouter', share: 0.05, relays: ['openrouter-a'] },
] as const
export type Offer = (typeof offers)[number]
export type KindOfDay = Offer['kind']

/** Taken ill by the outage. */
export const illRelays: ReadonlySet<string> = new Set(['chat-a', 'videos-a'])

/** Millionths of a US dollar at each relay. */
export const prices: Readonly<Record<string, number>> = {
  'chat-a': 400_000,
  'chat-b': 500_000,
  'videos-a': 400_000,
  'videos-b': 450_000,
  'newapi-a': 300_000,
  'openrouter-a': 350_000,
  'xai-a': 250_000,
}

/** How a caller learns of the end. */
export type Following = 'stream' | 'poll' | 'now and then' | 'webhook'

export interface Tenant {
  readonly account: string
  readonly keyId: string
  readonly digest: string
  readonly isHostile: boolean
  readonly hasEndpoint: boolean
  readonly schedules: number
}

export function listTenants(plan: DayPlan): readonly Tenant[] {
  return Array.from({ length: plan.tenants }, (_, n) => ({
    account: `acct_${n}`,
    keyId: `key_${n}`,
    digest: `digest of ${n}`,
    isHostile: n === plan.tenants - 1,
    hasEndpoint: n > 0 && n <= plan.withEndpoint,
    schedules: n > 2 && n <= 2 + plan.withSchedules ? 2 : 0,
  }))
}

/** One of them has half of all; of the others the first have most. */
export function pickTenant(tenants: readonly Tenant[], chance: Chance): Tenant {
  const honest = tenants.length - 1
  const n = chance.happens(0.5) ? 0 : 1 + Math.floor((honest - 1) * chance.next() ** 2)
  return tenants[Math.min(n, honest - 1)] as Tenant
}

export function pickOffer(chance: Chance): Offer {
  let left = chance.next()
  for (const offer of offers) if ((left -= offer.share) < 0) return offer
  return offers[0]
}

export function pickFollowing(tenant: Tenant, { kind }: Offer, chance: Chance): Following {
  if (tenant.hasEndpoint && chance.happens(0.7)) return 'webhook'
  const draw = chance.next()
  // Whoever asks by chat mostly waits for the answer.
  if (draw < (kind === 'chat' ? 0.7 : 0.15)) return 'stream'
  return draw < 0.8 ? 'poll' : 'now and then'
}

/** When each begins, ms after midnight, in order: few at night, most in the afternoon. */
export function drawArrivals(plan: DayPlan, chance: Chance): number[] {
  const arrivals: number[] = []
  while (arrivals.length < plan.generations) {
    const at = chance.next() * DAY
    const hour = at / HOUR
    const wave = Math.max(0, Math.sin((Math.PI * (hour - 5)) / 19))
    if (chance.happens(0.15 + 0.85 * wave)) arrivals.push(Math.floor(at))
  }
  return arrivals.sort((one, other) => one - other)
}
