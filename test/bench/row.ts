// One line of the result: what was measured on both sides, how they compare, and what was promised.

export interface Row {
  readonly section: Section
  readonly what: string
  /** The subject's figure, with its unit. */
  readonly ours: string
  /** What it is compared with, figure and name. */
  readonly against: string
  /** The ratio or the difference, taken side by side. */
  readonly verdict: string
  /** null where nothing was promised. */
  readonly target: { readonly says: string; readonly isMet: boolean } | null
}

export const sections = [
  'Core',
  'Gateway on workerd',
  'Beside a peer',
  'Weight and start',
  'Cost as it grows',
  'Memory of an isolate',
] as const
export type Section = (typeof sections)[number]

/** `≥ 0.70×` and whether it holds. */
export function atLeast(least: number, ratio: number): Row['target'] {
  return { says: `≥ ${least.toFixed(1)}×`, isMet: ratio >= least }
}

export function atMost(most: number, value: number, unit: string): Row['target'] {
  return { says: `≤ ${most}${unit}`, isMet: value <= most }
}

export function toTimes(ratio: number): string {
  return `${ratio.toFixed(2)}×`
}

export function toMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`
}

export function toCount(count: number, unit: string): string {
  return `${Math.round(count).toLocaleString('en-US')} ${unit}`
}
