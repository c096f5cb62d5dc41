// Models, lengths and shapes in the words of the panel: "Landscape 16:9 · 1280 × 720", "8 s · $0.80".

import type { ServerModel } from './serverModels.ts'

/** "sora-2 · 4–15 s · from $0.40". */
export function describeModel({ id, seconds, price_usd: price }: ServerModel): string {
  const prices = price === null ? [] : typeof price === 'number' ? [price] : Object.values(price)
  const cheapest = prices.length === 0 ? null : Math.min(...prices)
  const isOne = prices.every((one) => one === cheapest)
  const cost = cheapest === null ? null : `${isOne ? '' : 'from '}${formatUsd(cheapest)}`
  return joinWords(id, describeLengths(seconds), cost)
}

// More of them are a range to read, fewer a list.
const listedLengths = 4

function describeLengths(seconds: readonly string[]): string | null {
  const numbers = seconds.map(Number).toSorted((one, other) => one - other)
  const [least, most] = [numbers[0], numbers.at(-1)]
  if (least === undefined) return null
  return numbers.length > listedLengths ? `${least}–${most} s` : `${numbers.join(', ')} s`
}

export function describeLength(model: ServerModel | null, seconds: string): string {
  const price = model?.price_usd ?? null
  const usd = typeof price === 'object' ? price?.[seconds] : price
  return joinWords(`${seconds} s`, usd === undefined ? null : formatUsd(usd))
}

function formatUsd(usd: number): string {
  return `$${usd.toFixed(usd < 0.1 ? 3 : 2)}`
}

/** A size or a ratio. */
export function describeShape(shape: string): string {
  const [, first, sign, second] = /^(\d+)([x:])(\d+)$/.exec(shape) ?? []
  if (first === undefined || second === undefined) return shape
  const [width, height] = [Number(first), Number(second)]
  const word = width > height ? 'Landscape' : width < height ? 'Portrait' : 'Square'
  if (sign === ':') return `${word} ${shape}`
  const divisor = greatestDivisor(width, height)
  const ratio = `${width / divisor}:${height / divisor}`
  return joinWords(usualRatios.includes(ratio) ? `${word} ${ratio}` : word, `${width} × ${height}`)
}

// Others are exact and say nothing to anybody.
const usualRatios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '7:4', '4:7']

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other)
}

function joinWords(...words: readonly (string | null)[]): string {
  return words.filter((word) => word !== null).join(' · ')
}
