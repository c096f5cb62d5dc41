// The models this gateway offers: ids, prices, lengths and shapes are configuration, never
// constants.

import type { Input } from './asked.ts'
import type { Source } from './source.ts'

/** How length or shape is told to the relay; `text` may use the words of `toRelayWords.ts`. */
export type Tell<As extends string> =
  | { readonly by: 'off' | 'model' }
  | { readonly by: 'prompt'; readonly text: string }
  | { readonly by: 'field'; readonly name: string; readonly as: As }

export interface Model {
  readonly id: string
  /** The relay's name for it; may hold `{seconds}`, `{size}`, `{ratio}`, `{orientation}`. */
  readonly relayModel: string
  /** What one video costs in USD: always the same, or by seconds. null: nobody has said. */
  readonly priceUsd: number | Readonly<Record<string, number>> | null
  /** Lengths it offers, any if none. The first is what the relay does by itself; '': nobody knows. */
  readonly seconds: readonly string[]
  /** Shapes it offers, as `WIDTHxHEIGHT`, in the same way. */
  readonly sizes: readonly string[]
  /** Any if none. */
  readonly aspectRatios: readonly string[]
  readonly resolutions: readonly string[]
  /** What it takes besides a prompt, a length and a shape; null: nobody has said, everything passes. */
  readonly inputs: readonly Input[] | null
  readonly words: Words
  /** Fields that are let through although they ask for more or for something else: how many times the price. */
  readonly fields: Readonly<Record<string, number | true>>
  readonly tell: {
    readonly seconds: Tell<'string' | 'number'>
    readonly size: Tell<'size' | 'ratio' | 'orientation'>
  }
  readonly remix: 'history' | 'target_id' | 'off'
  /** Whom to ask, in order of preference; null: every relay there is, in its order. */
  readonly relays: readonly ModelRelay[] | null
}

/**
 * What a relay that hands inputs on to the model's vendor calls them, where it is not the usual name: a
 * field, or a field with its values for yes and no. null: it is known to drop them.
 */
export type Words = Partial<
  Readonly<Record<Input, string | readonly [name: string, yes: string, no: string] | null>>
>

/** What is different about a model at one relay. */
export interface ModelRelay extends Partial<Pick<Model, 'relayModel' | 'priceUsd' | 'tell'>> {
  /** Id of the relay. */
  readonly relay: string
}

export type Models = readonly [Model, ...Model[]]

const seconds = ['4', '8', '10', '12', '15'] as const
const sizes = ['720x1280', '1280x720', '1024x1792', '1792x1024'] as const
// The form relays of this kind document: words after the prompt, read by the model behind them.
export const usualTell = {
  seconds: { by: 'prompt', text: '{seconds}s' },
  size: { by: 'prompt', text: '{shape_zh}' },
} as const

/** What is known of a model of which nothing is said. */
export const anything = {
  seconds: [],
  sizes: [],
  aspectRatios: [],
  resolutions: [],
  inputs: null,
  words: {},
  fields: {},
  tell: usualTell,
  remix: 'history',
  relays: null,
} as const

/** What sora-2 does, and any model whose name at the relay is made of a length and a shape. */
export const usual = { ...anything, seconds, sizes } as const

// OpenAI's last list price per second: $0.10 and $0.30. Relays charge less, so a budget that is
// counted with it is never overrun.
export const defaultModels: Models = [
  {
    id: 'sora-2',
    relayModel: 'sora-2',
    priceUsd: { '4': 0.4, '8': 0.8, '10': 1, '12': 1.2, '15': 1.5 },
    ...usual,
  },
  {
    id: 'sora-2-pro',
    relayModel: 'sora-2-pro',
    priceUsd: { '4': 1.2, '8': 2.4, '10': 3, '12': 3.6, '15': 4.5 },
    ...usual,
  },
]

export function findModel(models: readonly Model[], id: string): Model | null {
  return models.find((model) => model.id === id) ?? null
}

/** What decides the price of a request. */
export interface Priced {
  /** null when they are not known. */
  readonly pricedSeconds: string | null
  readonly n: number
  /** What fields of it make of the price. Absent: nothing. */
  readonly priceFactor?: number
  readonly source?: Source
}

/**
 * USD for all that is asked for; never less than the relay may bill. Seconds that are unknown or have
 * no price of their own cost as much as the dearest. Without a price it is 0: it binds no budget.
 */
export function priceOf({ priceUsd }: Model, priced: Priced): number {
  const { pricedSeconds: length, n, priceFactor = 1, source } = priced
  if (priceUsd === null) return 0
  const one = typeof priceUsd === 'number' ? priceUsd : toLengthPrice(priceUsd, length, source)
  // To the millionth, so that 3 × 1.2 is 3.6.
  return Math.round(one * n * priceFactor * 1e6) / 1e6
}

function toLengthPrice(
  prices: Readonly<Record<string, number>>,
  length: string | null,
  source: Source | undefined,
): number {
  const dearest = Math.max(0, ...Object.values(prices))
  if (length === null) return dearest
  if (Object.hasOwn(prices, length)) return prices[length] ?? 0
  if (source?.told?.as !== 'extension') return dearest
  // Longer than any that is made at once: so much more than the longest.
  const longest = Math.max(...Object.keys(prices).map(Number))
  return dearest * Math.max(1, Number(length) / longest)
}

/** False where somebody may make a video of it for a price that nobody has said. */
export function isPriced({ priceUsd, relays }: Model): boolean {
  return priceUsd !== null || (relays?.every((one) => one.priceUsd !== undefined) ?? false)
}

/** Whole seconds from 1 to 999, without leading zeros. */
export function isSeconds(value: string): boolean {
  return /^[1-9]\d{0,2}$/.test(value)
}

/** `WIDTHxHEIGHT` in pixels. */
export function isSize(value: string): boolean {
  return /^[1-9]\d{0,4}x[1-9]\d{0,4}$/.test(value)
}

/** The model as this relay sells it and is told of it. */
export function atRelay(model: Model, different: Partial<ModelRelay>): Model {
  const { relayModel, priceUsd, tell } = { ...model, ...different }
  return { ...model, relayModel, priceUsd, tell }
}
