// What a relay tells of its own models, as entries of MODELS: lengths, sizes, prices. Written by a
// command and read by people before it counts; the Worker learns nothing while it runs. OpenRouter's
// `GET /videos/models` is the only such list there is.

import { isSize } from '../../shared/request/models.ts'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../shared/wire/json.ts'

export interface Offer {
  /** The relay's name for the model. */
  readonly id: string
  readonly seconds: readonly string[]
  readonly sizes: readonly string[]
  /** US dollars by length, or whatever the length; null where the relay tells it in other units. */
  readonly price: number | Readonly<Record<string, number>> | null
}

export function readOffers(document: JsonValue | undefined): readonly Offer[] {
  const entries = isJsonObject(document) ? document['data'] : undefined
  if (!isJsonList(entries)) return []
  return entries.flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry['id'] !== 'string') return []
    const seconds = toList(entry['supported_durations']).map(String)
    const sizes = toList(entry['supported_sizes']).map(String).filter(isSize)
    return {
      id: entry['id'],
      seconds,
      sizes: sizes.length > 0 ? sizes : combine(entry),
      price: toPrice(entry['pricing_skus'], seconds),
    }
  })
}

/** Sizes for a model that names shapes and resolutions only; the relay is told those again. */
function combine(entry: JsonObject): readonly string[] {
  return toList(entry['supported_resolutions']).flatMap((resolution) =>
    toList(entry['supported_aspect_ratios']).flatMap((ratio) => {
      const side = /^4k$/i.test(String(resolution)) ? 2160 : Number.parseInt(String(resolution), 10)
      const [width = 0, height = 0] = String(ratio).split(':').map(Number)
      const scale = side / Math.min(width, height)
      const size = [width, height].map((part) => Math.round((part * scale) / 2) * 2).join('x')
      return isSize(size) ? [size] : []
    }),
  )
}

/**
 * The dearest of what is told: which of them holds depends on sound and resolution, and a hold may be
 * too large, never too small.
 */
function toPrice(skus: JsonValue | undefined, seconds: readonly string[]): Offer['price'] {
  if (!isJsonObject(skus)) return null
  const rates = Object.entries(skus).map(([name, value]) => toRate(name, Number(value)))
  const known = rates.filter((rate) => rate !== null)
  // One price in units that are not understood may be the dearest.
  if (known.length < rates.length || known.length === 0) return null
  const dearest = Math.max(...known)
  const longest = seconds.map((length) => [length, round(dearest * Number(length))] as const)
  return longest.length === 0 ? null : Object.fromEntries(longest)
}

/** US dollars a second. */
function toRate(name: string, value: number): number | null {
  if (!Number.isFinite(value) || value < 0 || !name.includes('second')) return null
  if (name.includes('megapixel') || name.includes('token')) return null
  return /(?:^|_)cents?_/.test(name) ? value / 100 : value
}

/** Up, to the hundredth of a cent; twelve digits hide what binary fractions add. */
function round(usd: number): number {
  return Math.ceil(Number((usd * 1e4).toPrecision(12))) / 1e4
}

function toList(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonList(value) ? value : []
}
