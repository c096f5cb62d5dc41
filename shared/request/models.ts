// The models this gateway offers: ids, prices, lengths and shapes are configuration, never
// constants.

/** How length or shape is told to the relay; `text` may use the words of `toRelayWords.ts`. */
export type Tell<As extends string> =
  | { readonly by: 'off' | 'model' }
  | { readonly by: 'prompt'; readonly text: string }
  | { readonly by: 'field'; readonly name: string; readonly as: As }

export interface Model {
  readonly id: string
  /** The relay's name for it; may hold `{seconds}`, `{size}`, `{ratio}`, `{orientation}`. */
  readonly relayModel: string
  /** What one video costs in USD: always the same, or by seconds. */
  readonly priceUsd: number | Readonly<Record<string, number>>
  /** Lengths it offers. The first is what the relay does by itself. */
  readonly seconds: readonly [string, ...string[]]
  /** Shapes it offers, as `WIDTHxHEIGHT`. The first is what the relay does by itself. */
  readonly sizes: readonly [string, ...string[]]
  readonly tell: {
    readonly seconds: Tell<'string' | 'number'>
    readonly size: Tell<'size' | 'ratio' | 'orientation'>
  }
  readonly remix: 'history' | 'target_id' | 'off'
  /** Whom to ask, in order of preference; null: every relay there is, in its order. */
  readonly relays: readonly ModelRelay[] | null
}

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

// What a model does unless its entry says otherwise.
export const usual = { seconds, sizes, tell: usualTell, remix: 'history', relays: null } as const

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

/**
 * USD for `n` videos; never less than the relay may bill. Seconds that are unknown (null) or have
 * no price of their own cost as much as the dearest.
 */
export function priceOf(model: Model, length: string | null, n: number): number {
  const { priceUsd } = model
  const one =
    typeof priceUsd === 'number'
      ? priceUsd
      : length !== null && Object.hasOwn(priceUsd, length)
        ? (priceUsd[length] ?? 0)
        : Math.max(0, ...Object.values(priceUsd))
  // To the millionth, so that 3 × 1.2 is 3.6.
  return Math.round(one * n * 1e6) / 1e6
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
