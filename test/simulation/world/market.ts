// Whom a simulated gateway may ask, and what it costs there: each relay has a key and a price of its
// own, so that a call with another's key, or a bill at another's price, shows.

import { defaultModels, type Models } from '../../../shared/request/models.ts'
import type { Relay, Relays } from '../../../worker/settings/relays.ts'
import { PRICE } from './measures.ts'

export type MarketName = 'chat' | 'jobs' | 'chat, then jobs' | 'jobs, then jobs'

export interface Market {
  readonly relays: Relays
  readonly models: Models
}

interface Offer {
  readonly relay: Relay
  /** Millionths of a US dollar for one video. */
  readonly price: number
}

const chat = toOffer('default', PRICE, { kind: 'chat', baseUrl: 'https://relay.example/v1' })
/** Says that a failed job costs nothing. */
const jobs = toOffer('jobs', 0.6 * PRICE, {
  kind: 'videos',
  baseUrl: 'https://jobs.example/v1',
  failed: 'free',
})
/** Nobody has said what a failed job costs there. */
const more = toOffer('more', 1.4 * PRICE, {
  kind: 'openrouter',
  baseUrl: 'https://more.example/api/v1',
})

function toOffer(
  id: string,
  price: number,
  particular: Pick<Relay, 'kind' | 'baseUrl'> & Partial<Relay>,
): Offer {
  const relay = {
    id,
    headers: { authorization: `Bearer key of ${id}` },
    failed: undefined,
    body: undefined,
    pollMs: 3_000,
    totalMs: undefined,
    ...particular,
  }
  return { relay, price }
}

const offers: Readonly<Record<MarketName, readonly [Offer, ...Offer[]]>> = {
  chat: [chat],
  jobs: [jobs],
  'chat, then jobs': [chat, jobs],
  'jobs, then jobs': [jobs, more],
}

/** `jobMs`: how long a job may take, where it is less than an answer may. */
export function toMarket(name: MarketName, jobMs?: number): Market {
  const [model] = defaultModels
  const [first, ...rest] = offers[name].map(({ relay }) =>
    relay.kind === 'chat' ? relay : { ...relay, totalMs: jobMs },
  )
  if (first === undefined) throw new Error('a market of nobody')
  const relays = offers[name].map(({ relay, price }) => ({
    relay: relay.id,
    priceUsd: price / 1e6,
  }))
  return { relays: [first, ...rest], models: [{ ...model, priceUsd: PRICE / 1e6, relays }] }
}

/** What one video costs there, millionths of a US dollar. */
export function priceAt(relay: string): number {
  return [chat, jobs, more].find((offer) => offer.relay.id === relay)?.price ?? 0
}

export const { relays: simulatedRelays, models: simulatedModels } = toMarket('chat')
